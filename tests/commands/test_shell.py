"""Commands as a technician runs them: help, exit codes, error messages without traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

from tests.commands.kit import COMMANDS, ROOT, bare_shell, manage, shell

pytestmark = pytest.mark.xdist_group("shell")  # one installation serves all of them


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the demo, created by commands only."""
    folder = tmp_path_factory.mktemp("installation")
    for words in (["migrate", "--verbosity", "0"], ["seed_demo"]):
        assert shell(folder, *words).code == 0
    return folder


def own_arguments(name: str) -> list[Any]:
    """The arguments that the command adds to those of every Django command."""
    plain = BaseCommand().create_parser("manage.py", "x")
    known = {option for action in plain._actions for option in action.option_strings}
    parser: ArgumentParser = load_command_class("filings", name).create_parser("manage.py", name)
    return [action for action in parser._actions if not known & set(action.option_strings)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_argument_is_explained(name: str) -> None:
    assert len(load_command_class("filings", name).help) > 20
    assert [action.dest for action in own_arguments(name) if not action.help] == []


def everything_in(folder: Path) -> list[str]:
    """What lies in a folder; [] if there is none."""
    return sorted(str(path) for path in folder.rglob("*")) if folder.exists() else []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_needs_no_configuration(name: str) -> None:
    """No variable is set: no key, no mode, no database; and nothing is written."""
    before = everything_in(ROOT / "var")
    result = bare_shell({}, name, "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"usage: manage.py {name}")
    assert everything_in(ROOT / "var") == before


@pytest.mark.parametrize("words", [["help"], ["help", "list_filings"], ["list_filings", "-h"], []])
def test_help_is_given_with_a_wrong_configuration(tmp_path: Path, words: list[str]) -> None:
    wrong = {
        "PERFBUDGET_MODE": "prod", "PERFBUDGET_SECRET_KEY": "short", "PERFBUDGET_HTTPS": "perhaps",
        "PERFBUDGET_VAR": str(tmp_path / "var"), "DATABASE_URL": "nonsense",
    }  # fmt: skip
    result = bare_shell(wrong, *words)
    assert (result.code, result.err) == (0, "")
    assert "list_filings" in result.out
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("words", [["list_filings"], ["dbshell", "--", "--help"]])
def test_everything_else_needs_its_configuration(words: list[str]) -> None:
    result = bare_shell({}, *words)
    assert result.code == 1
    assert result.err.startswith("configuration: PERFBUDGET_SECRET_KEY is not set")


def read_little(folder: Path, *words: str) -> tuple[int, bytes]:
    """The exit code and error output of a command whose reader goes before it has read anything."""
    env = {"PATH": os.environ["PATH"], "PERFBUDGET_MODE": "test", "PERFBUDGET_VAR": str(folder)}
    line = [sys.executable, "manage.py", *words]
    with subprocess.Popen(line, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        assert command.stdout
        assert command.stderr
        command.stdout.close()
        error = command.stderr.read()
        return command.wait(timeout=120), error


@pytest.mark.parametrize(
    "words",
    [
        ["list_filings"],
        ["list_filings", "--json"],
        ["check_filing", "--all"],
        ["check_filing", "--all", "--json"],
        ["export_filing", "REF", "--format", "json", "-o", "-"],
        ["check_layout", "filings/layouts/yinchuan-yongning/project-target.toml"],
        ["verify_log"],
        ["list_filings", "--help"],
    ],
    ids=" ".join,
)
def test_a_reader_that_has_seen_enough_ends_the_command(installation: Path, words: list[str]) -> None:
    """As `list_filings | head -1` does: ended by the signal, as other programs, and without a word."""
    ref = shell(installation, "list_filings", "--json").data[0]["ref"] if "REF" in words else ""
    code, error = read_little(installation, *(word.replace("REF", ref) for word in words))
    assert (code, error) == (-signal.SIGPIPE, b"")


def test_another_broken_pipe_is_still_an_error(installation: Path) -> None:
    """Only the standard output may be closed by who reads it."""
    line = (
        "import sys, manage; sys.argv = ['manage.py', 'check'];"
        "from django.core import management;"
        "management.execute_from_command_line = lambda words: (_ for _ in ()).throw(BrokenPipeError(32, 'pool'));"
        "manage.main()"
    )
    env = {"PATH": os.environ["PATH"], "PERFBUDGET_MODE": "test", "PERFBUDGET_VAR": str(installation)}
    done = subprocess.run(
        [sys.executable, "-c", line], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert "BrokenPipeError: [Errno 32] pool" in done.stderr


WRONG = [
    (["export_filing", "none", "--format", "pdf", "-o", "x.pdf"], "there is no filing 'none'"),
    (["load_filing", "/nonexistent.json"], "cannot read /nonexistent.json"),
    (["check_filing", "none"], "there is no filing 'none'"),
    (["check_filing", "--all"], ""),
    (["check_layout", "/nonexistent.toml"], "1 mistakes"),
    (["serve", "--port", "99999"], "cannot listen on 127.0.0.1 port 99999"),
    (["serve", "--bind", "no-address"], "cannot listen on no-address port 8000"),
]


@pytest.mark.parametrize(("words", "message"), WRONG, ids=lambda one: " ".join(one) if isinstance(one, list) else "")
def test_an_error_is_one_message_and_exit_code_1(installation: Path, words: list[str], message: str) -> None:
    result = shell(installation, *words)
    assert result.code == 1
    assert f"CommandError: {message}" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("name", ["export_filing", "load_filing", "check_layout"])
def test_missing_arguments_are_named(installation: Path, name: str) -> None:
    result = shell(installation, name)
    assert result.code == 2
    assert "the following arguments are required" in result.err


def test_from_the_list_to_the_file_and_back(installation: Path) -> None:
    """As in the README: list, export, load, and the log stays valid."""
    filings = shell(installation, "list_filings", "--json").data
    ref = filings[0]["ref"]
    file = installation / "one.json"
    assert shell(installation, "export_filing", ref, "--format", "json", "-o", str(file)).code == 0
    assert shell(installation, "load_filing", str(file), "--as", "luolong.clerk").out.startswith(f"{ref} unchanged")
    assert shell(installation, "verify_log").out == f"{len(filings)} events, nothing wrong\n"


def test_a_used_port_is_reported_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = manage("serve", "--port", str(taken.getsockname()[1]))
    assert result.code == 1
    assert "Address already in use; try --port" in result.err
    assert result.out == ""


def test_existing_fonts_are_not_built_again() -> None:
    result = manage("build_fonts")
    assert result.code == 0
    assert result.out.startswith("fonts are current in ")


def test_the_table_of_widths_is_the_one_in_the_code(tmp_path: Path) -> None:
    """Line breaks are computed from this table: it must match the fonts."""
    file = tmp_path / "advances.py"
    manage("build_fonts", "--advances", str(file))
    own = Path(__file__).resolve().parents[2] / "filings" / "sheet" / "advances.py"
    assert file.read_text(encoding="utf-8") == own.read_text(encoding="utf-8")
