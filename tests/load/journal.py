"""Compares the journal with what was acknowledged: nothing lost, nothing doubled, no gaps, contents as journalled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.load.clerk import Save

Content = dict[str, str]
"""Texts by path, and under `table[]` the ids of a table's rows in order; what is empty is left out."""


@dataclass(frozen=True)
class Entry:
    """One save in the journal of a sheet: which version it made, under which operation, and its changes."""

    ref: str
    version: int
    operation: str
    changes: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Stored:
    """A sheet as it is stored: its version and its content."""

    version: int
    content: Content


@dataclass
class Verdict:
    """What is wrong, as sentences: acknowledged saves that are lost, saves that stand twice, anything else broken."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.broken)

    def add(self, other: Verdict) -> None:
        """Take over what another verdict found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.broken += other.broken

    def lines(self, most: int = 10) -> list[str]:
        """What is wrong, a line each, up to `most` of each kind."""
        kinds = {"lost": self.lost, "doubled": self.doubled, "broken": self.broken}
        return [f"{kind}: {text}" for kind, texts in kinds.items() for text in texts[:most]]


def judge(
    before: Mapping[str, Stored],
    entries: Iterable[Entry],
    after: Mapping[str, Stored],
    acknowledged: Collection[Save],
    sent: Collection[Save] | None = None,
) -> Verdict:
    """Compare the sheets as they were, the journal since then, and the sheets as they are with what was acknowledged.

    With `sent`, the journal may hold nothing else: whatever was never sent is broken.
    """
    by_sheet: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_sheet[entry.ref].append(entry)
    verdict = _judge_saves(by_sheet, acknowledged, sent)
    for ref, stored in before.items():
        journal = sorted(by_sheet[ref], key=lambda entry: entry.version)
        verdict.broken += _judge_sheet(ref, stored, journal, after.get(ref))
    return verdict


def _judge_saves(
    by_sheet: Mapping[str, Sequence[Entry]], acknowledged: Collection[Save], sent: Collection[Save] | None
) -> Verdict:
    verdict = Verdict()
    journalled = {(ref, one.operation): one for ref, entries in by_sheet.items() for one in entries}
    counts = Counter(one.operation for entries in by_sheet.values() for one in entries)
    verdict.doubled += [f"operation {name} stands {n} times" for name, n in sorted(counts.items()) if n > 1]
    for save in acknowledged:
        entry = journalled.get((save.ref, save.operation))
        if entry is None:
            what = f"{save.operation} of {save.ref} ({save.path}: {save.text})"
            verdict.lost.append(f"operation {what} was acknowledged and is not in the journal")
        elif not any(change["path"] == save.path and change["to"] == save.text for change in entry.changes):
            verdict.lost.append(f"operation {save.operation} of {save.ref} did not store what was sent to {save.path}")
    if sent is not None:
        known = {save.operation for save in sent}
        verdict.broken += [f"operation {name} was never sent" for name in sorted(counts) if name not in known]
    return verdict


def _judge_sheet(ref: str, before: Stored, journal: Sequence[Entry], after: Stored | None) -> list[str]:
    """Versions without gaps, each change from what was there, and the content that the journal leads to."""
    if after is None:
        return [f"{ref}: the sheet is gone"]
    faults: list[str] = []
    versions = [entry.version for entry in journal]
    if versions != list(range(before.version + 1, after.version + 1)):
        faults.append(f"{ref}: versions {_shown(versions)} do not lead from {before.version} to {after.version}")
    content = dict(before.content)
    for entry in journal:
        for change in entry.changes:
            if content.get(change["path"], "") != change["from"]:
                faults.append(f"{ref}: version {entry.version} does not begin where {change['path']} was")
            content[change["path"]] = change["to"]
    content = {path: text for path, text in content.items() if text}
    different = sorted(path for path in {*content, *after.content} if content.get(path) != after.content.get(path))
    if different:
        faults.append(f"{ref}: {len(different)} cells differ from the journal, such as {different[0]}")
    return faults


def _shown(versions: Sequence[int]) -> str:
    """Where versions do not count up by one, with the last before each break."""
    breaks = [f"{a}, {b}" for a, b in pairwise(versions) if b != a + 1]
    return "; ".join(breaks[:3]) or f"{versions[:1]} … {versions[-1:]}"
