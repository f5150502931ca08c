"""manage.py check_layout: print the errors of layout files with file and line, or the blank form as text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.services.layouts import LAYOUTS, read_layout_file, read_profile_file
from filings.sheet.grid import LayoutVariables, build_grid
from filings.sheet.layout import Layout, blank_document
from filings.sheet.plain_text import render_text
from filings.sheet.problems import LayoutError
from filings.sheet.profile import Profile
from filings.sheet.suggested_meanings import meaning_lines, missing_meanings


class Command(BaseCommand):
    """Checks layout files and profiles; exit status 1 if there are errors."""

    help = "Check layout files: every mistake as FILE:LINE: reason, or the blank form drawn as text."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", help="a layout file or a profile")
        parser.add_argument("--includes", metavar="FOLDER", default=str(LAYOUTS), help="where included files are found")
        parser.add_argument("--quiet", action="store_true", help="say only what is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        errors = 0
        for name in options["files"]:
            try:
                text = self._check(Path(name), Path(options["includes"]))
            except LayoutError as error:
                errors += len(error.problems)
                for problem in error.problems:
                    self.stderr.write(str(problem))
            except OSError as error:
                errors += 1
                self.stderr.write(f"{name}:0: cannot be read: {error.strerror}")
            else:
                if not options["quiet"]:
                    self.stdout.write(text)
        if errors:
            raise CommandError(f"{errors} mistakes")

    def _check(self, path: Path, folder: Path) -> str:
        """The text to print for a file without errors. Raises LayoutError or OSError."""
        if _is_profile(path):
            return f"{path}: good" if read_profile_file(path) else ""
        layout, _, _ = read_layout_file(path, folder)
        return f"{path}: good\n{_meanings(layout)}{_blank(layout, _profile(path))}"


def _meanings(layout: Layout) -> str:
    """What the labels suggest where the file names no meaning; '' where it names them all. No error either way."""
    if layout.has_suggested_meanings:
        lines = [f"  {name} {label}: {words}" for name, label, words in meaning_lines(layout)]
        head = "no means in this file: read out of its labels; check them, and write them into the next version"
        return "\n".join([head, *lines, ""]) if lines else ""
    return "".join(f"{name} {label}: looks as if it should say means\n" for name, label in missing_meanings(layout))


PROFILE_KEYS = {"place", "year", "category", "due", "severity"}
LAYOUT_KEYS = {"key", "version", "block", "cells", "section"}


def _is_profile(path: Path) -> bool:
    """Whether a file is a profile, by the keys that it has, whatever its name. Raises OSError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):  # a mistake: whoever reads the file as a layout says which
        return False
    return len(PROFILE_KEYS & data.keys()) > len(LAYOUT_KEYS & data.keys())


def _profile(path: Path) -> Profile | None:
    """The profile in the folder of the layout, if there is one."""
    profile_path = path.parent / "profile.toml"
    is_other = profile_path.is_file() and not profile_path.samefile(path)
    return read_profile_file(profile_path) if is_other else None


def _blank(layout: Layout, profile: Profile | None) -> str:
    categories = profile.categories() if profile else [("一级指标", "二级指标")]
    year = profile.year if profile else 2026
    document = blank_document(layout, categories, {})
    return render_text(build_grid(layout, document, LayoutVariables(year, form=layout.name)))
