"""A fix makes nothing worse: its finding is gone, no other has come, and no sum that was right is another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest

from filings.checks import CheckSubject, Finding, check_sheet, describe
from filings.checks import run as runner
from filings.sheet.derived import document_sums, update_derived
from filings.sheet.document import Document, Path
from filings.sheet.edits import SetCell, apply_edits
from tests.checks.kit import PLACES, one, real
from tests.checks.unseen_kit import sheets

TYPED = (
    "", "800", "800万元", "8000000元", "-50", "0", "50%", "413%", "≥100%", ">5次", "约50人", "若干", "1、培训次数",
    "指标2：清扫次数", "目标", "≥", "<", "产出指标", "效益指标", "满意度指标", "提高", "群众满意度>90%", "建设建设公厕",
)  # fmt: skip
"""What a mutated sheet has in some cells: the texts for which checks offer fixes."""


def fixed(subject: CheckSubject, finding: Finding) -> CheckSubject:
    """The sheet after a fix, with the cells that follow from it."""
    layout, before = subject.layout, subject.document
    return subject_of(subject, update_derived(layout, before, apply_edits(layout, before, finding.fix)))


def subject_of(subject: CheckSubject, document: Document) -> CheckSubject:
    return CheckSubject(subject.layout, document, subject.profile, subject.name)


def keys(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.path) for finding in findings}


def with_suppressed(subject: CheckSubject, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Codes and addresses of all findings, also of those that a more specific one suppresses."""
    with monkeypatch.context() as patch:
        patch.setattr(runner, "MORE_SPECIFIC", {})
        return keys(check_sheet(subject))


def right_sums(subject: CheckSubject) -> dict[Path, Decimal]:
    right = {}
    for one_sum in document_sums(subject.layout, subject.document):
        total = one_sum.total.kind.amount(subject.document.value(one_sum.path))
        parts = [spec.kind.amount(subject.document.value(path)) for path, spec in one_sum.parts]
        filled = [amount for amount in parts if amount is not None]
        if total is not None and filled and abs(total - sum(filled)) <= subject.profile.limits["money_tolerance"]:
            right[one_sum.path] = total
    return right


def mutated(subject: CheckSubject, random: Random) -> CheckSubject:
    """The sheet with some cells typed otherwise, amounts also by those of other cells."""
    cells = [path for path, _ in subject.document.cells() if subject.layout.spec(path)]
    money = [path for path in cells if (spec := subject.layout.spec(path)) and spec.kind.key == "money"]
    amounts = [subject.document.value(path) for path in money] or [""]
    edits = [SetCell(path, random.choice(TYPED)) for path in random.sample(cells, min(6, len(cells)))]
    edits += [SetCell(path, random.choice((*amounts, ""))) for path in random.sample(money, min(3, len(money)))]
    return subject_of(subject, apply_edits(subject.layout, subject.document, edits))


def subjects(place: str) -> Iterator[CheckSubject]:
    """The real sheets of a place, and two mutations of each."""
    random = Random(place)
    for subject in real(place):
        yield subject
        yield mutated(subject, random)
        yield mutated(subject, random)


def harm(subject: CheckSubject, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """How many fixes a sheet is offered, and what any of them makes worse."""
    findings, worse = check_sheet(subject), []
    offered = [finding for finding in findings if finding.fix]
    known = with_suppressed(subject, monkeypatch) if offered else set()
    right = right_sums(subject)
    for finding in offered:
        after = fixed(subject, finding)
        left = check_sheet(after)
        told = describe(after.layout, after.document, [f for f in left if keys([f]) - known])
        worse += [f"{finding.code} {finding.path} leads to {text.code}: {text.message}" for text in told]
        if keys([finding]) & keys(left):
            worse.append(f"{finding.code} {finding.path} is still there")
        if not right.items() <= right_sums(after).items():
            worse.append(f"{finding.code} {finding.path} changes a sum that was right")
    return len(offered), worse


@pytest.mark.parametrize("place", PLACES)
def test_no_fix_on_a_real_or_mutated_sheet_makes_anything_worse(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = 0
    for subject in subjects(place):
        count, worse = harm(subject, monkeypatch)
        assert worse == []
        offered += count
    assert offered > 5


def test_no_fix_on_a_sheet_of_another_place_makes_anything_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    results = [harm(entry.subject, monkeypatch) for entry in sheets().values()]
    assert [text for _, worse in results for text in worse] == []
    assert sum(count for count, _ in results) > 50


def test_an_amount_in_the_wrong_column_is_moved_not_doubled() -> None:
    """其他收入（街道社区）: 800 stood under other money; the fix doubled the budget to 1600."""
    (subject,) = [one for one in real("wuhan-jianghan") if any(f.case == "misplaced" for f in check_sheet(one))][:1]
    finding = one(subject, "C55")
    own, misplaced = finding.fix
    assert isinstance(own, SetCell)
    assert isinstance(misplaced, SetCell)
    assert (str(own.path), own.value) == (finding.path, "800万元")
    assert (str(misplaced.path), misplaced.value) == (dict(finding.facts)["cell"], "")
    total = subject.layout.cells[subject.layout.amount]
    after = fixed(subject, finding).document
    amounts = [total.kind.amount(document.value(total.path)) for document in (subject.document, after)]
    assert amounts == [Decimal(800)] * 2


def test_a_fix_that_would_upset_a_right_sum_is_not_offered() -> None:
    """The empty part belongs to a total that is right as it stands."""
    (subject,) = [one for one in real("wuhan-jianghan") if any(f.case == "misplaced" for f in check_sheet(one))][:1]
    finding = one(subject, "C55")
    other = Path.parse(str(dict(finding.facts)["cell"]))
    whole = next(s.path for s in document_sums(subject.layout, subject.document) if other in [p for p, _ in s.parts])
    edits = [SetCell(other, "700"), SetCell(whole, "700")]
    upset = subject_of(subject, apply_edits(subject.layout, subject.document, edits))
    assert whole in right_sums(upset)
    assert all(f.fix == () for f in check_sheet(upset) if f.code == "C55" and f.path == finding.path)
