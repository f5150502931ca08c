"""Embeds the subset of a font in a PDF, with glyph widths and the mapping back to Unicode."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from filings.renderers.font_files import font_digest
from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.fonts import load_fonts
from filings.renderers.pdf.shaping import GlyphText

ZERO_WIDTH_SPACE = "\u200b"


def embed_font(document: PdfDocument, name: str, pairs: Iterable[GlyphText]) -> Any:
    """The font object of a subset with all used glyphs; `pairs` are (glyph, text). `name` is a key of `load_fonts`."""
    font, glyphs = load_fonts()[name], _text_by_glyph(pairs)
    subset = font.subset(glyphs)
    file = zlib.compress(subset.data, 6)
    tag = f"/{subset_name(name)}"
    metrics = font.metrics
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name(tag), Flags=4, FontBBox=Array(metrics.box), ItalicAngle=0,
        Ascent=metrics.ascent, Descent=metrics.descent, CapHeight=metrics.cap_height, StemV=metrics.stem,
    )  # fmt: skip
    is_cff = subset.kind != "TrueType"
    if is_cff:
        descriptor.FontFile3 = document.stream(file, Subtype=Name(f"/{subset.kind}"))
    else:
        descriptor.FontFile2 = document.stream(file)
    widths: list[Any] = []
    for number in sorted(glyphs):
        widths += [number, Array([font.width(number)])]
    system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0 if is_cff else Name.CIDFontType2, BaseFont=Name(tag),
        CIDSystemInfo=system, FontDescriptor=document.pdf.make_indirect(descriptor), W=Array(widths),
    )  # fmt: skip
    # Page content shows glyphs by their numbers in the whole font.
    if not is_cff:
        descendant.CIDToGIDMap = document.stream(zlib.compress(subset.packed_numbers(), 6))
    composite = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(tag), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([document.pdf.make_indirect(descendant)]), ToUnicode=document.stream(_to_unicode(glyphs)),
    )  # fmt: skip
    return document.pdf.make_indirect(composite)


@cache
def subset_name(name: str) -> str:
    """The name of a subset font, ABCDEF+Name, one in each file. Its tag tells from which font file it was cut."""
    digest = hashlib.sha256(f"{name} {font_digest()}".encode()).digest()
    return f"{''.join(chr(65 + byte % 26) for byte in digest[:6])}+{name}"


def _text_by_glyph(pairs: Iterable[GlyphText]) -> dict[int, str]:
    """Glyph → text to extract. Of characters with the same glyph the ordinary one is chosen: 一, not the radical ⼀."""
    glyphs: dict[int, str] = {}
    for number, text in sorted(pairs, key=lambda pair: _rank(pair[1])):
        glyphs.setdefault(number, text)
    return glyphs


def _rank(text: str) -> tuple[bool, bool, str]:
    """Sort key of texts: ordinary characters first, then radicals and compatibility forms, empty texts last."""
    return not text, "⺀" <= text[:1] <= "⿟" or text[:1] >= "豈", text


def _to_unicode(glyphs: dict[int, str]) -> bytes:
    """The ToUnicode CMap, deflated; a glyph without text of its own has an invisible one, as PDF/A wants one of all."""
    pairs = [(number, text or ZERO_WIDTH_SPACE) for number, text in sorted(glyphs.items())]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):
        batch = pairs[start : start + 100]
        lines.append(f"{len(batch)} beginbfchar")
        lines += [f"<{number:04x}> <{text.encode('utf-16-be').hex()}>" for number, text in batch]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return zlib.compress("\n".join(lines).encode(), 9)
