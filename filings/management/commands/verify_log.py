"""manage.py verify_log: whether the append-only log is whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from filings.models import Chain
from filings.services.log import verify_chain


class Command(BaseCommand):
    """Verifies the log."""

    help = (
        "Check every log of every department and cycle: hashes, order, nothing missing. Exit 1 if something is wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = events = 0
        for chain in Chain.objects.select_related("cycle", "department").order_by("id"):
            events += chain.length
            for fault in verify_chain(chain):
                wrong += 1
                self.stderr.write(f"{chain.department} {chain.cycle}: {fault}")
        if wrong:
            raise CommandError(f"{wrong} faults in the log")
        self.stdout.write(f"{events} events, nothing wrong")
