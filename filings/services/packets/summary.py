"""The summary workbook of a packet: a row for each filing and a row for each indicator, for analysis."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from filings.renderers.plain_tables import PlainTable, Value
from filings.services.exports import Printable
from filings.services.packets.labels import format_day, state_label
from filings.services.packets.plan import PacketPlan, PlannedSheet, load_sheets
from filings.sheet.layout import TableSpec

HEADS = ("单位编码", "单位", "应报表", "项目", "状态", "资金总额（万元）", "送审时间", "审核通过时间", "校验码")
WIDTHS = (12, 26, 26, 40, 10, 18, 18, 18, 24)


def summary_tables(plan: PacketPlan) -> list[PlainTable]:
    """The worksheets of a plan's summary."""
    columns, rows = _indicator_rows(plan)
    heads = (*HEADS[:4], *columns.values())
    filings = [_filing_row(code, name, form, item) for code, name, form, item in _all_sheets(plan)]
    return [
        PlainTable("申报表", HEADS, WIDTHS, filings, f"{plan.title}　申报表", _sum_rows(plan)),
        PlainTable("绩效指标", heads, (*WIDTHS[:4], *(24 for _ in columns)), rows, f"{plan.title}　绩效指标"),
    ]


def _sum_rows(plan: PacketPlan) -> list[list[Value]]:
    """A line for each form with the sum of its amounts: of several forms together amounts would be counted twice."""
    totals: dict[str, list[Decimal | None]] = {}
    for _, _, form, item in _all_sheets(plan):
        totals.setdefault(form, []).append(Decimal(item.total) if item.total else None)
    return [
        ["合计", "", form, f"{len(amounts)} 张", "", sum(amount for amount in amounts if amount is not None)]
        for form, amounts in totals.items()
        if any(amount is not None for amount in amounts)
    ]


def _all_sheets(plan: PacketPlan) -> Iterator[tuple[str, str, str, PlannedSheet]]:
    """Every sheet of a plan with its department's code and name, and the title of its form."""
    for department in plan.offices:
        for form in department.forms:
            for item in form.items:
                yield department.code, department.name, form.title, item


def _filing_row(code: str, name: str, form: str, item: PlannedSheet) -> list[Value]:
    """The row of a filing, a value for each of `HEADS`."""
    total = Decimal(item.total) if item.total else None
    return [
        code,
        name,
        form,
        item.title,
        state_label(item),
        total,
        format_day(item.sent),
        format_day(item.approved),
        item.code,
    ]


def _indicator_rows(plan: PacketPlan) -> tuple[dict[str, str], list[list[Value]]]:
    """The columns that any form's indicators have, by name with the first label met, and a row for each indicator."""
    beginnings = {id(item): (code, name, form, item.title) for code, name, form, item in _all_sheets(plan)}
    columns: dict[str, str] = {}
    rows: list[tuple[tuple[str, ...], dict[str, str]]] = []
    for item, sheet in load_sheets(plan.items, plan.public):
        for table in _indicator_tables(sheet):
            for name, spec in table.columns.items():
                columns.setdefault(name, spec.label)
            filled = (row for row in sheet.document.rows(table.name) if any(row.cells.values()))
            rows += [(beginnings[id(item)], dict(row.cells)) for row in filled]
    # Only now all columns are known: a later form may have more of them than an earlier one.
    return columns, [[*beginning, *(cells.get(name, "") for name in columns)] for beginning, cells in rows]


def _indicator_tables(sheet: Printable) -> list[TableSpec]:
    """The tables of a form that hold indicators."""
    return [table for table in sheet.layout.tables.values() if table.row_kind == "indicators"]
