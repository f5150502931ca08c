"""make load: clerks log in, open steps, save and submit at given rates; does the journal have what they saved?

Without --address it starts a site of its own: `manage.py serve` in production mode on a durable PostgreSQL, all in
temporary folders. Latency counts from the moment a request was due, whatever the server does (open model). Exit status
1 if a write was lost, doubled or broken; with --strict also for any error.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

NEAR = ("127.0.0.1", "localhost", "::1")


def main() -> int:
    """Read the options, measure, clean up."""
    parser = _parser()
    options = parser.parse_args()
    if options.clerks < 1 or options.sheets < 1:
        parser.error("at least one clerk with one sheet is needed")
    # Whoever ends this program ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.address:
        target = urlsplit(options.address)
        if target.scheme != "http" or target.hostname not in NEAR:
            parser.error(f"--address must be http://127.0.0.1:PORT: only this machine is loaded, not {options.address}")
        if not options.logins:
            parser.error("--address needs --logins NAME:PASSWORD,…")
        from tests.load.running import measure_running

        return asyncio.run(measure_running(options, target.hostname or "", target.port or 80))
    from tests.load.own import measure_own

    return measure_own(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rates", type=_rates, default=[20, 40, 60, 80, 100], help="requests a second (default 20,40,60,80,100)")
    add("--seconds", type=float, default=90, help="how long each rate lasts (default 90)")
    add("--clerks", type=int, default=100, help="how many clerks work (default 100)")
    add("--sheets", type=int, default=6, help="how many sheets each of them fills in (default 6)")
    add("--most", type=int, default=400, help="requests under way or waiting; what is due beyond is not offered")
    add("--seed", type=int, default=1, help="the same seed gives the same requests (default 1)")
    add("--database", choices=["postgres", "sqlite"], default="postgres", help="of the own site (default postgres)")
    add("--floor", action="store_true", help="measure the floor too: session, lock, UPDATE, INSERT, COMMIT, no more")
    add("--floor-rates", type=_rates, default=[50, 100, 200, 300, 400, 500], help="rates of the floor")
    add(
        "--packet",
        type=int,
        nargs="?",
        const=2100,
        default=0,
        metavar="N",
        help="build a packet of N (2,100) meanwhile",
    )
    add("--address", default="", help="measure the site that runs at http://127.0.0.1:PORT; loopback only")
    add("--logins", default="", metavar="NAME:PASSWORD,…", help="clerks of that site; what they type is saved there")
    add("--strict", action="store_true", help="exit 1 also for an error, and for requests that were not offered")
    return parser


def _rates(text: str) -> list[float]:
    rates = [float(word) for word in text.split(",") if word]
    if not rates or min(rates) <= 0:
        raise argparse.ArgumentTypeError("rates are numbers above 0, separated by commas")
    return rates


if __name__ == "__main__":
    os.environ.pop("PYTEST_VERSION", None)  # the site is a real one even when a test started this program
    sys.exit(main())
