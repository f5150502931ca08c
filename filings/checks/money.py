"""金额格式: amounts, telephone numbers and codes can be read, and their units agree (C31, C56, C61, C62, C69)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import without_spaces
from filings.sheet.document import Path
from filings.sheet.kinds import format_number
from filings.sheet.layout import InputSpec
from indicators.amount_text import AmountText
from indicators.number import normalize_width

NOT_IN_PHONE = re.compile(r"[^0-9()+ -]+")
PROJECT_CODE = re.compile(r"[0-9A-Za-z]+")
WEIGHTS_17 = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def money_format(subject: CheckSubject) -> Iterator[Finding]:
    """C31 金额格式, C69 电话、代码格式: a cell cannot be read as what its kind says, or its check digit is wrong."""
    for path, spec, text in subject.texts:
        if not text.strip() or spec.kind.key == "date":  # dates have checks of their own
            continue
        if spec.kind.error(text):
            if spec.kind.key in ("phone", "credit_code"):
                # One of several numbers, or one with words beside it, can still be dialled: only a warning.
                numbers = NOT_IN_PHONE.split(normalize_width(text)) if spec.kind.key == "phone" else ()
                severity = "warning" if any(not spec.kind.error(number) for number in numbers if number) else ""
                yield subject.cell_finding("C69", path, spec.kind.key, facts={"text": text.strip()}, severity=severity)
            elif not (path.row and path.column in ("weight", "objective_weight")):
                yield subject.cell_finding("C31", path, "no_" + spec.kind.key, facts={"text": text})
        elif spec.kind.key == "credit_code" and not _checksum_fits(normalize_width(text).upper()):
            yield subject.cell_finding("C69", path, "check_digit", facts={"text": text.strip()}, severity="warning")
        elif "project_code" in spec.means:
            yield from _project_code(subject, path, text)


def _project_code(subject: CheckSubject, path: Path, text: str) -> Iterator[Finding]:
    """C69: a project code has characters other than letters and digits, or not the length set in the profile."""
    code, length = without_spaces(text), int(subject.profile.limits["project_code_length"])
    if not PROJECT_CODE.fullmatch(code.replace("-", "")):
        yield subject.cell_finding("C69", path, "characters", facts={"text": text.strip()})
    elif length and len(code) != length:
        facts: Facts = {"text": text.strip(), "digits": len(code), "length": length}
        yield subject.cell_finding("C69", path, "length", facts=facts, severity="warning")


def _checksum_fits(code: str) -> bool:
    """Whether the last of the 18 characters of a unified social credit code is its check character."""
    if len(code) != 18 or not set(code) <= set(CREDIT_DIGITS):
        return False
    total = sum(CREDIT_DIGITS.index(sign) * weight for sign, weight in zip(code, WEIGHTS_17, strict=False))
    return CREDIT_DIGITS[-total % 31] == code[-1]


def amount_text(subject: CheckSubject, spec: InputSpec, amount: Decimal) -> str:
    """An amount in 万元 as a fix writes it: with its unit where every other money cell that is filled has one."""
    filled = any(path != spec.path for path, *_ in subject.amounts)
    return spec.kind.format_amount(amount) + (spec.kind.unit if filled and not subject.has_plain_amounts else "")


def units_in_cells(subject: CheckSubject) -> Iterator[Finding]:
    """C61 金额格里写单位: a unit is typed where other cells have none; C62 元、万元混用: 元 in a form of 万元."""
    for path, spec, text, money in subject.amounts:
        if money is None or not money.unit_typed or money.form:
            continue
        typed, number = text.strip(), spec.kind.format_amount(money.amount_wan)
        right = amount_text(subject, spec, money.amount_wan)
        if money.unit_typed in ("元", "千元") and subject.layout.money_unit == "万元":
            yield subject.cell_finding("C62", path, "yuan", facts={"text": typed, "amount": number}, fix=right)
        elif subject.has_plain_amounts and "with_unit" not in spec.means:
            yield subject.cell_finding("C61", path, facts={"text": typed}, fix=number)


def amounts_with_words(subject: CheckSubject) -> Iterator[Finding]:
    """C61 金额格里写文字: an amount is read out of words or an accounting format; C56: parts that it names differ."""
    for path, spec, text, money in subject.amounts:
        if money is None or not money.form:
            continue
        number = spec.kind.format_amount(money.amount_wan)
        facts: Facts = {"text": text.strip(), "amount": number, "unit": spec.kind.unit}
        if money.form == "words":
            # No fix: it would delete what the words say.
            yield subject.cell_finding("C61", path, "words", facts=facts, severity="warning")
            yield from _parts_differ(subject, path, text, money)
        else:
            severity = "warning" if money.amount_wan < 0 else ""
            right = amount_text(subject, spec, money.amount_wan)
            yield subject.cell_finding("C61", path, money.form, facts=facts, fix=right, severity=severity)


def _parts_differ(subject: CheckSubject, path: Path, text: str, money: AmountText) -> Iterator[Finding]:
    """C56: the amounts that the words beside an amount name do not add up to it; perhaps not all are named."""
    summed = sum(money.parts, Decimal(0))
    if money.parts and abs(summed - money.amount_wan) > subject.profile.limits["money_tolerance"]:
        facts: Facts = {
            "text": text.strip(),
            "amount": format_number(money.amount_wan),
            "summed": format_number(summed),
            "differ": format_number(abs(summed - money.amount_wan)),
        }
        yield subject.cell_finding("C56", path, "in_words", facts=facts, severity="warning")
