"""The cut fonts: CIDs are glyph numbers, and fonts that an earlier version cut are cut again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from filings.renderers import font_files
from filings.renderers.pdf import sheet
from filings.services.packets import cache


def wrong_cids(path: Path) -> list[tuple[int, str]]:
    """The glyphs of CFF outlines whose CID is not their number, with their name."""
    with TTFont(path, lazy=True) as font:
        names = font["CFF "].cff[0].charset
        return [(number, name) for number, name in enumerate(names) if number and name != f"cid{number:05d}"]


@pytest.mark.parametrize("path", font_files.font_files(), ids=lambda path: path.stem)
def test_cids_of_a_cut_font_are_glyph_numbers(path: Path) -> None:
    assert wrong_cids(path) == []


def test_fonts_of_an_earlier_recipe_are_cut_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_files, "FONT_SUBSETS", font_files.FONT_SUBSETS[:1])  # 6 seconds each
    installed = font_files.font_files()[0]
    stamp = json.loads(installed.with_name("stamp.json").read_text())
    (tmp_path / "stamp.json").write_text(json.dumps({**stamp, "recipe": 1}, indent=1, sort_keys=True))
    (tmp_path / installed.name).write_bytes(b"cut by release 0.2")
    assert font_files.build_fonts(tmp_path)
    assert (tmp_path / installed.name).read_bytes() == installed.read_bytes()
    assert not font_files.build_fonts(tmp_path)


@pytest.fixture
def _digest_of_now() -> Iterator[None]:
    yield
    font_files.font_digest.cache_clear()


@pytest.mark.usefixtures("_digest_of_now")
def test_nothing_drawn_or_bound_with_other_fonts_is_used_again(settings: Any, tmp_path: Path) -> None:
    def keys() -> set[str]:
        font_files.font_digest.cache_clear()
        return {sheet.cache_key("a sheet", ""), cache.cache_key("pdf", ["a sheet"])}

    before = keys()
    shutil.copytree(settings.FONT_DIR, tmp_path / "fonts", ignore=shutil.ignore_patterns("cache"))
    settings.FONT_DIR = tmp_path / "fonts"
    assert keys() == before
    with (tmp_path / "fonts" / font_files.font_files()[2].name).open("ab") as file:
        file.write(b"0")
    assert not keys() & before
