"""附件: what a place asks for, what was handed in, and where the bytes lie.

A file is taken for what its first bytes say it is. It is stored under its digest, never under a name that somebody
typed, and is only ever given back as a download.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from filings.checks import RULES, Finding
from filings.models import Attachment, Filing, Person
from filings.services.errors import Refused
from filings.services.layouts import cycle_profile
from filings.services.locking import lock_editable_filing
from filings.services.transactions import start_transaction
from filings.sheet.document import text_error
from perfbudget.files import part_file

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""
MOST = 20
"""Files of one filing."""
ATTACHED = "附件："
"""How the line of the log begins that names them."""

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
"""The kinds of files that are taken, by the end of the name, and how such a file begins."""


def required_attachments(filing: Filing) -> tuple[str, ...]:
    """The classes of attachments that the place asks for with this form."""
    due = next((one for one in cycle_profile(filing.cycle).due if one.layout == filing.layout.key), None)
    return due.attachments if due else ()


def missing_attachments(filings: Sequence[Filing]) -> dict[int, list[Finding]]:
    """C12 附件未传: for each filing the classes of which nothing was handed in; one query at most."""
    asked = {filing.pk: required_attachments(filing) for filing in filings}
    wanted = [pk for pk, kinds in asked.items() if kinds]
    there = set(Attachment.objects.filter(filing__in=wanted).values_list("filing", "kind")) if wanted else set()
    return {pk: [_missing_finding(kind) for kind in asked[pk] if (pk, kind) not in there] for pk in wanted}


def _missing_finding(kind: str) -> Finding:
    rule = RULES["C12"]
    return Finding(rule.code, "", "附件", f"没有上传“{kind}”，{rule.remedy}。", rule.severity)


def add_attachment(person: Person, filing_pk: int, kind: str, file: UploadedFile) -> Attachment:
    """Take a file in. Raises Refused with the reason."""
    name = _name(file.name or "")
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        if kind and kind not in required_attachments(filing):
            raise Refused("没有这一类附件，请刷新页面重选。")
        if filing.attachments.count() >= MOST:
            raise Refused(f"附件不能超过 {MOST} 个，请先删除不用的。")
        size, sha256 = _store(file, name)
        if filing.attachments.filter(kind=kind, sha256=sha256).exists():
            raise Refused(f"“{name}”已经传过了。")
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
    """Take a file out again; its bytes stay, an earlier submission may name them. Raises Refused."""
    with start_transaction():
        filing = lock_editable_filing(person, filing_pk)
        if not filing.attachments.filter(ref=ref).delete()[0]:
            raise Refused("这个附件已经删除了。")


def filing_attachments(filing: Filing) -> list[Attachment]:
    """The attachments of a filing, those that are asked for first."""
    order = {kind: number for number, kind in enumerate(required_attachments(filing))}
    return sorted(filing.attachments.select_related("person"), key=lambda one: order.get(one.kind, len(order)))


def attachments_text(attachments: Iterable[Attachment]) -> str:
    """The attachments of a submission in a line, with the beginning of each digest, for the log."""
    named = [f"{one.name}（{one.sha256[:16]}）" for one in attachments]
    return f"{ATTACHED}{'、'.join(named)}" if named else ""


def attachment_path(attachment: Attachment) -> Path:
    """Where the bytes lie."""
    return _path(attachment.sha256)


def _path(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def _name(typed: str) -> str:
    """The name without folders and what no system takes. Raises Refused for kinds that are not taken."""
    name = "".join(ch for ch in typed.replace("\\", "/").rpartition("/")[2] if ch not in ':*?"<>|').strip(". ")
    if text_error(name) or not name:
        raise Refused("文件名含有不能用的字符，请改名后再传。")
    if Path(name).suffix.lower() not in BEGINNINGS:
        raise Refused(f"“{name}”不是可以上传的文件，请用 PDF、图片、Word、Excel、WPS 或 OFD 文件。")
    return name if len(name) <= 200 else name[: 200 - len(Path(name).suffix)] + Path(name).suffix


def _store(file: UploadedFile, name: str) -> tuple[int, str]:
    """Write the bytes under their digest; gives size and digest. Raises Refused."""
    if not file.size:
        raise Refused(f"“{name}”是空文件。")
    if file.size > LARGEST:
        raise Refused(f"“{name}”超过 {LARGEST // 1024 // 1024} MB，请压缩或拆分后再传。")
    beginning = BEGINNINGS[Path(name).suffix.lower()]
    digest = hashlib.sha256()
    with part_file(Path(settings.MEDIA_ROOT)) as out:
        for number, chunk in enumerate(file.chunks()):
            if not number and not chunk.startswith(beginning):
                raise Refused(f"“{name}”的内容和文件名不符，可能已经损坏，请重新另存后再传。")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        path = _path(digest.hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(out.name).replace(path)
    return file.size, digest.hexdigest()
