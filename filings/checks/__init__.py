"""Checks of filed forms: pure functions of a form's content and the profile of its place, each reporting findings."""

from filings.checks.finding import CheckSubject, Finding
from filings.checks.rules import RULES, Rule
from filings.checks.run import (
    blocking_findings,
    check_adjustment,
    check_department_sheets,
    check_last_year,
    check_sheet,
)

__all__ = [
    "RULES",
    "CheckSubject",
    "Finding",
    "Rule",
    "blocking_findings",
    "check_adjustment",
    "check_department_sheets",
    "check_last_year",
    "check_sheet",
]
