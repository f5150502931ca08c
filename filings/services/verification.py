"""Verification: finds the revision from which a sheet was printed, by the code on it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from filings.models import Event, Filing, Person, Revision, State

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which people misread."""
CHECK = 12
"""The last characters of a code are its proof, 60 bits; those before them are the number of the revision."""
CODE = re.compile(rf"\b[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3,5}}\b")
"""A code as files carry it."""
MISREAD = str.maketrans("OILU", "011V")
"""Letters that no code has, and the characters they are read as."""


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

    Those who may not see the filing learn of revisions that are or once were approved.
    """
    revision = find_revision(typed)
    if revision is None:
        return None
    filing = revision.filing
    newest = filing.revisions.order_by("-number").values_list("number", flat=True)[0]
    is_approved = filing.state == State.APPROVED and newest == revision.number
    was_approved = not is_approved and _was_approved(revision)
    visible = person is not None and Filing.objects.visible_to(person).filter(pk=filing.pk).exists()
    if not visible and not is_approved and not was_approved:
        return None
    return VerifiedRevision(
        code=revision_code(revision),
        form=revision.layout.name,
        year=filing.cycle.year,
        department=filing.department.name,
        subject=filing.project.name if filing.project else "",
        number=revision.number,
        state=_state_text(revision, newest, was_approved),
        sent=revision.at,
        approved=filing.approved_at if newest == revision.number else None,
        newest=newest,
        filing=filing if visible else None,
    )


def _was_approved(revision: Revision) -> bool:
    """Whether a revision was approved at any time. One query."""
    submitted: int | None = None
    for action, pk in Event.objects.filter(filing=revision.filing_id).order_by("id").values_list("action", "revision"):
        submitted = pk if action == "submit" else submitted
        if action == "approve" and submitted == revision.pk:
            return True
    return False


def _state_text(revision: Revision, newest: int, was_approved: bool) -> str:
    """What has become of a revision; of one that was approved, no more than that to those who may not see more."""
    filing = revision.filing
    if was_approved and (newest == revision.number or filing.state != State.APPROVED):
        return "曾审核通过，已重新开放"
    if newest != revision.number:
        return f"{'曾审核通过，' if was_approved else ''}已被第 {newest} 稿取代"
    return str(filing.get_state_display())
