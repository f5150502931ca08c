"""The commands as a technician types them: help, exit codes, and one sentence instead of a traceback."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

from tests.commands.kit import COMMANDS, manage, shell


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the demo in it, made by the commands alone."""
    folder = tmp_path_factory.mktemp("installation")
    for words in (["migrate", "--verbosity", "0"], ["seed_demo"]):
        assert shell(folder, *words).code == 0
    return folder


def own_arguments(name: str) -> list[Any]:
    """What the command itself adds to what every command of Django has."""
    plain = BaseCommand().create_parser("manage.py", "x")
    known = {option for action in plain._actions for option in action.option_strings}
    parser: ArgumentParser = load_command_class("filings", name).create_parser("manage.py", name)
    return [action for action in parser._actions if not known & set(action.option_strings)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_argument_is_explained(name: str) -> None:
    assert len(load_command_class("filings", name).help) > 20
    assert [action.dest for action in own_arguments(name) if not action.help] == []


@pytest.mark.parametrize("name", ["build_fonts", "serve"])
def test_help_is_there_without_a_database(tmp_path: Path, name: str) -> None:
    ran = shell(tmp_path, name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: manage.py {name}")
    assert not (tmp_path / "db.sqlite3").exists()


WRONG = [
    (["export_filing", "none", "--format", "pdf", "-o", "x.pdf"], "there is no filing 'none'"),
    (["load_filing", "/nonexistent.json"], "cannot read /nonexistent.json"),
    (["check_filing", "none"], "there is no filing 'none'"),
    (["check_filing", "--all"], "134 errors"),
    (["check_layout", "/nonexistent.toml"], "1 mistakes"),
    (["serve", "--port", "99999"], "cannot listen on 127.0.0.1 port 99999"),
    (["serve", "--bind", "no-address"], "cannot listen on no-address port 8000"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=lambda one: " ".join(one) if isinstance(one, list) else "")
def test_an_error_is_a_sentence_and_exit_code_1(installation: Path, words: list[str], said: str) -> None:
    ran = shell(installation, *words)
    assert ran.code == 1
    assert f"CommandError: {said}" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["export_filing", "load_filing", "check_layout"])
def test_what_is_missing_on_the_line_is_said_by_name(installation: Path, name: str) -> None:
    ran = shell(installation, name)
    assert ran.code == 2
    assert "the following arguments are required" in ran.err


def test_from_the_list_to_the_file_and_back(installation: Path) -> None:
    """As in the README: a reference from the list is exported, loaded, and the log stays whole."""
    ref = shell(installation, "list_filings", "--json").data[0]["ref"]
    file = installation / "one.json"
    assert shell(installation, "export_filing", ref, "--format", "json", "-o", str(file)).code == 0
    assert shell(installation, "load_filing", str(file), "--as", "luolong.clerk").out.startswith(f"{ref} changed")
    assert shell(installation, "verify_log").out == "22 events, nothing wrong\n"


def test_a_port_that_is_taken_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = manage("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 1
    assert "Address already in use; try --port" in ran.err
    assert ran.out == ""


def test_fonts_that_are_there_are_not_cut_again() -> None:
    ran = manage("build_fonts")
    assert ran.code == 0
    assert ran.out.startswith("fonts are current in ")


def test_the_table_of_widths_is_the_one_in_the_code(tmp_path: Path) -> None:
    """Line breaks are reckoned from this table: it must be what the fonts say."""
    file = tmp_path / "advances.py"
    manage("build_fonts", "--advances", str(file))
    own = Path(__file__).resolve().parents[2] / "filings" / "sheet" / "advances.py"
    assert file.read_text(encoding="utf-8") == own.read_text(encoding="utf-8")
