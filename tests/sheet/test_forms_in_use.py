"""Bounds that came after release 0.1 stop no form that was in use before: it loads and prints, its admin is told."""

from __future__ import annotations

import pytest

from filings.sheet import toml_reader
from filings.sheet.drawing import LayoutVariables
from filings.sheet.drawing_limits import DrawingLimits
from filings.sheet.grid import build_grid
from filings.sheet.layout import Layout, TableBlock
from filings.sheet.loading import find_warnings, load_layout
from filings.sheet.new_documents import blank_document
from filings.sheet.pages import paginate
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.sample import sample_document
from tests.factories import LAYOUT

CATEGORIES = [("产出指标", "数量指标"), ("效益指标", "社会效益指标")]
LONG = "长" * (toml_reader.MAX_TEXT + 100)
COLUMNS = "widths_mm = [40, 40, 40, 40]"
MARGINS = "margins_mm = [20, 20, 20, 20]"
LINE = "     | 名目 |"
PHONE = 'kind = "phone" }'
TOGETHER = "[[together]]"
LAST_STEP = '[[section]]\nkey = "rows"'
MANY_COLUMNS = f"[[block]]\nwidths_mm = {[2] * 61}\ndraw = '''\n|{' 甲 |' * 61}\n'''\n"
MANY_CELLS = "".join(f"extra{n} = {{ label = '多' }}\n" for n in range(toml_reader.MAX_ENTRIES))
MANY_CHOICES = "choices = [" + ", ".join(f"'{n}-{{1..99}}'" for n in range(11)) + "] }"
LONG_TEXT = "[[block]]\nkind = 'text'\ndraw = '''\n" + f"{'一段文字' * 150}\n" * 101 + "'''\n"

EXCESSES = {
    "a narrow column": (COLUMNS, "widths_mm = [40, 2, 40, 40]", "widths_mm 的每一项应在 3 至 420 之间，而不是 2"),
    "no column": (COLUMNS, "widths_mm = [40, 0.5, 40, 0]", "widths_mm 的每一项应在 3 至 420 之间，而不是 0.5"),
    "columns": (TOGETHER, MANY_COLUMNS + TOGETHER, "widths_mm 有 61 列，最多 60 列"),
    "a high line": (LINE, LINE.replace("     ", "270mm"), "行高 270 mm 超过一页（版心高 257 mm）"),
    "a higher line": (LINE, LINE.replace("     ", "999999999mm "), "行高 1e+09 mm 超过一页（版心高 257 mm）"),
    "lines": (LINE, "| 甲 | 乙 | 丙 | 丁 |\n" * 501 + LINE, "这一块有 507 行，最多 500 行"),
    "a long line": (LINE, f"| {'名目' * 2_050} |", "字，最多 4000 字，请分行写"),
    "a line of points": (TOGETHER, f"[[block]]\nkind = 'text'\ndraw = '''\n{'1.' * 13}\n'''\n{TOGETHER}", "超过 12 层"),
    "a long drawing": (TOGETHER, LONG_TEXT + TOGETHER, "draw 有 60701 字，最多 60000 字"),
    "help of a cell": (PHONE, f'kind = "phone", help = "{LONG}" }}', "cells.phone.help 有 2100 字，最多 2000 字"),
    "help of a step": (LAST_STEP, f'{LAST_STEP}\nhelp = "{LONG}"', "section.2.help 有 2100 字，最多 2000 字"),
    "a choice": (PHONE, f"choices = ['{LONG}'] }}", "cells.phone.choices 有一项长达 2100 字，最多 2000 字"),
    "choices": (PHONE, MANY_CHOICES, "cells.phone.choices 展开后有 1089 项，最多 1000 项"),
    "parts": ('["grant", "rest"]', "[" + "'grant',\n" * 1_001 + "]", "sum.0.parts 有 1001 项，最多 1000 项"),
    "cells": ("[tables.funding.columns]", f"{MANY_CELLS}[tables.funding.columns]", "cells 超过 1000 项，请减少"),
    "blocks": (TOGETHER, "[[block]]\nkind = 'line'\nrepeat = 30\n" * 7 + TOGETHER, "连同重复超过 200 个，请减少"),
    "steps": (LAST_STEP, "[[section]]\nkey = 'x'\ntitle = 'x'\n" * 60 + LAST_STEP, "连同重复超过 60 个，请减少"),
    "a large title": ("[page]\n", "[page]\ntitle_pt = 60\n", "page.title_pt 应在 6 至 48 之间，而不是 60"),
    "no title": ("[page]\n", "[page]\ntitle_pt = 0\n", "page.title_pt 应在 6 至 48 之间，而不是 0"),
    "small type": ("[page]\n", "[page]\nsmallest_pt = 0.5\n", "smallest_pt 应为 0（不缩小），或 4 至 24"),
    "a margin": (MARGINS, "margins_mm = [160, 20, 20, 20]", "margins_mm 的每一项应在 0 至 150 之间，而不是 160"),
    "no room": (MARGINS, "margins_mm = [140, 20, 120, 20]", "版心的宽和高都不能小于 40 mm"),
    "the name": ('name = "试用绩效目标表"', f'name = "{"名" * 101}"', "name 有 101 字，最多 100 字"),
    "the file": (TOGETHER, "#\n" * 200_000 + TOGETHER, "文件超过 400000 字"),
}  # fmt: skip


def changed(old: str, new: str) -> str:
    assert old in LAYOUT
    return LAYOUT.replace(old, new, 1)


def in_use(text: str) -> Layout:
    return load_layout("plan.toml", text, {}.__getitem__, trusted=True)


def warnings(text: str) -> list[Problem]:
    return find_warnings("plan.toml", text, {}.__getitem__)


@pytest.mark.parametrize("name", EXCESSES)
def test_a_form_in_use_prints_though_it_is_beyond_a_bound(name: str) -> None:
    old, new, reason = EXCESSES[name]
    text = changed(old, new)
    with pytest.raises(LayoutError):
        load_layout("plan.toml", text, {}.__getitem__)
    layout, limits = in_use(text), DrawingLimits(seconds=60)
    for document in (blank_document(layout, CATEGORIES, {}), sample_document(layout, CATEGORIES)):
        grid = build_grid(layout, document, LayoutVariables(2026, categories=tuple(CATEGORIES)))
        assert paginate(grid, limits=limits).pages
    assert len([one for one in warnings(text) if reason in one.reason]) == 1


def test_a_form_within_all_bounds_has_no_warning() -> None:
    assert warnings(LAYOUT) == []


def test_what_is_beyond_a_bound_stays_or_is_cut_to_it() -> None:
    text = changed(COLUMNS, "widths_mm = [40, 2, 40, 0]").replace(LINE, LINE.replace("     ", "270mm"))
    layout = in_use(text.replace("[page]\n", "[page]\ntitle_pt = 60\nsmallest_pt = 1\n"))
    (table,) = (block for block in layout.blocks if isinstance(block, TableBlock))
    assert table.widths_mm == (40, 2, 40, 0), "wider columns might not fit the paper"
    assert [row.height_mm for row in table.rows[:2]] == [257, 0]
    assert (layout.page.title_pt, layout.page.smallest_pt) == (48, 4)


def test_a_line_without_height_is_one_of_no_least_height() -> None:
    text = changed(LINE, LINE.replace("     ", "0mm "))
    assert in_use(text) == in_use(LAYOUT)
    with pytest.raises(LayoutError, match="行高 0mm 应大于 0"):
        load_layout("plan.toml", text, {}.__getitem__)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *((COLUMNS, f"widths_mm = [40, {number}, 40, 40]") for number in ("nan", "inf", "-1", "-inf")),
        *((MARGINS, f"margins_mm = [20, {number}, 20, 20]") for number in ("nan", "inf", "-5")),
        *(("[page]\n", f"[page]\ntitle_pt = {number}\n") for number in ("nan", "inf", "-18")),
        (MARGINS, "margins_mm = [20, 100, 20, 110]"),
    ],
)
def test_what_nothing_can_be_drawn_with_stays_a_mistake(old: str, new: str) -> None:
    with pytest.raises(LayoutError):
        in_use(changed(old, new))


def test_an_included_file_is_beyond_a_bound() -> None:
    phone = 'phone = { label = "试用电话", kind = "phone" }\n'
    text = changed(phone, "").replace("version = 1", 'version = 1\ninclude = ["common.toml"]')
    common = f"[cells]\nphone = {{ label = '试用电话', help = '{LONG}' }}\n# {LONG}{LONG}\n"
    files = {"common.toml": common}
    assert load_layout("plan.toml", text, files.__getitem__, trusted=True).cells["phone"].help == LONG
    assert [(one.file, one.line, one.reason) for one in find_warnings("plan.toml", text, files.__getitem__)] == [
        ("common.toml", 3, "这一行有 4202 字，最多 4000 字，请分行写"),
        ("common.toml", 2, "cells.phone.help 有 2100 字，最多 2000 字，请缩短"),
    ]


def test_a_file_that_is_no_toml_is_no_form_in_use_either() -> None:
    text = changed("version = 1", 'version = 1\ninclude = ["common.toml"]')
    for load in (find_warnings, lambda *words: load_layout(*words, trusted=True)):
        with pytest.raises(LayoutError, match=r"common\.toml:1: 不符合 TOML 语法"):
            load("plan.toml", text, {"common.toml": "[cells"}.__getitem__)
