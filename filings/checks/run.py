"""Runs the checks: the list of all checks, the severities of a profile, and the removal of repeated findings."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from filings.checks import (
    categories,
    consistency,
    cross_sheet,
    dates,
    earlier_years,
    formulas,
    last_year,
    money,
    required,
    texts,
    totals,
    values,
    weights,
    wording,
    years,
)
from filings.checks.crash_log import log_crash
from filings.checks.finding import CheckSubject, Finding, address_finding
from filings.checks.rules import CRASHED
from filings.sheet.document import Document

Found = TypeVar("Found")
Check = Callable[[CheckSubject], Iterator[Finding]]
SetCheck = Callable[[Sequence[CheckSubject]], Iterator[tuple[int, Finding]]]

CHECKS: tuple[Check, ...] = (
    required.required_fields,
    required.required_rows,
    required.paired_goals,
    required.required_categories,
    required.missing_cells,
    required.blank_categories,
    required.money_without_goal,
    required.last_year_values,
    money.money_format,
    totals.totals,
    totals.detail_totals,
    totals.shares,
    money.units_in_cells,
    money.amounts_with_words,
    totals.payment_plan,
    totals.annual_within_total,
    formulas.formula_results,
    formulas.detailed_amounts,
    formulas.sums_in_texts,
    categories.level_names,
    categories.category_as_name,
    categories.repeated_names,
    categories.timeliness_under_quality,
    categories.satisfaction_under_benefit,
    categories.quality_under_benefit,
    categories.money_as_output,
    categories.cost_repeats_budget,
    categories.rate_under_quantity,
    values.rate_unit,
    values.text_after_operator,
    values.numbers_in_words,
    values.missing_unit,
    values.missing_operator,
    values.value_type_matches,
    values.unit_matches_value,
    values.option_as_value,
    values.rate_limit,
    values.operator_direction,
    values.description_matches_value,
    values.operator_includes_equal,
    values.vague_numbers,
    earlier_years.unit_matches_earlier_years,
    values.other_operator_description,
    wording.value_in_name,
    wording.slogan_as_name,
    wording.value_repeats_name,
    wording.vague_values,
    wording.numbered_names,
    wording.satisfaction_without_group,
    wording.timeliness_without_date,
    weights.missing_weight,
    weights.weight_totals,
    weights.goal_ratio_total,
    weights.weight_limits,
    years.wrong_years,
    dates.date_format,
    dates.wrong_dates,
    texts.broken_texts,
    texts.missing_words,
    texts.truncated_names,
    texts.unprintable_characters,
    texts.similar_characters,
    texts.row_numbers,
    texts.copied_goal,
    texts.copied_fields,
    texts.goal_names,
    texts.similar_names,
    texts.duties_of_other_department,
    consistency.satisfaction_required,
    consistency.cost_required,
    consistency.values_of_earlier_years,
    consistency.cost_matches_detail,
    consistency.counts_in_texts,
    consistency.amounts_in_texts,
)

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


def check_sheet(subject: CheckSubject) -> list[Finding]:
    """All findings of one form, in form order. A check that raises an exception yields a finding with code CHECK."""
    findings = [finding for check in CHECKS for finding in _run_safely(check, subject)]
    return _finalize(subject, findings)


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
    graded = [replace(f, severity=_severity(subject, f)) for f in findings]
    order = _form_positions(subject)
    kept = _without_repetitions([finding for finding in graded if finding.severity != "off"], subject.layout.tables)
    return sorted(kept, key=lambda finding: order.get(finding.path.partition(".")[0], len(order)))


def _severity(subject: CheckSubject, finding: Finding) -> str:
    """The severity that the profile sets; a crashed check cannot be switched off, what is off not switched on."""
    if finding.code == CRASHED or finding.severity == "off":
        return finding.severity
    return subject.profile.severity(finding.code, finding.severity)


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
