"""The footers of sheets: the stamp with its QR code at the left, the page number of a packet at the right."""

from __future__ import annotations

import zlib
from typing import Any

from pikepdf import Dictionary, Name

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.front_matter import FOOTER_BOTTOM, FOOTER_LEFT, QR_SIDE, paint_page_number
from filings.renderers.pdf.structure import TaggedContent
from filings.renderers.stamp import Stamp


def paint_footer(document: PdfDocument, stamp: Stamp | None, width: float, numbered: bool) -> bytes:
    """The content of the footer of the next page, `width` points wide, an artifact; b'' if it has no footer."""
    operators = []
    if stamp:
        left = FOOTER_LEFT
        if stamp.qr_modules:
            operators.append(b"q %.2f 0 0 %.2f %.2f %.2f cm 0 g /QR Do Q" % (QR_SIDE, QR_SIDE, left, FOOTER_BOTTOM))
            left += QR_SIDE + 5
        # The middle of the footer is left to the form: official forms have their page numbers there.
        available = width / 2 - 48 - left
        for lines_below, line in zip(range(len(stamp.lines) - 1, -1, -1), stamp.lines, strict=True):
            text = document.painter.truncate(line, 6.5, available)
            operators.append(
                b"0.25 g " + document.painter.paint(left, FOOTER_BOTTOM + 1 + 8.5 * lines_below, text, 6.5)
            )
    if numbered:
        operators.append(paint_page_number(document.painter, document.count + 1, width))
    content = TaggedContent(document.count)
    content.add_artifact(operators, "Footer")
    return b"\n".join(content.operators)


def footer_resources(document: PdfDocument, stamp: Stamp | None) -> Any:
    """The resources of a sheet's pages: the common ones, and its QR code if it has one."""
    if not stamp or not stamp.qr_modules:
        return document.resources
    side = stamp.qr_modules.side
    image = document.stream(
        zlib.compress(stamp.qr_modules.bits, 9),
        Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side, ImageMask=True, BitsPerComponent=1,
    )  # fmt: skip
    return document.pdf.make_indirect(Dictionary(Font=document.fonts, XObject=Dictionary(QR=image)))
