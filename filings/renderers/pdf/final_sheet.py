"""Binds the PDF of a sheet that was kept as the record into a packet: its very pages, and its structure.

All sheets of a packet share one subset of each font, as long as the font files are those from which the record was
made, which the tags of its fonts tell; a record from other font files keeps its own.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.embedding import ZERO_WIDTH_SPACE, subset_name
from filings.renderers.pdf.footers import paint_footer
from filings.renderers.pdf.shaping import GlyphText
from filings.renderers.pdf.structure_tree import StructureTree
from filings.renderers.pdf.text import font_names
from filings.renderers.stamp import Stamp

TO_UNICODE = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")


@dataclass
class FinalSheet:
    """The PDF of one sheet; `load` reads it when its turn comes, and nothing of it is kept afterwards."""

    load: Callable[[], bytes]
    page_count: int

    def append_to(
        self, document: PdfDocument, tree: StructureTree, parent: Any, stamp: Stamp | None, *, numbered: bool
    ) -> None:
        """Append its pages to a document, with page numbers if it is `numbered`, and its structure to an element.

        It has its own stamp already.
        """
        del stamp
        with pikepdf.open(io.BytesIO(self.load())) as pdf:
            shares = _share_fonts(document, pdf.pages[0].obj.Resources.Font)
            for stream in _streams_of(pdf):
                # Else the whole file would be kept in memory with its copy.
                stream.write(stream.read_raw_bytes(), filter=stream.get("/Filter"))
            for number, page in enumerate(pdf.pages):
                footer = paint_footer(document, None, float(page.obj.MediaBox[2]), numbered)
                if shares:
                    page.obj.Resources.Font = Dictionary()
                own = document.append(page)
                if shares:
                    own.Resources.Font = document.fonts
                elif footer:
                    footer = _as_form(document, own, f"/Footer{number}", footer)
                streams = list(own.Contents) if isinstance(own.Contents, Array) else [own.Contents]
                streams += [document.stream(zlib.compress(footer, 6))] if footer else []
                own.Contents = Array(streams)
            tree.add_copied(parent, pdf.Root.StructTreeRoot)


def _share_fonts(document: PdfDocument, fonts: Any) -> bool:
    """Have the document's fonts show what those of a paper do, if they are of the same font files and names."""
    known = {f"/{short}": name for name, short in font_names().items()}
    if not all(name in known and str(font.BaseFont) == f"/{subset_name(known[name])}" for name, font in fonts.items()):
        return False
    for name, font in fonts.items():
        document.painter.glyphs[known[name]] |= _glyph_texts(font)
    return True


def _streams_of(pdf: Any) -> Iterator[Any]:
    """The content and the images of its pages."""
    for page in pdf.pages:
        yield from page.obj.Contents if isinstance(page.obj.Contents, Array) else [page.obj.Contents]
    # All pages have the same.
    yield from pdf.pages[0].obj.Resources.get("/XObject", {}).values()


def _as_form(document: PdfDocument, page: Any, name: str, content: bytes) -> bytes:
    """The operator that shows content in the fonts of the document on a page that has fonts of its own."""
    form = document.stream(
        zlib.compress(content, 6),
        Type=Name.XObject, Subtype=Name.Form, BBox=page.MediaBox, Resources=document.resources,
    )  # fmt: skip
    if "/XObject" not in page.Resources:
        page.Resources.XObject = Dictionary()
    page.Resources.XObject[name] = form
    return f"{name} Do".encode()


def _glyph_texts(font: Any) -> set[GlyphText]:
    """The glyphs that a font of ours shows, with their texts."""
    found = TO_UNICODE.findall(font.ToUnicode.read_bytes())
    texts = ((int(number, 16), bytes.fromhex(text.decode()).decode("utf-16-be")) for number, text in found)
    return {(number, text.replace(ZERO_WIDTH_SPACE, "")) for number, text in texts}
