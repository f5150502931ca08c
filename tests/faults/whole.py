"""What must be whole when all faults are over: journal and contents, the chained log, one paper for each approval."""

from __future__ import annotations

import time

from tests.faults.world import World


def faults_in_the_whole(world: World) -> list[str]:
    """What is wrong with all that was written since the site was prepared. Uses the database."""
    from filings.models import Chain, Event, Filing, FinalPaper
    from filings.services.final_papers import verify_final_paper
    from filings.services.log import verify_chain
    from tests.load.stored import judge_record

    found = judge_record(world.first, world.all).lines()
    for chain in Chain.objects.select_related("cycle", "department"):
        found += [f"log of {chain.department}: {fault}" for fault in verify_chain(chain)]
    if not Event.objects.exists():
        found.append("the log is empty")
    found += [f"approved without a paper: revision {pk}" for pk in _wait_for_papers(60.0)]
    for paper in FinalPaper.objects.select_related("revision"):
        found += [f"paper of revision {paper.revision_id}: {fault}" for fault in verify_final_paper(paper)]
    if len(Filing.objects.filter(ref__in=world.refs)) != len(world.refs):
        found.append("a sheet is gone")
    return found


def _wait_for_papers(limit: float) -> list[int]:
    """The approved revisions without a paper, when the task worker had its time."""
    from filings.services.final_papers import revisions_without_paper

    deadline = time.monotonic() + limit
    while (missing := revisions_without_paper()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return missing
