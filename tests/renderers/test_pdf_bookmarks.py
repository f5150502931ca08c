"""Bookmarks: the tree that readers show is that of departments, forms and sheets."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filings.renderers.pdf.bookmarks import add_bookmarks
from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.front_matter import TocEntry
from tests.renderers import pdf_kit


def outlined(entries: list[TocEntry], pages: int) -> bytes:
    document = PdfDocument()
    for _ in range(pages):
        pdf_kit.add_page(document)
    add_bookmarks(document.pdf, entries)
    return pdf_kit.saved(document)


def bookmarks(data: bytes) -> list[tuple[int, str, int]]:
    with pypdfium2.PdfDocument(data) as document:
        return [(one.level, one.get_title(), one.get_dest().get_index() + 1) for one in document.get_toc()]


TREES = st.lists(st.lists(st.integers(0, 3), max_size=3), min_size=1, max_size=4)
"""For each department the number of sheets of each of its forms."""


@settings(deadline=None, max_examples=40)
@given(TREES)
def test_readers_see_the_tree_that_was_given(tree: list[list[int]]) -> None:
    entries: list[TocEntry] = []
    for department, forms in enumerate(tree):
        entries.append(TocEntry(0, f"单位{department}"))
        for form, sheets in enumerate(forms):
            entries.append(TocEntry(1, f"表{department}-{form}"))
            entries += [TocEntry(2, f"项目{department}-{form}-{number}") for number in range(sheets)]
    for number, entry in enumerate(entries):
        entry.page = number // 2 + 1
    data = outlined(entries, len(entries))
    assert bookmarks(data) == [(entry.level, entry.text, entry.page) for entry in entries]


def count_of(node: Any) -> int:
    return int(node.get("/Count", 0))


def test_departments_are_open_and_forms_closed() -> None:
    levels = [0, 1, 2, 2, 1, 2, 0, 1]
    data = outlined([TocEntry(level, str(number), page=1) for number, level in enumerate(levels)], 1)
    with pikepdf.open(io.BytesIO(data)) as document:
        root = document.Root.Outlines
        first, second = root.First, root.Last
        assert count_of(root) == 5, "those that are seen"
        assert (count_of(first), count_of(second)) == (2, 1)
        assert (count_of(first.First), count_of(first.Last), count_of(second.First)) == (-2, -1, 0)
        assert first.Next.objgen == second.objgen
        assert second.Prev.objgen == first.objgen
        assert first.First.Parent.objgen == first.objgen


@pytest.mark.parametrize("title", ["䶮㛃街道（2026）", "a\\(b", "=1+1"])
def test_titles_are_read_as_they_were_given(title: str) -> None:
    assert bookmarks(outlined([TocEntry(0, title, page=1)], 1)) == [(0, title, 1)]
