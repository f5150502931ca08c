"""Makes the data that a release leaves behind after a year of use: run in a checkout of that release, see README.md.

Everything is done through the release's own pages and commands, with a clock and a source of randomness of our own, so
that SQLite and PostgreSQL end with the same rows, today and tomorrow. Nothing of the product is imported: tables are
read by the names they had then.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from people import CLOCK, command, rows, tame
from year_of_use import year

PASSWORD = "upgrade-words-0815"


def forget() -> None:
    """Sessions, log-ins, passwords and the machine are nobody's business; the password left fits nothing."""
    from axes.models import AccessLog
    from django.contrib.auth import get_user_model
    from django.contrib.sessions.models import Session
    from django.db import connection

    Session.objects.all().delete()
    AccessLog.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE filings_packet SET lease = 'release 1 00000000' WHERE lease <> ''")
    get_user_model().objects.update(password="!" + "x" * 40)


def empty_tables() -> Iterator[str]:
    """Tables of ours in which nothing is."""
    from django.apps import apps

    for label in ("filings", "indicators"):
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if not model._default_manager.exists():
                yield model._meta.db_table


def main() -> None:
    sys.path.insert(0, str(Path.cwd()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "perfbudget.settings"
    tame()
    import django

    django.setup()
    logging.disable(logging.INFO)  # the worker tells of each task
    command("collectstatic", "--noinput", "--verbosity", "0")
    command("migrate", "--verbosity", "0")
    CLOCK.later(0)
    command("seed_demo", "--password", PASSWORD)
    year()
    forget()
    if empty := sorted({*empty_tables()} - {"filings_person_groups", "filings_person_user_permissions"}):
        raise SystemExit(f"nothing in {', '.join(empty)}")
    states = rows("SELECT state, count(*) FROM filings_filing GROUP BY state ORDER BY state")
    sys.stdout.write(f"{dict(states)}\n{command('verify_log')}")


if __name__ == "__main__":
    main()
