"""The one font object of each face in a bound PDF."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.fonts import load_fonts
from filings.renderers.pdf.shaping import GlyphText


def embed_font(book: PdfDocument, name: str, pairs: Iterable[GlyphText]) -> Any:
    """The one font object of a face, with the glyphs of all sheets."""
    face, glyphs = load_fonts()[name], _ordinary(pairs)
    data, cff = face.subset(glyphs)
    extra = {"Subtype": Name.OpenType} if cff else {}
    tag = f"/{_tag(name)}+{name}"
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name(tag), Flags=4, FontBBox=Array([0, -288, 1000, 1160]), ItalicAngle=0,
        Ascent=1160, Descent=-288, CapHeight=1160, StemV=80, StemH=80,
    )  # fmt: skip
    descriptor["/FontFile3" if cff else "/FontFile2"] = book.stream(data, **extra)
    widths: list[Any] = []
    for number in sorted(glyphs):
        widths += [number, Array([face.width(number)])]
    system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0 if cff else Name.CIDFontType2, BaseFont=Name(tag),
        CIDSystemInfo=system, FontDescriptor=book.pdf.make_indirect(descriptor), W=Array(widths),
        CIDToGIDMap=Name.Identity,
    )  # fmt: skip
    whole = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(tag), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([book.pdf.make_indirect(descendant)]), ToUnicode=book.stream(_to_unicode(glyphs)),
    )  # fmt: skip
    return book.pdf.make_indirect(whole)


def _tag(name: str) -> str:
    """Six letters that tell a subset from the whole face; ours may always be the same, as a file holds one of each."""
    return "".join(chr(65 + zlib.crc32(f"{name} {index}".encode()) % 26) for index in range(6))


def _ordinary(pairs: Iterable[GlyphText]) -> dict[int, str]:
    """What each glyph stands for; of characters that share one the ordinary is copied out: 一, not the radical ⼀."""
    glyphs: dict[int, str] = {}
    for number, text in sorted(pairs, key=lambda pair: _rank(pair[1])):
        glyphs.setdefault(number, text)
    if 0 in glyphs:  # the empty box stands for whatever no face has
        glyphs[0] = "\ufffd"
    return glyphs


def _rank(text: str) -> tuple[bool, bool, str]:
    return not text, "⺀" <= text[:1] <= "⿟" or text[:1] >= "豈", text


def _to_unicode(glyphs: dict[int, str]) -> bytes:
    pairs = [(number, text) for number, text in sorted(glyphs.items()) if text]
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
