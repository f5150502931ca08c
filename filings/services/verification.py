"""Verification: from the code at the foot of a sheet, or from a file, back to the revision it was printed from."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from filings.models import Filing, PacketFile, Person, Revision, State
from filings.renderers.pdf.assemble import TAIL

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which people read wrongly."""
CHECK = 12
"""Characters that prove the code, 60 bits; those before them count revisions."""
CODE = re.compile(rf"\b[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3,5}}\b")
MISREAD = str.maketrans("OILU", "011V")
MOST_CODES = 20
LARGEST_MEMBER = 200_000
"""Bytes of a workbook's properties that are read: ours have some hundred."""


def verification_code(revision_pk: int, ref: str, number: int, sha256: str) -> str:
    """The code of a revision, in groups of four: its number and a proof that nobody can guess without its content."""
    seed = f"verify\n{revision_pk}\n{ref}\n{number}\n{sha256}"
    proof = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") >> 4
    text = _base32(revision_pk, 4) + _base32(proof, CHECK)
    text = text.zfill(-(-len(text) // 4) * 4)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def revision_code(revision: Revision) -> str:
    """The code of a stored revision."""
    return verification_code(revision.pk, revision.filing.ref, revision.number, revision.sha256)


def _base32(number: int, least: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 32)
        text = ALPHABET[rest] + text
    return text.zfill(least)


def find_revision(typed: str) -> Revision | None:
    """The revision of a code as somebody typed or scanned it; None when there is none, or the proof is wrong."""
    text = "".join(char for char in typed.upper().translate(MISREAD) if char in ALPHABET)
    if not CHECK < len(text) <= CHECK + 12:
        return None
    pk = 0
    for char in text[:-CHECK]:
        pk = pk * 32 + ALPHABET.index(char)
    parts = ("filing__cycle", "filing__department", "filing__project", "filing__layout", "layout")
    revision = Revision.objects.select_related(*parts).defer("document").filter(pk=pk).first() if pk < 2**62 else None
    if revision is None or revision_code(revision).replace("-", "")[-CHECK:] != text[-CHECK:]:
        return None
    return revision


@dataclass(frozen=True)
class VerifiedRevision:
    """What is said of a revision. `filing` is given to whoever may see it, `newest` is the last one's number."""

    code: str
    form: str
    year: int
    department: str
    subject: str
    number: int
    state: str
    sent: datetime
    approved: datetime | None
    newest: int
    filing: Filing | None = None


def verify_code(typed: str, person: Person | None) -> VerifiedRevision | None:
    """What a code is, for a person or (None) for the public, who learn of approved revisions alone."""
    revision = find_revision(typed)
    if revision is None:
        return None
    filing = revision.filing
    newest = filing.revisions.order_by("-number").values_list("number", flat=True)[0]
    visible = person is not None and Filing.objects.visible_to(person).filter(pk=filing.pk).exists()
    if not visible and (filing.state != State.APPROVED or newest != revision.number):
        return None
    return VerifiedRevision(
        code=revision_code(revision),
        form=revision.layout.name,
        year=filing.cycle.year,
        department=filing.department.name,
        subject=filing.project.name if filing.project else "",
        number=revision.number,
        state=str(filing.get_state_display()) if newest == revision.number else f"已被第 {newest} 稿取代",
        sent=revision.at,
        approved=filing.approved_at if newest == revision.number else None,
        newest=newest,
        filing=filing if visible else None,
    )


@dataclass(frozen=True)
class VerifiedFile:
    """What is said of a file: the packet it is a file of, byte for byte, and what the codes inside it lead to."""

    sha256: str
    file: PacketFile | None
    answers: list[VerifiedRevision]
    wrong: int
    """Codes inside that lead nowhere."""


def verify_file(data: bytes, person: Person | None) -> VerifiedFile:
    """Look a file up by its digest and by the codes it carries. Nothing of it is opened but a workbook's properties."""
    sha256 = hashlib.sha256(data).hexdigest()
    file = PacketFile.objects.filter(sha256=sha256).select_related("packet__cycle__jurisdiction").first()
    codes = list(dict.fromkeys(read_codes(data)))[:MOST_CODES]
    found = [verify_code(code, person) for code in codes]
    return VerifiedFile(sha256, file, [one for one in found if one], sum(one is None for one in found))


def read_codes(data: bytes) -> Iterable[str]:
    """The codes that a PDF or workbook of ours carries in its properties."""
    if data.startswith(b"%PDF"):
        tail = data[-4096:].rpartition(TAIL)[2] if TAIL in data[-4096:] else b""
        return CODE.findall(tail.decode("ascii", "replace"))
    if data.startswith(b"PK"):
        return CODE.findall(_properties(data))
    return ()


def _properties(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts, parts.open("docProps/core.xml") as member:
            return member.read(LARGEST_MEMBER).decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        return ""
