"""The stamp at the foot of a printed form: identification lines and a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class QrModules:
    """The modules of a QR code as a bit mask: `side` modules a row, rows padded to bytes, 0 for a dark module."""

    side: int
    bits: bytes


def pack_modules(rows: Sequence[Sequence[int]]) -> QrModules:
    """Pack rows of modules, a true value for a dark one, into a bit mask."""
    side = len(rows)
    data = bytearray()
    for row in rows:
        bits = "".join("0" if dark else "1" for dark in row)
        data += int(bits.ljust((side + 7) // 8 * 8, "1"), 2).to_bytes((side + 7) // 8, "big")
    return QrModules(side, bytes(data))


@dataclass(frozen=True)
class Stamp:
    """The stamp of a form: up to three lines of text and the modules of a QR code (None: without code)."""

    lines: tuple[str, ...]
    qr_modules: QrModules | None = None
