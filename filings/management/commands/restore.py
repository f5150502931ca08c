"""manage.py restore: put a backup in the place of the present database and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from filings.management.backup_options import add_key_arguments, command_errors
from filings.services.backups import find_manifest, load_identities, restore_backup


class Command(BaseCommand):
    """Restores a backup and verifies what came of it; exit status 1 if something is wrong."""

    help = (
        "Restore the newest backup in DIR, or --backup NAME, after its digests were verified. Stop the site first. A "
        "database with data is replaced only with --replace, and kept under another name. The same command may be "
        "given again after an interruption."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of backups")
        add_key_arguments(parser)
        parser.add_argument("--replace", action="store_true", help="put it in the place of a database that has data")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].absolute()
        with command_errors():
            identities = load_identities(options["identity"], options["passphrase_file"], folder)
            manifest = find_manifest(folder, options["backup"])
            result = restore_backup(folder, manifest, identities, timezone.now(), replace=options["replace"])
        self.stdout.write(f"restored {manifest.name} of release {manifest.release}; {result.copied} files written")
        if result.aside:
            self.stdout.write(f"the database that was here is kept as {result.aside}")
        for fault in result.faults:
            self.stderr.write(fault)
        for sha256 in manifest.missing:
            self.stderr.write(f"the stored file {sha256} was lost before the backup was made")
        if result.needs_migrate:
            self.stdout.write("it is of an earlier release: run migrate, then verify_log and verify_final_papers")
        else:
            call_command("verify_log", stdout=self.stdout, stderr=self.stderr)
            call_command("verify_final_papers", stdout=self.stdout, stderr=self.stderr)
        if result.faults:
            raise CommandError("the database is not what the manifest of the backup says")
