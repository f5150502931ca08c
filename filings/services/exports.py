"""A filing on paper: PDF, workbook, HTML and JSON, of the draft or of a frozen revision.

What is frozen gives the same bytes for ever and is kept in a file named by its content; a draft carries a watermark.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from filings.models import EDITABLE, Filing, Revision
from filings.renderers.html import layout_style, pages_html, sheet_style
from filings.renderers.pdf.assemble import assemble_sheet
from filings.renderers.pdf.rendered_sheet import SUFFIX
from filings.renderers.pdf.sheet import cache_key, render_sheet
from filings.renderers.workbook import SheetTab, render_indexed_workbook, render_workbook
from filings.services.documents import layout_variables, load_document
from filings.services.layouts import compiled_layout
from filings.services.stamps import draft_stamp, revision_stamp
from filings.services.verification import revision_code
from filings.sheet.document import Document, digest, document_from_data, document_to_data
from filings.sheet.grid import Grid, LayoutVariables, build_grid
from filings.sheet.layout import Layout
from filings.sheet.pages import paginate
from perfbudget.files import write_atomically
from perfbudget.tasks import task

DRAFT_MARK = "草稿"

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True)
class Printable:
    """One sheet ready to be put out: content and setting, and the mark across a draft ('' when frozen)."""

    layout: Layout
    layout_sha256: str
    document: Document
    variables: LayoutVariables
    mark: str = ""

    @property
    def grid(self) -> Grid:
        """The sheet as drawn."""
        return self.drawing()

    @property
    def drawing(self) -> Callable[[], Grid]:
        """What draws it; it can go to another process."""
        return partial(build_grid, self.layout, self.document, self.variables)

    @property
    def digest(self) -> str:
        """SHA-256 of everything that shows on the paper."""
        data = {
            "document": document_to_data(self.document),
            "setting": asdict(self.variables),
            "layout": self.layout_sha256,
        }
        return digest(data)


def printable_filing(filing: Filing, document: Document | None = None) -> Printable:
    """The sheet as it stands: the revision that was last submitted, else the draft, whose `document` may be given."""
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
    """What was last sent in, None while the filing can be changed."""
    if filing.state in EDITABLE:
        return None
    return filing.revisions.select_related("layout", "filing").order_by("-number").first()


def printable_revision(revision: Revision) -> Printable:
    """The sheet that a submission froze."""
    categories = tuple((level1, level2) for level1, level2 in revision.variables.get("categories", ()))
    setting = LayoutVariables(**{**revision.variables, "categories": categories})
    return Printable(
        compiled_layout(revision.layout), revision.layout.sha256, document_from_data(revision.document), setting
    )


def export_filing(filing: Filing, format_: str) -> bytes:
    """The filing in one of the formats pdf, xlsx, html, json."""
    if format_ == "json":
        return json.dumps(export_data(filing), ensure_ascii=False, indent=1).encode() + b"\n"
    revision = submitted_revision(filing)
    if revision and format_ in ("pdf", "xlsx"):
        return export_revision(printable_revision(revision), revision, format_)
    sheet = printable_filing(filing)
    return {"pdf": render_pdf, "xlsx": render_sheet_workbook, "html": render_html}[format_](sheet)


def export_revision(sheet: Printable, revision: Revision, format_: str) -> bytes:
    """A frozen sheet as PDF or workbook with its verification code at the foot."""
    code = revision_code(revision)
    stamp = revision_stamp(sheet.layout.name, sheet.layout.version, revision.number, revision.at, code)
    if format_ == "xlsx":
        return render_indexed_workbook([SheetTab(sheet.drawing, "", sheet.layout.name, stamp=stamp)], keywords=code)
    return assemble_sheet(store_rendered(sheet).read_bytes(), sheet.layout.name, stamp, [code])


def store_rendered(sheet: Printable, sheet_digest: str = "") -> Path:
    """Where the drawn pages of a sheet lie; they are drawn once for a content (whose digest may be known)."""
    sheet_digest = sheet_digest or sheet.digest
    path = rendered_path(sheet_digest, sheet.mark)
    if not is_rendered(sheet_digest, sheet.mark):
        write_atomically(path, render_sheet(paginate(sheet.grid), sheet.mark).pack())
    return path


def is_rendered(sheet_digest: str, mark: str) -> bool:
    """Whether the pages of a content are kept; being asked for makes them young again, so that no sweep takes them."""
    try:
        os.utime(rendered_path(sheet_digest, mark))
    except FileNotFoundError:
        return False
    return True


def rendered_path(sheet_digest: str, mark: str = "") -> Path:
    """Where the drawn pages of a content are kept: what PDFs are bound from."""
    key = cache_key(sheet_digest, mark)
    return rendered_folder() / key[:1] / f"{key}{SUFFIX}"


def rendered_folder() -> Path:
    """The folder of drawn sheets. All of it can be made again."""
    return Path(settings.VAR_DIR) / "sheets"


def render_pdf(sheet: Printable) -> bytes:
    """The PDF of a draft."""
    stamp = draft_stamp(sheet.layout.name, sheet.layout.version, sheet.mark)
    return assemble_sheet(render_sheet(paginate(sheet.grid), sheet.mark).pack(), sheet.layout.name, stamp)


def render_sheet_workbook(sheet: Printable) -> bytes:
    """The workbook of a sheet."""
    return render_workbook([(sheet.grid, sheet.mark)])


def export_grid(grid: Grid, format_: str, mark: str) -> bytes:
    """A drawn form that is no filing as PDF or workbook, with a mark across it."""
    if format_ == "pdf":
        return assemble_sheet(render_sheet(paginate(grid), mark).pack(), grid.name)
    return render_workbook([(grid, mark)])


def render_html(sheet: Printable) -> bytes:
    """The sheet as a page that stands alone, with its style inside."""
    paper = paginate(sheet.grid)
    style = sheet_style() + layout_style(paper.page)
    head = f'<meta charset="utf-8"><title>{paper.name}</title><style>{style}</style>'
    body = f'<body class="print">{pages_html(paper, None, sheet.mark)}</body>'
    page = f'<!doctype html><html lang="zh-Hans"><head>{head}</head>{body}</html>\n'
    return page.encode()


def export_data(filing: Filing) -> dict[str, Any]:
    """The document that `--format json` writes and `load_filing` reads."""
    sheet = printable_filing(filing)
    return {
        "format": "perfbudget filing 1",
        "ref": filing.ref,
        "place": filing.jurisdiction.code,
        "year": filing.cycle.year,
        "round": filing.cycle.round,
        "department": filing.department.code,
        "project": filing.project.name if filing.project else "",
        "state": filing.state,
        "document": document_to_data(sheet.document),
        "sha256": digest(document_to_data(sheet.document)),
    }


def file_name(filing: Filing, format_: str) -> str:
    """A name for the download that people recognise."""
    subject = "".join(ch for ch in filing.subject_name if ch not in '\\/:*?"<>|\n\r\t')[:60]
    return f"{filing.cycle.year}年 {subject} {filing.layout.name}.{format_}"


@task()
def render_revision(revision_pk: int) -> str:
    """Background work: draw a submission before anybody asks for it."""
    revision = Revision.objects.select_related("layout").get(pk=revision_pk)
    store_rendered(printable_revision(revision))
    return revision.sha256


def enqueue_render(revision_pk: int) -> None:
    """Ask for the pages of a submission to be drawn in the background."""
    render_revision.enqueue(revision_pk)
