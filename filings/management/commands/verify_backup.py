"""manage.py verify_backup: tell whether backups are whole, without restoring them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.management.backup_options import add_key_arguments, command_errors
from filings.services.backups import find_manifest, list_manifests, load_identities, verify_backup


class Command(BaseCommand):
    """Verifies backups; exit status 1 if one is damaged, or there is none."""

    help = (
        "Read every backup in DIR and compare it with the digests in its manifest. An encrypted one needs no key for "
        "this; with the key it is decrypted too, into nothing. Needs no database. Exit 1 if something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of backups")
        add_key_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].absolute()
        faults, whole = 0, set[str]()
        with command_errors():
            identities = load_identities(options["identity"], options["passphrase_file"], folder)
            newest = find_manifest(folder, options["backup"])
            manifests = [newest] if options["backup"] else list_manifests(folder)
            for manifest in manifests:
                found = list(verify_backup(folder, manifest, identities, whole))
                for fault in found:
                    self.stderr.write(f"{manifest.name}: {fault}")
                faults += len(found)
                lacking = f" without {len(manifest.missing)} that the site had lost" if manifest.missing else ""
                said = f"{len(found)} faults" if found else "nothing wrong"
                self.stdout.write(f"{manifest.name}: {len(manifest.files)} files{lacking}, {said}")
        if faults:
            raise CommandError(f"{faults} faults in {len(manifests)} backups")
