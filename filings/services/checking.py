"""The findings of filings: of one sheet as it stands, and of a department's sheets together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from filings.checks import (
    CheckSubject,
    Finding,
    check_adjustment,
    check_department_sheets,
    check_last_year,
    check_sheet,
)
from filings.models import CheckResult, Filing
from filings.services.attachments import missing_attachments
from filings.services.documents import load_document, load_documents
from filings.services.layouts import compiled_layout, cycle_profile, share_cycles
from filings.services.related_sheets import last_year_documents, previous_round_documents
from filings.sheet.document import Document
from filings.sheet.profile import Profile
from perfbudget.tasks import task


def check_subject(filing: Filing, document: Document | None = None, profile: Profile | None = None) -> CheckSubject:
    """What the checks look at for one filing."""
    return CheckSubject(
        compiled_layout(filing.layout), document or load_document(filing), profile or cycle_profile(filing.cycle)
    )


def check_filings(filings: Iterable[Filing]) -> dict[int, list[Finding]]:
    """The findings of many sheets by themselves, by primary key, at a fixed number of queries a cycle."""
    return {pk: check_sheet(subject) for pk, subject in _subjects(list(filings)).items()}


@dataclass(frozen=True)
class CheckedFiling:
    """A filing's content with its findings: of the sheet by itself, and those that need related sheets or files."""

    subject: CheckSubject
    own: list[Finding]
    related: list[Finding]

    @property
    def findings(self) -> list[Finding]:
        """All of them, its own first."""
        return self.own + self.related


def check_with_related(filings: Sequence[Filing]) -> dict[int, CheckedFiling]:
    """Check each filing by itself and beside related data, by primary key; a fixed number of queries a cycle.

    Related are the other sheets of its department, last year's and the previous round's sheet, and attachments.
    A department's sheets are compared with each other, so the filings should be whole departments.
    """
    share_cycles(filings)
    names = {filing.pk: filing.subject_name for filing in filings}
    subjects = {pk: replace(one, name=names[pk]) for pk, one in _subjects(filings).items()}
    last, earlier = last_year_documents(filings), previous_round_documents(filings)
    around: dict[int, list[Finding]] = defaultdict(list)
    for group in _departments(filings).values():
        found = check_department_sheets([subjects[filing.pk] for filing in group])
        for filing, findings in zip(group, found, strict=True):
            around[filing.pk] += findings
            if filing.pk in last:
                around[filing.pk] += check_last_year(subjects[filing.pk], last[filing.pk])
            if filing.pk in earlier:
                around[filing.pk] += check_adjustment(subjects[filing.pk], earlier[filing.pk])
    for pk, findings in missing_attachments(filings).items():
        around[pk] += findings
    # The same fact may be found among the department's sheets and in last year's: it is reported once.
    related = {pk: list(dict.fromkeys(findings)) for pk, findings in around.items()}
    return {pk: CheckedFiling(one, check_sheet(one), related.get(pk, [])) for pk, one in subjects.items()}


def _departments(filings: Iterable[Filing]) -> Mapping[tuple[int, int], list[Filing]]:
    groups: dict[tuple[int, int], list[Filing]] = defaultdict(list)
    for filing in filings:
        groups[filing.cycle_id, filing.department_id].append(filing)
    return groups


def _subjects(filings: Sequence[Filing]) -> dict[int, CheckSubject]:
    documents = load_documents(filings)
    cycles = {filing.cycle_id: filing.cycle for filing in filings}
    rules = {pk: cycle_profile(cycle) for pk, cycle in cycles.items()}
    return {f.pk: check_subject(f, documents[f.pk], rules[f.cycle_id]) for f in filings}


def check_filing(filing: Filing) -> CheckedFiling:
    """Check one filing as it stands now, together with its department's other sheets."""
    return check_with_related(_department(filing.cycle_id, filing.department_id))[filing.pk]


def _department(cycle_pk: int, department_pk: int) -> list[Filing]:
    same = Filing.objects.filter(cycle=cycle_pk, department=department_pk)
    return list(same.with_parts().order_by("pk"))


def check_department(cycle_pk: int, department_pk: int) -> dict[int, list[Finding]]:
    """Check all sheets of a department together and keep the counts; all findings by primary key."""
    return check_and_store(_department(cycle_pk, department_pk))


def check_and_store(filings: Sequence[Filing]) -> dict[int, list[Finding]]:
    """Check whole departments and keep the counts for lists and boards; all findings by primary key."""
    found = check_with_related(filings)
    CheckResult.objects.bulk_create(
        [_result(filing, found[filing.pk]) for filing in filings],
        update_conflicts=True,
        unique_fields=["filing"],
        update_fields=["version", "errors", "warnings", "notes", "codes", "related", "at"],
        batch_size=100,
    )
    return {pk: checked.findings for pk, checked in found.items()}


def _result(filing: Filing, checked: CheckedFiling) -> CheckResult:
    severities = Counter(finding.severity for finding in checked.findings)
    return CheckResult(
        jurisdiction_id=filing.jurisdiction_id,
        filing=filing,
        version=filing.version,
        errors=severities["error"],
        warnings=severities["warning"],
        notes=severities["note"],
        codes=Counter(finding.code for finding in checked.findings),
        related=[asdict(finding) for finding in checked.related],
    )


def related_findings(filing: Filing) -> list[Finding]:
    """What other sheets and last year's told of this one when its department was last checked."""
    kept = CheckResult.objects.filter(filing=filing).values_list("related", flat=True).first()
    return [_finding_from_data(data) for data in kept or ()]


def _finding_from_data(data: dict[str, str]) -> Finding:
    # Release 0.1 stored the suggested text as "mend".
    fix = data.get("fix", data.get("mend", ""))
    return Finding(**{name: text for name, text in data.items() if name not in ("fix", "mend")}, fix=fix)


@task()
def recount_department(cycle_pk: int, department_pk: int) -> str:
    """Background work: count the findings of a department again."""
    return str(len(check_department(cycle_pk, department_pk)))


def enqueue_recount(filing: Filing) -> None:
    """Ask for the findings of a filing's department to be counted again, because a sheet of it changed hands."""
    recount_department.enqueue(filing.cycle_id, filing.department_id)
