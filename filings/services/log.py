"""The append-only log: each event holds a hash over itself and the event before it, so that changes and gaps show.

Hashes of stored events depend on the keys and values used here: those must never change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils import timezone

from filings.models import Chain, Event, Filing, Person, Revision
from filings.services.transactions import require_transaction
from filings.sheet.document import digest


def append_event(  # noqa: PLR0913 - what an event says
    filing: Filing,
    person: Person,
    action: str,
    from_state: str,
    *,
    words: str = "",
    revision: Revision | None = None,
    attachments: list[dict[str, str]] | None = None,
    now: datetime | None = None,
) -> Event:
    """Append one event to the log of the filing's department and cycle, with the filing's state as the new one.

    Needs the transaction of the change itself. Locks the head of the log until it ends, so that the log has no forks.
    """
    require_transaction()
    Chain.objects.get_or_create(
        cycle_id=filing.cycle_id, department_id=filing.department_id, jurisdiction_id=filing.jurisdiction_id
    )
    chain = Chain.objects.select_for_update().get(cycle_id=filing.cycle_id, department_id=filing.department_id)
    event = Event(
        jurisdiction_id=filing.jurisdiction_id,
        chain=chain,
        sequence=chain.length + 1,
        filing=filing,
        action=action,
        from_state=from_state,
        to_state=filing.state,
        person=person,
        words=words,
        revision=revision,
        attachments=attachments,
        at=now or timezone.now(),
        previous=chain.head,
    )
    event.hash = event_hash(event, filing.ref, revision.sha256 if revision else "")
    event.save()
    chain.length, chain.head = event.sequence, event.hash
    chain.save(update_fields=["length", "head"])
    return event


def event_hash(event: Event, ref: str, revision_sha256: str) -> str:
    """SHA-256 over the content of an event and the hash of the event before it."""
    # Events of earlier releases have no attachments, and their hashes were made without the key.
    attached = {} if event.attachments is None else {"attachments": event.attachments}
    return digest(
        {
            **attached,
            "sequence": event.sequence,
            "filing": ref,
            "action": event.action,
            "from": event.from_state,
            "to": event.to_state,
            "person": event.person_id,
            "words": event.words,
            "revision": revision_sha256,
            "at": event.at.astimezone(UTC).isoformat(),
            "previous": event.previous,
        }
    )


def revision_hash(revision: Revision) -> str:
    """SHA-256 computed anew over what a revision stores: content, variables, and the layout's own text and includes."""
    layout = digest([revision.layout.source, revision.layout.includes])
    return digest({"document": revision.document, "setting": revision.variables, "layout": layout})


def verify_chain(chain: Chain) -> list[str]:
    """What is wrong with a log, in English lines for those who run the site; nothing if it is intact.

    The site may go on working: a log to which an event was added meanwhile is read again.
    """
    while True:
        length, head = chain.length, chain.head
        faults = list(_chain_errors(chain))
        chain.refresh_from_db(fields=["length", "head"])
        if (chain.length, chain.head) == (length, head):
            return faults


def _chain_errors(chain: Chain) -> Iterator[str]:
    """What is wrong with a log that nobody adds to."""
    states: dict[int, str] = {}
    intact = True
    for error in _event_errors(chain, states):
        intact = False
        yield error
    # A log with gaps or changes cannot say in which states its filings should be.
    if intact:
        yield from _state_errors(chain, states)


def _event_errors(chain: Chain, states: dict[int, str]) -> Iterator[str]:
    """Events that are missing or changed; collects in `states` the state after the last event of each filing."""
    previous, count = "", 0
    events = chain.events.select_related("filing", "revision__layout").order_by("sequence")
    for event in events.iterator(chunk_size=1000):
        count += 1
        sha256 = event.revision.sha256 if event.revision else ""
        if event.sequence != count:
            yield f"event {count} is missing (found {event.sequence})"
            count = event.sequence
        if event.previous != previous or event.hash != event_hash(event, event.filing.ref, sha256):
            yield f"event {event.sequence} does not match its hash"
        if event.revision and revision_hash(event.revision) != sha256:
            yield f"the revision that event {event.sequence} sent in is not what was frozen"
        previous = event.hash
        states[event.filing_id] = event.to_state
    if count != chain.length or previous != chain.head:
        yield f"the log ends at event {count}, its head says {chain.length}"


def _state_errors(chain: Chain, states: dict[int, str]) -> Iterator[str]:
    """Filings in another state than after their last event."""
    filings = Filing.objects.filter(cycle=chain.cycle_id, department=chain.department_id).order_by("pk")
    for pk, ref, state in filings.values_list("pk", "ref", "state"):
        if pk in states and states[pk] != state:
            yield f"filing {ref} is {state}, its last event left it {states[pk]}"
