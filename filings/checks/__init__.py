"""Checks of filed forms: pure functions of a form's content and the profile of its place, each reporting findings."""

from filings.checks.finding import CheckSubject, Finding, address_finding, finding_from_data, finding_to_data
from filings.checks.messages import FindingText, describe, group_key
from filings.checks.rules import RULES, Rule
from filings.checks.run import (
    SheetChecks,
    blocking_findings,
    changed_paths,
    check_adjustment,
    check_changes,
    check_department_sheets,
    check_last_year,
    check_sheet,
    run_checks,
)

__all__ = [
    "RULES",
    "CheckSubject",
    "Finding",
    "FindingText",
    "Rule",
    "SheetChecks",
    "address_finding",
    "blocking_findings",
    "changed_paths",
    "check_adjustment",
    "check_changes",
    "check_department_sheets",
    "check_last_year",
    "check_sheet",
    "describe",
    "finding_from_data",
    "finding_to_data",
    "group_key",
    "run_checks",
]
