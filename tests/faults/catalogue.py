"""The catalogue of faults: which are played here, how often, and which cannot be shown on one machine, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.faults import full_disks, kills, packets, races, waits
from tests.faults.world import Fault

FAULTS: Sequence[Fault] = (
    Fault("F1", "web worker killed", 3, kills.kill_web_workers, 12),
    Fault("F1b", "web workers killed faster than they start", 0, kills.storm_web_workers, 20),
    Fault("F1c", "gunicorn's arbiter and task worker killed", 10, kills.kill_served, 2),
    Fault("F2", "database killed", 10, kills.kill_database, 5),
    Fault("F3", "database restarted in order", 10, kills.restart_database, 2),
    Fault("F4", "disk of the database full (and F5, its log)", 0, full_disks.fill_database_disk),
    Fault("F4b", "disk of the site's files full", 3, full_disks.fill_var_disk),
    Fault("F6", "50 identical submissions at once", 0, races.submit_at_once, 1),
    Fault("F7", "two people edit the same cell", 0, races.edit_the_same_cell, 10),
    Fault("F9", "connection cut after the commit", 3, waits.cut_connections, 12),
    Fault("F10", "rows locked by another session", 3, waits.hold_lock, 8),
    Fault("F12", "build of a packet out of memory", 3, packets.run_out_of_memory),
    Fault("F16", "deadline passes while a submission waits", 0, races.pass_the_deadline),
    Fault("F17", "no database connection left", 0, waits.use_up_connections, 5),
    Fault("F18", "approve and withdraw at once", 0, races.approve_and_withdraw, 3),
    Fault("F20", "build of a packet killed at two thirds", 3, packets.kill_build),
    Fault("R9", "save and upload too large", 0, waits.send_too_much),
)
"""An outage of 0 has no goal: the fault itself makes it, or there is none."""

CHAOS = ("F1", "F1b", "F1c", "F2", "F3", "F9")
"""Played again and again until time and writes are reached."""

NOT_HERE: Mapping[str, str] = {
    "F8": "an expired session with unsaved cells: tests/browser",
    "F11": "clock jumps: the clock is the whole machine's; each comparison goes by versions, not times",
    "F13": "kill during a migration: tests/upgrade",
    "F14": "backup, wipe, restore: no part of this tool",
    "F15": "crash of the clerk's browser: tests/browser",
    "F19": "backup during peak: no part of this tool",
}
"""What this tool does not play, and where it is or why it cannot be."""
