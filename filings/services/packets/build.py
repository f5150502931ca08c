"""Builds a packet: draws what is not kept yet, binds departments, packs. Whatever is finished is found again later."""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from filings.models import Packet, PacketFile
from filings.renderers.pdf.assemble import MOST_CODES, assemble_packet
from filings.renderers.workbook import IndexTab, SheetTab
from filings.renderers.worker_pool import WorkerPool, write_tables, write_workbook
from filings.services.exports import Printable, is_rendered, store_rendered
from filings.services.packets import labels
from filings.services.packets.cache import PacketOutput, cache_key, cache_path, in_cache, packet_output, store
from filings.services.packets.lease import BuildCancelled, Lease, LeaseLost, claim_packet
from filings.services.packets.plan import PacketPlan, PlannedDepartment, PlannedSheet, build_plan, load_sheets
from filings.services.packets.scope import PacketScope
from filings.services.packets.summary import summary_tables
from filings.services.transactions import start_transaction
from perfbudget.files import atomic_file
from perfbudget.tasks import task

logger = logging.getLogger(__name__)

MOMENT = (2000, 1, 1, 0, 0, 0)
"""The time of every member of the archive, so that equal content is equal bytes."""
FEW = 8
"""The workbooks of up to so many sheets are written here: starting helpers takes longer."""
MOST_WAITING = 8
"""Workbooks handed in and not yet written: each keeps its sheets in memory."""

ReportProgress = Callable[[int, int, str], None]


class EmptyScopeError(Exception):
    """Nothing falls into the scope."""


@task()
def build_packet(packet_pk: int) -> str:
    """Background work: build a packet, or go on with one; '' when somebody else has it or it was cancelled."""
    return run_build(packet_pk)


def run_build(packet_pk: int, tell: ReportProgress | None = None) -> str:
    """Build a packet in this process; the archive's SHA-256, '' when another worker has it or it was cancelled."""
    lease = claim_packet(packet_pk)
    if lease is None:
        return ""
    lease.report = tell or lease.report
    try:
        return _build(lease)
    except BuildCancelled:
        lease.release(Packet.Status.CANCELLED)
    except LeaseLost:
        logger.warning("packet %s: another worker took over", packet_pk)
    except EmptyScopeError:
        lease.release(Packet.Status.FAILED, fault="没有符合条件的申报表。")
    except Exception as error:
        lease.release(Packet.Status.FAILED, fault=f"生成时出错（{type(error).__name__}），请重试或联系技术人员。")
        raise
    return ""


def _build(lease: Lease) -> str:
    plan = _plan(lease)
    press = WorkerPool(settings.PACKET_PROCESSES if len(plan.items) > FEW else 0)
    try:
        files = PacketBuilder(lease, plan, press).run()
    except BaseException:
        press.close()
        raise
    press.close()
    lease.heartbeat(stage="打包")
    files = _pack(plan, files)
    _finish(lease, files)
    return files[0].sha256


def _plan(lease: Lease) -> PacketPlan:
    """The plan, made by the first worker and kept for all that follow."""
    packet = Packet.objects.select_related("cycle__jurisdiction").get(pk=lease.pk)
    plan = PacketPlan.read(packet.plan) if packet.plan else build_plan(packet.cycle, PacketScope.read(packet.scope))
    if not plan.items:
        raise EmptyScopeError
    lease.total = len(plan.items)
    lease.update(plan=packet.plan or plan.data(), total=lease.total, done=0, stage="排版")
    return plan


class PacketBuilder:
    """Draws and binds department by department; workbooks are written beside it."""

    def __init__(self, lease: Lease, plan: PacketPlan, press: WorkerPool) -> None:
        self.lease, self.plan, self.press = lease, plan, press
        self.writing: dict[Future[None], int] = {}
        """Workbooks that are being written, and how many sheets each holds."""
        self.drawn = self.written = 0
        """Sheets that are drawn, and those whose workbook is there."""

    def run(self) -> list[PacketOutput]:
        """Everything but the archive."""
        files: list[tuple[str, str, int]] = []
        for number, office in enumerate(self.plan.offices, 1):
            self._tell(f"排版装订（{number}/{len(self.plan.offices)} 个单位）")
            files += self._bind(office)
        # While helpers still write workbooks.
        files += self._whole()
        while self.writing:
            self._tell("写工作簿")
            self._settle()
        return [packet_output(name, kept, sheets) for name, kept, sheets in files]

    def _tell(self, stage: str = "") -> None:
        """Say how far it is: a sheet is done when it is drawn and stands in a workbook."""
        self.lease.heartbeat((self.drawn + self.written) // 2, stage)

    def _settle(self) -> None:
        """Wait a little for workbooks. Raises what a job raised."""
        ended, _ = wait(self.writing, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in ended:
            self.written += self.writing.pop(future)
            future.result()
        self._tell()

    def _bind(self, office: PlannedDepartment) -> list[tuple[str, str, int]]:
        """A department's volume and workbook."""
        plan, count = self.plan, len(office.items)
        inputs = [asdict(office), plan.title, plan.place_name, plan.public, settings.ADDRESS]
        volume, book = cache_key("pdf", inputs), cache_key("xlsx", inputs)
        missing = {item.digest for item in office.items if not is_rendered(item.digest, item.mark)}
        whole = not in_cache(book)
        wanted = [item for item in office.items if whole or item.digest in missing]
        sheets = list(load_sheets(wanted, plan.public))
        if whole:
            self._write(office, sheets, book)
        else:
            self.written += count
        self.drawn += sum(item.digest not in missing for item in office.items)
        for item, sheet in sheets:
            if item.digest in missing:
                store_rendered(sheet, item.digest)
                self.drawn += 1
                self._tell()
        if not in_cache(volume):
            store(
                volume,
                assemble_packet(labels.packet_cover(plan, office), [labels.department_volume(office)], _codes(office)),
            )
        self._tell()
        stem = labels.file_name_part(f"{office.code} {office.name}")
        return [(f"{stem}/{stem}.pdf", volume, count), (f"{stem}/{stem}.xlsx", book, count)]

    def _write(self, office: PlannedDepartment, sheets: list[tuple[PlannedSheet, Printable]], book: str) -> None:
        """Hand a department's workbook in; wait where many are waiting already."""
        while len(self.writing) >= MOST_WAITING:
            self._settle()
        job = self.press.submit(write_workbook, *_book(self.plan, office, sheets), cache_path(book))
        self.writing[job] = len(sheets)

    def _whole(self) -> list[tuple[str, str, int]]:
        """All departments in one volume, and the summary."""
        plan, count = self.plan, len(self.plan.items)
        data = plan.data()
        whole, summary = cache_key("pdf", [data, settings.ADDRESS]), cache_key("xlsx", [data, "summary"])
        self._tell("汇总")
        if not in_cache(summary):
            self.writing[self.press.submit(write_tables, summary_tables(plan), cache_path(summary))] = 0
        self._tell("合订")
        if len(plan.offices) > 1 and not in_cache(whole):
            store(
                whole,
                assemble_packet(
                    labels.packet_cover(plan, None), [labels.department_volume(office) for office in plan.offices]
                ),
            )
        bound = [("全部单位.pdf", whole, count)] if len(plan.offices) > 1 else []
        return [*bound, ("汇总.xlsx", summary, count)]


def _book(
    plan: PacketPlan, office: PlannedDepartment, sheets: list[tuple[PlannedSheet, Printable]]
) -> tuple[list[SheetTab], IndexTab, str]:
    """What a department's workbook holds."""
    forms = {id(item): form.title for form in office.forms for item in form.items}
    tabs = []
    for number, (item, sheet) in enumerate(sheets, 1):
        line = labels.index_line(item, forms[id(item)])
        tabs.append(SheetTab(sheet.drawing, item.mark, f"{number:02d} {item.title}", line, labels.sheet_stamp(item)))
    index = IndexTab(f"{plan.title}　{office.name}", labels.INDEX.heads, labels.INDEX.widths)
    return tabs, index, " ".join(_codes(office))


def _codes(office: PlannedDepartment) -> list[str]:
    """The codes that its files carry; where they are many, files are known by their digests alone."""
    codes = [item.code for item in office.items if item.code]
    return codes if len(codes) <= MOST_CODES else []


def _pack(plan: PacketPlan, files: list[PacketOutput]) -> list[PacketOutput]:
    """The archive of all files, these files, and last the manifest, which is in the archive too."""
    lines = [{"file": one.name, "sha256": one.sha256, "bytes": one.bytes, "sheets": one.sheets} for one in files]
    manifest = {
        "format": "perfbudget packet 1",
        "place": plan.place,
        "year": plan.year,
        "round": plan.round,
        "variant": "public" if plan.public else "internal",
        "files": lines,
    }
    kept, listed = cache_key("zip", manifest), cache_key("json", manifest)
    store(listed, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    files = [*files, packet_output("manifest.json", listed, 0)]
    if not in_cache(kept):
        with atomic_file(cache_path(kept)) as file:
            _write_archive(file, files)
    return [packet_output("全部材料.zip", kept, len(plan.items)), *files]


def _write_archive(target: Any, files: list[PacketOutput]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for one in files:
            entry = zipfile.ZipInfo(one.name, MOMENT)
            entry.file_size = one.bytes
            with cache_path(one.kept).open("rb") as source, archive.open(entry, "w") as member:
                shutil.copyfileobj(source, member, 1 << 20)


def _finish(lease: Lease, files: list[PacketOutput]) -> None:
    """Note the files and call the packet ready: all at once, and only as its worker."""
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
                jurisdiction_id=packet.jurisdiction_id, packet=packet, position=position, name=one.name,
                path=one.kept, sha256=one.sha256, bytes=one.bytes, sheets=one.sheets,
            )
            for position, one in enumerate(files)
        )  # fmt: skip
    lease.report(lease.total, lease.total, "完成")
