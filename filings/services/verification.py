"""Verification: finds the revision from which a sheet was printed, by the code on it or by a file."""

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
"""Crockford's base 32: without I, L, O and U, which people misread."""
CHECK = 12
"""The last characters of a code are its proof, 60 bits; those before them are the number of the revision."""
CODE = re.compile(rf"\b[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3,5}}\b")
"""A code as files carry it."""
MISREAD = str.maketrans("OILU", "011V")
"""Letters that no code has, and the characters they are read as."""
MOST_CODES = 20
"""At most so many codes of one file are looked up."""
LARGEST_MEMBER = 200_000
"""At most so many bytes of a workbook's properties are read: ours have some hundred."""


def verification_code(revision_pk: int, ref: str, number: int, sha256: str) -> str:
    """The code of a revision in groups of four characters: its primary key, and a proof that depends on its content.

    Printed codes must stay valid, so this never changes.
    """
    seed = f"verify\n{revision_pk}\n{ref}\n{number}\n{sha256}"
    proof = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") >> 4
    text = _base32(revision_pk, 4) + _base32(proof, CHECK)
    text = text.zfill(-(-len(text) // 4) * 4)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def revision_code(revision: Revision) -> str:
    """The code of a stored revision; needs its filing."""
    return verification_code(revision.pk, revision.filing.ref, revision.number, revision.sha256)


def _base32(number: int, width: int) -> str:
    """A number in the alphabet, with zeros before it up to a width."""
    text = ""
    while number:
        number, digit = divmod(number, 32)
        text = ALPHABET[digit] + text
    return text.zfill(width)


def find_revision(typed: str) -> Revision | None:
    """The revision of a code as typed or scanned, in any spacing and case; None without one or with a wrong proof.

    One query at most; the content is not read.
    """
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
    """What the page shows of a verified revision; `filing` is None for those who may not see it.

    `newest` is the number of the filing's last revision, `approved` None where another revision has replaced this one.
    """

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
    """The revision of a code, for a person or (None) for the public; None where it may not be shown.

    Those who may not see the filing learn of its newest revision only, and only once that is approved.
    """
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
    """What the page shows of a file: the packet file with the same bytes, if any, and the revisions of its codes."""

    sha256: str
    file: PacketFile | None
    answers: list[VerifiedRevision]
    wrong: int
    """How many codes in the file belong to no revision that may be shown."""


def verify_file(data: bytes, person: Person | None) -> VerifiedFile:
    """Look up a file by its digest and by the codes it carries. Only the properties of a workbook are ever unpacked."""
    sha256 = hashlib.sha256(data).hexdigest()
    file = PacketFile.objects.filter(sha256=sha256).select_related("packet__cycle__jurisdiction").first()
    codes = list(dict.fromkeys(read_codes(data)))[:MOST_CODES]
    answers = [verify_code(code, person) for code in codes]
    return VerifiedFile(sha256, file, [one for one in answers if one], sum(one is None for one in answers))


def read_codes(data: bytes) -> Iterable[str]:
    """The codes that a PDF or workbook of ours carries in its properties; none of any other file."""
    if data.startswith(b"%PDF"):
        tail = data[-4096:].rpartition(TAIL)[2] if TAIL in data[-4096:] else b""
        return CODE.findall(tail.decode("ascii", "replace"))
    if data.startswith(b"PK"):
        return CODE.findall(_properties(data))
    return ()


def _properties(data: bytes) -> str:
    """The document properties of a workbook, '' where the file has none or is damaged in any way."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts, parts.open("docProps/core.xml") as member:
            return member.read(LARGEST_MEMBER).decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        return ""
