"""The modules of a QR code as a bit mask."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from filings.renderers.stamp import pack_modules

SQUARES = st.integers(1, 40).flatmap(
    lambda side: st.lists(st.lists(st.booleans(), min_size=side, max_size=side), min_size=side, max_size=side)
)


@given(SQUARES)
def test_every_module_is_read_back_as_a_pixel(rows: list[list[bool]]) -> None:
    modules = pack_modules(rows)
    assert modules.side == len(rows)
    image = Image.frombytes("1", (modules.side, modules.side), modules.bits)
    assert [[not image.getpixel((x, y)) for x in range(modules.side)] for y in range(modules.side)] == rows


def test_rows_are_filled_up_to_whole_bytes_with_light_modules() -> None:
    assert pack_modules([[1]]).bits == b"\x7f"
    assert pack_modules([[1] * 9] * 9).bits == b"\x00\x7f" * 9
    assert pack_modules([]).bits == b""
