"""The findings of filings: of one sheet by itself, and of a department's sheets together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from filings.checks import (
    CheckSubject,
    Finding,
    FindingText,
    SheetChecks,
    check_adjustment,
    check_changes,
    check_department_sheets,
    check_last_year,
    check_sheet,
    describe,
    finding_from_data,
    finding_to_data,
    run_checks,
)
from filings.models import CheckResult, Edit, Filing
from filings.services.attachments import missing_attachments
from filings.services.documents import load_document, load_documents
from filings.services.layouts import compiled_layout, cycle_profile, has_broken_rules, require_rules, share_cycles
from filings.services.related_sheets import last_round_documents, last_year_documents
from filings.services.saves import apply_saves
from filings.services.sheet_cache import MOST_CACHED_TOGETHER, cache_checks, cached_checks, earlier_sheet
from filings.sheet.document import Document
from filings.sheet.profile import Profile
from perfbudget.tasks import task


def check_subject(filing: Filing, document: Document | None = None, profile: Profile | None = None) -> CheckSubject:
    """What the checks read of one filing; `document` and `profile` are loaded where they are not given."""
    return CheckSubject(
        compiled_layout(filing.layout), document or load_document(filing), profile or cycle_profile(filing.cycle)
    )


def known_checks(filing: Filing) -> SheetChecks | None:
    """The present content of a filing with its findings, if this process has it, or an earlier one and the saves since.

    None where it has to be loaded. One query if other processes have saved since.
    """
    if exact := cached_checks(filing):
        return exact
    outdated = earlier_sheet(filing)
    if outdated is None:
        return None
    versions = Edit.objects.filter(filing=filing, version__range=(outdated.version, filing.version))
    saves = list(versions.order_by("version"))
    if not saves or (saves[0].version, saves[0].operation) != (outdated.version, outdated.operation):
        return None
    document = apply_saves(outdated.checks.subject.document, saves[1:])
    checks = check_changes(outdated.checks, check_subject(filing, document))
    cache_checks(filing, checks, saves[-1].operation)
    return checks


def check_content(
    filing: Filing, document: Document, known: SheetChecks | None = None, operation: str = ""
) -> SheetChecks:
    """Check a content of a filing that is stored; given what was known of an earlier one, only what has changed since.

    This process keeps it for the next save, with the `operation` of the save that led to it. Not to be called in the
    transaction that stores it.
    """
    subject = check_subject(filing, document)
    checks = check_changes(known, subject) if known else run_checks(subject)
    cache_checks(filing, checks, operation)
    return checks


def current_checks(filing: Filing) -> SheetChecks:
    """The present content of a filing with the findings of the sheet by itself, kept or checked now."""
    known = known_checks(filing)
    if known and known.subject.profile is cycle_profile(filing.cycle):
        return known
    return check_content(filing, load_document(filing))


def check_filings(filings: Iterable[Filing]) -> dict[int, list[Finding]]:
    """The findings of many sheets by themselves, by primary key, at a fixed number of queries a cycle.

    Sheets whose layout or profile cannot be read are left out.
    """
    readable = [filing for filing in filings if not has_broken_rules(filing)]
    return {pk: check_sheet(subject) for pk, subject in _subjects(readable).items()}


@dataclass(frozen=True)
class CheckedFiling:
    """A filing's content with its findings: `own` from the sheet alone, `related` from other sheets or attachments."""

    subject: CheckSubject
    own: list[Finding]
    related: list[Finding]

    @property
    def findings(self) -> list[Finding]:
        """All findings, the sheet's own first."""
        return self.own + self.related

    def describe(self, findings: Iterable[Finding]) -> list[FindingText]:
        """The words of findings about this content."""
        return describe(self.subject.layout, self.subject.document, findings)


def check_with_related(filings: Sequence[Filing]) -> dict[int, CheckedFiling]:
    """Check each filing by itself and against related data; by primary key, a fixed number of queries a cycle.

    Related data are the other sheets of its department, last year's and the previous round's sheet, and attachments.
    A department's sheets are compared with each other, so the filings should be whole departments. Sheets whose layout
    or profile cannot be read are left out.
    """
    share_cycles(filings)
    filings = [filing for filing in filings if not has_broken_rules(filing)]
    checks = _checks_of(filings)
    subjects = {filing.pk: checks[filing.pk].subject.named(filing.subject_name) for filing in filings}
    last, earlier = last_year_documents(filings), last_round_documents(filings)
    related: dict[int, list[Finding]] = defaultdict(list)
    for group in _departments(filings).values():
        between_sheets = check_department_sheets([subjects[filing.pk] for filing in group])
        for filing, findings in zip(group, between_sheets, strict=True):
            related[filing.pk] += findings
            if filing.pk in last:
                related[filing.pk] += check_last_year(subjects[filing.pk], last[filing.pk])
            if filing.pk in earlier:
                related[filing.pk] += check_adjustment(subjects[filing.pk], earlier[filing.pk])
    for pk, findings in missing_attachments(filings).items():
        related[pk] += findings
    # The same fact may be found between the department's sheets and in last year's: it is reported once.
    unique = {pk: list(dict.fromkeys(findings)) for pk, findings in related.items()}
    return {pk: CheckedFiling(subject, checks[pk].findings, unique.get(pk, [])) for pk, subject in subjects.items()}


def _checks_of(filings: Sequence[Filing]) -> dict[int, SheetChecks]:
    """The present content of each filing with its own findings; those that this process has not are loaded together.

    It keeps those of a department, not those of a whole cycle. Not to be called in a transaction that has stored some.
    """
    found = {}
    for filing in filings:
        cached = cached_checks(filing)
        if cached and cached.subject.profile is cycle_profile(filing.cycle):
            found[filing.pk] = cached
    missing = [filing for filing in filings if filing.pk not in found]
    subjects = _subjects(missing)
    for filing in missing:
        found[filing.pk] = run_checks(subjects[filing.pk])
        if len(filings) <= MOST_CACHED_TOGETHER:
            cache_checks(filing, found[filing.pk])
    return found


def _departments(filings: Iterable[Filing]) -> Mapping[tuple[int, int], list[Filing]]:
    """The filings by cycle and department."""
    groups: dict[tuple[int, int], list[Filing]] = defaultdict(list)
    for filing in filings:
        groups[filing.cycle_id, filing.department_id].append(filing)
    return groups


def _subjects(filings: Sequence[Filing]) -> dict[int, CheckSubject]:
    """What the checks read of each filing, by primary key; documents and profiles are loaded for all together."""
    documents = load_documents(filings)
    cycles = {filing.cycle_id: filing.cycle for filing in filings}
    profiles = {pk: cycle_profile(cycle) for pk, cycle in cycles.items()}
    return {f.pk: check_subject(f, documents[f.pk], profiles[f.cycle_id]) for f in filings}


def check_filing(filing: Filing) -> CheckedFiling:
    """Check one filing as stored now, together with its department's other sheets.

    Raises BrokenRulesError where its own layout or profile cannot be read.
    """
    require_rules(filing)
    return check_with_related(_department_filings(filing.cycle_id, filing.department_id))[filing.pk]


def _department_filings(cycle_pk: int, department_pk: int) -> list[Filing]:
    """All filings of a department in a cycle, in the order in which they were begun."""
    same = Filing.objects.filter(cycle=cycle_pk, department=department_pk)
    return list(same.with_parts().order_by("pk"))


def check_department(cycle_pk: int, department_pk: int) -> dict[int, list[Finding]]:
    """Check all sheets of a department together and store the counts; all findings by primary key of the filing."""
    return check_and_store(_department_filings(cycle_pk, department_pk))


def check_and_store(filings: Sequence[Filing]) -> dict[int, list[Finding]]:
    """Check whole departments and store the counts for lists and boards; all findings by primary key of the filing.

    Neither needs nor starts a transaction: counts are derived, and the last writer wins.
    """
    checked = check_with_related(filings)
    CheckResult.objects.bulk_create(
        [_result(filing, checked[filing.pk]) for filing in filings if filing.pk in checked],
        update_conflicts=True,
        unique_fields=["filing"],
        update_fields=["version", "errors", "warnings", "notes", "codes", "related", "at"],
        batch_size=100,
    )
    return {pk: one.findings for pk, one in checked.items()}


def _result(filing: Filing, checked: CheckedFiling) -> CheckResult:
    """The row that keeps the counts, not saved yet."""
    severities = Counter(finding.severity for finding in checked.findings)
    return CheckResult(
        jurisdiction_id=filing.jurisdiction_id,
        filing=filing,
        version=filing.version,
        errors=severities["error"],
        warnings=severities["warning"],
        notes=severities["note"],
        codes=Counter(finding.code for finding in checked.findings),
        related=[finding_to_data(finding) for finding in checked.related],
    )


def related_findings(filing: Filing) -> list[Finding]:
    """Stored findings between sheets and years, from when the department was last checked; none if it never was.

    One query.
    """
    stored = CheckResult.objects.filter(filing=filing).values_list("related", flat=True).first()
    # Sentences of an earlier release stay where its place's rules could not be read at the upgrade.
    return [finding_from_data(data) for data in stored or () if "case" in data]


@task()
def recount_department(cycle_pk: int, department_pk: int) -> str:
    """Background work: check a department again and store the counts; returns the number of its filings."""
    return str(len(check_department(cycle_pk, department_pk)))


def enqueue_recount(filing: Filing) -> None:
    """Have the filing's department checked again in the background, because one of its sheets changed its state.

    Called inside the transaction of the change: the queue is a table of the same database.
    """
    recount_department.enqueue(filing.cycle_id, filing.department_id)
