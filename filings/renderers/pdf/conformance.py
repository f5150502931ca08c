"""What makes a file PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): metadata, output intent, language, title.

Metadata are written as they are, not deflated, so that they can be read without a PDF reader (ISO 19005-2 §6.6.2.1).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

PRODUCER = "perfbudget"
SCHEMAS = b"""\
<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
"""Metadata that describe what PDF/A does not know by itself: the claim of PDF/UA (ISO 19005-2 §6.6.2.3)."""


def claim_conformance(pdf: Any, title: str, codes: Sequence[str] = ()) -> None:
    """Write title, claims and verification codes into the metadata, and what they presuppose into the catalogue."""
    root = pdf.Root
    root.Lang, root.ViewerPreferences = String("zh-CN"), Dictionary(DisplayDocTitle=True)
    root.OutputIntents = Array([_output_intent(pdf)])
    root.Metadata = pdf.make_indirect(pikepdf.Stream(pdf, SCHEMAS, Type=Name.Metadata, Subtype=Name.XML))
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["pdf:Producer"] = PRODUCER
        metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "A"
        metadata["pdfuaid:part"] = "1"
        if codes:
            metadata["xmp:Identifier"] = list(codes)


def verify_document(data: bytes, code: str) -> Iterator[str]:
    """What is wrong with a PDF of ours that has a verification code, in English; nothing if it is whole."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            yield from (f"damaged PDF: {problem}" for problem in pdf.check_pdf_syntax())
            metadata = pdf.open_metadata()
            if (metadata.pdfa_status, metadata.get("pdfuaid:part")) != ("2A", "1"):
                yield "its metadata do not claim PDF/A-2a and PDF/UA-1"
            if code not in metadata.get("xmp:Identifier", ()):
                yield "its metadata have not the code of the revision"
    except pikepdf.PdfError as error:
        yield f"it cannot be read as a PDF: {error}"


def count_pages(data: bytes) -> int:
    """The number of pages of a PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def save_document(pdf: Any) -> bytes:
    """The bytes of a document; equal documents have equal bytes."""
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate
    pdf.save(out, min_version="1.7", deterministic_id=True, object_stream_mode=mode, compress_streams=True)
    return out.getvalue()


def _output_intent(pdf: Any) -> Any:
    """The colours are those of sRGB, in which grey is grey (ISO 19005-2 §6.2.3)."""
    profile = pikepdf.Stream(pdf, _srgb_profile())
    profile.stream_dict = Dictionary(N=3, Filter=Name.FlateDecode)
    name = String("sRGB")
    return Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=name, Info=name,
        DestOutputProfile=pdf.make_indirect(profile),
    )  # fmt: skip


@cache
def _srgb_profile() -> bytes:
    """The colour profile of sRGB that comes with WeasyPrint, deflated; found without importing it, which takes long."""
    found = find_spec("weasyprint")
    assert found
    assert found.origin
    return zlib.compress((Path(found.origin).parent / "pdf" / "sRGB2014.icc").read_bytes(), 9)
