"""Verification of a file that somebody uploads: by its digest, and by the verification codes that it carries."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from filings.models import FinalPaper, PacketFile, Person, Revision
from filings.services.errors import BrokenRulesError
from filings.services.exports import export_revision, printable_revision
from filings.services.packed_files import check_packed_file
from filings.services.verification import CODE, VerifiedRevision, find_revision, verify_code

MOST_CODES = 20
"""At most so many codes of one file are looked up."""
LARGEST_MEMBER = 200_000
"""At most so many bytes of a workbook's properties are read: ours have some hundred."""
IDENTIFIERS, MOST_IDENTIFIERS = b"<xmp:Identifier", 4_096
"""Where the metadata of a PDF have its codes, and in how many bytes: not deflated, and a seal leaves them in place."""
TAIL, LAST_BYTES = b"%perfbudget ", 4_096
"""Before release 0.4 the codes stood in a comment that was the last line of a PDF, and in its last bytes."""


@dataclass(frozen=True)
class VerifiedFile:
    """What the page shows of a file.

    `file` is the packet file with the same bytes, if any; `same` is True where the file has the bytes of the single
    sheet as it is kept, or is drawn now, False where it has others, None where that cannot be said. `answers` are the
    revisions of its codes, `wrong` how many of its codes belong to no revision that may be shown.
    """

    sha256: str
    file: PacketFile | None
    same: bool | None
    answers: list[VerifiedRevision]
    wrong: int


def verify_file(file: BinaryIO, person: Person | None) -> VerifiedFile:
    """Look up a file by its digest and by the codes it carries; it is read in parts, and never unpacked as a whole.

    Raises Refused for a zip file that would cost much to open and is none of ours.
    """
    sha256 = _digest(file)
    known = PacketFile.objects.filter(sha256=sha256).select_related("packet__cycle__jurisdiction").first()
    # The archive of a packet may have thousands of files; it carries no code.
    codes = [] if known and known.name.endswith(".zip") else list(dict.fromkeys(read_codes(file)))[:MOST_CODES]
    answers = [verify_code(code, person) for code in codes]
    shown = [one for one in answers if one]
    same = _is_same_sheet(codes[0], file, sha256) if len(codes) == 1 and shown else None
    return VerifiedFile(sha256, known, same, shown, sum(one is None for one in answers))


def read_codes(file: BinaryIO) -> list[str]:
    """The codes that a PDF or workbook of ours carries in its properties; none of any other file. Raises Refused."""
    size = file.seek(0, 2)
    file.seek(0)
    beginning = file.read(4)
    if beginning == b"%PDF":
        file.seek(max(0, size - LAST_BYTES))
        tail = file.read(LAST_BYTES)
        codes = tail.rpartition(TAIL)[2] if TAIL in tail else _identifiers(file)
        return CODE.findall(codes.decode("ascii", "replace"))
    if beginning.startswith(b"PK"):
        check_packed_file(file)
        return CODE.findall(_properties(file))
    return []


def _identifiers(file: BinaryIO) -> bytes:
    """The first identifiers in the metadata of a PDF, b'' for none. The file is read in parts."""
    at, before = 0, b""
    file.seek(0)
    while part := file.read(2**16):
        found = (before + part).find(IDENTIFIERS)
        if found >= 0:
            file.seek(at - len(before) + found)
            return file.read(MOST_IDENTIFIERS).partition(b"</xmp:Identifier>")[0]
        at, before = at + len(part), part[-len(IDENTIFIERS) :]
    return b""


def _properties(file: BinaryIO) -> str:
    """The document properties of a workbook, '' where the file has none or is damaged in any way."""
    try:
        with zipfile.ZipFile(file) as parts:
            member = parts.getinfo("docProps/core.xml")
            # Only deflate is unpacked no further than asked for; the others unpack a whole block at once.
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                return ""
            with parts.open(member) as content:
                return content.read(LARGEST_MEMBER).decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError):
        return ""


def _digest(file: BinaryIO) -> str:
    """SHA-256 of a file, read in parts."""
    digest = hashlib.sha256()
    file.seek(0)
    while part := file.read(2**16):
        digest.update(part)
    return digest.hexdigest()


def _is_same_sheet(code: str, file: BinaryIO, sha256: str) -> bool | None:
    """Whether a file has the bytes of the sheet with this code; None if that cannot be said.

    An approved sheet has those that were kept, another one those that are drawn now.
    """
    revision: Revision | None = find_revision(code)
    file.seek(0)
    format_ = "pdf" if file.read(4) == b"%PDF" else "xlsx"
    if revision is None or (format_ == "pdf" and _has_tail(file)):
        return None
    paper = FinalPaper.objects.filter(revision=revision).first()
    if paper and format_ == "pdf":
        return paper.sha256 == sha256
    try:
        drawn = export_revision(printable_revision(revision), revision, format_)
    except BrokenRulesError:
        return None
    return hashlib.sha256(drawn).hexdigest() == sha256


def _has_tail(file: BinaryIO) -> bool:
    """Whether a PDF was written before release 0.4: nothing draws its like any more."""
    file.seek(max(0, file.seek(0, 2) - LAST_BYTES))
    return TAIL in file.read(LAST_BYTES)
