"""The same step for many filings at once: what would be skipped is said before, what was skipped after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from filings.models import Filing, Person
from filings.services.errors import Refused
from filings.services.review_queue import remark_counts, reviewers_present
from filings.services.workflow import TRANSITIONS, apply_transition, available_transitions

ACTIONS = ("approve", "return")
MOST = 500
"""Filings in one batch."""


@dataclass(frozen=True)
class BatchItem:
    """One filing of a batch: why it is skipped ('' when it is not), and what the person should know of it."""

    filing: Filing
    skipped: str = ""
    note: str = ""


def preview_batch(person: Person, action: str, refs: Sequence[str], now: datetime | None = None) -> list[BatchItem]:
    """What a batch would do to each filing that the person may see; a fixed number of queries."""
    query = Filing.objects.visible_to(person).filter(ref__in=list(refs)[:MOST]).with_parts()
    filings = list(query.order_by("department__code", "id"))
    open_, others = remark_counts(filings), reviewers_present(person, filings, now)
    return [
        BatchItem(
            filing,
            _skipped(person, action, filing, open_.get(filing.pk, 0)),
            f"{'、'.join(others[filing.pk])}正在查看" if filing.pk in others else "",
        )
        for filing in filings
    ]


def _skipped(person: Person, action: str, filing: Filing, open_remarks: int) -> str:
    """Why a filing cannot take part, in words for the person."""
    step = TRANSITIONS[action]
    if filing.state not in step.sources:
        return f"现在是“{filing.get_state_display()}”"
    if action not in [one.action for one in available_transitions(person, filing)]:
        return "是您自己送审的" if filing.submitted_by_id == person.pk else f"您没有“{step.label}”的权限"
    if action == "approve" and open_remarks:
        return f"有 {open_remarks} 条意见没有关闭，请逐份处理"
    return ""


def run_batch(
    person: Person, action: str, refs: Sequence[str], words: str, now: datetime | None = None
) -> tuple[int, list[BatchItem]]:
    """Take the step for each filing by itself: for how many it was taken, and those skipped. Raises Refused."""
    if TRANSITIONS[action].needs_words and not words.strip():
        raise Refused(f"批量{TRANSITIONS[action].label}必须写明意见。")
    done, skipped = 0, []
    for line in preview_batch(person, action, refs, now):
        if line.skipped:
            skipped.append(line)
            continue
        try:
            apply_transition(person, line.filing.pk, action, version=line.filing.version, words=words, now=now)
            done += 1
        except Refused as refusal:  # somebody else was quicker
            skipped.append(BatchItem(line.filing, str(refusal)))
    return done, skipped


def batch_departments(person: Person, refs: Sequence[str]) -> dict[int, list[int]]:
    """The departments of the sheets that the person may see, by cycle, the newest first."""
    query = Filing.objects.visible_to(person).filter(ref__in=list(refs)[:MOST]).order_by("-cycle__deadline")
    found: dict[int, list[int]] = {}
    for cycle, department in query.values_list("cycle", "department"):
        if department not in found.setdefault(cycle, []):
            found[cycle].append(department)
    return found
