"""One transition for many filings at once: the preview says which would be skipped, the result which were.

Each filing has a transaction of its own, so that one that cannot be decided does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from filings.models import Filing, Person
from filings.services.errors import Refused
from filings.services.review_queue import remark_counts, reviewer_presence
from filings.services.text_limits import DECISION_LIMIT, require_within_limit
from filings.services.workflow import TRANSITIONS, apply_transition, available_transitions

ACTIONS = ("approve", "return")
"""The transitions that can be applied to many filings."""
MOST = 500
"""Most filings of one batch."""


@dataclass(frozen=True)
class BatchItem:
    """One filing of a batch: why it is skipped, if it is, and a note on who else has it open, '' for nobody."""

    filing: Filing
    skipped: Refused | None = None
    note: str = ""


def preview_batch(person: Person, action: str, refs: Sequence[str], now: datetime | None = None) -> list[BatchItem]:
    """What a batch would do to each of the filings, in the order of departments; a fixed number of queries.

    Filings that the person may not see, and those beyond `MOST`, are left out.
    """
    query = Filing.objects.visible_to(person).filter(ref__in=list(refs)[:MOST]).with_parts()
    filings = list(query.order_by("department__code", "id"))
    open_remarks, others = remark_counts(filings), reviewer_presence(person, filings, now)
    return [
        BatchItem(
            filing,
            _reason_to_skip(person, action, filing, open_remarks.get(filing.pk, 0)),
            f"{'、'.join(others[filing.pk])}正在查看" if filing.pk in others else "",
        )
        for filing in filings
    ]


def _reason_to_skip(person: Person, action: str, filing: Filing, open_remarks: int) -> Refused | None:
    """Why a filing cannot take part; None if it can."""
    transition = TRANSITIONS[action]
    if filing.state not in transition.sources:
        return Refused("batch_wrong_state", state=filing.get_state_display())
    if transition not in available_transitions(person, filing):
        if filing.submitted_by_id == person.pk:
            return Refused("batch_own_submission")
        return Refused("batch_no_permission", action=transition.label)
    if action == "approve" and open_remarks:
        return Refused("batch_open_remarks", count=open_remarks)
    return None


def run_batch(
    person: Person, action: str, refs: Sequence[str], words: str, now: datetime | None = None
) -> tuple[int, list[BatchItem]]:
    """Apply the transition to each filing in a transaction of its own; returns how many, and the filings skipped.

    A filing that is refused, because somebody else was quicker, counts as skipped with that reason. Raises Refused
    where the transition needs words and there are none: then nothing is done.
    """
    if TRANSITIONS[action].needs_words and not words.strip():
        raise Refused("batch_words_missing", action=TRANSITIONS[action].label)
    require_within_limit(words.strip(), DECISION_LIMIT, "意见")
    done, skipped = 0, []
    for item in preview_batch(person, action, refs, now):
        if item.skipped:
            skipped.append(item)
            continue
        try:
            apply_transition(person, item.filing.pk, action, version=item.filing.version, words=words, now=now)
            done += 1
        except Refused as refusal:  # somebody else was quicker
            skipped.append(BatchItem(item.filing, refusal))
    return done, skipped


def batch_departments(person: Person, refs: Sequence[str]) -> dict[int, list[int]]:
    """Primary keys of the departments of those filings that the person may see, by cycle, the latest deadline first."""
    query = Filing.objects.visible_to(person).filter(ref__in=list(refs)[:MOST]).order_by("-cycle__deadline")
    by_cycle: dict[int, list[int]] = {}
    for cycle, department in query.values_list("cycle", "department"):
        if department not in by_cycle.setdefault(cycle, []):
            by_cycle[cycle].append(department)
    return by_cycle
