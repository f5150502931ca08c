"""A department's workbook: valid worksheet names, an index with links both ways, opened by LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
from decimal import Decimal
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import zxingcpp
from PIL import Image
from python_calamine import CalamineWorkbook

from filings.renderers.stamp import Stamp
from filings.renderers.workbook import IndexTab, SheetTab, render_indexed_workbook
from filings.services.stamps import qr_code
from tests.paper import kit

NAMES = ("01 甲/乙:丙*?[丁]\\", "表" * 40, "表" * 40, "it's", "目录", "=1+1")
STAMP = Stamp(("某表　表样第 1 版", "第 1 稿　2026-11-21 10:00 送审", "校验码 甲"), qr_code("0001-ABCD-EFGH-JKMN"))
INDEX = IndexTab("某批次　某单位", ("表", "项目", "资金（万元）"), (30, 40, 16))


def tabs() -> list[SheetTab]:
    made = [kit.demo_outputs(name) for name in list(kit.demo_filings())[-len(NAMES) :]]
    return [
        SheetTab(partial(getattr, one, "grid"), "", name, (f"项目 {name}", Decimal("1044.490000")), STAMP)
        for one, name in zip(made, NAMES, strict=True)
    ]


def test_every_sheet_is_linked_with_the_index() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_indexed_workbook(tabs(), INDEX)))
    index, *sheets = book.worksheets
    assert index.title == "目录"
    assert len({name.casefold() for name in book.sheetnames}) == len(NAMES) + 1
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)
    for row, sheet in enumerate(sheets, 4):
        place = index.cell(row, 1)
        assert place.value == sheet.title
        assert place.hyperlink.location == "'{}'!A1".format(sheet.title.replace("'", "''"))
        back = sheet.cell(1, sheet.max_column)
        assert (back.value, back.hyperlink.location) == ("返回目录", "'目录'!A1")
        assert sheet.oddFooter.left.text == "校验码 甲"
        assert (index.cell(row, 3).value, index.cell(row, 3).number_format) == (1044.49, "#,##0.00####")
    assert not index.cell(1, 1).alignment.wrap_text, "the title runs on to its right"


def test_each_sheet_has_its_stamp_outside_the_printed_area() -> None:
    _, *sheets = openpyxl.load_workbook(io.BytesIO(render_indexed_workbook(tabs(), INDEX))).worksheets
    for sheet in sheets:
        printed = sheet[sheet.print_area.split("!")[-1]]
        column = sheet.max_column
        assert tuple(sheet.cell(row, column).value for row in (2, 3, 4)) == STAMP.lines
        assert column > printed[0][-1].column
        (picture,) = sheet._images
        assert picture.anchor._from.col == column - 1
        (code,) = zxingcpp.read_barcodes(Image.open(picture.ref))
        assert code.text == "0001-ABCD-EFGH-JKMN"


def test_every_value_is_read_back() -> None:
    read = CalamineWorkbook.from_filelike(io.BytesIO(render_indexed_workbook(tabs(), INDEX)))
    names = list(kit.demo_filings())[-len(NAMES) :]
    for name, title in zip(names, read.sheet_names[1:], strict=True):
        shown = "".join(str(value) for row in read.get_sheet_by_name(title).to_python() for value in row)
        for text in kit.drawn_texts(kit.demo_outputs(name).grid):
            assert kit.squeezed(text) in kit.squeezed(shown)


def test_the_same_sheets_give_the_same_workbook() -> None:
    assert render_indexed_workbook(tabs(), INDEX, "甲") == render_indexed_workbook(tabs(), INDEX, "甲")


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(render_indexed_workbook(tabs(), INDEX))
    run = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "pdf"]
    subprocess.run([*run, "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")], check=True, capture_output=True)
    pages = kit.read_pdf((tmp_path / "book.pdf").read_bytes())
    assert len(pages) >= len(NAMES) + 1
    assert "某批次某单位" in pages[0].text
