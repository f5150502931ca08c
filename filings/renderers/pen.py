"""Draws words, rules and small squares as the content of a PDF page, in points from the lower left corner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from filings.renderers.faces import HEI, SONG, Glyph, faces, glyph_of

PT_PER_MM = 72 / 25.4


class Pen:
    """Draws on one page after another and remembers which glyphs of which faces it used."""

    def __init__(self) -> None:
        self.glyphs: dict[str, dict[int, Glyph]] = defaultdict(dict)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide a text is."""
        return sum(glyph_of(char, HEI if bold else SONG)[2] for char in text) * size / 1000

    def text(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A text from `x` on; characters that a face lacks come from the next of its chain."""
        parts: list[bytes] = [b"BT 1 0 0 1 %.2f %.2f Tm" % (x, y)]
        run, current = "", ""
        for char in text:
            name, number, width = glyph_of(char, HEI if bold else SONG)
            self.glyphs[name].setdefault(number, Glyph(width, char))
            if name != current:
                if run:
                    parts.append(_shown(current, size, run))
                run, current = "", name
            run += f"{number:04x}"
        parts.append(_shown(current, size, run))
        parts.append(b"ET")
        return b" ".join(parts)

    def centred(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A text with its middle at `x`."""
        return self.text(x - self.width(text, size, bold) / 2, y, text, size, bold)

    def right(self, x: float, y: float, text: str, size: float, bold: bool = False) -> bytes:
        """A text that ends at `x`."""
        return self.text(x - self.width(text, size, bold), y, text, size, bold)

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


def font_names() -> dict[str, str]:
    """The name of each face in what a pen draws."""
    return {f"P{index}": name for index, name in enumerate(sorted(faces()))}


def _name_of(face: str) -> str:
    return f"P{sorted(faces()).index(face)}"


def _shown(face: str, size: float, run: str) -> bytes:
    return f"/{_name_of(face)} {size:g} Tf <{run}> Tj".encode() if run else b""


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
