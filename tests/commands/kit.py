"""Runs management commands and returns their exit code and output."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(path.stem for path in (ROOT / "filings/management/commands").glob("[a-z]*.py"))


@dataclass(frozen=True)
class CommandResult:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON that it printed."""
        return json.loads(self.out)


def manage(name: str, *words: str) -> CommandResult:
    """Run the command in this process. An exception other than CommandError fails the test."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *words, stdout=out, stderr=err)
    except CommandError as error:
        return CommandResult(error.returncode, out.getvalue(), f"{err.getvalue()}{error}")
    return CommandResult(0, out.getvalue(), err.getvalue())


def shell(folder: Path, *words: str, **environment: str) -> CommandResult:
    """Run the command in a new process, with the installation in `folder`."""
    return bare_shell({"PERFBUDGET_MODE": "test", "PERFBUDGET_VAR": str(folder), **environment}, *words)


def bare_shell(environment: Mapping[str, str], *words: str) -> CommandResult:
    """Run the command in a new process with these environment variables, and no others but PATH."""
    env = {"PATH": os.environ["PATH"], **environment}
    line = [sys.executable, "manage.py", *words]
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    return CommandResult(done.returncode, done.stdout, done.stderr)
