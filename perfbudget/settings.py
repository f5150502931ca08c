"""Django settings. What differs between installations comes from environment variables (see environment.py).

PERFBUDGET_MODE            production (default), demo or test
PERFBUDGET_SECRET_KEY      required in production
PERFBUDGET_ALLOWED_HOSTS   required in production; hosts separated by commas
PERFBUDGET_CSRF_ORIGINS    origins (https://host:port) that browsers see in front of a proxy, comma-separated
PERFBUDGET_HTTPS           1 or 0; 1 in production unless set, 0 in demo and test
PERFBUDGET_ADDRESS         https://host of this site for the QR codes on paper; without it only the code is printed
PERFBUDGET_TRUSTED_PROXIES addresses or networks of proxies whose X-Forwarded-For is believed; none unless set
PERFBUDGET_METRICS_FROM    addresses or networks that may read /metrics; this machine unless set
PERFBUDGET_LOG             json (one object in a line, default in production) or text
PERFBUDGET_STATEMENT_SECONDS  how long PostgreSQL may work on one statement of a request; 30 unless set
PERFBUDGET_PACKET_DAYS     how long finished packets are kept; 90 unless set
PERFBUDGET_VAR             folder for the database, fonts and generated files; var/ in the checkout unless set
PERFBUDGET_PREPARED        0 where a pooler (PgBouncer) stands before PostgreSQL; 1 unless set: statements are prepared
DATABASE_URL               SQLite in that folder unless set
WEB_CONCURRENCY            processes of the web server (web_server.py); 2 unless set
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from perfbudget import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = environment.current_mode()
VAR_DIR = environment.folder("PERFBUDGET_VAR", BASE_DIR / "var")
FONT_DIR = VAR_DIR / "fonts"
HTTPS = environment.flag("PERFBUDGET_HTTPS", default=MODE == "production")

SECRET_KEY = environment.secret_key(MODE, VAR_DIR)
ALLOWED_HOSTS = environment.allowed_hosts(MODE)
# False in every mode: debug pages show the values of a request, and queries would be collected in memory.
DEBUG = False

INSTALLED_APPS = [
    "indicators",
    "filings",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "axes",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    # First: probes name no host of ours and speak plain HTTP.
    "filings.views.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "filings.views.request_middleware.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "perfbudget.sessions.RenewingSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    # Last, as its manual requires: it replaces the response of a login that is locked.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "perfbudget.urls"
WSGI_APPLICATION = "perfbudget.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": environment.database(MODE, VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Files

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "perfbudget.static_files.HashedStaticFiles"
    },
}
# Tests do not run collectstatic: files are served from their source folders.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = MODE == "test"
FILE_UPLOAD_PERMISSIONS = 0o640
# A sheet of 200 rows posts some 2,000 fields; the default of 1,000 would refuse it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LOGGING = logs.log_settings(environment.log_format(MODE))

# The annual packet

ADDRESS = environment.address("PERFBUDGET_ADDRESS")
PACKET_DAYS = environment.number("PERFBUDGET_PACKET_DAYS", 90)
# Besides the worker itself, which assembles the files; more than the number of cores is of no use.
PACKET_PROCESSES = 2
# Codes that one network address may look up without logging in.
VERIFY_PER_MINUTE = 30
# From these peers, and no others, X-Forwarded-For is believed: it counts look-ups and failed log-ins by client.
TRUSTED_PROXIES = environment.address_list("PERFBUDGET_TRUSTED_PROXIES")
METRICS_ADDRESSES = environment.address_list("PERFBUDGET_METRICS_FROM", "127.0.0.0/8, ::1")

# Background tasks

TASKS = {
    "default": {
        "BACKEND": "perfbudget.tasks.AfterCommitBackend" if MODE == "test" else "django_tasks_db.DatabaseBackend"
    }
}

# Accounts

AUTH_USER_MODEL = "filings.Person"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    # First: it refuses a locked account before the password is compared.
    "axes.backends.AxesStandaloneBackend",
    "filings.services.accounts.PersonBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
if MODE == "test":
    # The real hasher takes 0.2 s for each login, by design; tests log in hundreds of times.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Login name and address together, so that nobody elsewhere can lock a clerk out before a deadline.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "filings.views.request_address.request_address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=20)
AXES_RESET_ON_SUCCESS = True
# If attempts during the lock counted, a forgotten browser tab could keep an account locked for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_CALLABLE = "filings.views.accounts.login_locked"
AXES_VERBOSE = False

# Sessions end after 30 idle minutes (GB/T 22239 8.1.4.1 b).
SESSION_ENGINE = "perfbudget.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS

# The token outlives the session, so that a page left open over lunch can log in again and still save.
CSRF_COOKIE_AGE = 365 * 24 * 60 * 60
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = environment.word_list("PERFBUDGET_CSRF_ORIGINS")

# Security headers

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's style sheet draws arrows and ticks as data: URLs
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    # Other hosts under the bureau's domain must not be forced to HTTPS; no browser preloads intranet names.
    "security.W005",
    "security.W021",
]
if MODE == "production" and not HTTPS:
    # PERFBUDGET_HTTPS=0 is a deliberate choice, for a closed network without certificates.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W010", "security.W016"]
