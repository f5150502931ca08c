"""manage.py build_fonts: subset the fonts of printed forms; does nothing if they are current."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.renderers.font_files import FontsMissingError, advances_module, build_fonts


class Command(BaseCommand):
    """Builds the fonts."""

    help = "Cuts Noto CJK to the characters of official forms and writes fontconfig's rules beside."
    # The setup script runs this before there is a database, and fonts depend on no system check.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--advances", metavar="FILE", type=Path, help="also write the table of widths")

    def handle(self, *args: Any, advances: Path | None = None, **options: Any) -> None:
        folder = Path(settings.FONT_DIR)
        try:
            built = build_fonts(folder)
            if advances:
                advances.write_text(advances_module(folder), encoding="utf-8")
        except FontsMissingError as missing:
            raise CommandError(str(missing)) from None
        self.stdout.write(f"fonts {'cut into' if built else 'are current in'} {folder}")
