"""The Chinese texts of a packet: file names, covers, stamps, index lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils import timezone

from filings.models import FinalPaper, State
from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume
from filings.renderers.stamp import Stamp
from filings.renderers.workbook import IndexTab
from filings.services.exports import rendered_path
from filings.services.final_papers import read_final_paper
from filings.services.packets.plan import PacketPlan, PlannedDepartment, PlannedSheet
from filings.services.stamps import draft_stamp, revision_stamp

INDEX = IndexTab("", ("表", "项目", "表样", "状态", "资金（万元）", "送审时间", "校验码"), (36, 40, 30, 10, 16, 18, 24))
"""Heads and widths of a workbook's index; its title differs in each."""


def format_day(text: str) -> str:
    """A time of the plan in local time; '' for none."""
    return f"{timezone.localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}" if text else ""


def state_label(item: PlannedSheet) -> str:
    """The Chinese name of a sheet's state."""
    return str(State(item.state).label)


def file_name_part(text: str) -> str:
    """A text as part of a file name, without characters that some system refuses; 1 to 60 characters."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", text).strip(" .")[:60] or "未命名"


def _variant_label(plan: PacketPlan) -> str:
    """The Chinese name of the plan's variant."""
    return "公开" if plan.public else "内部"


def sheet_stamp(item: PlannedSheet) -> Stamp:
    """The stamp at the foot of a sheet's pages."""
    if not item.code:
        return draft_stamp(item.form, item.version, item.mark)
    return revision_stamp(item.form, item.version, item.number, datetime.fromisoformat(item.sent), item.code)


def department_volume(department: PlannedDepartment, papers: Mapping[int, FinalPaper]) -> Volume:
    """A department's sheets as a volume of a PDF; their files are read only when it is assembled.

    `papers` are the final papers, by revision, that are bound instead of cached pages.
    """
    return Volume(
        department.name,
        tuple(Chapter(form.title, tuple(_entry(item, papers) for item in form.items)) for form in department.forms),
    )


def _entry(item: PlannedSheet, papers: Mapping[int, FinalPaper]) -> SheetEntry:
    """A sheet in the contents: with its state as a note, unless it is approved, and its pages."""
    note = "" if item.state == State.APPROVED else state_label(item)
    if paper := papers.get(item.revision):
        return SheetEntry(item.title, note, partial(read_final_paper, paper.sha256), pages=paper.pages)
    return SheetEntry(item.title, note, rendered_path(item.digest, item.mark).read_bytes, sheet_stamp(item))


def packet_cover(plan: PacketPlan, department: PlannedDepartment | None) -> Cover:
    """The cover of a department's PDF, or with None of that of all departments."""
    items = department.items if department else plan.items
    last = max((item.sent for item in items if item.sent), default="")
    facts = [
        ("单位", department.name if department else f"{len(plan.offices)} 个单位"),
        ("申报表", f"{len(items)} 张"),
        ("版本", "公开版（不含个人信息）" if plan.public else "内部版"),
    ]
    if last:
        facts.append(("截至", format_day(last)))
    if any(item.mark for item in items):
        facts.append(("说明", f"含未送审的草稿 {sum(bool(item.mark) for item in items)} 张"))
    return Cover(plan.title, plan.place_name, tuple(facts))


def index_line(item: PlannedSheet, form: str) -> tuple[str | Decimal, ...]:
    """A sheet's line in the index of a workbook, after the name of its tab."""
    total = Decimal(item.total) if item.total else ""
    return (item.title, form, state_label(item), total, format_day(item.sent), item.code)
