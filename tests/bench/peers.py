"""The same sheet through other programs: LibreOffice from our workbook, Chromium from our page, Typst from the grid."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from filings.renderers import letter
from filings.renderers.html import layout_style, pages_html, sheet_style
from filings.renderers.workbook import render_workbook
from filings.sheet.grid import Grid, GridCell, Panel
from filings.sheet.pages import paginate

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def libreoffice(folder: Path, grids: Sequence[Grid]) -> Path | None:
    """PDF of a ready workbook by LibreOffice; None where it is not installed."""
    if not shutil.which("soffice"):
        return None
    workbook = workbook_of(folder, grids)
    run = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{folder}/office",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(workbook),
    ]
    subprocess.run(run, check=True, capture_output=True)
    return workbook.with_suffix(".pdf")


def workbook_of(folder: Path, grids: Sequence[Grid]) -> Path:
    """The workbook that LibreOffice is given, made once."""
    workbook = folder / "peer.xlsx"
    if not workbook.exists():
        workbook.write_bytes(render_workbook([(grid, "") for grid in grids]))
    return workbook


def weasyprint(folder: Path, grids: Sequence[Grid]) -> Path:
    """PDF of all sheets as one document, as WeasyPrint's manual shows."""
    papers = [paginate(grid) for grid in grids]
    style = sheet_style() + layout_style(papers[0].page)
    body = "".join(pages_html(paper) for paper in papers)
    head = f"<style>@page {{ size: A4; margin: 0 }}{style}</style>"
    target = folder / "weasyprint.pdf"
    letter.weasyprint().HTML(string=f'<html lang="zh-Hans">{head}<body class="print">{body}').write_pdf(
        str(target), presentational_hints=True
    )
    return target


def chromium(folder: Path, grids: Sequence[Grid]) -> Path | None:
    """PDF of one page of HTML by a new headless Chromium."""
    if not CHROMIUM:
        return None
    papers = [paginate(grid) for grid in grids]
    style = sheet_style() + layout_style(papers[0].page)
    body = "".join(pages_html(paper) for paper in papers)
    page = folder / "peer.html"
    head = f'<meta charset="utf-8"><style>@page {{ size: A4; margin: 0 }}{style}</style>'
    page.write_text(f'<!doctype html><html lang="zh-Hans">{head}<body class="print">{body}', encoding="utf-8")
    target = folder / "chromium.pdf"
    with tempfile.TemporaryDirectory() as profile:
        run = [
            CHROMIUM,
            *ARGS,
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={target}",
            page.as_uri(),
        ]
        subprocess.run(run, check=True, capture_output=True)
    return target


def typst(folder: Path, grids: Sequence[Grid]) -> Path | None:
    """PDF of the grid written as Typst tables; None where its package is not installed."""
    try:
        import typst as compiler
    except ImportError:
        return None
    source = folder / "peer.typ"
    head = '#set page(paper: "a4", margin: 18mm)\n#set text(font: "Noto Serif CJK SC", size: 10.5pt, lang: "zh")\n'
    source.write_text(head + "\n#pagebreak()\n".join(_typst(grid) for grid in grids), encoding="utf-8")
    target = folder / "typst.pdf"
    # Asked for the same as ours; it cannot be PDF/A-2a and PDF/UA-1 in one file.
    compiler.compile(str(source), output=str(target), pdf_standards=["a-2a"])
    return target


def _typst(grid: Grid) -> str:
    return "\n\n".join(_panel(panel) for panel in grid.panels)


def _panel(panel: Panel) -> str:
    columns = ", ".join(f"{width}mm" for width in panel.widths_mm)
    cells = ", ".join(_cell(cell) for row in panel.rows for cell in row.cells)
    stroke = "0.5pt" if panel.ruled else "none"
    return f"#table(columns: ({columns},), stroke: {stroke}, {cells})"


def _cell(cell: GridCell) -> str:
    text = cell.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'table.cell(colspan: {cell.columns}, rowspan: {cell.rows}, text("{text}"))'
