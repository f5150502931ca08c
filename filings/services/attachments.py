"""附件: the attachments that a place requires with a form, those that were uploaded, and where their bytes are stored.

The first bytes of a file must fit the end of its name. A file is stored under its digest, never under a name that
somebody typed, and is served as a download only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from filings.checks import Finding, address_finding
from filings.models import Attachment, Filing, Person
from filings.services.errors import Refused
from filings.services.layouts import cycle_profile
from filings.services.locking import lock_editable_filing
from filings.services.stored_files import stored_path
from filings.services.transactions import start_transaction
from filings.sheet.document import text_error
from perfbudget.files import part_file

LARGEST = 20 * 1024 * 1024
"""Most bytes of one file."""
MOST = 20
"""Most files of one filing."""

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
BEGINNINGS: Mapping[str, bytes] = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".doc": _OLE,
    ".xls": _OLE,
    ".wps": _OLE,
    ".et": _OLE,
    ".docx": _ZIP,
    ".xlsx": _ZIP,
    ".ofd": _ZIP,
}
"""The accepted kinds of files by the end of the name, and the bytes with which such a file begins."""


def required_attachments(filing: Filing) -> tuple[str, ...]:
    """The classes of attachments that the place requires with this form; one query for each Cycle object."""
    due_forms = cycle_profile(filing.cycle).due
    return next((due.attachments for due in due_forms if due.layout == filing.layout.key), ())


def missing_attachments(filings: Sequence[Filing]) -> dict[int, list[Finding]]:
    """C12 附件未传: a finding for each required class without a file, by primary key of the filing.

    Filings whose form requires none are left out. One query at most if the filings share their Cycle objects
    (`layouts.share_cycles`).
    """
    required = {filing.pk: kinds for filing in filings if (kinds := required_attachments(filing))}
    uploaded = set(Attachment.objects.filter(filing__in=required).values_list("filing", "kind")) if required else set()
    return {
        pk: [_missing_finding(kind) for kind in kinds if (pk, kind) not in uploaded] for pk, kinds in required.items()
    }


def _missing_finding(kind: str) -> Finding:
    return address_finding("C12", "", texts=[kind], facts={"label": "附件", "kind": kind})


def add_attachment(person: Person, filing_pk: int, kind: str, file: UploadedFile) -> Attachment:
    """Store an uploaded file as an attachment of class `kind` ('' for none), in a transaction of its own.

    Raises Refused where the person may not edit the filing, the class is not required, the filing has too many files or
    this one already, and where the file is empty, too large or of a kind that is not accepted.
    """
    name = _file_name(file.name or "")
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        if kind and kind not in required_attachments(filing):
            raise Refused("attachment_kind_unknown")
        if filing.attachments.count() >= MOST:
            raise Refused("attachments_too_many", most=MOST)
        size, sha256 = _store(file, name)
        if filing.attachments.filter(kind=kind, sha256=sha256).exists():
            raise Refused("attachment_repeated", name=name)
        return Attachment.objects.create(
            jurisdiction_id=filing.jurisdiction_id,
            filing=filing,
            kind=kind,
            name=name,
            size=size,
            sha256=sha256,
            person=person,
        )


def delete_attachment(person: Person, filing_pk: int, ref: str) -> None:
    """Remove an attachment from a filing, in a transaction of its own.

    The bytes stay stored: the log of an earlier submission may name their digest. Raises Refused.
    """
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        if not filing.attachments.filter(ref=ref).delete()[0]:
            raise Refused("attachment_deleted")


def filing_attachments(filing: Filing) -> list[Attachment]:
    """The attachments of a filing, required classes first and in their order. One query."""
    order = {kind: number for number, kind in enumerate(required_attachments(filing))}
    return sorted(filing.attachments.select_related("person"), key=lambda file: order.get(file.kind, len(order)))


def attachments_text(attachments: Iterable[Attachment]) -> str:
    """The attachments of a submission in a line for the log, with the beginning of each digest; '' without any."""
    names = [f"{file.name}（{file.sha256[:16]}）" for file in attachments]
    return f"附件：{'、'.join(names)}" if names else ""


def attachments_data(attachments: Iterable[Attachment]) -> list[dict[str, str]]:
    """The same as JSON-ready data: class, name and digest of each, in an order that depends on nothing else."""
    files = sorted((file.kind, file.name, file.sha256) for file in attachments)
    return [{"kind": kind, "name": name, "sha256": sha256} for kind, name, sha256 in files]


def attachment_path(attachment: Attachment) -> Path:
    """Where the bytes of an attachment are stored."""
    return stored_path(attachment.sha256)


def _file_name(typed: str) -> str:
    """The name without folders and characters that no system accepts, at most 200 characters with its end.

    Raises Refused where nothing usable is left and for kinds of files that are not accepted.
    """
    name = "".join(ch for ch in typed.replace("\\", "/").rpartition("/")[2] if ch not in ':*?"<>|').strip(". ")
    if text_error(name) or not name:
        raise Refused("file_name_unusable")
    if Path(name).suffix.lower() not in BEGINNINGS:
        raise Refused("file_kind_not_accepted", name=name)
    return name if len(name) <= 200 else name[: 200 - len(Path(name).suffix)] + Path(name).suffix


def _store(file: UploadedFile, name: str) -> tuple[int, str]:
    """Store the bytes under their digest; returns size and digest. Raises Refused; then nothing is stored."""
    if not file.size:
        raise Refused("file_empty", name=name)
    if file.size > LARGEST:
        raise Refused("file_too_large", name=name, most=LARGEST // 1024 // 1024)
    beginning = BEGINNINGS[Path(name).suffix.lower()]
    digest = hashlib.sha256()
    with part_file(Path(settings.MEDIA_ROOT)) as out:
        # The name is the digest, which is known only when all bytes were read: they go to a temporary file first.
        for number, chunk in enumerate(file.chunks()):
            if not number and not chunk.startswith(beginning):
                raise Refused("file_damaged", name=name)
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        path = stored_path(digest.hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(out.name).replace(path)
    return file.size, digest.hexdigest()
