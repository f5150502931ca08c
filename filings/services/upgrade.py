"""After an upgrade: stored replies and findings of earlier releases, which knew findings by their sentences.

Runs once behind `migrate` (see `apps.py`), with the present models: a reply is tied to the finding whose message of
that time today's check reproduces. Replies of which that is not so stay as they are, readable and counting for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from filings.checks.messages import messages_of_release_0_2
from filings.models import CheckResult, Filing, Reply
from filings.services.checking import CheckedFiling, check_and_store, check_with_related
from filings.services.transactions import start_transaction

Department = tuple[int, int]
"""Primary keys of a cycle and of a department: the sheets that are checked together."""


def upgrade_findings() -> tuple[int, int]:
    """Tie the replies stored under messages to findings, and count again what was stored as sentences.

    Returns how many replies are tied by now and how many are not. Each department is a transaction of its own; what was
    done is not done again.
    """
    for cycle_pk, department_pk in sorted(_departments_to_check()):
        filings = list(Filing.objects.filter(cycle=cycle_pk, department=department_pk).with_parts().order_by("pk"))
        with start_transaction():
            checked = check_with_related(filings)
            for filing in filings:
                # Left out of the check is a filing whose place's rules cannot be read; its replies stay as they are.
                if filing.pk in checked:
                    _tie_replies(filing, checked[filing.pk])
            check_and_store(filings)
    left = Reply.objects.filter(digest="").count()
    return Reply.objects.exclude(digest="").count(), left


def _departments_to_check() -> set[Department]:
    """The departments that have replies or findings of an earlier release."""
    by_reply = Reply.objects.filter(digest="").values_list("filing__cycle", "filing__department")
    stored = CheckResult.objects.exclude(related=[]).values_list("filing__cycle", "filing__department", "related")
    return {*by_reply, *((cycle, department) for cycle, department, related in stored if _has_sentences(related))}


def _has_sentences(related: Iterable[dict[str, Any]]) -> bool:
    return any("case" not in finding for finding in related)


def _tie_replies(filing: Filing, checked: CheckedFiling) -> None:
    """Give the replies of a filing the digest of the finding that has their code, path and message."""
    layout, document = checked.subject.layout, checked.subject.document
    digests = {
        (finding.code, finding.path, message): finding.digest
        for finding in checked.findings
        for message in messages_of_release_0_2(layout, document, finding)
    }
    taken = set(filing.replies.exclude(digest="").values_list("kind", "code", "path", "digest"))
    for reply in filing.replies.filter(digest="").order_by("-pk"):
        digest = digests.get((reply.code, reply.path, reply.message), "")
        key = reply.kind, reply.code, reply.path, digest
        if digest and key not in taken:
            taken.add(key)
            # Not save(): the time of a reply is when a person gave it.
            Reply.objects.filter(pk=reply.pk).update(digest=digest)
