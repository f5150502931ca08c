"""What a printed sheet says of itself beside its content: words, and the squares of a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class QrModules:
    """Dark and light squares as the bits of a mask: so many on each side, row by row, 1 where it is left blank."""

    side: int
    bits: bytes


def pack_modules(rows: Sequence[Sequence[int]]) -> QrModules:
    """Squares packed, dark where a row holds a true value."""
    side = len(rows)
    data = bytearray()
    for row in rows:
        bits = "".join("0" if dark else "1" for dark in row)
        data += int(bits.ljust((side + 7) // 8 * 8, "1"), 2).to_bytes((side + 7) // 8, "big")
    return QrModules(side, bytes(data))


@dataclass(frozen=True)
class Stamp:
    """What stands small at the foot of each page of a sheet: up to three lines, and the squares of a QR code."""

    lines: tuple[str, ...]
    squares: QrModules | None = None
