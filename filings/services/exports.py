"""Exports filings as PDF, workbook, HTML and JSON: the draft, or the revision that was last submitted.

Drawn pages are cached in files that are named by their content; the cache can be deleted at any time. A draft has a
watermark, a revision its verification code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import escape

from filings.models import EDITABLE, Filing, Revision
from filings.renderers.html import layout_style, pages_html, sheet_style
from filings.renderers.pdf.assemble import assemble_sheet
from filings.renderers.pdf.rendered_sheet import SUFFIX
from filings.renderers.pdf.sheet import cache_key, render_sheet
from filings.renderers.workbook import SheetTab, render_indexed_workbook, render_workbook
from filings.services.documents import content_data, layout_variables, load_document, variables_from_data
from filings.services.layouts import compiled_layout
from filings.services.new_filings import new_document
from filings.services.stamps import draft_stamp, revision_stamp
from filings.services.verification import revision_code
from filings.sheet.document import Document, digest, document_from_data, document_to_data
from filings.sheet.form_texts import fill_form_texts
from filings.sheet.grid import Grid, LayoutVariables, build_grid
from filings.sheet.layout import Layout
from filings.sheet.pages import paginate
from perfbudget.files import write_atomic_file
from perfbudget.tasks import task

DRAFT_MARK = "草稿"
"""The watermark across a draft."""

FILE_FORMAT = "perfbudget filing 1"
"""What a filing's JSON file says it is."""

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True)
class Printable:
    """A sheet with all that its output depends on; `mark` is the watermark of a draft, '' for a revision."""

    layout: Layout
    layout_sha256: str
    document: Document
    variables: LayoutVariables
    mark: str = ""

    @property
    def grid(self) -> Grid:
        """The sheet drawn as a grid of cells."""
        return self.drawing()

    @property
    def drawing(self) -> Callable[[], Grid]:
        """The function that draws the grid, with its arguments: it can be sent to another process."""
        return partial(build_grid, self.layout, self.document, self.variables)

    @property
    def digest(self) -> str:
        """SHA-256 of all that the printed sheet depends on, without the mark; for a revision its stored `sha256`."""
        return digest(content_data(self.document, self.variables, self.layout_sha256))


def printable_filing(filing: Filing, document: Document | None = None) -> Printable:
    """The revision that was last submitted, or of an editable filing the draft, whose `document` may be given."""
    if revision := submitted_revision(filing):
        return printable_revision(revision)
    return Printable(
        compiled_layout(filing.layout),
        filing.layout.sha256,
        document or load_document(filing),
        layout_variables(filing),
        DRAFT_MARK,
    )


def submitted_revision(filing: Filing) -> Revision | None:
    """The revision that was last submitted; None while the filing may be edited. One query."""
    if filing.state in EDITABLE:
        return None
    return filing.revisions.select_related("layout", "filing").order_by("-number").first()


def printable_revision(revision: Revision) -> Printable:
    """The sheet as a submission stored it; no query when the revision was read with its layout."""
    return Printable(
        compiled_layout(revision.layout),
        revision.layout.sha256,
        document_from_data(revision.document),
        variables_from_data(revision.variables),
    )


def export_filing(filing: Filing, format_: str) -> bytes:
    """The filing as bytes in one of the formats pdf, xlsx, html, json; KeyError for any other."""
    if format_ == "json":
        return json.dumps(export_data(filing), ensure_ascii=False, indent=1).encode() + b"\n"
    revision = submitted_revision(filing)
    if revision and format_ in ("pdf", "xlsx"):
        return export_revision(printable_revision(revision), revision, format_)
    sheet = printable_filing(filing)
    return {"pdf": render_pdf, "xlsx": render_sheet_workbook, "html": render_html}[format_](sheet)


def export_revision(sheet: Printable, revision: Revision, format_: str) -> bytes:
    """A revision as PDF or workbook, with its verification code in the stamp and in the file's properties."""
    code = revision_code(revision)
    stamp = revision_stamp(sheet.layout.name, sheet.layout.version, revision.number, revision.at, code)
    if format_ == "xlsx":
        return render_indexed_workbook([SheetTab(sheet.drawing, "", sheet.layout.name, stamp=stamp)], keywords=code)
    return assemble_sheet(store_rendered(sheet).read_bytes(), sheet.layout.name, stamp, [code])


def store_rendered(sheet: Printable, sheet_digest: str = "") -> Path:
    """The file with the drawn pages of a sheet, which is made if it is not cached; a known digest may be given."""
    sheet_digest = sheet_digest or sheet.digest
    path = rendered_path(sheet_digest, sheet.mark)
    if not is_rendered(sheet_digest, sheet.mark):
        write_atomic_file(path, _drawn_pages(sheet.grid, sheet.mark))
    return path


def is_rendered(sheet_digest: str, mark: str) -> bool:
    """True if the pages of a content are cached. Refreshes the file's mtime, so that no cleanup removes it now."""
    try:
        os.utime(rendered_path(sheet_digest, mark))
    except FileNotFoundError:
        return False
    return True


def rendered_path(sheet_digest: str, mark: str = "") -> Path:
    """The file in which the drawn pages of a content are cached; PDFs are assembled from such files."""
    key = cache_key(sheet_digest, mark)
    return rendered_folder() / key[:1] / f"{key}{SUFFIX}"


def rendered_folder() -> Path:
    """The folder of cached pages; all of it can be made again."""
    return Path(settings.VAR_DIR) / "sheets"


def _drawn_pages(grid: Grid, mark: str) -> bytes:
    """The pages of a sheet, drawn and packed: what `assemble_sheet` and `assemble_packet` take."""
    return render_sheet(paginate(grid), mark).pack()


def render_pdf(sheet: Printable) -> bytes:
    """The PDF of a draft; its pages are not cached, since a draft changes with every save."""
    stamp = draft_stamp(sheet.layout.name, sheet.layout.version, sheet.mark)
    return assemble_sheet(_drawn_pages(sheet.grid, sheet.mark), sheet.layout.name, stamp)


def render_sheet_workbook(sheet: Printable) -> bytes:
    """The workbook of a sheet without a verification code."""
    return render_workbook([(sheet.grid, sheet.mark)])


def export_grid(grid: Grid, format_: str, mark: str) -> bytes:
    """A grid that belongs to no filing, such as a preview of a form, as PDF or workbook with a watermark."""
    if format_ == "pdf":
        return assemble_sheet(_drawn_pages(grid, mark), grid.name)
    return render_workbook([(grid, mark)])


def render_html(sheet: Printable) -> bytes:
    """The sheet as one HTML page that needs no other file."""
    paper = paginate(sheet.grid)
    style = sheet_style() + layout_style(paper.page)
    head = f'<meta charset="utf-8"><title>{escape(paper.name)}</title><style>{style}</style>'
    body = f'<body class="print">{pages_html(paper, None, sheet.mark)}</body>'
    page = f'<!doctype html><html lang="zh-Hans"><head>{head}</head>{body}</html>\n'
    return page.encode()


def export_data(filing: Filing) -> dict[str, Any]:
    """The data that `export --format json` writes and `importing.import_filing` reads: see docs/filing-files.md.

    A cell that is empty although its form would supply a text is written as '': it stays empty when the file is loaded.
    """
    sheet = printable_filing(filing)
    return {
        "format": FILE_FORMAT,
        "ref": filing.ref,
        "place": filing.jurisdiction.code,
        "year": filing.cycle.year,
        "round": filing.cycle.round,
        "department": filing.department.code,
        "project": filing.project.name if filing.project else "",
        "state": filing.state,
        "document": _with_empty_cells(filing, sheet.document),
        "sha256": digest(document_to_data(sheet.document)),
    }


def _with_empty_cells(filing: Filing, document: Document) -> dict[str, Any]:
    """The document as data, with '' for each empty cell for which its form would supply a text."""
    data = document_to_data(document)
    supplied = fill_form_texts(compiled_layout(filing.layout), document, new_document(filing))
    cells = {table: {row["id"]: row["cells"] for row in rows} for table, rows in data["tables"].items()}
    for path, text in supplied.cells():
        if text and not document.value(path):
            place = cells.get(path.name, {}).get(path.row) if path.row else data["fields"]
            if place is not None:
                place[path.column or path.name] = ""
    return data


def file_name(filing: Filing, format_: str) -> str:
    """A file name for the download, made of year, subject and form, without characters that systems refuse."""
    subject = "".join(ch for ch in filing.subject_name if ch not in '\\/:*?"<>|\n\r\t')[:60]
    return f"{filing.cycle.year}年 {subject} {filing.layout.name}.{format_}"


@task()
def render_revision(revision_pk: int) -> str:
    """Background work: draw and cache the pages of a revision before anybody asks for them; returns its digest."""
    revision = Revision.objects.select_related("layout").get(pk=revision_pk)
    store_rendered(printable_revision(revision))
    return revision.sha256


def enqueue_render(revision_pk: int) -> None:
    """Have the pages of a revision drawn in the background. Called inside the transaction that stores it."""
    render_revision.enqueue(revision_pk)
