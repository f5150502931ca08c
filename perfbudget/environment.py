"""What the settings read from the environment, and what they refuse."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from perfbudget.files import write_once

MODES = ("production", "demo", "test")
KEY_LENGTH = 50
# Whoever knows the key can forge sessions: keys that stand in manuals and examples are known to all.
KNOWN_KEYS = ("django-insecure", "change", "secret", "example", "default", "password", "your-", "your_")
NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(60))'"


def current_mode() -> str:
    """`production` unless told otherwise; pytest announces itself, so that plain `pytest` works."""
    under_pytest = "test" if "PYTEST_VERSION" in os.environ else "production"
    found = os.environ.get("PERFBUDGET_MODE") or under_pytest
    if found not in MODES:
        raise ImproperlyConfigured(f"PERFBUDGET_MODE is {found!r}; it must be one of {', '.join(MODES)}")
    return found


def word_list(name: str, default: str = "") -> list[str]:
    """A list parted by commas or blanks."""
    return os.environ.get(name, default).replace(",", " ").split()


def flag(name: str, default: bool) -> bool:
    """0 or 1; anything unclear is refused, as it may decide whether a connection is encrypted."""
    text = os.environ.get(name, "").strip().lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    if text:
        raise ImproperlyConfigured(f"{name} is {text!r}; write 1 or 0")
    return default


def number(name: str, default: int) -> int:
    """A whole number from 1 on."""
    text = os.environ.get(name, "").strip()
    if text and not (text.isdecimal() and int(text)):
        raise ImproperlyConfigured(f"{name} is {text!r}; write a whole number from 1 on")
    return int(text or default)


def address(name: str) -> str:
    """The address of a site without the slash at its end, '' where none is given."""
    text = os.environ.get(name, "").strip().rstrip("/")
    if text and not text.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"{name} is {text!r}; write it as https://host")
    return text


def folder(name: str, default: Path) -> Path:
    """A folder of ours, closed to other users of the machine: it holds filings and keys."""
    path = Path(os.environ.get(name) or default).expanduser().absolute()
    path.mkdir(mode=0o750, parents=True, exist_ok=True)
    return path


def secret_key(current: str, var: Path) -> str:
    """The key that signs sessions."""
    given = os.environ.get("PERFBUDGET_SECRET_KEY", "")
    if current == "test":
        return given or "only-for-tests-" * 4
    if current == "demo" and not given:
        return _stored_key(var / "secret-key")
    fault = _fault(given)
    if fault:
        raise ImproperlyConfigured(
            f"PERFBUDGET_SECRET_KEY {fault}. Make one with: {NEW_KEY}\n"
            "(To work on the demo that `make run` serves, set PERFBUDGET_MODE=demo instead.)"
        )
    return given


def _fault(key: str) -> str:
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
    """The demo's own key, made once, so that a restart does not log everybody out."""
    if not path.exists():
        write_once(path, secrets.token_urlsafe(60).encode())
    return path.read_text().strip()


def allowed_hosts(current: str) -> list[str]:
    found = word_list("PERFBUDGET_ALLOWED_HOSTS")
    if not found and current == "production":
        raise ImproperlyConfigured(
            "PERFBUDGET_ALLOWED_HOSTS is not set: name the hosts this site answers to, like jx.example.gov.cn"
        )
    return found or ["localhost", "127.0.0.1", "[::1]"]


def database(current: str, var: Path) -> dict[str, Any]:
    """DATABASE_URL, or SQLite in `var`."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{var / 'db.sqlite3'}"
    # Threads of a test that keep their connection would stop the test database from being dropped.
    config: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=0 if current == "test" else 300, conn_health_checks=True)
    )
    if str(config["ENGINE"]).endswith("sqlite3"):
        config["OPTIONS"] = {**config.get("OPTIONS", {}), **_sqlite_options(current)}
    return config


def _sqlite_options(current: str) -> Mapping[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"
    if current == "test":
        pragmas += " PRAGMA synchronous=OFF;"
    return {
        "init_command": pragmas,  # WAL: people read while one writes
        # Take the write lock at once: upgrading a read lock later fails instead of waiting.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds to wait for that lock
    }
