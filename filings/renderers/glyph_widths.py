"""States the width of every glyph of CFF outlines in full.

Outlines have widths as differences from one that most glyphs of a group have in common (Adobe Technical Note 5176 §16,
5177 §3.1). Not every reader of PDFs looks that up where a font has several groups of glyphs, as Chinese ones have.
"""

from __future__ import annotations

from typing import Any

VMOVETO, ENDCHAR, RMOVETO, HMOVETO = 4, 14, 21, 22
"""The operators with which an outline without hints may begin."""
OPERANDS = {VMOVETO: 1, ENDCHAR: 0, RMOVETO: 2, HMOVETO: 1}
"""How many operands each takes; one more, the first, is the width."""


def state_widths(outlines: Any) -> None:
    """Rewrite the top dictionary of a CID-keyed CFF table of fontTools, whose outlines have no hints or subroutines."""
    for name in outlines.charset:
        outline = outlines.CharStrings[name]
        private = outline.private
        outline.bytecode = _with_width(outline.bytecode, private.nominalWidthX, private.defaultWidthX)
    for group in outlines.FDArray:
        group.Private.nominalWidthX = group.Private.defaultWidthX = 0


def _with_width(code: bytes, common: int, default: int) -> bytes:
    """An outline with its width, the difference of which from the `common` one it has begun with.

    It begins with a movement in both directions: before others, too, not every reader looks for a width.
    """
    operands, at = [], 0
    while code[at] >= 32 or code[at] == 28:
        value, at = _read_number(code, at)
        operands.append(value)
    operator = code[at]
    width = common + operands.pop(0) if len(operands) > OPERANDS[operator] else default
    if operator == HMOVETO:
        operands, operator = [*operands, 0], RMOVETO
    elif operator == VMOVETO:
        operands, operator = [0, *operands], RMOVETO
    return b"".join(map(_number, (width, *operands))) + bytes([operator]) + code[at + 1 :]


def _read_number(code: bytes, at: int) -> tuple[int, int]:
    """A whole number of an outline, and where it ends. Raises ValueError for one with decimals."""
    first = code[at]
    if first == 28:
        return int.from_bytes(code[at + 1 : at + 3], "big", signed=True), at + 3
    if first == 255:
        raise ValueError("an outline begins with a number that has decimals")
    if first >= 251:
        return -(first - 251) * 256 - code[at + 1] - 108, at + 2
    if first >= 247:
        return (first - 247) * 256 + code[at + 1] + 108, at + 2
    return first - 139, at + 1


def _number(value: int) -> bytes:
    """A whole number as outlines have it."""
    return bytes([value + 139]) if -107 <= value <= 107 else b"\x1c" + value.to_bytes(2, "big", signed=True)
