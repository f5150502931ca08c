"""Measures a site of its own: start, rates, comparison with the journal, and the floor beside it."""

from __future__ import annotations

import argparse
import asyncio
import time

from tests.load.arrivals import OpenLoop
from tests.load.clerk import Clerk, Record
from tests.load.connection import Connection
from tests.load.floor import FloorUser, make_tables
from tests.load.journal import Stored
from tests.load.rates import Meter, log_in, measure_rate
from tests.load.report import Row, print_goals, print_head, print_row, print_verdict
from tests.load.site import HOST, Server, Site, free_port


def measure_own(options: argparse.Namespace) -> int:
    """Start the site, measure all that the options ask for, remove it; 1 if anything was lost, doubled or broken."""
    started = time.perf_counter()
    site = Site(options.database)
    try:
        site.prepare()
        load = _Load(site, options)
        print(
            f"{options.clerks} clerks with {len(load.before)} sheets on {options.database}; "
            f"ready after {time.perf_counter() - started:.0f} s",
            flush=True,
        )
        rows = load.measure()
        floor = _measure_floor(site, options) if options.floor else []
        print_goals(rows, floor, bool(options.packet))
    finally:
        site.remove()
    is_whole = all(row.verdict.is_whole for row in rows)
    has_errors = any(row.run.errors() or row.run.not_offered for row in rows)
    return 0 if is_whole and not (options.strict and has_errors) else 1


class _Load:
    """The clerks of an own site, and what they sent and were told."""

    def __init__(self, site: Site, options: argparse.Namespace) -> None:
        from tests.load.material import make_posts
        from tests.load.stored import load_stored

        self.site, self.options, self.record = site, options, Record()
        self.packet = _Packet(options.packet) if options.packet else None
        posts = make_posts(options.clerks, options.sheets, 2)
        self.clerks: list[Clerk] = []
        for number, post in enumerate(posts):
            clerk = Clerk(
                post.login, Connection(HOST, site.port), post.sheets, options.seed * 1000 + number, self.record
            )
            clerk.last_sheets = post.last_sheets
            self.clerks.append(clerk)
        refs = [sheet.ref for post in posts for sheet in (*post.sheets, *post.last_sheets)]
        self.before: dict[str, Stored] = load_stored(refs)

    def measure(self) -> list[Row]:
        """Serve the site and measure every rate; clerks stay logged in."""
        from tests.load.material import PASSWORD

        self.site.start()
        with asyncio.Runner() as runner:
            runner.run(log_in(self.clerks, lambda clerk: PASSWORD))
            print_head(f"The site, {self.options.seconds:g} s a rate")
            rows = [self._measure(runner, rate) for rate in self.options.rates]
        self.site.server.stop()
        return rows

    def _measure(self, runner: asyncio.Runner, rate: float) -> Row:
        from tests.load.stored import judge_record

        if self.packet:
            self.packet.request()
        acknowledged = len(self.record.acknowledged)
        parts = {"web": self.site.arbiter, "task worker": self.site.task_worker}
        meter = Meter(**parts, **({"database": self.site.cluster.pid} if self.site.cluster else {}))
        options = self.options
        row = runner.run(measure_rate(self.clerks, rate, options.seconds, options.seed, options.most))
        row.cpu = {**meter.read(), "generator": row.run.cpu}
        row.note = f"; {self.packet.progress()}" if self.packet else ""
        print_row(row)
        # The whole journal each time: what an earlier rate wrote must still stand.
        row.verdict = judge_record(self.before, self.record)
        print_verdict(row, len(self.record.acknowledged) - acknowledged)
        return row


class _Packet:
    """A large packet of sheets that were never drawn, for the task worker to build while clerks save."""

    def __init__(self, sheets: int) -> None:
        from filings.models import Person
        from tests.bench.packet import FORMS, fill_cycle
        from tests.load.material import load_sources

        sources = [one for one in load_sources() if one.layout.key == FORMS[0]]
        fill_cycle(sources[0].cycle, sources, sheets)
        self.cycle = sources[0].cycle
        self.admin = Person.objects.get(memberships__role="admin", memberships__jurisdiction=self.cycle.jurisdiction_id)
        self.pk = 0

    def request(self) -> None:
        """Ask for the packet, unless one is being built."""
        from filings.models import Packet
        from filings.services.packets import request_packet

        if not self.pk or Packet.objects.get(pk=self.pk).status == Packet.Status.READY:
            self.pk = request_packet(self.admin, self.cycle).pk

    def progress(self) -> str:
        """How far it is."""
        from filings.models import Packet

        packet = Packet.objects.get(pk=self.pk)
        return f"packet {packet.status}, {packet.done} of {packet.total} sheets"


def _measure_floor(site: Site, options: argparse.Namespace) -> list[Row]:
    """The floor, served by gunicorn with the settings of the site, with as many users."""
    from filings.management.commands.serve import web_command

    if site.cluster is None:
        print("\nThe floor is measured on PostgreSQL only")
        return []
    make_tables()
    port = free_port()
    # An application on the command line goes before one of a settings file.
    command = [word for word in web_command(HOST, port) if not word.startswith("perfbudget.wsgi")]
    command.append("tests.load.floor_site:application")
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "tests.load.floor_settings"}
    server = Server(command, environment, port, site.folder / "floor.log")
    users = [FloorUser(port, number) for number in range(options.clerks)]
    try:
        server.start()
        with asyncio.Runner() as runner:
            runner.run(_begin_sessions(users))
            print_head(f"The floor: session, lock, UPDATE, INSERT, COMMIT; {options.seconds:g} s a rate")
            return [_floor_row(runner, site, server, users, rate, options) for rate in options.floor_rates]
    finally:
        server.stop()


async def _begin_sessions(users: list[FloorUser]) -> None:
    for user in users:
        await user.log_in()


def _floor_row(
    runner: asyncio.Runner,
    site: Site,
    server: Server,
    users: list[FloorUser],
    rate: float,
    options: argparse.Namespace,
) -> Row:
    assert site.cluster
    meter = Meter(web=server.pid, database=site.cluster.pid)
    loop = OpenLoop(users, [("save", 1.0, FloorUser.save)], options.most)
    row = Row(runner.run(loop.run(rate, options.seconds, options.seed)))
    row.cpu = {**meter.read(), "generator": row.run.cpu}
    print_row(row)
    return row
