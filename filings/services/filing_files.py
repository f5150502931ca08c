"""What people and programs get of a filing as a file: PDF, workbook, HTML, and JSON that can be loaded again.

An editable filing is given as its draft, any other as the revision that was last submitted, an approved one's PDF as
its final paper.
"""

from __future__ import annotations

import json
from typing import Any

from filings.models import Filing, State
from filings.services.exports import (
    export_revision,
    printable_filing,
    printable_revision,
    render_html,
    render_pdf,
    render_sheet_workbook,
    submitted_revision,
)
from filings.services.final_papers import read_final_paper, store_final_paper
from filings.services.layouts import compiled_layout
from filings.services.new_filings import new_document
from filings.sheet.document import Document, digest, document_to_data
from filings.sheet.form_texts import fill_form_texts

FILE_FORMAT = "perfbudget filing 1"
"""What a filing's JSON file says it is."""


def export_filing(filing: Filing, format_: str) -> bytes:
    """The filing as bytes in one of the formats pdf, xlsx, html, json; KeyError for any other.

    Raises Refused where the final paper of an approved one is lost or damaged.
    """
    if format_ == "json":
        return json.dumps(export_data(filing), ensure_ascii=False, indent=1).encode() + b"\n"
    revision = submitted_revision(filing)
    if revision and format_ == "pdf" and filing.state == State.APPROVED:
        return read_final_paper(store_final_paper(revision).sha256)
    if revision and format_ in ("pdf", "xlsx"):
        return export_revision(printable_revision(revision), revision, format_)
    sheet = printable_filing(filing)
    return {"pdf": render_pdf, "xlsx": render_sheet_workbook, "html": render_html}[format_](sheet)


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
