"""Workbooks opened by LibreOffice: the same values, none read as a formula, on the same number of pages."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paper import kit
from tests.paper.kit import Outputs

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.xdist_group("libreoffice"),  # one run of the program opens all files
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (package libreoffice-calc)"),
]

MADE = {f"{key.replace('/', '-')} {case}": (key, case) for key in kit.KEYS for case in ("blank", "hostile", "rows")}
NAMES = (*kit.demo_filings(), *MADE)
# Chinese offices have 宋体 and 黑体; here their places are taken by the faces of the PDF.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
<match><test name="family"><string>SimSun</string></test>
<edit name="family" mode="assign" binding="same"><string>Noto Serif CJK SC</string></edit></match>
<match><test name="family"><string>SimHei</string></test>
<edit name="family" mode="assign" binding="same"><string>Noto Sans CJK SC</string></edit></match>
</fontconfig>"""
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false"


def outputs(name: str) -> Outputs:
    return kit.outputs(*MADE[name]) if name in MADE else kit.demo_outputs(name)


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each workbook as LibreOffice prints, shows and saves it."""
    folder = tmp_path_factory.mktemp("libreoffice")
    files = []
    for number, name in enumerate(NAMES):
        files.append(folder / f"{number}.xlsx")
        files[-1].write_bytes(outputs(name).workbook)
    (folder / "fonts.conf").write_text(FONTS.format(cache=folder / "cache"))
    for target in ("pdf", AS_SHOWN, "xlsx"):
        out = folder / target.partition(":")[0]
        _convert(folder, target, out, files)
    return folder


def _convert(folder: Path, target: str, out: Path, files: list[Path]) -> None:
    environment = {**os.environ, "HOME": str(folder), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", target, "--outdir", str(out), *map(str, files)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)


@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_keeps_every_value(opened: Path, name: str) -> None:
    saved = (opened / "xlsx" / f"{NAMES.index(name)}.xlsx").read_bytes()
    assert kit.calamine_cells(saved) == kit.calamine_cells(outputs(name).workbook)


@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_shows_every_value_as_typed(opened: Path, name: str) -> None:
    with (opened / "csv" / f"{NAMES.index(name)}.csv").open(encoding="utf-8", newline="") as file:
        shown = [text for row in csv.reader(file) for text in row if text]
    assert shown == list(kit.shown_cells(outputs(name).workbook).values())


@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_prints_as_many_pages_as_the_pdf(opened: Path, name: str) -> None:
    printed = kit.read_pdf((opened / "pdf" / f"{NAMES.index(name)}.pdf").read_bytes())
    assert len(printed) == len(outputs(name).paper.pages)
    page = outputs(name).grid.page
    for one in printed:
        assert one.size == pytest.approx((page.width_mm * kit.MM, page.height_mm * kit.MM), abs=1)
