"""Times and prints."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any


def median(action: Callable[[], Any], runs: int = 5, clock: Callable[[], float] = time.perf_counter) -> float:
    """The median seconds of an action, after one run that does not count."""
    action()
    times = []
    for _ in range(runs):
        start = clock()
        action()
        times.append(clock() - start)
    return statistics.median(times)


def once(action: Callable[[], Any]) -> tuple[float, Any]:
    """The seconds of an action and what it gave."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def line(name: str, seconds: float, note: str = "") -> None:
    """One figure."""
    shown = f"{seconds * 1000:9.1f} ms" if seconds < 10 else f"{seconds:9.1f} s "
    print(f"  {name:58} {shown}  {note}", flush=True)
