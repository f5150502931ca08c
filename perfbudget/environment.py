"""Reads settings from environment variables. Raises ImproperlyConfigured for values that are unclear or unsafe."""

import os
import secrets
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from perfbudget.files import write_once

MODES = ("production", "demo", "test")
KEY_LENGTH = 50
ROW_LOCK_SECONDS, FILE_LOCK_SECONDS = 1, 2
"""How long a request waits for a lock of PostgreSQL's, or of SQLite's one writer; then its page tries again by itself.

So that it is answered within 3 s even where it waited before for a process that waited itself.
"""
# Whoever knows the key can forge sessions; keys out of manuals and examples are public.
KNOWN_KEYS = ("django-insecure", "change", "secret", "example", "default", "password", "your-", "your_")
NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(60))'"

help_only = False
"""Set by manage.py when it is asked for help: no variable is read, no key is needed, no folder is created."""

answers_requests = False
"""Set by wsgi.py: people wait for what this process does. Commands and background work may take their time."""


def _variable(name: str, default: str = "") -> str:
    """The value of an environment variable."""
    return default if help_only else os.environ.get(name, default)


def current_mode() -> str:
    """PERFBUDGET_MODE: one of MODES; by default `production`, under pytest `test`."""
    default = "test" if "PYTEST_VERSION" in os.environ else "production"
    mode = _variable("PERFBUDGET_MODE") or default
    if mode not in MODES:
        raise ImproperlyConfigured(f"PERFBUDGET_MODE is {mode!r}; it must be one of {', '.join(MODES)}")
    return mode


def word_list(name: str, default: str = "") -> list[str]:
    """A list of words separated by commas or blanks."""
    return _variable(name, default).replace(",", " ").split()


def address_list(name: str, default: str = "") -> list[IPv4Network | IPv6Network]:
    """A list of addresses and networks (`10.0.0.5`, `10.1.0.0/16`), separated by commas or blanks."""
    try:
        return [ip_network(word) for word in word_list(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}; write addresses or networks like 10.1.0.0/16") from error


def flag(name: str, default: bool) -> bool:
    """A switch, 1 or 0. Unclear values are errors: one may decide whether connections are encrypted."""
    text = _variable(name).strip().lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    if text:
        raise ImproperlyConfigured(f"{name} is {text!r}; write 1 or 0")
    return default


def number(name: str, default: int) -> int:
    """A whole number from 1 up."""
    text = _variable(name).strip()
    if text and not (text.isdecimal() and int(text)):
        raise ImproperlyConfigured(f"{name} is {text!r}; write a whole number from 1 on")
    return int(text or default)


def log_format(mode: str) -> str:
    """PERFBUDGET_LOG: `json` or `text`; by default `json` in production."""
    text = _variable("PERFBUDGET_LOG") or ("json" if mode == "production" else "text")
    if text not in ("json", "text"):
        raise ImproperlyConfigured(f"PERFBUDGET_LOG is {text!r}; write json or text")
    return text


def address(name: str) -> str:
    """The URL of a site without trailing slash; '' if it is not set."""
    text = _variable(name).strip().rstrip("/")
    if text and not text.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"{name} is {text!r}; write it as https://host")
    return text


def folder(name: str, default: Path) -> Path:
    """A folder, created if needed, that other users of the machine cannot read: it holds filings and keys."""
    path = Path(_variable(name) or default).expanduser().absolute()
    if not help_only:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
    return path


def secret_key(mode: str, var: Path) -> str:
    """The key that signs sessions. Required in production; the demo makes its own; tests have a fixed one."""
    given = _variable("PERFBUDGET_SECRET_KEY")
    if help_only:
        return secrets.token_urlsafe(60)
    if mode == "test":
        return given or "only-for-tests-" * 4
    if mode == "demo" and not given:
        return _stored_key(var / "secret-key")
    fault = _fault(given)
    if fault:
        raise ImproperlyConfigured(
            f"PERFBUDGET_SECRET_KEY {fault}. Make one with: {NEW_KEY}\n"
            "(To work on the demo that `make run` serves, set PERFBUDGET_MODE=demo instead.)"
        )
    return given


def _fault(key: str) -> str:
    """What is wrong with a key; '' if nothing."""
    if not key:
        return "is not set"
    if key.lower().startswith(KNOWN_KEYS):
        return "begins like a key out of an example, which anybody can know"
    if len(key) < KEY_LENGTH:
        return f"has {len(key)} characters; it needs at least {KEY_LENGTH}"
    if len(set(key)) < 10:
        return "is made of fewer than 10 different characters"
    return ""


def _stored_key(path: Path) -> str:
    """The key of the demo, created once, so that a restart does not log everybody out."""
    if not path.exists():
        write_once(path, secrets.token_urlsafe(60).encode())
    return path.read_text().strip()


def allowed_hosts(mode: str) -> list[str]:
    """The host names that the site answers to. Required in production; by default this machine only."""
    hosts = word_list("PERFBUDGET_ALLOWED_HOSTS")
    if not hosts and mode == "production" and not help_only:
        raise ImproperlyConfigured(
            "PERFBUDGET_ALLOWED_HOSTS is not set: name the hosts this site answers to, like jx.example.gov.cn"
        )
    return hosts or ["localhost", "127.0.0.1", "[::1]"]


def database(mode: str, var: Path) -> dict[str, Any]:
    """Django's database settings: DATABASE_URL, or else an SQLite file in `var`. Its own options come before ours."""
    url = _variable("DATABASE_URL") or f"sqlite:///{var / 'db.sqlite3'}"
    # In tests, threads that keep a connection would prevent the test database from being dropped. Stale connections
    # are found without a query (stale_connections.py).
    config: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=0 if mode == "test" else 300, conn_health_checks=False)
    )
    options = _sqlite_options(mode) if str(config["ENGINE"]).endswith("sqlite3") else _postgresql_options()
    config["OPTIONS"] = {**options, **config.get("OPTIONS", {})}
    # A cursor of the server lives in one connection, as a prepared statement does.
    config["DISABLE_SERVER_SIDE_CURSORS"] = not _is_prepared()
    return config


def _is_prepared() -> bool:
    """Whether a connection of ours stays the same one to the database, from one transaction to the next."""
    return flag("PERFBUDGET_PREPARED", default=True)


def _sqlite_options(mode: str) -> Mapping[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"
    if mode == "test":
        pragmas += " PRAGMA synchronous=OFF;"
    return {
        "init_command": pragmas,  # WAL: people read while one writes
        # Take the write lock at once: upgrading a read lock later fails instead of waiting.
        "transaction_mode": "IMMEDIATE",
        # Seconds to wait for that lock.
        "timeout": FILE_LOCK_SECONDS if answers_requests else 20,
    }


def _postgresql_options() -> Mapping[str, Any]:
    options: dict[str, Any] = {
        "connect_timeout": 3,  # seconds
        # A network that is gone tells nobody: unanswered data ends a connection after 8 s, an idle one after 45 s.
        "tcp_user_timeout": 8_000,
        "keepalives": 1,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    if _is_prepared():
        # Planned once for each connection. Not where a pooler gives each transaction another connection.
        options |= {"server_side_binding": True, "prepare_threshold": 2}
    if answers_requests:
        limits = {
            "lock_timeout": f"{ROW_LOCK_SECONDS}s",
            "statement_timeout": f"{number('PERFBUDGET_STATEMENT_SECONDS', 30)}s",
            # A process that hangs in the middle of a transaction must not keep its locks.
            "idle_in_transaction_session_timeout": "60s",
        }
        options["options"] = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return options
