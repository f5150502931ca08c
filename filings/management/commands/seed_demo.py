"""manage.py seed_demo: load the demo jurisdictions and their filings; a second run adds only what is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.models import Role
from filings.services.demo import demo_password, seed_demo


class Command(BaseCommand):
    """Loads the demo filings and prints the accounts."""

    help = "Load the demo places and their real filings, and print the demo accounts (demo and test mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--password", help="password of new demo accounts (default: one made for this installation)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == "production":
            raise CommandError(
                "demo accounts have no place in production: set PERFBUDGET_MODE=demo to try the system out"
            )
        password = options["password"] or demo_password()
        for place, accounts, count, new in seed_demo(password):
            self.stdout.write(f"{place}: {count} filings ({new} new)")
            for account in accounts:
                role = Role(account.role).label
                self.stdout.write(f"  {account.login:22} {account.role:9} {role}　{account.name}")
        self.stdout.write(f"Password of every demo account: {password}")
