"""Families of processes, by /proc: who belongs to one, what processor time it used, and its end."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _fields(pid: int | str) -> list[str]:
    """What /proc/PID/stat says after the name, which may hold blanks: state, parent, …; empty without a process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def family(root: int) -> list[int]:
    """A process and all that descend from it, the oldest first; empty when it is gone."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(entry.name)) and fields[0] != "Z":
            children[int(fields[1])].append(int(entry.name))
    found = [root] if _fields(root) else []
    for pid in found:
        found += sorted(children[pid])
    return found


def children_with(root: int, word: str) -> list[int]:
    """The descendants of a process whose command line has a word, the oldest first."""
    return [pid for pid in family(root)[1:] if word in command_line(pid)]


def command_line(pid: int) -> str:
    """The command line of a process; '' when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def count_sockets(pid: int) -> int:
    """How many sockets a process has open; 0 when it is gone."""
    try:
        return sum(str(entry.readlink()).startswith("socket:") for entry in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return 0


def cpu_seconds(root: int) -> float:
    """Processor time of a family so far, with that of children that have ended and were waited for."""
    return sum(sum(map(int, fields[11:15])) for pid in family(root) if (fields := _fields(pid))) / TICKS


def memory_mb(root: int) -> float:
    """What the largest process of a family has resident, in MB."""
    sizes = [int(fields[21]) for pid in family(root) if (fields := _fields(pid))]
    return max(sizes, default=0) * os.sysconf("SC_PAGE_SIZE") / 2**20


def kill(pids: Iterable[int], number: signal.Signals = signal.SIGKILL) -> int:
    """Send a signal to processes by their ids; how many there were."""
    count = 0
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        count += 1
    return count
