"""资金勾稽: totals equal their parts, shares their quotients, payment plans rise to 100 % (C54–C56, C60, C63, C64)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.money import amount_text
from filings.sheet.derived import DocumentSum, document_sums
from filings.sheet.document import Path
from filings.sheet.edits import SetCell
from filings.sheet.kinds import format_number, round_number
from filings.sheet.layout import InputSpec, Layout
from filings.sheet.layout_rules import SumRule
from indicators.number import add_numbers, normalize_width, parse_number


def totals(subject: CheckSubject) -> Iterator[Finding]:
    """C54 资金合计不符, C56 明细合计不符, C55 总额、分项有一方为空: each sum of the layout against its parts."""
    for document_sum in document_sums(subject.layout, subject.document):
        texts = [(subject.document.value(path), spec) for path, spec in document_sum.parts]
        amounts = [(text, spec.kind.amount(text)) for text, spec in texts]
        filled = [amount for _, amount in amounts if amount is not None]
        has_unreadable = any(text.strip() and amount is None for text, amount in amounts)
        if filled and not has_unreadable:  # unreadable amounts are reported by money_format
            parts = [path for path, _ in document_sum.parts]
            total = replace(document_sum.total, path=document_sum.path)
            yield from _compare_total(subject, document_sum.rule, total, parts, filled)
        elif not any(text.strip() for text, _ in amounts):
            yield from _total_alone(subject, document_sum)


def _compare_total(
    subject: CheckSubject, rule: SumRule, total: InputSpec, parts: list[Path], filled: list[Decimal]
) -> Iterator[Finding]:
    """Compare a total with the sum of its filled parts; `parts` are the addresses of all parts."""
    typed, summed = subject.document.value(total.path), add_numbers(filled)
    stated = total.kind.amount(typed)
    if not typed.strip():
        yield from _empty_total(subject, rule, total, parts, filled)
    elif stated is not None and abs(stated - summed) > subject.profile.limits["money_tolerance"]:
        code = "C56" if "." not in rule.total and any("." in part for part in rule.parts) else "C54"
        facts = {"text": typed.strip(), "summed": format_number(summed), "differ": format_number(abs(stated - summed))}
        ratio = max(abs(stated), abs(summed)) / min(abs(stated), abs(summed)) if stated and summed else Decimal(0)
        case, named = "units" if ratio == 10000 else "", _one_of_each_column(subject, parts)
        yield subject.cell_finding(code, total.path, case, facts={"parts": named, **facts}, reads=parts)


def _total_alone(subject: CheckSubject, document_sum: DocumentSum) -> Iterator[Finding]:
    """C55: a total other than zero over parts that are all empty; a required table without rows is told as such."""
    typed, parts = subject.document.value(document_sum.path), [path for path, _ in document_sum.parts]
    layout, rule = subject.layout, document_sum.rule
    told = not parts and any(layout.tables[_split(part)[0]].rows_required for part in rule.parts if "." in part)
    if document_sum.total.kind.amount(typed) and not told:
        columns = [(layout.tables[name], column) for name, _, column in map(_split, rule.parts) if column]
        facts: Facts = {
            "text": typed.strip(),
            "names": [
                *(layout.cells[part].label for part in rule.parts if "." not in part),
                *(f"{table.label} {table.columns[column].label}" for table, column in columns),
            ],
        }
        yield subject.cell_finding("C55", document_sum.path, "no_parts", facts=facts, reads=parts)


def _split(part: str) -> tuple[str, str, str]:
    return part.partition(".")


def _one_of_each_column(subject: CheckSubject, parts: list[Path]) -> list[Path]:
    """The single cells, and the first of each column: a column of a thousand rows is named once."""
    free = {name: table.fixed for name, table in subject.layout.tables.items()}
    keys = [path if path.row in free.get(path.name, {}) else Path(path.name, "", path.column) for path in parts]
    return list(dict(zip(reversed(keys), reversed(parts), strict=True)).values())[::-1]


def _empty_total(
    subject: CheckSubject, rule: SumRule, total: InputSpec, parts: list[Path], filled: list[Decimal]
) -> Iterator[Finding]:
    """C55: an empty total over filled parts; recognises amounts typed one row too low or in another column."""
    summed = add_numbers(filled)
    if not summed:
        return
    named, amount = _one_of_each_column(subject, parts), format_number(summed)
    if len(filled) == len(rule.parts) > 1 and len(set(filled)) == 1:
        one = format_number(filled[0])
        yield subject.cell_finding("C55", total.path, "shifted", facts={"parts": named, "summed": one}, reads=parts)
    elif misplaced := _misplaced_amount(subject, total, parts, summed):
        facts: Facts = {
            "parts": named,
            "summed": amount,
            "cell": misplaced,
            "text": subject.document.value(misplaced).strip(),
        }
        moved = (SetCell(total.path, amount_text(subject, total, summed)), SetCell(misplaced, ""))
        fix = right_edits(subject, moved)
        yield subject.cell_finding("C55", total.path, "misplaced", facts=facts, fix=fix, reads=parts)
    else:
        fix = right_edits(subject, (SetCell(total.path, amount_text(subject, total, summed)),))
        yield subject.cell_finding("C55", total.path, facts={"parts": named, "summed": amount}, fix=fix, reads=parts)


def _misplaced_amount(subject: CheckSubject, total: InputSpec, parts: list[Path], summed: Decimal) -> Path | None:
    """The cell of the same table that holds the sum of an empty total and is no part of it; None if there is none."""
    for spec, text in subject.fields():
        same_column = spec.path.row and (spec.path.name, spec.path.column) == (total.path.name, total.path.column)
        source = _preset(subject, spec, "source") if same_column else ""
        if source and source != "total" and spec.path not in parts and _money(spec, text) == summed:
            return spec.path
    return None


def right_edits(subject: CheckSubject, edits: tuple[SetCell, ...]) -> tuple[SetCell, ...]:
    """The edits, or () if they do not fit their cells or would upset a sum."""
    return edits if subject.sums.stay_right(edits) else ()


def detail_totals(subject: CheckSubject) -> Iterator[Finding]:
    """C56 明细合计不符: where no rule of the form adds them up, detailed rows still make up the amount of the form."""
    layout = subject.layout
    amount = layout.cells.get(layout.amount)
    stated = amount.kind.amount(subject.document.value(amount.path)) if amount else None
    if not amount or stated is None:
        return
    for table in dict.fromkeys(name for section in layout.sections for name in section.tables):
        column = _unsummed_amounts(layout, table)
        if column is None:
            continue
        typed = [column.kind.amount(row.get(column.name)) for row in subject.document.rows(table)]
        summed = add_numbers(number for number in typed if number is not None)
        if summed and abs(stated - summed) > subject.profile.limits["money_tolerance"]:
            rows = [Path(table, row.id, column.name) for row in subject.document.rows(table)]
            facts = {"amount": format_number(stated), "table": layout.tables[table].label}
            yield subject.cell_finding(
                "C56", amount.path, "table", facts={"summed": format_number(summed), **facts}, reads=rows
            )


def _unsummed_amounts(layout: Layout, table: str) -> InputSpec | None:
    """The only money column of a table of detailed expenditures that no sum of the form adds up; else None."""
    spec = layout.tables[table]
    # Sums in each row say nothing of what all rows make together.
    rules = [rule for rule in layout.sums if "." not in rule.total]
    summed = any(part.startswith(f"{table}.") for rule in rules for part in rule.parts)
    columns = [column for column in spec.columns.values() if column.kind.key == "money"]
    return (
        columns[0] if spec.row_kind == "expenditures" and not summed and not spec.fixed and len(columns) == 1 else None
    )


def shares(subject: CheckSubject) -> Iterator[Finding]:
    """C60 占比算错: a share is not part ÷ whole, within the tolerance of its printed digits."""
    for rule in subject.layout.shares:
        cell, part, whole = (subject.layout.cells[name] for name in (rule.cell, rule.part, rule.whole))
        typed = subject.document.value(cell.path).strip()
        stated = parse_number(normalize_width(typed).removesuffix("%"))
        amounts = [spec.kind.amount(subject.document.value(spec.path)) for spec in (part, whole)]
        if stated is None or amounts[0] is None or not amounts[1]:
            continue
        computed = amounts[0] / amounts[1] * 100
        exponent = stated.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        slack = (subject.profile.limits["share_tolerance"] + Decimal("0.1")) / 10**places
        if abs(stated - computed) > slack and not ("%" not in typed and abs(stated * 100 - computed) <= 1):
            right = format_number(round_number(computed, max(places, 2))) + ("%" if "%" in typed else "")
            facts: Facts = {"text": typed, "part": part.path, "whole": whole.path, "right": right}
            yield subject.cell_finding("C60", cell.path, facts=facts, fix=right)


def payment_plan(subject: CheckSubject) -> Iterator[Finding]:
    """C64 支出计划不合理: cumulative percentages fall, or do not end at 100 %."""
    for table in subject.layout.tables.values():
        if table.row_kind != "payments" or not table.fixed:
            continue
        for column in table.columns:
            texts = [(row_id, subject.document.value(Path(table.name, row_id, column))) for row_id in table.fixed]
            numbers = [(row_id, text, parse_number(normalize_width(text).removesuffix("%"))) for row_id, text in texts]
            if all(number is not None for _, _, number in numbers):
                yield from _check_plan(subject, table.name, column, [(r, t, n) for r, t, n in numbers if n is not None])


def _check_plan(
    subject: CheckSubject, table: str, column: str, plan: list[tuple[str, str, Decimal]]
) -> Iterator[Finding]:
    """C64 of one column: `plan` is (row id, typed text, number) in order of time."""
    for (_, before, low), (row_id, text, high) in itertools.pairwise(plan):
        path = Path(table, row_id, column)
        if high < low:
            yield subject.cell_finding("C64", path, "falls", facts={"text": text, "before": before}, severity="error")
    row_id, text, last = plan[-1]
    whole = 1 if all(number <= 1 and "%" not in typed for _, typed, number in plan) else 100
    if last != whole:
        path = Path(table, row_id, column)
        severity = "error" if last > whole else "warning"
        yield subject.cell_finding("C64", path, "last", facts={"text": text}, severity=severity)


def annual_within_total(subject: CheckSubject) -> Iterator[Finding]:
    """C63 年度与总额混淆: an annual or partial amount is larger than the total one."""
    cells = [(spec, amount) for spec, text in subject.fields() if (amount := _money(spec, text)) is not None]
    wholes = [
        (spec, amount)
        for spec, amount in cells
        if "total_budget" in spec.means or _preset(subject, spec, "scope") == "all"
    ]
    for other, whole in wholes:
        for spec, amount in cells:
            wider = "total_budget" in other.means and "annual_budget" in spec.means
            is_same_source = _preset(subject, spec, "scope") == "own" and _same_source(subject, spec, other)
            if (wider or is_same_source) and amount > whole:
                facts: Facts = {"amount": format_number(amount), "cell": other.path, "whole": format_number(whole)}
                yield subject.cell_finding("C63", spec.path, facts=facts)


def _money(spec: InputSpec, text: str) -> Decimal | None:
    return spec.kind.amount(text) if spec.kind.key == "money" else None


def _same_source(subject: CheckSubject, spec: InputSpec, other: InputSpec) -> bool:
    sources = [_preset(subject, each, "source") for each in (spec, other)]
    return spec.path.name == other.path.name and (sources[0] == sources[1] or sources == ["total", ""])


def _preset(subject: CheckSubject, spec: InputSpec, key: str) -> str:
    """A preset of the fixed row that an input is in, '' if there is none."""
    table = subject.layout.tables.get(spec.path.name) if spec.path.row else None
    return table.fixed.get(spec.path.row, {}).get(key, "") if table else ""
