"""资金勾稽: money cells hold amounts, and totals equal their parts (C54, C55, C31 for money)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from filings.checks.finding import Finding, Subject
from filings.sheet.follow import parts_of

TOLERANCE = Decimal("0.005")
"""万元: half of the last decimal that filings print."""


def money_is_money(subject: Subject) -> Iterator[Finding]:
    """C31 金额格式: whatever stands in a money, number, phone or code cell can be read as one."""
    for spec, text in subject.fields():
        if text.strip() and (fault := spec.kind.fault(text)):
            code = "C69" if spec.kind.key in ("phone", "credit_code") else "C31"
            yield subject.at(code, spec.path, f"“{spec.label}”{fault}。")


def totals(subject: Subject) -> Iterator[Finding]:
    """C54 资金合计: total = sum of parts. C55: an empty total over filled parts."""
    for rule in subject.layout.sums:
        total = subject.layout.cells[rule.total]
        typed = subject.document.value(total.path)
        texts = [(subject.document.value(p), spec) for p, spec in parts_of(subject.layout, subject.document, rule)]
        amounts = [(text, spec.kind.amount(text)) for text, spec in texts]
        filled = [amount for _, amount in amounts if amount is not None]
        unread = any(text.strip() and amount is None for text, amount in amounts)
        if not filled or unread:  # what cannot be read is said above; a sum without it would be a wrong one
            continue
        names = "＋".join(dict.fromkeys(f"“{spec.label}”" for _, spec in texts))
        summed = f"{total.kind.stated(sum(filled, Decimal(0)))} {total.kind.unit}"
        stated = total.kind.amount(typed)
        if not typed.strip():
            yield subject.at(
                "C55",
                total.path,
                f"“{total.label}”是空的，而{names}合计 {summed}，请填写总额或核对是否填错了行。",
            )
        elif stated is not None and abs(stated - sum(filled, Decimal(0))) > TOLERANCE:
            message = f"“{total.label}”是 {typed}，而{names}合计 {summed}，两者应相等，请核对。"
            yield subject.at("C54", total.path, message)
