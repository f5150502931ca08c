"""manage.py build_packet: write the annual packet of a jurisdiction as files, the same as the site. Resumable."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.management.files import replaced_file
from filings.models import Cycle, Packet
from filings.services.packets import PacketScope, create_packet, run_build, scope_choices, sweep_packets
from filings.services.packets.cache import cache_path
from filings.services.packets.requests import may_resume, open_packet, restart_packet
from filings.services.packets.scope import FROZEN


class Command(BaseCommand):
    """Builds a packet, or resumes its build, and copies its files to a folder."""

    help = "Build a cycle's annual packet into a folder. A build that was cut short goes on where it stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", metavar="KEY", help="the place's key, as its folder of layouts is named")
        parser.add_argument("--year", type=int, metavar="Y", help="the budget year")
        parser.add_argument("--round", type=int, default=1, metavar="N", help="which round of the year (default 1)")
        parser.add_argument("-o", "--output", metavar="DIR", help="folder to write into")
        parser.add_argument("--departments", default="", metavar="CODE,…", help="only these departments, by code")
        parser.add_argument("--forms", default="", metavar="KEY,…", help="only these forms, by the key of their layout")
        parser.add_argument(
            "--states", default="approved", metavar="STATE,…", help=f"which of {', '.join(FROZEN)} (default approved)"
        )
        parser.add_argument("--public", action="store_true", help="the 公开 variant: without personal cells")
        parser.add_argument("--drafts", action="store_true", help="drafts too, under a watermark")
        parser.add_argument(
            "--sweep", action="store_true", help="only requeue what lost its worker and remove old files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sweep"]:
            requeued, old, files = sweep_packets(settings.PACKET_DAYS)
            self.stdout.write(f"{requeued} packets requeued, {old} removed by age, {files} unused files removed")
            return
        if not (options["place"] and options["year"] and options["output"]):
            raise CommandError("--place, --year and -o are needed")
        cycle = find_cycle(options["place"], options["year"], options["round"])
        packet = self._packet(cycle, parse_scope(cycle, options))
        self._last_report = 0.0
        start = time.monotonic()
        run_build(packet.pk, self._report)
        packet = Packet.objects.get(pk=packet.pk)
        if packet.status != Packet.Status.READY:
            raise CommandError(
                packet.fault or f"the packet is {packet.status}: another worker has it, or it was cancelled"
            )
        count = copy_files(packet, Path(options["output"]))
        self.stdout.write(
            f"{packet.total} sheets, {count} files in {time.monotonic() - start:.1f} s: {options['output']}"
        )

    def _packet(self, cycle: Cycle, scope: PacketScope) -> Packet:
        """An unfinished packet of this scope, ready to be resumed; else a new one."""
        packet = open_packet(cycle, scope)
        if packet is None:
            return create_packet(cycle, scope)
        self.stderr.write(f"going on with packet {packet.ref}")
        if may_resume(packet):
            restart_packet(packet)
        return packet

    def _report(self, done: int, total: int, stage: str) -> None:
        """Print the progress, at most once a second, and at the end."""
        if done == total or time.monotonic() - self._last_report >= 1:
            self._last_report = time.monotonic()
            self.stderr.write(f"{done}/{total} {stage}")


def find_cycle(place: str, year: int, round_: int) -> Cycle:
    """The cycle of a jurisdiction, year and round. Raises CommandError with a list of cycles if there is none."""
    query = Cycle.objects.select_related("jurisdiction")
    cycle = query.filter(jurisdiction__code=place, year=year, round=round_).first()
    if cycle is None:
        known = "; ".join(
            f"--place {cycle.jurisdiction.code} --year {cycle.year} --round {cycle.round}" for cycle in query[:20]
        )
        raise CommandError(f"{place!r} has no cycle of {year}, round {round_}; there are: {known or 'none'}")
    return cycle


def parse_scope(cycle: Cycle, options: dict[str, Any]) -> PacketScope:
    """The scope that the options select. Raises CommandError for values that the cycle does not have."""
    offered = scope_choices(cycle)
    known = {
        "departments": {department.code for department in offered.departments},
        "forms": {key for key, _ in offered.forms},
        "states": {state for state, _ in offered.states},
    }
    selected = {name: tuple(filter(None, options[name].split(","))) for name in known}
    for name, values in selected.items():
        if unknown := sorted({*values} - known[name]):
            raise CommandError(f"--{name}: unknown {', '.join(unknown)}; there are {', '.join(sorted(known[name]))}")
    return PacketScope(**selected, public=options["public"], drafts=options["drafts"])


def copy_files(packet: Packet, folder: Path) -> int:
    """Copy the files of a packet into the folder; the number of files. Raises CommandError if it cannot write."""
    files = list(packet.files.all())
    try:
        for file in files:
            target = folder / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with replaced_file(target) as part:
                shutil.copyfile(cache_path(file.path), part)
    except OSError as error:
        raise CommandError(f"cannot write {folder}: {error.strerror}") from error
    return len(files)
