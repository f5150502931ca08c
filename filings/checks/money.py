"""资金勾稽: money cells hold amounts, totals equal their parts, shares and plans add up (C54–C56, C60–C64, C69)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import without_spaces
from filings.sheet.derived import document_sums
from filings.sheet.document import Path
from filings.sheet.kinds import format_number
from filings.sheet.layout import InputSpec, SumRule
from indicators.number import fold, parse_money, parse_number

UNIT_IN_HELP = re.compile(r"[0-9]\s*万?元")
PROJECT_CODE = re.compile(r"[0-9A-Za-z]+")
WEIGHTS_17 = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def money_cells(subject: CheckSubject) -> Iterator[tuple[Path, InputSpec, str]]:
    """Every filled money cell of the sheet."""
    return ((path, spec, text) for path, spec, text in subject.texts if spec.kind.key == "money")


def money_format(subject: CheckSubject) -> Iterator[Finding]:
    """C31 金额格式, C69 电话、代码: whatever stands in such a cell can be read as one."""
    for path, spec, text in subject.texts:
        if not text.strip():
            continue
        if fault := spec.kind.error(text):
            if spec.kind.key in ("phone", "credit_code"):
                # Two numbers, or one with an extension, are a telephone number all the same.
                numbers = spec.kind.key == "phone" and sum(sign in "0123456789" for sign in fold(text)) >= 7
                fact = f"“{spec.label}”填的是“{text.strip()}”，{fault}"
                yield subject.cell_finding("C69", path, fact, severity="warning" if numbers else "")
            elif not (path.row and path.column in ("weight", "objective_weight")):
                yield subject.cell_finding(
                    "C31", path, f"“{spec.label}”里的{fault.partition('，请')[0]}", row_name=_row_name(subject, path)
                )
        elif spec.kind.key == "credit_code" and not _checksum_fits(fold(text).upper()):
            fact = f"“{spec.label}”填的是“{text.strip()}”，最后一位校验码与前 17 位不符"
            yield subject.cell_finding("C69", path, fact, severity="warning")
        elif spec.kind.key == "code" and "项目" in spec.label:
            yield from _project_code(subject, path, spec, text)


def _project_code(subject: CheckSubject, path: Path, spec: InputSpec, text: str) -> Iterator[Finding]:
    code, length = without_spaces(text), int(subject.profile.limits["project_code_length"])
    if not PROJECT_CODE.fullmatch(code.replace("-", "")):
        yield subject.cell_finding("C69", path, f"“{spec.label}”填的是“{text.strip()}”，应只有数字和字母")
    elif length and len(code) != length:
        fact = f"“{spec.label}”填的是“{text.strip()}”，有 {len(code)} 位，应为 {length} 位"
        yield subject.cell_finding("C69", path, fact, severity="warning")


def _checksum_fits(code: str) -> bool:
    if len(code) != 18 or not set(code) <= set(CREDIT_DIGITS):
        return False
    total = sum(CREDIT_DIGITS.index(sign) * weight for sign, weight in zip(code, WEIGHTS_17, strict=False))
    return CREDIT_DIGITS[-total % 31] == code[-1]


def totals(subject: CheckSubject) -> Iterator[Finding]:
    """C54 资金合计: total = sum of parts (C56: of detailed rows). C55: an empty total over filled parts."""
    for one in document_sums(subject.layout, subject.document):
        texts = [(subject.document.value(path), spec) for path, spec in one.parts]
        amounts = [(text, spec.kind.amount(text)) for text, spec in texts]
        filled = [amount for _, amount in amounts if amount is not None]
        unread = any(text.strip() and amount is None for text, amount in amounts)
        if filled and not unread:  # what cannot be read is said above; a sum without it would be a wrong one
            names = "＋".join(dict.fromkeys(f"“{spec.label}”" for _, spec in texts))
            yield from _compared(subject, one.rule, replace(one.total, path=one.path), names, filled)


def _compared(
    subject: CheckSubject, rule: SumRule, total: InputSpec, names: str, filled: list[Decimal]
) -> Iterator[Finding]:
    typed, summed = subject.document.value(total.path), sum(filled, Decimal(0))
    stated = total.kind.amount(typed)
    if not typed.strip() and not summed:
        return
    if not typed.strip():
        fact = f"“{total.label}”是空的，而{names}合计 {format_number(summed)} 万元"
        shifted = len(filled) == len(rule.parts) > 1 and len(set(filled)) == 1
        if shifted:
            fact = f"“{total.label}”是空的，而{names}都是 {format_number(filled[0])} 万元，像是整列往下错了一格"
        fact += "" if shifted else _elsewhere(subject, total, summed)
        yield subject.cell_finding("C55", total.path, fact, fix="" if shifted else total.kind.format_amount(summed))
    elif stated is not None and abs(stated - summed) > subject.profile.limits["money_tolerance"]:
        code = "C56" if "." not in rule.total and any("." in part for part in rule.parts) else "C54"
        apart = format_number(abs(stated - summed))
        fact = f"“{total.label}”是 {typed.strip()}，而{names}合计 {format_number(summed)} 万元，相差 {apart} 万元"
        ratio = max(abs(stated), abs(summed)) / min(abs(stated), abs(summed)) if stated and summed else Decimal(0)
        hint = "；两者正好差 10000 倍，像是元和万元混用" if ratio == 10000 else ""
        yield subject.cell_finding(code, total.path, fact + hint)


def _elsewhere(subject: CheckSubject, total: InputSpec, summed: Decimal) -> str:
    """The cell beside an empty total that holds its sum."""
    for spec, text in subject.fields():
        beside = spec.path.row and spec.path.name == total.path.name and _preset(subject, spec, "source")
        if beside and beside != "total" and _money(spec, text) == summed:
            return f"；“{spec.label}”正好是 {text.strip()}，明细像是填错了列"
    return ""


def detail_totals(subject: CheckSubject) -> Iterator[Finding]:
    """C56 明细合计: where no rule of the form adds them up, detailed rows still make up the sheet's amount."""
    layout = subject.layout
    whole = layout.cells.get(layout.amount)
    stated = whole.kind.amount(subject.document.value(whole.path)) if whole else None
    if not whole or stated is None:
        return
    for table in {name for section in layout.sections for name in section.tables}:
        spec = layout.tables[table]
        # Sums in each row say nothing of what all rows make together.
        rules = [rule for rule in layout.sums if "." not in rule.total]
        added = any(part.startswith(f"{table}.") for rule in rules for part in rule.parts)
        money = [column for column in spec.columns.values() if column.kind.key == "money"]
        if spec.of != "expenditures" or added or spec.fixed or len(money) != 1:
            continue
        amounts = [money[0].kind.amount(row.get(money[0].name)) for row in subject.document.rows(table)]
        summed = sum((amount for amount in amounts if amount is not None), Decimal(0))
        if summed and abs(stated - summed) > subject.profile.limits["money_tolerance"]:
            fact = f"“{whole.label}”是 {format_number(stated)} 万元，而“{spec.label}”合计 {format_number(summed)} 万元"
            yield subject.cell_finding("C56", whole.path, fact)


def shares(subject: CheckSubject) -> Iterator[Finding]:
    """C60 占比: a share is the part divided by the whole, as far as its printed places go."""
    for rule in subject.layout.shares:
        cell, part, whole = (subject.layout.cells[name] for name in (rule.cell, rule.part, rule.whole))
        typed = subject.document.value(cell.path).strip()
        stated = parse_number(fold(typed).removesuffix("%"))
        amounts = [spec.kind.amount(subject.document.value(spec.path)) for spec in (part, whole)]
        if stated is None or amounts[0] is None or not amounts[1]:
            continue
        true = amounts[0] / amounts[1] * 100
        exponent = stated.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        slack = (subject.profile.limits["share_tolerance"] + Decimal("0.1")) / 10**places
        if abs(stated - true) > slack and not ("%" not in typed and abs(stated * 100 - true) <= 1):
            right = format_number(true.quantize(Decimal(10) ** -max(places, 2))) + ("%" if "%" in typed else "")
            fact = f"“{cell.label}”是 {typed}，而“{part.label}”占“{whole.label}”的 {right}"
            yield subject.cell_finding("C60", cell.path, fact, fix=right)


def units_in_cells(subject: CheckSubject) -> Iterator[Finding]:
    """C61 金额格里写单位: where other cells of the sheet do without; C62: 元 in a form of 万元."""
    cells = [(path, spec, text, parse_money(text, spec.kind.unit)) for path, spec, text in money_cells(subject)]
    bare = any(money and not money.unit_typed for _, _, _, money in cells)
    for path, spec, text, money in cells:
        if money is None or not money.unit_typed:
            continue
        fact, number = f"“{spec.label}”填的是“{text.strip()}”", spec.kind.format_amount(money.amount_wan)
        if money.unit_typed in ("元", "千元") and subject.layout.money_unit == "万元":
            yield subject.cell_finding("C62", path, f"{fact}，而表上的金额单位是万元（即 {number}）", fix=number)
        elif bare and not UNIT_IN_HELP.search(fold(spec.help)):
            yield subject.cell_finding("C61", path, fact, fix=number)


def payment_plan(subject: CheckSubject) -> Iterator[Finding]:
    """C64 支出计划: cumulative percentages rise and end at 100."""
    for table in subject.layout.tables.values():
        if table.of != "payments" or not table.fixed:
            continue
        for column in table.columns:
            texts = [(row_id, subject.document.value(Path(table.name, row_id, column))) for row_id in table.fixed]
            read = [(row_id, text, parse_number(fold(text).removesuffix("%"))) for row_id, text in texts]
            if all(number is not None for _, _, number in read):
                yield from _rising(subject, table.name, column, [(r, t, n) for r, t, n in read if n is not None])


def _rising(subject: CheckSubject, table: str, column: str, read: list[tuple[str, str, Decimal]]) -> Iterator[Finding]:
    for (_, before, low), (row_id, text, high) in itertools.pairwise(read):
        path = Path(table, row_id, column)
        if high < low:
            fact = f"“{subject.layout.label(path)}”是 {text}，比前一时点的 {before} 还小"
            yield subject.cell_finding("C64", path, fact, severity="error")
    row_id, text, last = read[-1]
    whole = 1 if all(number <= 1 and "%" not in typed for _, typed, number in read) else 100
    if last != whole:
        path = Path(table, row_id, column)
        severity = "error" if last > whole else "warning"
        yield subject.cell_finding(
            "C64", path, f"最后时点“{subject.layout.label(path)}”是 {text}，不是 100%", severity=severity
        )


def annual_within_total(subject: CheckSubject) -> Iterator[Finding]:
    """C63 年度与总额混淆: the money of a year, or of one part, is not more than that of the whole."""
    cells = [(spec, amount) for spec, text in subject.fields() if (amount := _money(spec, text)) is not None]
    wholes = [
        (spec, amount) for spec, amount in cells if "总预算" in spec.label or _preset(subject, spec, "scope") == "all"
    ]
    for other, whole in wholes:
        for spec, amount in cells:
            wider = "总预算" in other.label and any(word in spec.label for word in ("当年预算", "本年", "年度预算"))
            same = _preset(subject, spec, "scope") == "own" and _twin(subject, spec, other)
            if (wider or same) and amount > whole:
                fact = f"“{spec.label}”{format_number(amount)} 万元，大于“{other.label}”{format_number(whole)} 万元"
                yield subject.cell_finding("C63", spec.path, fact)


def _money(spec: InputSpec, text: str) -> Decimal | None:
    return spec.kind.amount(text) if spec.kind.key == "money" else None


def _twin(subject: CheckSubject, spec: InputSpec, other: InputSpec) -> bool:
    sources = [_preset(subject, one, "source") for one in (spec, other)]
    return spec.path.name == other.path.name and (sources[0] == sources[1] or sources == ["total", ""])


def _preset(subject: CheckSubject, spec: InputSpec, key: str) -> str:
    table = subject.layout.tables.get(spec.path.name) if spec.path.row else None
    return table.fixed.get(spec.path.row, {}).get(key, "") if table else ""


def _row_name(subject: CheckSubject, path: Path) -> str:
    row = subject.document.row(path.name, path.row) if path.row else None
    return row.get("name") if row else ""
