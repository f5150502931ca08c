"""The templates can be read: a designer reviews them line by line."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = sorted(path for path in (Path(__file__).resolve().parents[1] / "templates").rglob("*") if path.is_file())
LONGEST = 120  # as in pyproject.toml, for code and for djlint


def test_no_line_is_longer_than_a_screen() -> None:
    """djlint's max_line_length is for its formatter only: its linter lets long lines pass."""
    assert len(TEMPLATES) >= 30
    long = [
        f"{path.name}:{number}: {len(line)} characters"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert long == []


def test_no_field_for_a_text_cuts_what_is_pasted() -> None:
    """`maxlength` cuts a paste without a word; a login name and a code are no texts of anybody's."""
    cutting = {path.name for path in TEMPLATES if "maxlength=" in path.read_text(encoding="utf-8")}
    assert cutting == {"login.html", "verify.html"}
