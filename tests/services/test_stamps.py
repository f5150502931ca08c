"""Stamps: the lines at the foot of a page, and what its QR code says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageOps

from filings.renderers.stamp import QrModules
from filings.services.stamps import draft_stamp, qr_code, revision_stamp

CODE = "0007-AAAA-BBBB-CCCC"


def read_qr(squares: QrModules) -> str:
    picture = Image.frombytes("1", (squares.side, squares.side), squares.bits)
    (found,) = zxingcpp.read_barcodes(ImageOps.expand(picture.convert("L"), 4, 255).resize((180, 180), 0))
    return str(found.text)


def test_the_stamp_of_a_revision_names_form_number_time_and_code() -> None:
    stamp = revision_stamp("绩效目标表", 3, 2, datetime(2026, 3, 1, 16, 30, tzinfo=UTC), CODE)
    assert stamp.lines == (
        "绩效目标表　表样第 3 版", "第 2 稿　2026-03-02 00:30 送审", "校验码 0007-AAAA-BBBB-CCCC",
    )  # fmt: skip
    assert stamp.qr_modules == qr_code(CODE)


def test_the_stamp_of_a_draft_has_nothing_to_verify() -> None:
    stamp = draft_stamp("绩效目标表", 3, "草稿")
    assert (stamp.lines, stamp.qr_modules) == (("绩效目标表　表样第 3 版", "草稿，未送审"), None)


@pytest.mark.parametrize(
    ("address", "text"),
    [("", CODE), ("https://jixiao.example.gov.cn", f"https://jixiao.example.gov.cn/verify/?code={CODE}")],
)
def test_a_qr_code_is_the_address_where_the_site_has_one(settings: Any, address: str, text: str) -> None:
    settings.ADDRESS = address
    assert read_qr(qr_code(CODE)) == text


def test_equal_codes_have_equal_squares_and_others_have_not(settings: Any) -> None:
    settings.ADDRESS = ""
    assert qr_code(CODE) == qr_code(CODE)
    assert qr_code(CODE) != qr_code(CODE.replace("7", "8"))
