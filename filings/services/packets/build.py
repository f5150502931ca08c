"""Builds packets: draws sheets that are not cached, assembles departments, packs the archive.

Every finished file is cached under a name that follows from its content, so that a later build finds it again: after an
interruption, a cancellation, or a change of other sheets.
"""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from filings.models import FinalPaper, Packet, PacketFile, State
from filings.renderers.garbage import garbage_allowed
from filings.renderers.pdf.assemble import MOST_CODES, assemble_packet
from filings.renderers.workbook import IndexTab, SheetTab
from filings.renderers.worker_pool import WorkerPool, write_tables, write_workbook
from filings.services.errors import BrokenRulesError, Refused
from filings.services.exports import Printable, is_rendered, store_rendered
from filings.services.final_papers import store_final_paper
from filings.services.packets import labels
from filings.services.packets.cache import PacketOutput, cache_key, cache_path, in_cache, packet_output, store
from filings.services.packets.lease import BuildCancelled, Lease, LeaseLost, claim_packet
from filings.services.packets.plan import (
    PacketPlan,
    PlannedDepartment,
    PlannedSheet,
    build_plan,
    load_revisions,
    load_sheets,
)
from filings.services.packets.scope import PacketScope
from filings.services.packets.summary import summary_tables
from filings.services.transactions import start_transaction
from perfbudget.files import atomic_file
from perfbudget.tasks import task

logger = logging.getLogger(__name__)

MOMENT = (2000, 1, 1, 0, 0, 0)
"""The time of every member of the archive: equal content has to give equal bytes."""
FEW = 8
"""The workbooks of up to so many sheets are written in this process: starting workers takes longer."""
MOST_WAITING = 8
"""At most so many workbooks wait to be written: each keeps its sheets in memory."""

ReportProgress = Callable[[int, int, str], None]
"""Takes the number of sheets done, of all, and the stage in Chinese."""


class ScopeError(Exception):
    """No filing is in the scope of a packet."""


@task()
def build_packet(packet_pk: int) -> str:
    """Background work: build a packet, or resume it; see `run_build`."""
    return run_build(packet_pk)


def run_build(packet_pk: int, report: ReportProgress | None = None) -> str:
    """Build a packet in this process; returns the archive's SHA-256, '' if nothing was built.

    Nothing is built where another worker has the packet, it was cancelled, or its scope is empty. Any other error marks
    the packet as failed and is raised. Must not be called in a transaction: progress has to be visible to others.
    """
    lease = claim_packet(packet_pk)
    if lease is None:
        return ""
    lease.report = report or lease.report
    try:
        return _build(lease)
    except BuildCancelled:
        lease.release(Packet.Status.CANCELLED)
    except LeaseLost:
        logger.warning("packet %s: another worker took over", packet_pk)
    except ScopeError:
        lease.release(Packet.Status.FAILED, fault="没有符合条件的申报表。")
    except BrokenRulesError as error:
        reasons = "；".join(f"第 {problem.line} 行：{problem.reason}" for problem in error.problems[:3])
        lease.release(Packet.Status.FAILED, fault=f"{error.notice.rstrip('。')}（{reasons}）"[:200])
    except Refused as refusal:
        lease.release(Packet.Status.FAILED, fault=str(refusal)[:200])
    except Exception as error:
        lease.release(Packet.Status.FAILED, fault=f"生成时出错（{type(error).__name__}），请重试或联系技术人员。")
        raise
    return ""


def _build(lease: Lease) -> str:
    """Plan, draw, pack and record a packet; returns the archive's SHA-256."""
    plan = _plan(lease)
    pool = WorkerPool(settings.PACKET_PROCESSES if len(plan.items) > FEW else 0)
    try:
        files = PacketBuilder(lease, plan, pool).run()
    finally:
        pool.close()
    lease.heartbeat(stage="打包")
    files = _pack(plan, files)
    _finish(lease, files)
    return files[0].sha256


def _plan(lease: Lease) -> PacketPlan:
    """The plan: the first worker makes and stores it, later ones read it. Raises EmptyScopeError."""
    packet = Packet.objects.select_related("cycle__jurisdiction").get(pk=lease.pk)
    plan = PacketPlan.read(packet.plan) if packet.plan else build_plan(packet.cycle, PacketScope.read(packet.scope))
    if not plan.items:
        raise ScopeError
    lease.total = len(plan.items)
    lease.update(plan=packet.plan or plan.data(), total=lease.total, done=0, stage="排版")
    return plan


class PacketBuilder:
    """Draws sheets and assembles PDFs, department by department, while a pool of workers writes the workbooks."""

    def __init__(self, lease: Lease, plan: PacketPlan, pool: WorkerPool) -> None:
        self.lease, self.plan, self.pool = lease, plan, pool
        self.writing: dict[Future[None], int] = {}
        """Workbooks that are being written, with the number of sheets of each."""
        self.papers: dict[int, FinalPaper] = {}
        """The final papers of all departments so far, by revision."""
        self.drawn = self.written = 0
        """How many sheets are drawn, and how many are in a written workbook."""

    def run(self) -> list[PacketOutput]:
        """Make all files but archive and manifest. Raises BuildCancelled, LeaseLost, and what a worker raised."""
        files: list[tuple[str, str, int]] = []
        for number, department in enumerate(self.plan.offices, 1):
            self._report(f"排版装订（{number}/{len(self.plan.offices)} 个单位）")
            files += self._department_files(department)
        # The workers go on writing workbooks meanwhile.
        files += self._whole_files()
        while self.writing:
            self._report("写工作簿")
            self._wait_for_workbooks()
        return [packet_output(name, cached, sheets) for name, cached, sheets in files]

    def _report(self, stage: str = "") -> None:
        """Report the progress: a sheet is done when it is drawn, and its workbook is written."""
        self.lease.heartbeat((self.drawn + self.written) // 2, stage)

    def _wait_for_workbooks(self) -> None:
        """Wait half a second at most for a workbook to be finished. Raises what its worker raised."""
        ended, _ = wait(self.writing, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in ended:
            self.written += self.writing.pop(future)
            future.result()
        self._report()

    @garbage_allowed()
    def _department_files(self, department: PlannedDepartment) -> list[tuple[str, str, int]]:
        """Make a department's PDF and workbook: name in the packet, name in the cache, number of sheets of each."""
        plan, count = self.plan, len(department.items)
        inputs = [asdict(department), plan.title, plan.place_name, plan.public, settings.ADDRESS]
        own = self._keep_papers(department)
        pdf, workbook = cache_key("pdf", [*inputs, _digests(own)]), cache_key("xlsx", inputs)
        drawn = [item for item in department.items if item.revision not in own]
        missing = {item.digest for item in drawn if not is_rendered(item.digest, item.mark)}
        needs_workbook = not in_cache(workbook)
        needed = [item for item in department.items if needs_workbook or item.digest in missing]
        sheets = list(load_sheets(needed, plan.public))
        if needs_workbook:
            self._write_workbook(department, sheets, workbook)
        else:
            self.written += count
        self.drawn += sum(item.digest not in missing for item in department.items)
        for item, sheet in sheets:
            if item.digest in missing:
                store_rendered(sheet, item.digest)
                self.drawn += 1
                self._report()
        if not in_cache(pdf):
            cover, volumes = labels.packet_cover(plan, department), [labels.department_volume(department, own)]
            store(pdf, assemble_packet(cover, volumes, _codes(department)))
        self._report()
        stem = labels.file_name_part(f"{department.code} {department.name}")
        return [(f"{stem}/{stem}.pdf", pdf, count), (f"{stem}/{stem}.xlsx", workbook, count)]

    def _keep_papers(self, department: PlannedDepartment) -> dict[int, FinalPaper]:
        """The final papers that a department's PDF binds, by revision; missing ones are written.

        The public variant binds none: they have personal data.
        """
        approved = [item for item in department.items if item.state == State.APPROVED and not self.plan.public]
        papers = {}
        for item, revision in load_revisions(approved):
            papers[item.revision] = store_final_paper(revision)
            self._report()
        self.papers |= papers
        return papers

    def _write_workbook(
        self, department: PlannedDepartment, sheets: list[tuple[PlannedSheet, Printable]], workbook: str
    ) -> None:
        """Have a worker write a department's workbook; waits as long as too many are waiting already."""
        while len(self.writing) >= MOST_WAITING:
            self._wait_for_workbooks()
        content = _workbook_content(self.plan, department, sheets)
        job = self.pool.submit(write_workbook, *content, cache_path(workbook))
        self.writing[job] = len(sheets)

    def _whole_files(self) -> list[tuple[str, str, int]]:
        """Make the PDF of all departments, if there are several, and the summary of all."""
        plan, count = self.plan, len(self.plan.items)
        data = plan.data()
        whole = cache_key("pdf", [data, settings.ADDRESS, _digests(self.papers)])
        summary = cache_key("xlsx", [data, "summary"])
        self._report("汇总")
        if not in_cache(summary):
            self.writing[self.pool.submit(write_tables, summary_tables(plan), cache_path(summary))] = 0
        self._report("合订")
        if len(plan.offices) > 1 and not in_cache(whole):
            volumes = [labels.department_volume(department, self.papers) for department in plan.offices]
            store(whole, assemble_packet(labels.packet_cover(plan, None), volumes))
        pdf = [("全部单位.pdf", whole, count)] if len(plan.offices) > 1 else []
        return [*pdf, ("汇总.xlsx", summary, count)]


def _digests(papers: Mapping[int, FinalPaper]) -> list[str]:
    """The digests of final papers by their revisions' keys: what a PDF that binds them depends on."""
    return [papers[pk].sha256 for pk in sorted(papers)]


def _workbook_content(
    plan: PacketPlan, department: PlannedDepartment, sheets: list[tuple[PlannedSheet, Printable]]
) -> tuple[list[SheetTab], IndexTab, str]:
    """The tabs of a department's workbook, its index, and its codes for the properties."""
    forms = {id(item): form.title for form in department.forms for item in form.items}
    tabs = []
    for number, (item, sheet) in enumerate(sheets, 1):
        line = labels.index_line(item, forms[id(item)])
        tabs.append(SheetTab(sheet.drawing, item.mark, f"{number:02d} {item.title}", line, labels.sheet_stamp(item)))
    index = IndexTab(f"{plan.title}　{department.name}", labels.INDEX.heads, labels.INDEX.widths)
    return tabs, index, " ".join(_codes(department))


def _codes(department: PlannedDepartment) -> list[str]:
    """The verification codes that a department's files carry; none if they are too many: digests still verify them."""
    codes = [item.code for item in department.items if item.code]
    return codes if len(codes) <= MOST_CODES else []


def _pack(plan: PacketPlan, files: list[PacketOutput]) -> list[PacketOutput]:
    """Make the manifest and the archive; returns the archive, then the files in it, the manifest last."""
    entries = [{"file": file.name, "sha256": file.sha256, "bytes": file.bytes, "sheets": file.sheets} for file in files]
    manifest = {
        "format": "perfbudget packet 1",
        "place": plan.place,
        "year": plan.year,
        "round": plan.round,
        "variant": "public" if plan.public else "internal",
        "files": entries,
    }
    archive, listing = cache_key("zip", manifest), cache_key("json", manifest)
    store(listing, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    files = [*files, packet_output("manifest.json", listing, 0)]
    if not in_cache(archive):
        with atomic_file(cache_path(archive)) as target:
            _write_archive(target, files)
    return [packet_output("全部材料.zip", archive, len(plan.items)), *files]


def _write_archive(target: Any, files: list[PacketOutput]) -> None:
    """Write the files into an archive, uncompressed: PDFs and workbooks are compressed already."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, MOMENT)
            entry.file_size = file.bytes
            with cache_path(file.cached).open("rb") as source, archive.open(entry, "w") as member:
                shutil.copyfileobj(source, member, 1 << 20)


def _finish(lease: Lease, files: list[PacketOutput]) -> None:
    """Record the files and mark the packet as ready, in one transaction. Raises LeaseLost if the packet is not ours."""
    with start_transaction():
        now = timezone.now()
        lease.update(
            status=Packet.Status.READY, done=lease.total, stage="", sha256=files[0].sha256, finished_at=now,
            leased_until=None, cancel=False,
        )  # fmt: skip
        packet = Packet.objects.defer("plan").get(pk=lease.pk)
        packet.files.all().delete()
        PacketFile.objects.bulk_create(
            PacketFile(
                jurisdiction_id=packet.jurisdiction_id, packet=packet, position=position, name=file.name,
                path=file.cached, sha256=file.sha256, bytes=file.bytes, sheets=file.sheets,
            )
            for position, file in enumerate(files)
        )  # fmt: skip
    lease.report(lease.total, lease.total, "完成")
