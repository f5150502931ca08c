"""Paints text and lines as PDF operators, in points from the lower left corner of the page."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from filings.renderers.pdf.fonts import HEI, SONG, load_fonts
from filings.renderers.pdf.shaping import GlyphText, ShapedLine, shape_line
from filings.sheet.line_breaking import break_text

PT_PER_MM = 72 / 25.4


class TextPainter:
    """Paints text and collects the glyphs in use by font: `glyphs` is font name → (glyph, text)."""

    def __init__(self) -> None:
        self.glyphs: dict[str, set[GlyphText]] = defaultdict(set)

    def text_width(self, text: str, size: float, bold: bool = False) -> float:
        """The width of a text on one line in points; `size` is the font size in points."""
        return shape_line(text, HEI if bold else SONG).width * size / 1000

    def paint(self, x: float, y: float, text: str, size: float, bold: bool = False, share: float = 0.0) -> bytes:
        """A line of text at baseline `y`; `share` of its width is left of `x`: 0 left, 0.5 centred, 1 right aligned."""
        line = shape_line(text, HEI if bold else SONG)
        return self._operators(line, x - share * line.width * size / 1000, y, size)

    def paint_centred(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A line of text centred at `x`."""
        return self.paint(x, y, text, size, bold, 0.5)

    def paint_right(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A line of text that ends at `x`."""
        return self.paint(x, y, text, size, bold, 1.0)

    def _operators(self, line: ShapedLine, x: float, y: float, size: float) -> bytes:
        parts, names = [], font_names()
        for run in line.runs:
            self.glyphs[run.font].update(run.pairs)
            left, baseline = x + run.at * size / 1000, y + run.rise * size / 1000
            shown = f"/{names[run.font]} {size:g} Tf 1 0 0 1 {left:.2f} {baseline:.2f} Tm <{run.numbers}> Tj"
            parts.append(_meaning(shown, run.meant) if run.meant else shown)
        return f"BT {' '.join(parts)} ET".encode() if parts else b""

    def break_lines(self, text: str, size: float, width: float, bold: bool = False) -> list[str]:
        """The text in lines of at most `width` points, broken by the rules of Chinese typesetting; '' gives ['']."""
        return break_text(text, width, lambda char: self.text_width(char, size, bold))

    def truncate(self, text: str, size: float, width: float, bold: bool = False) -> str:
        """The text on one line of at most `width` points; if too long, it is cut at any character and ends in …."""
        if self.text_width(text, size, bold) <= width:
            return text
        kept, used = "", 0.0
        for char in text:
            used += self.text_width(char, size, bold)
            if kept and used > width - size:
                break
            kept += char
        return f"{kept}…"


def _meaning(shown: str, meant: str) -> str:
    """Operators that show something for another text, which is what is copied and read aloud."""
    return f"/Span <</ActualText <feff{meant.encode('utf-16-be').hex()}>>> BDC {shown} EMC"


@cache
def font_names() -> dict[str, str]:
    """The resource names of all fonts in page content: font name → P0, P1 …"""
    return {font: f"P{index}" for index, font in enumerate(sorted(load_fonts()))}


def paint_line(x: float, y: float, to_x: float, width: float = 0.6) -> bytes:
    """A horizontal line from (x, y) to (to_x, y)."""
    return b"%.2f w %.2f %.2f m %.2f %.2f l S" % (width, x, y, to_x, y)
