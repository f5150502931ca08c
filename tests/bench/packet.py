"""What a packet costs: real project sheets of two places varied to hundreds and thousands, kept ready and from nothing.

Every figure is the clock of `build`, the function that page and command call, database included. Peers print the same
sheets from a ready workbook, page or grid, so that only their own work is counted: they are held against ours from the
same grids. Typst works on all processors, ours on one: both clocks are printed.
"""

from __future__ import annotations

import resource
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from filings.models import Cycle, Department, Filing, FinalPaper, Packet, Project, Revision, State
from filings.renderers.garbage import garbage_allowed
from filings.renderers.pdf.assemble import assemble_packet
from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume
from filings.renderers.pdf.sheet import render_sheet
from filings.services.documents import layout_variables, load_document
from filings.services.exports import printable_revision, store_rendered
from filings.services.packets import PacketScope, create_packet, labels, run_build
from filings.services.packets.cache import cache_folder, cache_path
from filings.services.packets.plan import build_plan, load_sheets
from filings.sheet.document import digest, document_to_data
from filings.sheet.grid import Grid
from filings.sheet.pages import paginate
from tests.bench import peers as others
from tests.bench.clock import line, once
from tests.bench.material import seeded

DEPARTMENT = 100
"""Sheets of a department."""
MANY = 2100


def measure(folder: Path, count: int, many: int = MANY) -> None:
    """Print the table: from nothing, ready, one changed, Excel, then many, then the peers."""
    settings.VAR_DIR = folder / "var"
    sources = [filing for filing in seeded() if filing.layout.key in FORMS]
    cycle = sources[0].cycle
    print(f"\n{count} sheets of {len(sources)} real ones; build() by the clock")
    revisions = fill_cycle(cycle, sources, count)
    pages = _cold(cycle, count)
    _whole(cycle, count)
    ready = _ready(cycle, count)
    print(f"\n{many} sheets (their final papers are those of the first {count})")
    _copy_papers(fill_cycle(cycle, sources, many, start=count))
    _ready(cycle, many)
    _one_changed(cycle, many)
    _memory("memory of this process and of its largest helper")
    print(f"\nOthers, the same {count} sheets ({pages} pages of ours)")
    grids = [printable_revision(revision).grid for revision in revisions]
    _beside(folder, grids, _from_grids(grids), ready)


FORMS = ("wuhan-jianghan/project", "yinchuan-yongning/project-target")


def fill_cycle(cycle: Cycle, sources: Sequence[Filing], count: int, start: int = 0) -> list[Revision]:
    """Approved filings with a revision each; a number in the title makes every text different from the others."""
    now, made = timezone.now(), []
    common = {"jurisdiction_id": cycle.jurisdiction_id}
    contents = [(source, load_document(source), layout_variables(source)) for source in sources]
    for number in range(start, count):
        source, document, setting = contents[number % len(contents)]
        if number % DEPARTMENT == 0 or number == start:
            code = f"b{number // DEPARTMENT:03d}"
            office, _ = Department.objects.get_or_create(code=code, **common, defaults={"name": f"第{code}单位"})
        project = Project.objects.create(**common, department=office, name=f"{setting.project}（{number}）")
        fields = {name: f"{text}（{number}）" if "name" in name else text for name, text in document.fields.items()}
        filing = Filing.objects.create(
            **common, cycle=cycle, layout=source.layout, department=office, project=project, state=State.APPROVED,
            created_by=source.created_by, submitted_by=source.created_by, submitted_at=now, approved_at=now,
        )  # fmt: skip
        content = {
            "document": document_to_data(replace(document, fields=fields)),
            "variables": asdict(replace(setting, department=office.name, project=project.name)),
        }
        made.append(
            Revision(
                **common, filing=filing, number=1, layout=source.layout, **content, person=source.created_by,
                sha256=digest({**content, "layout": source.layout.sha256}),
            )
        )  # fmt: skip
    return Revision.objects.bulk_create(made)


def _cpu() -> float:
    """Seconds of processor that this process and those it waited for have used: on a busy machine the fairer figure."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _built(cycle: Cycle) -> tuple[float, Packet]:
    packet = create_packet(cycle, PacketScope())
    seconds, _ = once(lambda: run_build(packet.pk))
    packet.refresh_from_db()
    assert packet.status == Packet.Status.READY, packet.fault
    return seconds, packet


def _forget() -> None:
    """Bound files go, drawn sheets stay."""
    shutil.rmtree(cache_folder(), ignore_errors=True)


def _cold(cycle: Cycle, count: int) -> int:
    """All sheets as one PDF when none is drawn, from the database."""
    import pikepdf

    plan = build_plan(cycle, PacketScope())

    @garbage_allowed()
    def pdf() -> bytes:
        for item, sheet in load_sheets(plan.items, public=False):
            store_rendered(sheet, item.digest)
        return assemble_packet(
            labels.packet_cover(plan, None), [labels.department_volume(office, {}) for office in plan.offices]
        )

    before = _cpu()
    seconds, data = once(pdf)
    with pikepdf.open(BytesIO(data)) as document:
        pages = len(document.pages)
    each = f"{seconds / count * 1000:.1f} ms a sheet of {pages / count:.1f} pages; goal 120 ms of 3"
    line("nothing drawn: all sheets as one PDF", seconds, f"{each}; {_cpu() - before:.1f} s CPU")
    return pages


def _from_grids(grids: Sequence[Grid]) -> float:
    """All sheets as one PDF from their grids: what the other programs do."""

    def pdf() -> bytes:
        drawn = [render_sheet(paginate(grid)).pack() for grid in grids]
        entries = tuple(
            SheetEntry(grid.name, "", partial(bytes, pages)) for grid, pages in zip(grids, drawn, strict=True)
        )
        return assemble_packet(Cover("申报表"), [Volume("单位", (Chapter("申报表", entries),))])

    before = _cpu()
    seconds, data = once(pdf)
    line(
        "nothing drawn: all sheets as one PDF, from their grids",
        seconds,
        f"{len(data) / 2**20:.1f} MB; {_cpu() - before:.1f} s CPU",
    )
    return seconds


def _whole(cycle: Cycle, count: int) -> None:
    shutil.rmtree(settings.VAR_DIR / "sheets")
    before = _cpu()
    seconds, _ = _built(cycle)
    note = f"{seconds / count * 1000:.0f} ms a sheet; {_cpu() - before:.1f} s CPU"
    line("no final paper: whole packet (they, PDFs, workbooks, zip)", seconds, note)


def _ready(cycle: Cycle, count: int) -> float:
    plan = build_plan(cycle, PacketScope())
    papers = {paper.revision_id: paper for paper in FinalPaper.objects.all()}
    volumes = [labels.department_volume(office, papers) for office in plan.offices]
    before = _cpu()
    seconds, data = once(lambda: assemble_packet(labels.packet_cover(plan, None), volumes))
    note = f"{len(data) / 2**20:.1f} MB; goal {'2 s' if count <= 200 else '20 s'}; {_cpu() - before:.1f} s CPU"
    line("final papers as one PDF", seconds, note)
    _forget()
    whole, packet = _built(cycle)
    size = sum(file.bytes for file in packet.files.exclude(name__endswith=".zip"))
    line("final papers, whole packet", whole, f"{size / 2**20:.1f} MB")
    books = list(packet.files.filter(name__contains="/", name__endswith=".xlsx"))
    for book in books:
        cache_path(book.path).unlink()
    before = _cpu()
    excel, _ = _built(cycle)
    note = f"{len(books)} workbooks; goal {'3 s' if count <= 200 else '30 s'}; {_cpu() - before:.1f} s CPU"
    line("workbooks alone", excel, note)
    again, _ = _built(cycle)
    line("the same once more", again)
    return seconds


def _copy_papers(revisions: Sequence[Revision]) -> None:
    """Revisions get the final papers of others: binding them costs the same."""
    papers = list(FinalPaper.objects.values("jurisdiction_id", "sha256", "size", "pages", "release"))
    FinalPaper.objects.bulk_create(
        FinalPaper(revision=revision, **papers[number % len(papers)]) for number, revision in enumerate(revisions)
    )


def _one_changed(cycle: Cycle, count: int) -> None:
    """A sheet is approved anew, so that its paper has still to be written."""
    revision = Revision.objects.filter(filing__cycle=cycle).latest("pk")
    content = {**revision.document, "fields": {**revision.document["fields"], "project_name": "改了名称的项目"}}
    Revision.objects.filter(pk=revision.pk).update(document=content, sha256=digest([content, time.time()]))
    FinalPaper.objects.filter(revision=revision).delete()
    seconds, _ = _built(cycle)
    line(f"one sheet of {count} changed: whole packet again", seconds, "goal 20 s")


def _memory(name: str) -> None:
    own, helper = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"  {name:58} {own:6.0f} MB, {helper:.0f} MB; goal 600 MB", flush=True)


def _beside(folder: Path, grids: Sequence[Grid], cold: float, ready: float) -> None:
    tools: dict[str, Callable[..., Any]] = {
        "LibreOffice, from a ready workbook": others.libreoffice,
        "Typst": others.typst,
        "Chromium, a new browser": others.chromium,
        "WeasyPrint, one long document": others.weasyprint,
    }
    (folder / "peer.xlsx").unlink(missing_ok=True)
    for name, tool in tools.items():
        if tool is others.libreoffice:
            others.workbook_of(folder, grids)
        before = _cpu()
        seconds, made = once(partial(tool, folder, grids))
        used = _cpu() - before
        if made is None:
            print(f"  {name}: not installed, left out")
            continue
        note = f"{made.stat().st_size / 2**20:.1f} MB; ours ready {seconds / ready:.1f} times as fast"
        line(name, seconds, f"{note}, from grids {seconds / cold:.2f}; {used:.1f} s CPU")
