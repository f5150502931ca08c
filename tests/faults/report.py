"""Prints what each fault did, what was lost, and which goals of the product it fell short of."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.world import Played

HEAD = f"{'':5}{'fault':46}{'kills':>6}{'acked':>7}{'lost':>5}{'doubled':>8}{'outage s':>9}{'slowest s':>10}  verdict"


def shortfalls(played: Played) -> list[str]:
    """The goals that the product did not meet: those of the fault, no bare error, and how soon it was back."""
    sightings, fault = played.sightings, played.fault
    found = list(played.result.shortfalls)
    if bare := sightings.bare_errors():
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(sightings.failures.items()))
        found.append(f"{bare} answers said neither what is wrong nor when to try again ({kinds})")
    if fault.outage and sightings.outage > fault.outage:
        found.append(f"no answer for {sightings.outage:.1f} s, aim {fault.outage:g} s")
    if fault.id == "F10" and sightings.slowest > 3:
        found.append(f"a save that waits for a lock was answered after {sightings.slowest:.1f} s, aim 3 s")
    return found


def is_whole(played: Played) -> bool:
    """Whether nothing was lost, doubled or broken."""
    return played.verdict.is_whole and not played.result.broken and not played.sightings.lasting


def print_played(played: Played) -> None:
    """One fault: its row, what was seen, and what is wrong."""
    verdict, sightings = played.verdict, played.sightings
    word = "BROKEN" if not is_whole(played) else "falls short" if shortfalls(played) else "holds"
    if played.result.skipped:
        word = "skipped"
    print(
        f"{played.fault.id:5}{played.fault.name:46}{played.result.kills:6}{played.acknowledged:7}"
        f"{len(verdict.lost):5}{len(verdict.doubled):8}{sightings.outage:9.1f}{sightings.slowest:10.1f}  {word}"
    )
    if played.result.skipped:
        print(f"       skipped: {played.result.skipped}")
    for note in played.result.notes:
        print(f"       {note}")
    if sightings.failures:
        print("       attempts that failed: " + ", ".join(f"{k} {n}" for k, n in sorted(sightings.failures.items())))
    for line in shortfalls(played):
        print(f"       FALLS SHORT: {line}")
    for line in [*played.result.broken, *verdict.lines(), *(f"a save was refused: {k}" for k in sightings.lasting)]:
        print(f"       BROKEN: {line}")
    print(end="", flush=True)


def print_sum(played: Sequence[Played], faults: Sequence[str]) -> None:
    """The whole run in one line, with what is wrong in the end."""
    kills, acknowledged = sum(one.result.kills for one in played), sum(one.acknowledged for one in played)
    lost, doubled = sum(len(one.verdict.lost) for one in played), sum(len(one.verdict.doubled) for one in played)
    short = sum(bool(shortfalls(one)) for one in played)
    print(
        f"\n{len(played)} faults, {kills} kills, {acknowledged} writes acknowledged: {lost} lost, {doubled} doubled, "
        f"{len(faults)} faults in the whole; {short} fall short of a goal"
    )
    for line in faults[:20]:
        print(f"  BROKEN: {line}")
