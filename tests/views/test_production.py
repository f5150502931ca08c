"""A production installation as a technician starts it: refusals, responses, logs."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest

from perfbudget import environment
from tests.load.processes import children_with

ROOT = Path(__file__).resolve().parents[2]
HOST = "jx.example.gov.cn"
KEY = "kD8-vQ2xRz7Lw0pTfHs5aYc3Nb9mUe6JgX1iWqOoBtSdPrVhZlMnCy4F"
GOOD = {"PERFBUDGET_MODE": "production", "PERFBUDGET_SECRET_KEY": KEY, "PERFBUDGET_ALLOWED_HOSTS": HOST}
PHONE = "13912345678"


def command(folder: Path, *words: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """A command with nothing in its environment but what production needs, changed as said (None: not set)."""
    given = {"PATH": os.environ["PATH"], "PERFBUDGET_VAR": str(folder), **GOOD, **changes}
    env = {name: value for name, value in given.items() if value is not None}
    line = [sys.executable, *words]
    return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


# -- what it refuses -----------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, str | None], str]] = {
    "no key": ({"PERFBUDGET_SECRET_KEY": None}, "PERFBUDGET_SECRET_KEY is not set"),
    "empty key": ({"PERFBUDGET_SECRET_KEY": ""}, "PERFBUDGET_SECRET_KEY is not set"),
    "short key": ({"PERFBUDGET_SECRET_KEY": KEY[:49]}, "has 49 characters; it needs at least 50"),
    "default key": ({"PERFBUDGET_SECRET_KEY": f"django-insecure-{KEY}"}, "like a key out of an example"),
    "key of a manual": ({"PERFBUDGET_SECRET_KEY": f"Change-me-{KEY}"}, "like a key out of an example"),
    "key of the tests": ({"PERFBUDGET_SECRET_KEY": "ab" * 30}, "fewer than 10 different characters"),
    "no hosts": ({"PERFBUDGET_ALLOWED_HOSTS": None}, "PERFBUDGET_ALLOWED_HOSTS is not set"),
    "blank hosts": ({"PERFBUDGET_ALLOWED_HOSTS": " , "}, "PERFBUDGET_ALLOWED_HOSTS is not set"),
    "unclear https": ({"PERFBUDGET_HTTPS": "maybe"}, "PERFBUDGET_HTTPS is 'maybe'; write 1 or 0"),
    "unknown mode": ({"PERFBUDGET_MODE": "debug"}, "must be one of production, demo, test"),
    "no mode is production": ({"PERFBUDGET_MODE": None, "PERFBUDGET_SECRET_KEY": None}, "SECRET_KEY is not set"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("name", ["check", "serve"])
def test_unsafe_settings_do_not_start(tmp_path: Path, case: str, name: str) -> None:
    """With one sentence that names the variable, and no traceback."""
    changes, said = REFUSED[case]
    ran = command(tmp_path, "manage.py", name, **changes)
    assert ran.returncode == 1
    assert ran.stderr.startswith("configuration: ")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert KEY[:20] not in ran.stderr, "a key is not shown, not even a bad one"
    assert not (tmp_path / "db.sqlite3").exists()


def test_the_web_server_alone_does_not_start_either(tmp_path: Path) -> None:
    """Starting gunicorn by hand is refused in the same way."""
    ran = command(tmp_path, "-c", "import perfbudget.wsgi", PERFBUDGET_SECRET_KEY=None)
    assert ran.returncode == 1
    assert "PERFBUDGET_SECRET_KEY is not set" in ran.stderr


def test_demo_accounts_are_refused(tmp_path: Path) -> None:
    ran = command(tmp_path, "manage.py", "seed_demo")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "CommandError: demo accounts have no place in production" in ran.stderr


# -- what it is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("https", ["1", "0"])
def test_djangos_deployment_check_has_no_findings(tmp_path: Path, https: str) -> None:
    ran = command(
        tmp_path, "manage.py", "check", "--deploy", "--fail-level", "DEBUG", PERFBUDGET_HTTPS=https
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("System check identified no issues")


def settings_with(folder: Path, *names: str, **changes: str | None) -> dict[str, object]:
    code = f"import json, perfbudget.settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    ran = command(folder, "-c", code, **changes)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_cookies_and_transport_are_safe_by_default(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "DEBUG")
    assert settings_with(tmp_path, *names) == dict(zip(names, (True, True, True, 31536000, False), strict=True))
    closed = settings_with(tmp_path, *names, PERFBUDGET_HTTPS="0")
    assert closed == dict(zip(names, (False, False, False, 0, False), strict=True))


def test_a_database_url_means_postgresql_through_psycopg(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.db import connection as c\n"
        "d = c.settings_dict\n"
        "print(c.vendor, c.Database.__name__, d['ENGINE'], d['HOST'], d['PORT'], d['NAME'], d['USER'], d['PASSWORD'])"
    )
    url = "postgres://keeper:p%40ss@db.example:6543/budget"
    environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "perfbudget.settings"}
    ran = command(tmp_path, "-c", code, **environment)
    expected = "postgresql psycopg django.db.backends.postgresql db.example 6543 budget keeper p@ss"
    assert (ran.stdout.strip(), ran.stderr) == (expected, "")
    without = command(tmp_path, "-c", code, **{**environment, "DATABASE_URL": None})
    assert without.stdout.split()[0] == "sqlite"
    assert str(tmp_path / "db.sqlite3") in without.stdout


def test_requests_have_limits_that_commands_have_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who waits for a page waits seconds; a migration and a packet may take longer."""
    monkeypatch.setenv("DATABASE_URL", "postgres://keeper@db.example/budget?connect_timeout=9")
    commands = environment.database("production", tmp_path)
    assert "options" not in commands["OPTIONS"]
    assert int(commands["OPTIONS"]["connect_timeout"]) == 9, "what the URL says comes first"
    assert commands["OPTIONS"]["tcp_user_timeout"] == 8_000
    assert not commands["CONN_HEALTH_CHECKS"]
    monkeypatch.setattr(environment, "answers_requests", True)
    monkeypatch.setenv("PERFBUDGET_STATEMENT_SECONDS", "45")
    words = environment.database("production", tmp_path)["OPTIONS"]["options"].split(" -c ")
    assert words == ["-c lock_timeout=1s", "statement_timeout=45s", "idle_in_transaction_session_timeout=60s"]
    monkeypatch.delenv("DATABASE_URL")
    assert environment.database("production", tmp_path)["OPTIONS"]["timeout"] == 2
    monkeypatch.setattr(environment, "answers_requests", False)
    assert environment.database("production", tmp_path)["OPTIONS"]["timeout"] == 20


def test_behind_a_pooler_nothing_stays_in_a_connection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://keeper@db.example/budget")
    direct = environment.database("production", tmp_path)
    assert (direct["OPTIONS"]["prepare_threshold"], direct["DISABLE_SERVER_SIDE_CURSORS"]) == (2, False)
    monkeypatch.setenv("PERFBUDGET_PREPARED", "0")
    pooled = environment.database("production", tmp_path)
    assert pooled["DISABLE_SERVER_SIDE_CURSORS"]
    assert pooled["OPTIONS"].keys().isdisjoint({"prepare_threshold", "server_side_binding"})


def test_the_readme_names_every_variable() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "perfbudget").glob("*.py"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r'"(PERFBUDGET_[A-Z_]+|DATABASE_URL)"', code))
    assert len(used) >= 7
    assert [name for name in sorted(used) if f"| `{name}` |" not in readme] == []


# -- what it answers and logs --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """A response as received."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True)
class Site:
    """A running installation: its folder, its port, and the file that its processes log to."""

    folder: Path
    port: int
    log: Path
    pid: int = 0

    def ask(self, address: str, posted: dict[str, str] | None = None, **headers: str) -> Answer:
        """A request as a proxy in front passes it on: it was HTTPS outside."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            body = urlencode(posted) if posted else None
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if posted else {}
            sent = {"Host": HOST, "X-Forwarded-Proto": "https", **kind, **headers}
            connection.request("POST" if posted else "GET", address, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as database, database:
            return database.execute(statement).fetchall()

    @contextmanager
    def without_table(self, name: str) -> Iterator[None]:
        """Damage that makes every view which needs the table fail."""
        self.sql(f"ALTER TABLE {name} RENAME TO gone_for_a_test")
        try:
            yield
        finally:
            self.sql(f"ALTER TABLE gone_for_a_test RENAME TO {name}")


pytestmark = pytest.mark.xdist_group("production")  # one site serves all of them


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The steps of the README, from an empty folder to a served site."""
    folder = tmp_path_factory.mktemp("production")
    for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
        ran = command(folder, "manage.py", *words)
        assert (ran.returncode, ran.stderr) == (0, "")
    found = Site(folder, free_port(), folder / "log")
    env = {"PATH": os.environ["PATH"], "PERFBUDGET_VAR": str(folder), **GOOD}
    line = [sys.executable, "manage.py", "serve", "--port", str(found.port)]
    with (
        found.log.open("w") as log,
        subprocess.Popen(line, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout
        try:
            assert process.stdout.readline().startswith(f"perfbudget is at http://127.0.0.1:{found.port}/")
            yield replace(found, pid=process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            last, _ = process.communicate(timeout=60)
        assert (last, process.returncode) == ("stopped\n", 0)


def test_a_fresh_installation_has_no_account(site: Site) -> None:
    """Nobody can log in before `createsuperuser` was run."""
    assert site.sql("SELECT COUNT(*) FROM filings_person") == [(0,)]
    assert site.sql("SELECT COUNT(*) FROM filings_filing") == [(0,)]


def test_plain_http_is_sent_to_https(site: Site) -> None:
    answer = site.ask("/login/?next=/tasks/", **{"X-Forwarded-Proto": "http"})
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/login/?next=/tasks/")


def test_headers_of_a_page(site: Site) -> None:
    answer = site.ask("/login/")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    policy = set(answer.headers["Content-Security-Policy"].split("; "))
    assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_every_cookie_is_for_https_alone(site: Site) -> None:
    cookies = site.ask("/login/").headers.get_all("Set-Cookie", [])
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"csrftoken"}
    for cookie in cookies:
        assert "; Secure" in cookie
        assert "; SameSite=Lax" in cookie


def test_static_files_are_served_by_their_digest(site: Site) -> None:
    """Ours come with the program; nothing is fetched from elsewhere."""
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', site.ask("/login/").text)
    assert addresses
    for address in addresses:
        answer = site.ask(address)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]


IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\./[^"']+)["'];$""", re.MULTILINE)


def fetched_scripts(site: Site, entry: str) -> dict[str, Answer]:
    """A page's script and all that it imports, fetched by URL as a browser does."""
    found: dict[str, Answer] = {}
    wanted = [entry]
    while wanted:
        address = wanted.pop()
        if address not in found:
            found[address] = site.ask(address)
            wanted += [urljoin(address, name) for name in IMPORT.findall(found[address].text)]
    return found


TEMPLATES = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates").rglob("*.html")))
PAGE_SCRIPTS = sorted(set(re.findall(r"""<script type="module" src="\{% static '([^']+)' %\}"></script>""", TEMPLATES)))


def test_pages_have_module_scripts_and_no_others() -> None:
    assert PAGE_SCRIPTS == ["js/packet-progress.js", "js/review-queue.js", "js/step.js", "js/written-texts.js"]
    assert TEMPLATES.count("<script") == len(re.findall(r'<script type="module" src=', TEMPLATES))


@pytest.mark.parametrize("entry", PAGE_SCRIPTS)
def test_a_script_and_all_that_it_imports_are_served_by_their_digest(site: Site, entry: str) -> None:
    """A browser that keeps files for ever must not join a new script with old parts."""
    manifest = json.loads((site.folder / "static" / "staticfiles.json").read_text(encoding="utf-8"))
    scripts = fetched_scripts(site, f"/static/{manifest['paths'][entry]}")
    assert len(scripts) >= (20 if entry == "js/step.js" else 1)
    for address, answer in scripts.items():
        assert answer.status == 200, address
        assert re.fullmatch(r"/static/js/[a-z-]+\.[0-9a-f]{12}\.js", address)
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert "max-age=315360000" in answer.headers["Cache-Control"]
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_policy_lets_scripts_of_this_site_run_and_no_others(site: Site) -> None:
    """No page needs a script within it: what somebody writes into a form can never become one."""
    policy = site.ask("/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_an_unknown_host_is_refused(site: Site) -> None:
    answer = site.ask("/login/", Host="evil.example")
    assert answer.status == 400
    assert "ALLOWED_HOSTS" not in answer.text


def reveals_nothing(text: str) -> bool:
    """True if a public page reveals nothing about the program."""
    words = ("Traceback", "django", "perfbudget", "settings", "DEBUG", "sqlite", str(ROOT), KEY)
    return not [word for word in words if word.lower() in text.lower()]


def test_an_unknown_address_shows_our_page_and_no_list_of_addresses(site: Site) -> None:
    answer = site.ask("/nowhere/")
    assert answer.status == 404
    assert "没有这个页面" in answer.text
    assert reveals_nothing(answer.text)


def test_background_work_gives_way_to_pages(site: Site) -> None:
    """On two cores, saves waited for the drawing of a packet."""
    own = os.getpriority(os.PRIO_PROCESS, site.pid)
    nice = {word: [os.getpriority(os.PRIO_PROCESS, pid) - own for pid in children_with(site.pid, word)]
            for word in ("gunicorn", "db_worker")}  # fmt: skip
    assert nice["db_worker"] == [10]
    assert set(nice["gunicorn"]) == {0}


def test_whoever_sends_much_to_a_page_that_does_not_want_it_sees_the_answer(site: Site) -> None:
    """A connection that is closed with a part of the body unread is reset, and the answer never seen."""
    answer = site.ask("/nowhere/", {"text": "x" * 8_000_000})
    assert answer.status == 404
    assert "没有这个页面" in answer.text


def posted_log_in(site: Site) -> Answer:
    """A log-in form with a telephone number where the name belongs."""
    page = site.ask("/login/")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    posted = {"csrfmiddlewaretoken": token[1], "username": PHONE, "password": "Geheim-2468-wort"}
    return site.ask("/login/", posted, Cookie=cookie, Referer=f"https://{HOST}/login/")


def test_a_failure_shows_our_page_and_logs_where_but_not_what_was_typed(site: Site) -> None:
    assert posted_log_in(site).status == 200, "a wrong password is no failure"
    with site.without_table("axes_accessattempt"):
        answer = posted_log_in(site)
    assert answer.status == 500
    assert "系统出错" in answer.text
    assert reveals_nothing(answer.text)
    log = site.log.read_text(encoding="utf-8")
    errors = [
        json.loads(line) for line in log.splitlines() if line.startswith('{"time"') and '"django.request"' in line
    ]
    assert [(one["level"], one["message"]) for one in errors] == [("ERROR", "Internal Server Error: /login/")]
    assert errors[0]["request_id"] == answer.headers["X-Request-ID"]
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text
    assert "OperationalError" in errors[0]["traceback"]
    assert 'axes/handlers/database.py", line' in errors[0]["traceback"], "the places of the traceback are there"
    assert [word for word in (PHONE, "Geheim-2468-wort", "csrftoken", KEY) if word in log] == []


def test_health_tells_whether_the_database_answers(site: Site) -> None:
    assert (site.ask("/health").status, site.ask("/health").text) == (200, "ok\n")
