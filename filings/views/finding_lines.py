"""Findings as the lines of a page: those of one check in the added rows of a column are one line with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from filings.checks import FindingText, Rule, group_key
from filings.services.finding_replies import FindingReplies
from filings.sheet.profile import SEVERITIES

LinkedFinding = tuple[FindingReplies[FindingText], str]
"""A finding with its replies, and the link to its cell ('' if there is none)."""


@dataclass(frozen=True)
class FindingLine:
    """The findings of one check and column, or cell, as one line of a page; `key` is their group (`group_key`)."""

    key: str
    items: tuple[LinkedFinding, ...]

    @property
    def first(self) -> FindingText:
        """The words of the first finding: its label and rule are those of all."""
        return self.items[0][0].finding

    @property
    def rule(self) -> Rule:
        """The rule of their check."""
        return self.first.rule

    @property
    def has_rows(self) -> bool:
        """Whether it is several findings, each with a row of its own on the page."""
        return len(self.items) > 1

    @property
    def title(self) -> str:
        """What its check looks for, after the column that its rows are of."""
        return f"{self.first.label}：{self.rule.title}" if self.first.row_number else self.rule.title

    @property
    def count(self) -> str:
        """How many rows of the sheet it is about, or how many places of one cell."""
        return f"{len(self.items)} {'行' if self.first.row_number else '处'}"

    @property
    def severity(self) -> str:
        """The worst of those that are not waived (error, warning, note); waived if all of them are."""
        left = {item.finding.severity for item, _ in self.items if not item.is_waived}
        return next((severity for severity in SEVERITIES if severity in left), "waived")

    @property
    def reason(self) -> str:
        """The reason given so far, '' without one."""
        return next((item.reason.text for item, _ in self.items if item.reason), "")

    @property
    def is_missing_reason(self) -> bool:
        """Whether one of them still needs a reason."""
        return any(item.is_missing_reason for item, _ in self.items)


def finding_lines(findings: Iterable[LinkedFinding]) -> list[FindingLine]:
    """The findings as lines, in the order of the first of each."""
    groups: dict[str, list[LinkedFinding]] = {}
    for item, link in findings:
        groups.setdefault(group_key(item.finding), []).append((item, link))
    return [FindingLine(key, tuple(items)) for key, items in groups.items()]
