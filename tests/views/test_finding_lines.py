"""Lines of findings: which are one line, and what is said of it."""

from __future__ import annotations

from filings.checks import Finding, FindingText, describe
from filings.models import Reply
from filings.services.finding_replies import FindingReplies
from filings.views.finding_lines import FindingLine, finding_lines
from tests.factories import filled, layout

NAME = "indicators[i{}].name"


def lines(*findings: Finding, waived: tuple[int, ...] = ()) -> list[FindingLine]:
    """The lines of findings about the filled form, of which those at the places `waived` have a waiver."""
    texts: list[FindingText] = describe(layout(), filled(), findings)
    waiver = {Reply.Kind.WAIVER: Reply(text="可以")}
    return finding_lines(
        (FindingReplies(text, waiver if index in waived else {}), "") for index, text in enumerate(texts)
    )


def typo(path: str, severity: str = "warning") -> Finding:
    return Finding("C70", path, "typo", (("word", "投拆"), ("right", "投诉")), severity)


def test_added_rows_of_a_column_are_one_line_and_a_cell_is_one_whatever_is_said_of_it() -> None:
    found = lines(
        typo(NAME.format(1)),
        typo("objectives[period].text"),
        typo(NAME.format(2)),
        typo("objectives[annual].text"),
        Finding("C70", "objectives[annual].text", "twice_running", (("word", "的"),)),
    )
    assert [(line.key, line.count) for line in found] == [
        ("C70:indicators.name", "2 行"),
        ("C70:objectives[period].text", "1 处"),
        ("C70:objectives[annual].text", "2 处"),
    ]


def test_a_line_is_as_bad_as_the_worst_that_is_left() -> None:
    found = [typo(NAME.format(row), severity) for row, severity in ((1, "note"), (2, "warning"), (2, "error"))]
    said = {waived: lines(*found, waived=waived)[0].severity for waived in ((), (2,), (1, 2), (0, 1, 2))}
    assert said == {(): "error", (2,): "warning", (1, 2): "note", (0, 1, 2): "waived"}
