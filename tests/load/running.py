"""Measures a site that runs already on this machine, with the accounts of clerks that were given."""

from __future__ import annotations

import argparse
import asyncio
import os

from tests.load.clerk import Clerk, Failed, Record
from tests.load.connection import Connection
from tests.load.journal import Stored
from tests.load.rates import log_in, measure_rate
from tests.load.report import Row, print_goals, print_head, print_row, print_verdict


async def measure_running(options: argparse.Namespace, host: str, port: int) -> int:
    """Measure every rate. With DATABASE_URL of that site its journal is compared too; nothing is submitted."""
    passwords = dict(pair.split(":", 1) for pair in options.logins.split(",") if ":" in pair)
    record = Record()
    clerks = [
        Clerk(login, Connection(host, port), (), options.seed * 1000 + number, record)
        for number, login in enumerate(passwords)
    ]
    try:
        await log_in(clerks, lambda clerk: passwords[clerk.login])
        for clerk in clerks:
            await clerk.find_sheets(options.sheets)
    except Failed as error:
        print(f"a clerk cannot log in or open a sheet: {error}")
        return 1
    clerks = [clerk for clerk in clerks if clerk.sheets]
    if not clerks:
        print("no clerk has a sheet that he may fill in")
        return 1
    print(f"{len(clerks)} clerks with {sum(len(clerk.sheets) for clerk in clerks)} sheets at http://{host}:{port}")
    return await _measure(options, clerks, record)


async def _measure(options: argparse.Namespace, clerks: list[Clerk], record: Record) -> int:
    before: dict[str, Stored] = {}
    is_compared = "DATABASE_URL" in os.environ
    if is_compared:
        before = await asyncio.to_thread(_load_before, [sheet.ref for clerk in clerks for sheet in clerk.sheets])
    print_head(f"The site, {options.seconds:g} s a rate")
    rows: list[Row] = []
    for rate in options.rates:
        row = await measure_rate(clerks, rate, options.seconds, options.seed, options.most)
        print_row(row)
        rows.append(row)
    if is_compared:
        from tests.load.stored import judge_record

        rows[-1].verdict = await asyncio.to_thread(judge_record, before, record)
        print_verdict(rows[-1], len(record.acknowledged))
    else:
        print("  journal: not compared, as DATABASE_URL does not name the database of that site")
    print_goals(rows, [], is_packet_built=False)
    has_errors = any(row.run.errors() or row.run.not_offered for row in rows)
    return 0 if rows[-1].verdict.is_whole and not (options.strict and has_errors) else 1


def _load_before(refs: list[str]) -> dict[str, Stored]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perfbudget.settings")
    os.environ.setdefault("PERFBUDGET_MODE", "demo")
    django.setup()
    from tests.load.stored import load_stored

    return load_stored(refs)
