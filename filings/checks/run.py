"""Runs the checks: of whole forms, or of what changed; severities of a profile, and removal of repeated findings."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from filings.checks import cross_sheet, last_year
from filings.checks.changes import Changes, find_changes
from filings.checks.crash_log import log_crash
from filings.checks.finding import CheckSubject, Finding, address_finding
from filings.checks.reads import CHECKS, EACH, EACH_ROW, EACH_TEXT, Check, Part
from filings.checks.rules import CRASHED
from filings.sheet.document import Document

Found = TypeVar("Found")
SetCheck = Callable[[Sequence[CheckSubject]], Iterator[tuple[int, Finding]]]

SET_CHECKS: tuple[SetCheck, ...] = (
    cross_sheet.repeated_rows,
    cross_sheet.text_of_other_project,
    cross_sheet.summary_matches_sheets,
    cross_sheet.project_expenditure,
    cross_sheet.repeated_payment_plans,
    cross_sheet.truncated_copies,
)

MORE_SPECIFIC: Mapping[str, frozenset[str]] = {
    "C01": frozenset({"C02", "C13", "C14", "C55"}),
    "C04": frozenset({"C01", "C02", "C13", "C14"}),
    "C05": frozenset({"C01"}),
    "C06": frozenset({"C01"}),
    "C11": frozenset({"C03"}),
    "C20": frozenset({"C16", "C19", "C27"}),
    "C25": frozenset({"C27"}),
    "C26": frozenset({"C27"}),
    "C31": frozenset({"C25", "C36"}),
    "C33": frozenset({"C26", "C32", "C42", "C36"}),
    "C35": frozenset({"C27", "C36", "C26", "C34", "C47"}),
    "C38": frozenset({"C26"}),
    "C39": frozenset({"C37"}),
    "C41": frozenset({"C37", "C39"}),
    "C44": frozenset({"C43"}),
    "C47": frozenset({"C26", "C27", "C31", "C36"}),
    "C13": frozenset({"C02"}),
    "C70": frozenset({"C03", "C19"}),
}
"""For each code, the more specific codes: where one of them is reported at the same cell, the finding is dropped."""


@dataclass(frozen=True)
class SheetChecks:
    """What the checks found in one content of a form: by check as they yield it, and together in form order."""

    subject: CheckSubject
    found: Mapping[Check, Sequence[Finding]]
    findings: list[Finding]
    changes: Changes | None = None
    """What had changed since the content that it was checked from; None where the whole form was checked."""


def check_sheet(subject: CheckSubject) -> list[Finding]:
    """All findings of one form, in form order. A check that raises an exception yields a finding with code CHECK."""
    return run_checks(subject).findings


def run_checks(subject: CheckSubject) -> SheetChecks:
    """Run all checks of one form."""
    found = {check: _run_safely(check, subject) for check in CHECKS}
    return SheetChecks(subject, found, _together(subject, found))


def check_changes(before: SheetChecks, subject: CheckSubject) -> SheetChecks:
    """Run the checks of one form that read what has changed since `before`; findings of all others are carried over.

    The same as `run_checks`, only faster.
    """
    old = before.subject
    if old.layout is not subject.layout or old.profile is not subject.profile or old.name != subject.name:
        return run_checks(subject)
    subject = subject.with_earlier(old)
    changes = find_changes(old, subject)
    found = {check: _found_again(check, reads, before, subject, changes) for check, reads in CHECKS.items()}
    return SheetChecks(subject, found, _together(subject, found), changes)


def changed_paths(before: SheetChecks, after: SheetChecks) -> set[str]:
    """The addresses of the fields, and of all cells of the rows, at which findings or their words differ.

    `after` was checked from `before`. Words name the row, by its number and its name: those of a changed row differ,
    and where rows were added, deleted or moved, those of all rows. A row is told whole, so that its findings stay in
    their order.
    """
    found: dict[str, list[Finding]] = {}
    for finding in after.findings:
        found.setdefault(finding.path, []).append(finding)
    was: dict[str, list[Finding]] = {}
    for finding in before.findings:
        was.setdefault(finding.path, []).append(finding)
    changes = after.changes or find_changes(before.subject, after.subject)
    rows = {f"{table}[{row}]" for table, row in changes.rows}
    rows |= {path.partition(".")[0] for path in {**was, **found} if was.get(path) != found.get(path)}
    if changes.are_moved:
        rows |= {path.partition(".")[0] for path in {**was, **found} if "[" in path}
    return {path for path in {**was, **found} if path.partition(".")[0] in rows}


def _found_again(
    check: Check, reads: Set[Part], before: SheetChecks, subject: CheckSubject, changes: Changes
) -> Sequence[Finding]:
    """What a check finds now; it is run for the whole form, for what changed, or not at all."""
    known = before.found[check]
    each = reads & EACH.keys()
    if reads & changes.parts or (each and changes.are_moved) or CRASHED in [one.code for one in known]:
        return _run_safely(check, subject)
    if not any(EACH[part] in changes.parts for part in each):
        return known
    return _found_in_changed(check, next(iter(each)), known, subject, changes)


def _found_in_changed(
    check: Check, part: Part, known: Sequence[Finding], subject: CheckSubject, changes: Changes
) -> Sequence[Finding]:
    """What a check that judges each row, cell or indicator by itself finds, run for those that changed only."""
    if part is EACH_TEXT:
        fresh = _run_safely(check, subject.only(texts=changes.cells)) if changes.cells else []
        kept = [one for one in known if one.path not in changes.addresses]
        # Findings of one row stand in the order of its cells.
        fresh_rows = {one.path.partition(".")[0] for one in fresh}
        if [one for one in kept if one.path.partition(".")[0] in fresh_rows]:
            return _run_safely(check, subject)
        return [*kept, *fresh]
    rows = changes.rows if part is EACH_ROW else changes.indicator_rows
    if part is EACH_ROW:
        fresh = _run_safely(check, subject.only(rows=rows))
    else:
        fresh = _run_safely(check, subject.only(indicators=changes.indicators))
    places = tuple(f"{table}[{row}]." for table, row in rows)
    kept = [one for one in known if not one.path.startswith(places)]
    # A cell that several rows share says nothing about which of them a finding is about.
    found = [*kept, *fresh]
    if not changes.has_row_indicators_only or [one for one in found if "[" not in one.path]:
        return _run_safely(check, subject)
    return found


def _together(subject: CheckSubject, found: Mapping[Check, Sequence[Finding]]) -> list[Finding]:
    return _finalize(subject, [finding for findings in found.values() for finding in findings])


def check_department_sheets(subjects: Sequence[CheckSubject]) -> list[list[Finding]]:
    """Cross-sheet findings of one department and cycle: one list for each subject, in the same order."""
    findings: list[list[Finding]] = [[] for _ in subjects]
    for check in SET_CHECKS:
        for index, finding in _collect(check.__name__, partial(check, subjects), subjects, _set_crash):
            findings[index].append(finding)
    return [_finalize(subject, of_sheet) for subject, of_sheet in zip(subjects, findings, strict=True)]


def check_last_year(subject: CheckSubject, last: Document) -> list[Finding]:
    """Findings of comparing a form with last year's document of the same form (C43–C45)."""
    findings = [finding for check in last_year.CHECKS for finding in _run_safely(check, subject, last)]
    return _finalize(subject, findings)


def check_adjustment(subject: CheckSubject, earlier: Document) -> list[Finding]:
    """Findings of comparing an adjustment with the document of the previous round (C74)."""
    checks = last_year.ADJUSTMENT_CHECKS
    findings = [finding for check in checks for finding in _run_safely(check, subject, earlier)]
    return _finalize(subject, findings)


def blocking_findings(findings: list[Finding]) -> list[Finding]:
    """The findings of severity error: they block submission."""
    return [finding for finding in findings if finding.severity == "error"]


def _finalize(subject: CheckSubject, findings: Iterable[Finding]) -> list[Finding]:
    """Apply the severities of the profile, drop repeated findings and those that are off, and sort in form order."""
    order = _form_positions(subject)
    kept = _without_repetitions(_graded(subject, findings), subject.layout.tables)
    last = len(order)
    places = [order.get(finding.path.partition(".")[0], last) for finding in kept]
    return [kept[at] for _, at in sorted(zip(places, range(len(kept)), strict=True))]


def _graded(subject: CheckSubject, findings: Iterable[Finding]) -> list[Finding]:
    """The findings with the severities that the profile sets, without those that are off."""
    findings = list(findings)
    pairs = {(finding.code, finding.severity) for finding in findings}
    severities = {pair: _severity(subject, *pair) for pair in pairs}
    graded = [(finding, severities[finding.code, finding.severity]) for finding in findings]
    return [
        finding if severity == finding.severity else replace(finding, severity=severity)
        for finding, severity in graded
        if severity != "off"
    ]


def _severity(subject: CheckSubject, code: str, severity: str) -> str:
    """The severity that the profile sets; a crashed check cannot be switched off, what is off not switched on."""
    return severity if code == CRASHED or severity == "off" else subject.profile.severity(code, severity)


def _run_safely(check: Callable[..., Iterator[Finding]], subject: CheckSubject, *others: Document) -> list[Finding]:
    """The findings of one check of one sheet; if it fails, those before the failure and one that says so."""
    return _collect(check.__name__, partial(check, subject, *others), [subject], _crash)


def _collect(
    name: str, run: Callable[[], Iterator[Found]], subjects: Sequence[CheckSubject], crash: Callable[[str], Found]
) -> list[Found]:
    """All that a check yields; its failure is logged and told as one finding, and hides no other check's findings."""
    found: list[Found] = []
    try:
        found.extend(run())
    except Exception as error:  # noqa: BLE001 - one failing check must not hide the findings of the others
        log_crash(name, error, subjects)
        found.append(crash(name))
    return found


def _crash(name: str) -> Finding:
    """The system's own fault: a note at the whole form, for which nobody owes a reason."""
    return address_finding(CRASHED, "", facts={"check": name, "label": "系统"})


def _set_crash(name: str) -> tuple[int, Finding]:
    """The same for a check of several sheets, told at the first of them."""
    return 0, _crash(name)


def _without_repetitions(findings: list[Finding], tables: Container[str]) -> list[Finding]:
    """Drop findings that a more specific check reports for the same cell.

    Of several findings of one check at a cell the first is kept; at a table or the whole form, all that differ.
    """
    codes: dict[str, set[str]] = {}
    for finding in findings:
        codes.setdefault(finding.path, set()).add(finding.code)
    kept: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        if not MORE_SPECIFIC.get(finding.code, frozenset()) & codes[finding.path]:
            at_table = not finding.path or finding.path in tables
            kept.setdefault((finding.path, finding.code, finding.digest if at_table else ""), finding)
    return list(kept.values())


def _form_positions(subject: CheckSubject) -> dict[str, int]:
    """Position of each field, table and row in the form, by the part of an address before the first dot."""
    order: dict[str, int] = {"": 0}
    for section in subject.layout.sections:
        for name in section.cells:
            order.setdefault(str(subject.layout.cells[name].path).partition(".")[0], len(order))
        for table in section.tables:
            order.setdefault(table, len(order))
            for row in subject.document.rows(table):
                order.setdefault(f"{table}[{row.id}]", len(order))
    return order
