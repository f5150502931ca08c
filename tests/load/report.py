"""Prints what was measured as a table, and beside it what was aimed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.load.arrivals import Run, quantile
from tests.load.journal import Verdict

HEAD = f"{'':10}{'offered/s':>10}{'served/s':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}  errors"


@dataclass
class Row:
    """A rate that was measured: its run, the verdict on the journal, processor seconds by part, and a note."""

    run: Run
    verdict: Verdict = field(default_factory=Verdict)
    cpu: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def served(self) -> float:
        """Requests that were answered as they should be, a second."""
        return len(self.run.latencies()) / max(self.run.lasted, self.run.seconds)

    def percentile(self, share: float, kind: str = "") -> float:
        """The latency in ms that a share of the requests did not exceed."""
        return quantile(self.run.latencies(kind), share) * 1000

    @property
    def holds(self) -> bool:
        """Whether the rate is below the knee: p95 at most 500 ms, no error, everything offered."""
        return self.percentile(0.95) <= 500 and not self.run.errors() and not self.run.not_offered


def print_head(title: str) -> None:
    """The heading of a table."""
    print(f"\n{title}\n{HEAD}", flush=True)


def print_row(row: Row) -> None:
    """A rate: all requests, then by kind where there are several, then processor time and what is wrong."""
    run = row.run
    kinds = sorted({one.kind for one in run.outcomes})
    errors = ", ".join(f"{kind} {count}" for kind, count in run.errors().items()) or "none"
    more = f"; not offered {run.not_offered}" if run.not_offered else ""
    offered = run.due / run.seconds
    print(f"{run.rate:<10g}{offered:10.1f}{row.served:9.1f}{_shares(row, '')}  {errors}{more}{row.note}", flush=True)
    for kind in kinds if len(kinds) > 1 else ():
        count = sum(one.kind == kind for one in run.outcomes)
        print(f"  {kind:<10}{count:>8} of them {_shares(row, kind)}", flush=True)
    requests = max(1, len(run.outcomes))
    parts = ", ".join(f"{name} {seconds / requests * 1000:.1f}" for name, seconds in row.cpu.items())
    if parts:
        print(f"  CPU ms a request: {parts}", flush=True)


def print_verdict(row: Row, acknowledged: int) -> None:
    """What the comparison with the journal found."""
    verdict = row.verdict
    print(
        f"  journal: {acknowledged} saves acknowledged, {len(verdict.lost)} lost, {len(verdict.doubled)} doubled, "
        f"{len(verdict.broken)} broken",
        flush=True,
    )
    for line in verdict.lines():
        print(f"    {line}", flush=True)


def _shares(row: Row, kind: str) -> str:
    return "".join(f"{row.percentile(share, kind):8.0f}" for share in (0.5, 0.95, 0.99))


def knee(rows: Sequence[Row]) -> float:
    """The highest rate below the knee; 0.0 where even the lowest is beyond."""
    return max((row.run.rate for row in rows if row.holds), default=0.0)


def print_goals(rows: Sequence[Row], floor: Sequence[Row], is_packet_built: bool) -> None:
    """The goals of the trackers with what was measured. They are told, and fail nothing: machines differ."""
    print("\nGoals")
    at_40 = next((row for row in rows if row.run.rate == 40), None)
    if at_40 and is_packet_built:
        _goal("40/s while a packet is built: saves p95 ≤ 250 ms", at_40.percentile(0.95, "save") <= 250, at_40)
    elif at_40:
        is_met = at_40.percentile(0.95) <= 150 and at_40.percentile(0.99) <= 400 and at_40.holds
        _goal("40/s: p95 ≤ 150 ms, p99 ≤ 400 ms, no error", is_met, at_40)
    print(f"  {_knee_line(rows, floor)}")


def _knee_line(rows: Sequence[Row], floor: Sequence[Row]) -> str:
    """Whether the knee is high enough. A fifth of a floor that was not driven beyond its own knee says nothing."""
    top, floor_top = knee(rows), knee(floor)
    shown = f"knee ≥ 80/s or ≥ 1/5 of the floor's: our knee is {top:g}/s{_open_end(rows)}"
    if floor:
        shown += f"; the floor's {floor_top:g}/s{_open_end(floor)}, a fifth of it {floor_top / 5:g}/s"
    is_floor_found = bool(floor) and not _open_end(floor)
    if top >= 80 or (is_floor_found and top >= floor_top / 5 > 0):
        return f"holds: {shown}"
    if _open_end(rows) or (floor and not is_floor_found):
        return f"not shown: {shown}"
    return f"FALLS SHORT: {shown}"


def _open_end(rows: Sequence[Row]) -> str:
    """What to add where no rate beyond the knee was measured."""
    is_open = bool(rows) and knee(rows) == max(row.run.rate for row in rows)
    return " or higher (no rate beyond it was measured)" if is_open else ""


def _goal(text: str, is_met: bool, row: Row) -> None:
    measured = f"p95 {row.percentile(0.95):.0f} ms, p99 {row.percentile(0.99):.0f} ms"
    print(f"  {'holds' if is_met else 'FALLS SHORT'}: {text}: {measured}")
