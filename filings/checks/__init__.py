"""Checks: small pure functions of a form's content and its place's rules, each giving findings."""

from filings.checks.finding import Finding, Subject
from filings.checks.run import blocking, check

__all__ = ["Finding", "Subject", "blocking", "check"]
