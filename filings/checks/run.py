"""Runs every check; the one list of them, and the one place where severities are set."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from filings.checks import money, required
from filings.checks.finding import Finding, Subject

log = logging.getLogger(__name__)

Check = Callable[[Subject], Iterator[Finding]]
CRASHED = "C00"

CHECKS: tuple[Check, ...] = (
    required.required_fields,
    required.goals_together,
    required.required_categories,
    required.complete_rows,
    money.money_is_money,
    money.totals,
)


def check(subject: Subject) -> list[Finding]:
    """All findings, in the order of the form; a check that crashes is a finding that blocks, never a pass."""
    findings = [finding for one in CHECKS for finding in _guarded(one, subject)]
    graded = [replace(f, severity=_severity(subject, f)) for f in findings]
    order = _order(subject)
    kept = _quiet([finding for finding in graded if finding.severity != "off"])
    return sorted(kept, key=lambda finding: order.get(finding.path.partition(".")[0], len(order)))


def blocking(findings: list[Finding]) -> list[Finding]:
    """The findings that stop a submission."""
    return [finding for finding in findings if finding.severity == "error"]


def _severity(subject: Subject, finding: Finding) -> str:
    """As the place rules; but no profile can wave a crashed check through."""
    return finding.severity if finding.code == CRASHED else subject.profile.severity(finding.code, finding.severity)


def _guarded(one: Check, subject: Subject) -> list[Finding]:
    try:
        return list(one(subject))
    except Exception:  # noqa: BLE001 - whatever a check does, it must not look like a pass
        # The name only: a traceback could quote what somebody typed.
        log.error("check %s failed", one.__name__)  # noqa: TRY400
        message = f"系统检查“{one.__name__}”未能完成，请联系管理员；在修好之前不能送审。"
        return [Finding(CRASHED, "", "系统检查", message)]


def _quiet(findings: list[Finding]) -> list[Finding]:
    """An empty cell is reported once: what else is said of it follows from that."""
    seen: set[str] = set()
    kept = []
    for finding in findings:
        if finding.path in seen and finding.code in ("C04", "C55"):
            continue
        if finding.code == "C01":
            seen.add(finding.path)
        kept.append(finding)
    return kept


def _order(subject: Subject) -> dict[str, int]:
    """The place of each cell or row in the form."""
    order: dict[str, int] = {"": 0}
    for section in subject.layout.sections:
        for name in section.cells:
            order.setdefault(str(subject.layout.cells[name].path).partition(".")[0], len(order))
        for table in section.tables:
            order.setdefault(table, len(order))
            for row in subject.document.rows(table):
                order.setdefault(f"{table}[{row.id}]", len(order))
    return order
