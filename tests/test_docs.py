"""The manual tells the truth: its example loads, and every key of the vocabulary is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from filings.sheet.document import TABLES
from filings.sheet.kinds import KINDS
from filings.sheet.loading import load_layout

ROOT = Path(__file__).resolve().parents[1]
MANUAL = (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_form_in_the_readme_loads() -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example
    layout = load_layout("README.md", example.group(1), {}.__getitem__)
    assert [spec.name for spec in layout.inputs()] == ["project_name", "leader", "phone", "goal"]


def vocabulary() -> list[str]:
    """Every key that the readers of layouts ask for."""
    keys: set[str] = set()
    for name in ("loading", "inputs", "blocks", "profile"):
        source = (ROOT / "filings" / "sheet" / f"{name}.py").read_text(encoding="utf-8")
        keys.update(re.findall(r"reader\.(?:take|need|one_of|listing|children)\(\s*\"([a-z0-9_]+)\"", source))
        keys.update(re.findall(r"root\.(?:take|need|one_of|listing|child|array)\(\s*\"([a-z0-9_]+)\"", source))
    return sorted(keys)


def test_the_vocabulary_is_found() -> None:
    assert {"draw", "widths_mm", "smallest_pt", "together", "before", "due"} <= set(vocabulary())


@pytest.mark.parametrize("word", [*vocabulary(), *KINDS, *TABLES])
def test_every_word_is_explained(word: str) -> None:
    assert re.search(rf"[`\[.]{word}\b", MANUAL), f"docs/layouts.md does not explain {word}"


@pytest.mark.parametrize(
    "command", sorted(path.stem for path in (ROOT / "filings/management/commands").glob("[a-z]*.py"))
)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`{command}" in README or f"manage.py {command}" in README, f"README does not name {command}"
