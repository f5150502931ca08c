"""manage.py verify_final_papers: check that the record of every approved sheet is whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.models import FinalPaper
from filings.services.final_papers import revisions_without_paper, verify_final_paper


class Command(BaseCommand):
    """Verifies the kept PDFs; exit status 1 if one is lost or damaged."""

    help = (
        "Check the kept PDF of every approved sheet, or of those whose references are given: its bytes are those that "
        "were kept, and it is an undamaged PDF/A-2a. Exit 1 if something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", nargs="*", help="reference of a filing; without any, all are checked")

    def handle(self, *args: Any, **options: Any) -> None:
        papers = FinalPaper.objects.select_related("revision__filing").order_by("id")
        if refs := options["ref"]:
            papers = papers.filter(revision__filing__ref__in=refs)
            if unknown := sorted({*refs} - {*papers.values_list("revision__filing__ref", flat=True)}):
                raise CommandError(f"no final paper of {', '.join(unknown)}")
        faults = count = 0
        for paper in papers.iterator(chunk_size=100):
            count += 1
            for fault in verify_final_paper(paper):
                faults += 1
                self.stderr.write(f"{paper.revision.filing.ref} revision {paper.revision.number}: {fault}")
        if faults:
            raise CommandError(f"{faults} faults in {count} final papers")
        self.stdout.write(f"{count} final papers, nothing wrong")
        if not refs and (missing := len(revisions_without_paper())):
            self.stdout.write(f"{missing} approved sheets have none yet: the background work writes it")
