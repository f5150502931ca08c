"""Samples of forms are drawn under limits of cells, pages and time, and stop in the middle of the work."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from filings.services.layouts import LAYOUTS, read_layout_file
from filings.sheet.drawing_limits import DrawingLimitError, DrawingLimits
from filings.sheet.grid import Grid, LayoutVariables, build_grid
from filings.sheet.loading import load_layout
from filings.sheet.new_documents import blank_document
from filings.sheet.pages import paginate
from filings.sheet.problems import LayoutError
from tests.factories import LAYOUT

FORMS = sorted(
    path for path in LAYOUTS.glob("*/*.toml") if path.name != "profile.toml" and path.parent.name != "common"
)


def grid(draw: str, more: str = "", page: str = "") -> Grid:
    """A form of one column that draws some lines."""
    text = f"""
key = "testshire/large"
version = 1
name = "大表"
[page]
{page}
[[block]]
widths_mm = [100]
draw = '''
{draw}
'''
{more}
[cells]
a = {{ label = "甲" }}
[[section]]
key = "s"
title = "t"
cells = ["a"]
"""
    layout = load_layout("large.toml", text, {}.__getitem__)
    return build_grid(layout, blank_document(layout, [], {}), LayoutVariables(2026))


def test_so_many_pages_and_no_more() -> None:
    sheet = grid("\n".join(["200mm | 乙 |"] * 11 + ["| {a} |"]))
    assert len(paginate(sheet, limits=DrawingLimits(pages=12)).pages) in (11, 12)
    with pytest.raises(DrawingLimitError, match="这张表超过 5 页"):
        paginate(sheet, limits=DrawingLimits(pages=5))


def test_the_time_stops_the_work_in_the_middle() -> None:
    """Thousands of long paragraphs in forty type sizes would take minutes."""
    lines = "\n".join(f"{number}{'长' * 900}" for number in range(60))
    block = f"[[block]]\nkind = 'text'\nrepeat = 30\ndraw = '''\n{lines}\n'''"
    sheet = grid("| {a} |", block, "font_pt = 24\nsmallest_pt = 4")
    start = time.process_time()
    with pytest.raises(DrawingLimitError, match="秒内画不完"):
        paginate(sheet, limits=DrawingLimits(pages=10**6, seconds=0.5))
    assert time.process_time() - start < 3.0


def test_cells_are_counted_before_any_is_drawn() -> None:
    layout = load_layout("plan.toml", LAYOUT, {}.__getitem__)
    pairs = [("一级", f"二级{number}") for number in range(100)]
    document = blank_document(layout, pairs, {})
    DrawingLimits(cells=600).check_cells(layout, document, pairs)
    with pytest.raises(DrawingLimitError, match=r"约有 \d+ 个单元格，最多 400 个"):
        DrawingLimits(cells=400).check_cells(layout, document, pairs)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_real_forms_are_far_within_the_limits(path: Path) -> None:
    layout, _, _ = read_layout_file(path)
    pairs = [("一级", f"二级{number}") for number in range(24)]
    DrawingLimits(cells=10_000).check_cells(layout, blank_document(layout, pairs, {}), pairs)


TREE = 'start = "tree"\ncomplete = true'
TOO_LARGE = {
    "cells": (
        LAYOUT.replace('start = "tree"', TREE).replace(
            "indicators | {level1}", "| 甲 | 乙 | 丙 | 丁 |\n" * 490 + "indicators | {level1}"
        ).replace('[[block]]\nkind = "table"', '[[block]]\nrepeat = 20\nkind = "table"'),
        "个单元格，最多 20,000 个",
    ),
    "pages": (
        LAYOUT.replace("     | 名目", "250mm | 甲 | 乙 | 丙 | 丁 |\n" * 210 + "| 名目"),
        "超过 200 页",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_form_beyond_the_limits_is_refused_with_its_file(tmp_path: Path, name: str) -> None:
    text, reason = TOO_LARGE[name]
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    start = time.process_time()
    with pytest.raises(LayoutError) as caught:
        read_layout_file(path)
    assert time.process_time() - start < 15.0
    assert [(problem.line, reason in problem.reason) for problem in caught.value.problems] == [(1, True)]
