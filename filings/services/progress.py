"""Progress of a filing through the sections of its form, from the same findings that block its submission."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from filings.checks import Finding, FindingText
from filings.sheet.document import Path, PathError
from filings.sheet.layout import Layout, Section


@dataclass
class StepProgress:
    """A section as a numbered step of filling a form, with its findings."""

    section: Section
    number: int
    findings: list[FindingText] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many findings of the step are errors: these block submission."""
        return sum(finding.severity == "error" for finding in self.findings)


def step_progress(layout: Layout, findings: Sequence[FindingText]) -> list[StepProgress]:
    """Every section as a step, in order, with those of the findings that are corrected in it."""
    steps = [StepProgress(section, number) for number, section in enumerate(layout.sections, 1)]
    by_key = {step.section.key: step for step in steps}
    for finding in findings:
        by_key[section_key(layout, finding.path)].findings.append(finding)
    return steps


def error_counts(layout: Layout, findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings are errors, by section, which block submission: for the outline."""
    counts = Counter(dict.fromkeys([section.key for section in layout.sections], 0))
    for address, count in Counter(_tables_of_rows(layout, findings)).items():
        counts[section_key(layout, address)] += count
    return dict(counts)


def _tables_of_rows(layout: Layout, findings: Iterable[Finding]) -> list[str]:
    """The address of each error; that of the table where it is in a row that people added, however many there are."""
    addresses = []
    for finding in findings:
        table, _, row = finding.path.partition("[")
        if finding.severity == "error":
            is_added = row and row.partition("]")[0] not in layout.tables[table].fixed
            addresses.append(table if is_added else finding.path)
    return addresses


def section_key(layout: Layout, address: str) -> str:
    """The section in which a finding at this address is corrected; the first one for an address of the whole sheet."""
    for section in layout.sections:
        if address in section.tables:
            return section.key
    try:
        return layout.section_of(Path.parse(address)).key
    except PathError:
        return layout.sections[0].key


def findings_by_path(findings: Sequence[FindingText]) -> dict[str, list[FindingText]]:
    """Findings by the path of the cell they are about, '' for the whole sheet; an unknown path has an empty list."""
    grouped: dict[str, list[FindingText]] = defaultdict(list)
    for finding in findings:
        grouped[finding.path].append(finding)
    return grouped
