"""Outlines that state their widths look and are as wide as before."""

from __future__ import annotations

from typing import Any

import pytest
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from filings.renderers.font_files import FONT_SUBSETS, FontSubset, find_font, font_files, font_index
from filings.renderers.glyph_widths import _number, _read_number, _with_width

SIGNS = [*map(chr, range(0x20, 0x7F)), *"。，、①②≥≤√□—…《》％￥", *map(chr, range(0x4E00, 0x9FA5, 53))]


@pytest.mark.parametrize("subset", FONT_SUBSETS, ids=lambda subset: subset.postscript)
def test_a_cut_font_draws_its_signs_as_the_whole_one_does(subset: FontSubset) -> None:
    path = font_files()[FONT_SUBSETS.index(subset)]
    source, compared = find_font(subset.source), 0
    with (
        TTFont(source, fontNumber=font_index(source, subset.source_family), lazy=True) as whole,
        TTFont(path, lazy=True) as cut,
    ):
        for sign in SIGNS:
            names = [font.getBestCmap().get(ord(sign)) for font in (cut, whole)]
            if all(names) and sign != "—":  # which is another glyph in print
                assert drawn(cut, names[0]) == drawn(whole, names[1]), sign
                compared += 1
    assert compared > 240


def drawn(font: TTFont, name: str) -> tuple[float, list[Any]]:
    """The width of a glyph, as its outline states it, and its strokes."""
    outline = font["CFF "].cff[0].CharStrings[name]
    pen = RecordingPen()
    outline.draw(pen)
    assert outline.width == font["hmtx"][name][0]
    return outline.width, pen.value


@pytest.mark.parametrize("width", [None, -300, 0, 640])
@pytest.mark.parametrize(
    ("moved", "start"), [("rmoveto", [5, -900]), ("hmoveto", [-110]), ("vmoveto", [1100]), ("endchar", [])]
)
def test_each_beginning_is_kept(moved: str, start: list[int], width: int | None) -> None:
    program = [*([] if width is None else [width]), *start, moved]
    rest = [] if moved == "endchar" else [10, "hlineto", "endchar"]
    before = T2CharString(program=[*program, *rest])
    before.compile()
    after = T2CharString(bytecode=_with_width(before.bytecode, 200, 1000))
    after.decompile()
    assert after.program[0] == (1000 if width is None else 200 + width)
    moves = {"hmoveto": [*start, 0], "vmoveto": [0, *start]}.get(moved, start)
    assert after.program[1 : len(moves) + 2] == [*moves, moved if moved == "endchar" else "rmoveto"]
    assert after.program[len(moves) + 2 :] == rest


@given(st.integers(-32768, 32767))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    assert _read_number(_number(number), 0) == (number, len(_number(number)))
    other = T2CharString(program=[number, "endchar"])
    other.compile()
    assert _read_number(other.bytecode, 0) == (number, len(other.bytecode) - 1)


def test_a_number_with_decimals_is_refused() -> None:
    with pytest.raises(ValueError, match="decimals"):
        _read_number(b"\xff\x00\x01\x80\x00", 0)
