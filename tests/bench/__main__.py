"""make bench: what the system costs, beside LibreOffice, Typst and Chromium given the same sheet, measured in one run.

Figures are seconds of this machine; trust the ratios. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> None:
    """Set up a database of its own, then measure."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sheets", type=int, default=200, help="how many sheets a batch has (default 200)")
    parser.add_argument("--district", type=int, default=2100, help="how many sheets a district has (default 2,100)")
    parser.add_argument("--many", type=int, default=2100, help="how many sheets a large packet has (default 2100)")
    parts = ["pages", "saves", "checks", "board", "packet", "paper", "peers"]
    parser.add_argument("--only", choices=parts, help="one part")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            PERFBUDGET_MODE="test",
            DATABASE_URL=os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3"),
            DJANGO_SETTINGS_MODULE="perfbudget.settings",
        )
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from tests.bench import board, checks, packet, pages, paper, saves

        if options.only in (None, "pages"):
            pages.measure()
        if options.only in (None, "saves"):
            saves.measure()
        if options.only in (None, "checks"):
            checks.measure(options.district)
        if options.only in (None, "board"):
            board.measure()
        if options.only in (None, "packet"):
            packet.measure(Path(folder), options.sheets, options.many)
        if options.only in (None, "paper", "peers"):
            paper.measure(Path(folder), options.sheets, peers=options.only != "paper", own=options.only != "peers")


if __name__ == "__main__":  # helpers that print sheets import this file again
    main()
