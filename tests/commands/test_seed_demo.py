"""seed_demo: loads what the README describes, once, and never in production."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.test import RequestFactory

from filings.models import Filing, Person, Role
from tests.commands.kit import ROOT, CommandResult, manage

README = (ROOT / "README.md").read_text(encoding="utf-8")


def counts() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for app in ("filings", "indicators")
        for model in apps.get_app_config(app).get_models()
    }


def logins(result: CommandResult) -> dict[str, str]:
    """Login name and role of every account that was printed."""
    return dict(re.findall(r"^  ([\w.]+) +(\w+) ", result.out, re.MULTILINE))


@pytest.mark.django_db
def test_twice_adds_nothing_the_second_time() -> None:
    first = manage("seed_demo", "--password", "demo-words-0815")
    before = counts()
    second = manage("seed_demo", "--password", "demo-words-0815")
    assert (first.code, second.code) == (0, 0)
    assert Filing.objects.count() == sum(map(int, re.findall(r"\((\d+) new\)", first.out))) > 0
    assert re.findall(r"(\d+) filings \(0 new\)", second.out) == re.findall(r"(\d+) filings \(", first.out)
    assert counts() == before
    assert logins(second) == logins(first)


@pytest.mark.django_db
def test_the_printed_accounts_can_log_in_and_are_in_the_readme() -> None:
    result = manage("seed_demo", "--password", "demo-words-0815")
    assert "demo-words-0815" in result.out
    accounts = logins(result)
    assert set(accounts.values()) == set(Role.values)
    assert set(accounts) == set(Person.objects.values_list("username", flat=True))
    for login in accounts:
        assert authenticate(RequestFactory().get("/"), username=login, password="demo-words-0815"), login
        assert f"`{login}`" in README


@pytest.mark.django_db
def test_the_password_of_the_installation_is_created_once(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    last_lines = [manage("seed_demo").out.strip().splitlines()[-1] for _ in range(2)]
    assert (
        last_lines[0]
        == last_lines[1]
        == f"Password of every demo account: {(tmp_path / 'demo-password').read_text().strip()}"
    )


@pytest.mark.django_db
def test_production_has_no_demo_accounts(settings: Any) -> None:
    settings.MODE = "production"
    result = manage("seed_demo", "--password", "demo-words-0815")
    assert result.code == 1
    assert "PERFBUDGET_MODE=demo" in result.err
    assert not Person.objects.exists()
