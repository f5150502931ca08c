"""Cover and contents: page numbers, line breaks, links, and where a page of the contents may end."""

from __future__ import annotations

from itertools import accumulate

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume
from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.front_matter import (
    LEFT,
    RIGHT,
    TocEntry,
    paint_page_number,
    render_contents,
    render_cover,
    toc_entries,
    toc_pages,
)
from tests.renderers import pdf_kit


def volume(title: str, *counts: int) -> Volume:
    """A department with a form for each count of sheets."""
    chapters = [
        Chapter(f"{title}表{number}", tuple(SheetEntry(f"{title}{number}-{n}", "", bytes) for n in range(count)))
        for number, count in enumerate(counts)
    ]
    return Volume(title, tuple(chapters))


def test_headings_lead_to_the_first_sheet_below_them() -> None:
    """The first sheet follows the cover and a page of contents."""
    entries = toc_entries([volume("甲", 2, 1), volume("乙", 1)], [3, 1, 2, 1])
    assert [(entry.level, entry.page - 3) for entry in entries] == [
        (0, 0), (1, 0), (2, 0), (2, 3), (1, 4), (2, 4), (0, 6), (1, 6), (2, 6),
    ]  # fmt: skip


@given(st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=4), min_size=1, max_size=5), st.data())
def test_sheets_follow_the_contents_without_a_gap(tree: list[list[int]], data: st.DataObject) -> None:
    volumes = [volume(str(number), *counts) for number, counts in enumerate(tree)]
    total = sum(map(sum, tree))
    sizes = data.draw(st.lists(st.integers(1, 9), min_size=total, max_size=total))
    entries = toc_entries(volumes, sizes)
    first = 2 + len(toc_pages(entries))
    assert [entry.page for entry in entries if entry.level == 2] == list(accumulate(sizes[:-1], initial=first))


@given(st.lists(st.sampled_from([0, 1, 2, 2, 2]), max_size=150))
def test_a_page_of_the_contents_does_not_end_with_a_heading(levels: list[int]) -> None:
    entries = [TocEntry(level, str(number)) for number, level in enumerate([0, *levels, 2])]
    pages = toc_pages(entries)
    assert [entry for page in pages for entry in page] == entries
    assert all(page for page in pages)
    assert all(len(page) <= 36 for page in pages)
    # A page of nothing but headings has to end with one.
    assert all(page[-1].level == 2 or all(entry.level < 2 for entry in page) for page in pages)


@pytest.mark.parametrize("headings", [(1,), (0, 1), (0,)])
def test_headings_at_the_end_of_a_page_move_to_the_next(headings: tuple[int, ...]) -> None:
    full = len(toc_pages([TocEntry(2, "")] * 100)[0])
    levels = [2] * (full - len(headings)) + [*headings, 2, 2]
    pages = toc_pages([TocEntry(level, "") for level in levels])
    assert [[entry.level for entry in page] for page in pages] == [[2] * (full - len(headings)), [*headings, 2, 2]]


def cover_lines(cover: Cover) -> list[str]:
    return pdf_kit.text(pdf_kit.saved(pdf_kit.document_of(render_cover(cover)))).split("\r\n")


def test_the_cover_has_its_texts_from_top_to_bottom() -> None:
    cover = Cover("某区2026年绩效目标", "某局", (("张数", "8"), ("说明", "含草稿")))
    assert cover_lines(cover) == ["某局", "某区2026年绩效目标", "张数 8", "说明 含草稿"]
    assert cover_lines(Cover("甲")) == ["甲"]


def test_no_line_of_the_cover_begins_with_punctuation() -> None:
    subject = "一二三四五六七八九十一二三四五六七，八九十（一二三四五六七八九十）。"
    lines = cover_lines(Cover(subject, facts=(("说明", "一二三四五六七八九十一二三四五六七八九，十。" * 3),)))
    assert len(lines) > 4
    assert not [line for line in lines if line[0] in "，。）"]


def test_a_line_of_the_contents_shows_its_page_and_links_to_it() -> None:
    entries = [TocEntry(0, "某局", page=3), TocEntry(1, "某表", page=3), TocEntry(2, "项目" * 40, "草稿", 12)]
    document = pdf_kit.document_of(render_contents(entries, first_page=1))
    data = pdf_kit.saved(document)
    lines = pdf_kit.text(data).split("\r\n")
    assert lines[0] == "目　录"
    assert (lines[1].split()[0], lines[1].split()[-1]) == ("某局", "3")
    assert "…　草稿" in lines[3], "the title is cut, the note is not"
    assert lines[3].endswith("12")
    right = [edge for char, _, edge, _ in pdf_kit.characters(data) if char == "2"][-1]
    assert right == pytest.approx(RIGHT, abs=0.1)
    links = document.pdf.pages[0].Annots
    assert [int(link.Dest[0]) for link in links] == [3, 3, 12]
    tops = [float(link.Rect[3]) for link in links]
    assert tops == sorted(tops, reverse=True)
    assert all(isinstance(link, pikepdf.Dictionary) and float(link.Rect[0]) == round(LEFT, 2) for link in links)


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 120))
def test_long_contents_go_on_to_further_pages(count: int) -> None:
    entries = [TocEntry(2, f"项目{number}", page=number) for number in range(count)]
    document = pdf_kit.document_of(render_contents(entries, first_page=1))
    data = pdf_kit.saved(document)
    texts = [pdf_kit.text(data, page) for page in range(document.count)]
    assert [text.startswith("目　录（续）") for text in texts] == [False, *[True] * (len(texts) - 1)]
    assert [f"总第 {number} 页" in text for number, text in enumerate(texts, 1)] == [True] * len(texts)
    for number in range(count):
        assert sum(f"项目{number}\r\n" in text or f"项目{number} " in text for text in texts) == 1


def test_the_page_number_ends_at_the_margin() -> None:
    document = PdfDocument()
    pdf_kit.add_page(document, paint_page_number(document.painter, 7, 400))
    found = pdf_kit.characters(pdf_kit.saved(document))
    assert "".join(char for char, *_ in found) == "总第 7 页"
    assert found[-1][2] == pytest.approx(400 - 13 / 25.4 * 72, abs=0.1)
