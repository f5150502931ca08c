"""The Chinese words of a packet: file names, covers, feet, index lines."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone

from filings.models import State
from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume
from filings.renderers.stamp import Stamp
from filings.renderers.workbook import IndexTab
from filings.services.exports import drawn_path
from filings.services.packets.plan import Item, Office, Plan
from filings.services.stamps import draft_stamp, stamp_of

INDEX = IndexTab("", ("表", "项目", "表样", "状态", "资金（万元）", "送审时间", "校验码"), (36, 40, 30, 10, 16, 18, 24))


def day(text: str) -> str:
    """A moment of the plan in local time, '' where there is none."""
    return f"{timezone.localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}" if text else ""


def state(item: Item) -> str:
    """The state's name."""
    return str(State(item.state).label)


def file_stem(text: str) -> str:
    """A text as part of a file name on any system."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", text).strip(" .")[:60] or "未命名"


def variant(plan: Plan) -> str:
    """What the variant is called."""
    return "公开" if plan.public else "内部"


def stamp(item: Item) -> Stamp:
    """The foot of a sheet's pages."""
    if not item.code:
        return draft_stamp(item.form, item.version, item.mark)
    return stamp_of(item.form, item.version, item.number, datetime.fromisoformat(item.sent), item.code)


def volume(office: Office) -> Volume:
    """A department's sheets for the binder; their pages are read when they are bound."""
    return Volume(
        office.name,
        tuple(Chapter(form.title, tuple(_entry(item) for item in form.items)) for form in office.forms),
    )


def _entry(item: Item) -> SheetEntry:
    note = "" if item.state == State.APPROVED else state(item)
    return SheetEntry(item.title, note, drawn_path(item.digest, item.mark).read_bytes, stamp(item))


def cover(plan: Plan, office: Office | None) -> Cover:
    """The cover of a department's volume, or of the whole."""
    items = office.items if office else plan.items
    last = max((item.sent for item in items if item.sent), default="")
    facts = [
        ("单位", office.name if office else f"{len(plan.offices)} 个单位"),
        ("申报表", f"{len(items)} 张"),
        ("版本", "公开版（不含个人信息）" if plan.public else "内部版"),
    ]
    if last:
        facts.append(("截至", day(last)))
    if any(item.mark for item in items):
        facts.append(("说明", f"含未送审的草稿 {sum(bool(item.mark) for item in items)} 张"))
    return Cover(plan.title, plan.place_name, tuple(facts))


def index_line(item: Item, form: str) -> tuple[str, ...]:
    """A sheet's line in the index of a workbook, after its name."""
    return (item.title, form, state(item), item.total, day(item.sent), item.code)
