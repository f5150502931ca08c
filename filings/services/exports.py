"""Draws filings as PDF, workbook and HTML: the draft, or the revision that was last submitted.

Drawn pages are cached in files that are named by their content; the cache can be deleted at any time. A draft has a
watermark, a revision its verification code.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils.html import escape

from filings.models import EDITABLE, Filing, Revision
from filings.renderers.html import layout_style, pages_html, sheet_style
from filings.renderers.pdf.assemble import assemble_sheet
from filings.renderers.pdf.rendered_pages import SUFFIX
from filings.renderers.pdf.sheet import cache_key, render_sheet
from filings.renderers.stamp import Stamp
from filings.renderers.workbook import SheetTab, render_indexed_workbook, render_workbook
from filings.services.documents import content_data, layout_variables, load_document, variables_from_data
from filings.services.layouts import compiled_layout
from filings.services.stamps import draft_stamp, revision_stamp
from filings.services.verification import revision_code
from filings.sheet.document import Document, digest, document_from_data
from filings.sheet.drawing import LayoutVariables
from filings.sheet.grid import Grid, build_grid
from filings.sheet.layout import Layout
from filings.sheet.pages import paginate
from perfbudget.files import write_atomic_file
from perfbudget.tasks import task

DRAFT_MARK = "草稿"
"""The watermark across a draft."""

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


def export_revision(sheet: Printable, revision: Revision, format_: str) -> bytes:
    """A revision as PDF or workbook, with its verification code in the stamp and in the file's properties."""
    if format_ == "pdf":
        return render_revision_pdf(sheet, revision)
    code, stamp = _code_and_stamp(sheet, revision)
    return render_indexed_workbook([SheetTab(sheet.drawing, "", sheet.layout.name, stamp=stamp)], keywords=code)


def render_revision_pdf(sheet: Printable, revision: Revision) -> bytes:
    """A revision as a PDF drawn by the present code; see `final_papers` for what is kept of an approved one."""
    code, stamp = _code_and_stamp(sheet, revision)
    return assemble_sheet(store_rendered(sheet).read_bytes(), sheet.layout.name, stamp, [code])


def _code_and_stamp(sheet: Printable, revision: Revision) -> tuple[str, Stamp]:
    code = revision_code(revision)
    return code, revision_stamp(sheet.layout.name, sheet.layout.version, revision.number, revision.at, code)


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


@task()
def render_revision(revision_pk: int) -> str:
    """Background work: draw and cache the pages of a revision before anybody asks for them; returns its digest."""
    revision = Revision.objects.select_related("layout").get(pk=revision_pk)
    store_rendered(printable_revision(revision))
    return revision.sha256


def enqueue_render(revision_pk: int) -> None:
    """Have the pages of a revision drawn in the background. Called inside the transaction that stores it."""
    render_revision.enqueue(revision_pk)
