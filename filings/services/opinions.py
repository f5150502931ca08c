"""审核意见: a reviewer's opinion on a submission, by the criteria of the place.

The words begin as a summary of the findings; a person writes the rest and grades.
"""

from __future__ import annotations

from collections.abc import Mapping

from filings.checks import RULES, FindingText
from filings.models import WITH_BUREAU, Filing, Opinion, Person, Revision, Role
from filings.renderers.opinion_form import CriterionAssessment
from filings.services.access import roles_for
from filings.services.errors import Refused
from filings.services.finding_replies import FindingReplies
from filings.services.layouts import cycle_profile
from filings.services.locking import lock_filing
from filings.services.text_limits import DECISION_LIMIT, require_within_limit
from filings.services.transactions import start_transaction


def opinion_revision(filing: Filing) -> Revision | None:
    """The newest revision, which an opinion is about; None of a filing that was never submitted. One query."""
    return filing.revisions.order_by("-number").first()


def last_opinion(filing: Filing) -> Opinion | None:
    """The opinion on the newest revision that has one, with person and revision; None without any. One query."""
    parts = ("person", "revision__layout", "revision__filing")
    return Opinion.objects.filter(filing=filing).select_related(*parts).order_by("-revision__number").first()


def criterion_assessments(
    filing: Filing, findings: list[FindingReplies[FindingText]], opinion: Opinion | None
) -> list[CriterionAssessment]:
    """Each criterion of the place with its findings, and the grade and words of the stored `opinion`.

    A criterion without stored words begins with a summary of its findings. Waived findings are left out.
    """
    written = {entry["name"]: entry for entry in opinion.criteria} if opinion else {}
    assessments = []
    for criterion in cycle_profile(filing.cycle).opinion.criteria:
        relevant = tuple(
            one.finding
            for one in findings
            if RULES[one.finding.code].principle in criterion.principles and not one.is_waived
        )
        entry = written.get(criterion.name, {"grade": "", "words": _summary(relevant)})
        assessments.append(CriterionAssessment(criterion, relevant, entry["grade"], entry["words"]))
    return assessments


def _summary(findings: tuple[FindingText, ...]) -> str:
    """How many errors and warnings there are of each kind, in Chinese; '' without any."""
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.severity != "note":
            title = RULES[finding.code].title
            counts[title] = counts.get(title, 0) + 1
    return "；".join(f"{title} {count} 处" for title, count in counts.items())


def save_opinion(
    person: Person, filing_pk: int, criteria: Mapping[str, tuple[str, str]], grade: str, text: str
) -> None:
    """Store the opinion on the newest revision, in a transaction of its own; an earlier one is replaced.

    `criteria` are pairs of grade and words by the criterion's name. Raises Refused for anybody but a reviewer, for own
    work, outside a review, and for grades, criteria or lengths that are not allowed.
    """
    with start_transaction():
        filing = lock_filing(filing_pk)
        if Role.REVIEWER not in roles_for(person, filing) or filing.submitted_by_id == person.pk:
            raise Refused("opinion_by_reviewer_only")
        if filing.state not in WITH_BUREAU:
            raise Refused("opinion_outside_review")
        form, revision = cycle_profile(filing.cycle).opinion, opinion_revision(filing)
        grades = {grade, *(given for given, _ in criteria.values())} - {""}
        if revision is None or not grades <= set(form.grades) or not set(criteria) <= {c.name for c in form.criteria}:
            raise Refused("grade_unknown")
        require_within_limit(text, DECISION_LIMIT, "综合意见")
        for name, (_, words) in criteria.items():
            require_within_limit(words, DECISION_LIMIT, f"“{name}”的意见")
        Opinion.objects.update_or_create(
            revision=revision,
            defaults={
                "jurisdiction_id": filing.jurisdiction_id,
                "filing": filing,
                "criteria": [
                    {"name": name, "grade": given, "words": words} for name, (given, words) in criteria.items()
                ],
                "grade": grade,
                "text": text,
                "person": person,
            },
        )
