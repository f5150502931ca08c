"""定稿, final papers: the PDF of each approved revision is written once, and is the record from then on.

Whoever asks for an approved sheet gets those bytes, and packets bind them. A damaged one is never replaced by a sheet
drawn anew: it is told, and comes back from a backup.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator

from filings.models import FinalPaper, Revision, State
from filings.renderers.pdf.conformance import count_pages, verify_document
from filings.services.errors import Refused
from filings.services.exports import printable_revision, render_revision_pdf
from filings.services.stored_files import store_file, stored_path
from filings.services.transactions import start_transaction
from filings.services.verification import revision_code
from perfbudget.release import release
from perfbudget.tasks import task

logger = logging.getLogger(__name__)


def store_final_paper(revision: Revision) -> FinalPaper:
    """The final paper of an approved revision; drawn and stored if there is none yet. Needs its filing and layout.

    If several processes try at the same time, the first one's bytes are kept.
    """
    if found := FinalPaper.objects.filter(revision=revision).first():
        return found
    data = render_revision_pdf(printable_revision(revision), revision)
    values = {"sha256": store_file(data), "size": len(data), "pages": count_pages(data), "release": release()}
    with start_transaction():
        paper, _ = FinalPaper.objects.get_or_create(
            revision=revision, defaults={"jurisdiction_id": revision.jurisdiction_id, **values}
        )
    return paper


def read_final_paper(sha256: str) -> bytes:
    """The bytes of the final paper with this digest. Raises Refused where they are lost or damaged."""
    try:
        data = stored_path(sha256).read_bytes()
    except FileNotFoundError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        logger.error("final paper %s is lost or damaged", sha256)
        raise Refused("final_paper_damaged", sha256=sha256)
    return data


def verify_final_paper(paper: FinalPaper) -> Iterator[str]:
    """What is wrong with the record of a revision, for whoever runs the site; nothing if it is whole.

    It must have its bytes, be a PDF without damage, and carry the code of the revision and the claim of PDF/A.
    """
    path = stored_path(paper.sha256)
    if not path.exists():
        yield f"the file {path} is missing"
        return
    data = path.read_bytes()
    if len(data) != paper.size or hashlib.sha256(data).hexdigest() != paper.sha256:
        yield f"the file {path} has {len(data)} bytes that are not those that were kept"
        return
    yield from verify_document(data, revision_code(paper.revision))


def revisions_without_paper() -> list[int]:
    """The primary keys of the approved revisions that have no final paper yet, the oldest first. One query."""
    revisions = Revision.objects.filter(filing__state=State.APPROVED).order_by("number")
    newest = {filing: (pk, paper) for filing, pk, paper in revisions.values_list("filing", "pk", "final_paper")}
    return sorted(pk for pk, paper in newest.values() if paper is None)


@task()
def write_final_paper(revision_pk: int) -> str:
    """Background work: keep the final paper of a revision; returns its digest."""
    revision = Revision.objects.select_related("layout", "filing").get(pk=revision_pk)
    return store_final_paper(revision).sha256


@task()
def write_missing_final_papers() -> int:
    """Background work after an upgrade: keep the final papers of sheets that an earlier release approved."""
    missing = revisions_without_paper()
    for pk in missing:
        write_final_paper.func(pk)
    return len(missing)
