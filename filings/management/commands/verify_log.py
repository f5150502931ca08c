"""manage.py verify_log: check that the append-only log is complete and unchanged."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from filings.models import Chain
from filings.services.log import verify_chain


class Command(BaseCommand):
    """Verifies the hash chains of the log; exit status 1 if one is broken."""

    help = (
        "Check every log of every department and cycle: hashes, order, nothing missing. Exit 1 if something is wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = events = 0
        for chain in Chain.objects.select_related("cycle", "department").order_by("id"):
            for fault in verify_chain(chain):
                faults += 1
                self.stderr.write(f"{chain.department} {chain.cycle}: {fault}")
            events += chain.length
        if faults:
            raise CommandError(f"{faults} faults in the log")
        self.stdout.write(f"{events} events, nothing wrong")
