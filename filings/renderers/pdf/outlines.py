"""Text painted as outlines: seen, but no text for whoever copies, searches or listens."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from filings.renderers.pdf.fonts import load_fonts
from filings.renderers.pdf.shaping import shape_line


@lru_cache(maxsize=16)
def outline_text(text: str, chain: tuple[str, ...], size: float, spacing: float) -> bytes:
    """The operators that fill the outlines of a line, beginning at the origin; `size` and `spacing` in points."""
    from fontTools.pens.basePen import BasePen

    class PathPen(BasePen):
        """Writes a glyph as PDF path operators."""

        left, scale = 0.0, size / 1000
        operators: list[bytes]

        def _write(self, operator: bytes, *points: tuple[float, float]) -> None:
            numbers = (b"%.2f %.2f" % (self.left + x * self.scale, y * self.scale) for x, y in points)
            self.operators.append(b" ".join((*numbers, operator)))

        def _moveTo(self, point: Any) -> None:  # noqa: N802 - named by fontTools
            self._write(b"m", point)

        def _lineTo(self, point: Any) -> None:  # noqa: N802
            self._write(b"l", point)

        def _curveToOne(self, first: Any, second: Any, end: Any) -> None:  # noqa: N802
            self._write(b"c", first, second, end)

        def _closePath(self) -> None:  # noqa: N802
            self._write(b"h")

    pen = PathPen(None)
    pen.operators = []
    for run in shape_line(text, chain).runs:
        font = load_fonts()[run.font]
        for start in range(0, len(run.numbers), 4):
            glyph = int(run.numbers[start : start + 4], 16)
            font.hb_font.draw_glyph_with_pen(glyph, pen)
            pen.left += font.width(glyph) * pen.scale + spacing
    return b" ".join((*pen.operators, b"f"))
