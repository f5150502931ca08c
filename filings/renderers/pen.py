"""Draws words, rules and small squares as the content of a PDF page, in points from the lower left corner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from filings.renderers.faces import HEI, SONG, faces
from filings.renderers.shaping import Pair, SetLine, set_line

PT_PER_MM = 72 / 25.4


class Pen:
    """Draws on one page after another and remembers which glyphs of which faces it used."""

    def __init__(self) -> None:
        self.glyphs: dict[str, set[Pair]] = defaultdict(set)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide a text is."""
        return set_line(text, HEI if bold else SONG).width * size / 1000

    def text(self, x: float, y: float, text: str, size: float, bold: bool = False, share: float = 0.0) -> bytes:
        """A text that has a `share` of itself left of `x`: it begins there, or has its middle there (½), or ends."""
        line = set_line(text, HEI if bold else SONG)
        return self._shown(line, x - share * line.width * size / 1000, y, size)

    def centred(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A text with its middle at `x`."""
        return self.text(x, y, text, size, bold, 0.5)

    def right(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A text that ends at `x`."""
        return self.text(x, y, text, size, bold, 1.0)

    def _shown(self, line: SetLine, x: float, y: float, size: float) -> bytes:
        parts = []
        for run in line.runs:
            self.glyphs[run.face].update(run.pairs)
            left, base = x + run.at * size / 1000, y + run.rise * size / 1000
            parts.append(f"/{font_names()[run.face]} {size:g} Tf 1 0 0 1 {left:.2f} {base:.2f} Tm <{run.numbers}> Tj")
        return f"BT {' '.join(parts)} ET".encode() if parts else b""

    def lines(self, text: str, size: float, room: float, bold: bool = False) -> list[str]:
        """A text broken where it must be to fit into the room."""
        lines = [""]
        for char in text:
            if lines[-1] and self.width(lines[-1] + char, size, bold) > room:
                lines.append("")
            lines[-1] += char
        return lines

    def cut(self, text: str, size: float, room: float, bold: bool = False) -> str:
        """A text on one line, cut with … where it is too long."""
        lines = self.lines(text, size, room, bold)
        if len(lines) == 1:
            return text
        return self.lines(text, size, room - size, bold)[0] + "…"


@cache
def font_names() -> dict[str, str]:
    """The name of each face in what a pen draws."""
    return {face: f"P{index}" for index, face in enumerate(sorted(faces()))}


def rule(x: float, y: float, to_x: float, width: float = 0.6) -> bytes:
    """A level line."""
    return b"%.2f w %.2f %.2f m %.2f %.2f l S" % (width, x, y, to_x, y)


def squares(rows: Sequence[Sequence[int]]) -> tuple[int, bytes]:
    """Dark and light squares as the bits of a mask: its side, and its bytes (1 is left blank)."""
    side = len(rows)
    data = bytearray()
    for row in rows:
        bits = "".join("0" if dark else "1" for dark in row)
        data += int(bits.ljust((side + 7) // 8 * 8, "1"), 2).to_bytes((side + 7) // 8, "big")
    return side, bytes(data)
