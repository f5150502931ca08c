"""manage.py backup: write database and stored files into a folder of backups. The site may go on working."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from filings.management.backup_options import add_passphrase_argument, command_errors
from filings.services.backups import BackupPlan, create_backup, delete_old_backups, load_recipients


class Command(BaseCommand):
    """Makes a backup; exit status 1 if there is none, or one that lacks files which the site has lost."""

    help = (
        "Back up the database, attachments and final papers into DIR, while the site goes on. Files that DIR has "
        "already are not copied again, so a backup that was cut off goes on where it stopped. Packets, drawn sheets, "
        "settings and the secret key are not in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the folder of backups")
        parser.add_argument(
            "--recipient", action="append", default=[], metavar="KEY|FILE",
            help="encrypt for this public key of age (age1…), or those in a file; may be given several times",
        )  # fmt: skip
        add_passphrase_argument(parser)
        parser.add_argument("--keep", type=int, metavar="N", help="remove all but the newest N backups afterwards")
        parser.add_argument(
            "--reread", action="store_true", help="read the files in DIR, and copy those again that are damaged there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["output"].absolute()
        keep: int | None = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep has to leave at least 1 backup")
        with command_errors():
            recipients = load_recipients(options["recipient"], options["passphrase_file"], folder)
            plan = BackupPlan(folder, recipients, verify_stored=options["reread"])
            result = create_backup(plan, timezone.now())
            removed = delete_old_backups(folder, keep) if keep and not result.manifest.missing else []
        manifest = result.manifest
        self.stdout.write(
            f"{folder / manifest.name}: {manifest.version} database of {manifest.size:,} bytes, "
            f"{len(manifest.files)} stored files ({result.copied} copied)"
            + (", encrypted" if recipients else "")
            + (f"; removed {', '.join(removed)}" if removed else "")
        )
        for sha256 in manifest.missing:
            self.stderr.write(f"the database names the file {sha256}, which the site has lost or damaged")
        if manifest.missing:
            raise CommandError(f"the backup is finished, but lacks {len(manifest.missing)} files of the site")
