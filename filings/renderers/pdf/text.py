"""Draws words and rules as the content of a PDF page, in points from the lower left corner."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from filings.renderers.pdf.fonts import HEI, SONG, load_fonts
from filings.renderers.pdf.shaping import GlyphText, ShapedLine, shape_line

PT_PER_MM = 72 / 25.4


class TextPainter:
    """Draws on one page after another and remembers which glyphs of which faces it used."""

    def __init__(self) -> None:
        self.glyphs: dict[str, set[GlyphText]] = defaultdict(set)

    def text_width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide a text is."""
        return shape_line(text, HEI if bold else SONG).width * size / 1000

    def paint(self, x: float, y: float, text: str, size: float, bold: bool = False, share: float = 0.0) -> bytes:
        """A text that has a `share` of itself left of `x`: it begins there, or has its middle there (½), or ends."""
        line = shape_line(text, HEI if bold else SONG)
        return self._shown(line, x - share * line.width * size / 1000, y, size)

    def paint_centred(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A text with its middle at `x`."""
        return self.paint(x, y, text, size, bold, 0.5)

    def paint_right(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A text that ends at `x`."""
        return self.paint(x, y, text, size, bold, 1.0)

    def _shown(self, line: ShapedLine, x: float, y: float, size: float) -> bytes:
        parts = []
        for run in line.runs:
            self.glyphs[run.font].update(run.pairs)
            left, base = x + run.at * size / 1000, y + run.rise * size / 1000
            parts.append(f"/{font_names()[run.font]} {size:g} Tf 1 0 0 1 {left:.2f} {base:.2f} Tm <{run.numbers}> Tj")
        return f"BT {' '.join(parts)} ET".encode() if parts else b""

    def break_lines(self, text: str, size: float, room: float, bold: bool = False) -> list[str]:
        """A text broken where it must be to fit into the room."""
        lines, used = [""], 0.0
        for char in text:
            width = self.text_width(char, size, bold)
            if lines[-1] and used + width > room:
                lines.append("")
                used = 0.0
            lines[-1] += char
            used += width
        return lines

    def truncate(self, text: str, size: float, room: float, bold: bool = False) -> str:
        """A text on one line, cut with … where it is too long."""
        if self.text_width(text, size, bold) <= room:
            return text
        return self.break_lines(text, size, room - size, bold)[0] + "…"


@cache
def font_names() -> dict[str, str]:
    """The name of each face in what a pen draws."""
    return {face: f"P{index}" for index, face in enumerate(sorted(load_fonts()))}


def paint_rule(x: float, y: float, to_x: float, width: float = 0.6) -> bytes:
    """A level line."""
    return b"%.2f w %.2f %.2f m %.2f %.2f l S" % (width, x, y, to_x, y)
