"""make faults: clerks save while processes are killed, disks fill up and locks are held; is anything lost or doubled?

A site of its own (production mode, a durable PostgreSQL, temporary folders) is struck by one fault after another while
clerks save and repeat what was not acknowledged, as the page's script does. After each fault the journal is compared
with what was acknowledged. Exit status 1 if a write was lost or doubled or anything is broken; with --goals also where
the product falls short of what is aimed at.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.catalogue import CHAOS, FAULTS, NOT_HERE
from tests.faults.report import HEAD, is_whole, print_played, print_sum, shortfalls
from tests.faults.whole import faults_in_the_whole
from tests.faults.world import World, database


def main() -> int:
    """Read the options, play, clean up."""
    options = _parser().parse_args()
    if options.long:
        options.minutes, options.writes = max(options.minutes, 40), max(options.writes, 50_000)
    known = [fault.id for fault in FAULTS]
    if unknown := set(options.only) - set(known):
        _parser().error(f"--only: unknown {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    # Whoever ends this program ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    world = World(options.clerks, options.seed)
    try:
        world.prepare()
        return asyncio.run(_play(world, options))
    finally:
        world.remove()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--minutes", type=float, default=3, help="play for at least so long; kills grow with it (default 3, 40 kills)")
    add("--writes", type=int, default=0, help="play until so many writes are acknowledged")
    add("--long", action="store_true", help="50,000 writes")
    add("--only", type=lambda text: text.split(","), default=[], help="such as F1,F2")
    add("--clerks", type=int, default=12, help="how many clerks save (default 12)")
    add("--seed", type=int, default=1, help="of what is random (default 1)")
    add("--goals", action="store_true", help="exit 1 also where the product falls short of a goal")
    return parser


async def _play(world: World, options: argparse.Namespace) -> int:
    await world.log_in()
    print(f"{options.clerks} clerks with {len(world.refs)} sheets\n{HEAD}", flush=True)
    start, scale = time.monotonic(), max(1.0, options.minutes / 3)
    for fault in FAULTS:
        if not options.only or fault.id in options.only:
            rounds = round(fault.rounds * scale) if fault.id in CHAOS else fault.rounds
            print_played(await world.play(fault, rounds))
    chaos = [fault for fault in FAULTS if fault.id in CHAOS and (not options.only or fault.id in options.only)]
    while chaos and (time.monotonic() - start < options.minutes * 60 or len(world.all.acknowledged) < options.writes):
        fault = chaos[len(world.played) % len(chaos)]
        print_played(await world.play(fault, fault.rounds))
    faults = await database(faults_in_the_whole, world)
    for number, reason in NOT_HERE.items() if not options.only else ():
        print(f"{number:5}not played: {reason}")
    print_sum(world.played, faults)
    whole = not faults and all(is_whole(one) for one in world.played)
    short = any(shortfalls(one) for one in world.played)
    return 0 if whole and not (options.goals and short) else 1


if __name__ == "__main__":
    os.environ.pop("PYTEST_VERSION", None)  # the site is a real one even when a test started this program
    sys.exit(main())
