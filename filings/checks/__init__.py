"""Checks: small pure functions of a form's content and its place's rules, each giving findings."""

from filings.checks.finding import Finding, Subject
from filings.checks.rules import RULES, Rule
from filings.checks.run import blocking, check, check_adjusted, check_against, check_set

__all__ = ["RULES", "Finding", "Rule", "Subject", "blocking", "check", "check_adjusted", "check_against", "check_set"]
