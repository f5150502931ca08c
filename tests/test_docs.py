"""The manual tells the truth: its example loads, and every key of the vocabulary is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from filings.sheet.document import TABLES
from filings.sheet.kinds import KINDS
from filings.sheet.loading import load_layout
from filings.sheet.profile import load_profile
from filings.sheet.sample import sample_document
from tests import manual

ROOT = Path(__file__).resolve().parents[1]
MANUAL = (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_form_in_the_readme_loads() -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example
    layout = load_layout("README.md", example.group(1), {}.__getitem__)
    assert [spec.name for spec in layout.inputs()] == ["project_name", "leader", "phone", "goal"]


METHODS = "get|require|get_number|require_number|get_numbers|choice|get_list|list_as_tables|children|child|array"
ASKED = re.compile(rf"(?:reader|root|child|line)\.(?:{METHODS})\(\s*\"([a-z0-9_]+)\"")
LISTED = re.compile(r"for (?:k|key) in \(((?:\"[a-z_]+\"(?:, )?)+)\)")


def keys_of(*modules: str) -> set[str]:
    """Every key that these readers of files ask for."""
    keys: set[str] = set()
    for name in modules:
        source = (ROOT / "filings" / "sheet" / f"{name}.py").read_text(encoding="utf-8")
        keys.update(ASKED.findall(source))
        for listed in LISTED.findall(source):
            keys.update(re.findall(r"[a-z_]+", listed))
    return keys


def vocabulary() -> list[str]:
    """Every key that the readers of layouts and profiles ask for."""
    return sorted(keys_of("toml_reader", "loading", "input_reader", "date_rules", "block_reader", "targets", "profile"))


def test_the_vocabulary_is_found() -> None:
    known = {
        "draw",
        "widths_mm",
        "smallest_pt",
        "together",
        "before",
        "due",
        "keep",
        "middle",
        "beside",
        "follow",
        "whole",
    }
    assert known <= set(vocabulary())


@pytest.mark.parametrize("word", [*vocabulary(), *KINDS, *TABLES])
def test_every_word_is_explained(word: str) -> None:
    assert re.search(rf"[`\[.]{word}\b", MANUAL), f"docs/layouts.md does not explain {word}"


EXAMPLES = list(manual.examples(MANUAL))


def of_line(example: manual.Example) -> str:
    return f"line {example.line}"


@pytest.mark.parametrize("example", EXAMPLES, ids=of_line)
def test_every_example_of_the_manual_loads_and_is_drawn_as_it_says(example: manual.Example) -> None:
    """`python -m tests.manual` draws them anew."""
    if example.is_profile:
        assert load_profile("layouts.md", example.text).categories()
        return
    assert example.layout.sections
    assert example.drawing in ("", example.drawn())


def test_the_form_of_the_tutorial_has_sixty_cells() -> None:
    layout = EXAMPLES[0].layout
    first = EXAMPLES[0].drawn()
    assert "项目支出绩效目标申报表" in first
    paths = [path for path, _ in sample_document(layout, manual.TREE * 2).cells() if layout.spec(path)]
    assert 55 <= len(paths) <= 75


@pytest.mark.parametrize(
    "key",
    sorted(
        keys_of("toml_reader", "loading", "input_reader", "date_rules", "block_reader", "targets")
        - {"use", "fragments"}
    ),
)
def test_every_key_of_a_layout_stands_in_an_example(key: str) -> None:
    assert any(re.search(rf"\b{key}\b(\]| =|\.)", example.text) for example in EXAMPLES), key


@pytest.mark.parametrize(
    "command", sorted(path.stem for path in (ROOT / "filings/management/commands").glob("[a-z]*.py"))
)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`{command}" in README or f"manage.py {command}" in README, f"README does not name {command}"


def test_every_file_that_the_guide_points_to_is_there() -> None:
    guide = (ROOT / "docs" / "where-is.md").read_text(encoding="utf-8")
    named = re.findall(r"\| `([\w/.-]+)` \|$", guide, re.MULTILINE)
    assert len(named) == 20
    assert [name for name in named if not (ROOT / name).is_file()] == []
