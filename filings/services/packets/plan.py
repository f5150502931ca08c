"""The plan of a packet: the list of its sheets, fixed at the start, so that a resumed build gives the same result.

Plans are stored as JSON under the names of these fields: renaming one needs a migration of the data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from filings.models import EDITABLE, Cycle, DueForm, Filing, LayoutVersion, Revision
from filings.services.documents import (
    content_data,
    layout_variables,
    load_documents,
    sheet_numbers,
    variables_from_data,
)
from filings.services.exports import DRAFT_MARK, Printable, printable_revision
from filings.services.layouts import compiled_layout, share_cycles
from filings.services.packets.scope import PacketScope
from filings.services.verification import verification_code
from filings.sheet.document import digest, document_from_data
from filings.sheet.redaction import without_personal


@dataclass(frozen=True)
class PlannedSheet:
    """One sheet of a plan. `digest` is that of its content in the plan's variant.

    A submitted sheet has its `revision`, by primary key, and its `code`; a draft has a `mark`, and its content in
    `draft`.
    """

    title: str
    form: str
    version: int
    state: str
    digest: str
    revision: int = 0
    number: int = 0
    sent: str = ""
    approved: str = ""
    code: str = ""
    total: str = ""
    mark: str = ""
    draft: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedForm:
    """The sheets of one form in a department."""

    key: str
    title: str
    items: tuple[PlannedSheet, ...]


@dataclass(frozen=True)
class PlannedDepartment:
    """A department's part of the plan."""

    code: str
    name: str
    forms: tuple[PlannedForm, ...]

    @property
    def items(self) -> list[PlannedSheet]:
        """The department's sheets in order."""
        return [item for form in self.forms for item in form.items]


@dataclass(frozen=True)
class PacketPlan:
    """All that a packet will contain: enough to build it without reading what has changed since."""

    title: str
    place: str
    place_name: str
    year: int
    round: int
    public: bool
    offices: tuple[PlannedDepartment, ...]

    @classmethod
    def read(cls, data: dict[str, Any]) -> PacketPlan:
        """The plan from the data in a packet's row."""
        departments = tuple(
            PlannedDepartment(
                department["code"],
                department["name"],
                tuple(
                    PlannedForm(form["key"], form["title"], tuple(PlannedSheet(**item) for item in form["items"]))
                    for form in department["forms"]
                ),
            )
            for department in data["offices"]
        )
        return cls(**{**data, "offices": departments})

    def data(self) -> dict[str, Any]:
        """The plan as JSON-ready data."""
        return asdict(self)

    @property
    def items(self) -> list[PlannedSheet]:
        """All sheets in order."""
        return [item for department in self.offices for item in department.items]


def build_plan(cycle: Cycle, scope: PacketScope) -> PacketPlan:
    """Plan what is in a scope now, by department, then form in official order, then sheet; a fixed number of queries.

    Drafts cost one query more for each kind of rows, submitted sheets one for each 500.
    """
    filings = scope.filings(cycle).with_parts().order_by("department__code", "id")
    share_cycles(filings)
    by_pk = {filing.pk: filing for filing in filings}
    items = {**_submitted_sheets(by_pk, scope), **_draft_sheets(by_pk, scope)}
    positions = dict(DueForm.objects.filter(cycle=cycle).values_list("layout__key", "position"))
    titles = dict(DueForm.objects.filter(cycle=cycle).values_list("layout__key", "title"))
    departments = []
    for _, group in groupby(by_pk.values(), key=lambda filing: filing.department_id):
        own = [filing for filing in group if filing.pk in items]
        by_form: dict[str, list[Filing]] = defaultdict(list)
        in_order = sorted(own, key=lambda one: (positions.get(one.layout.key, 9999), one.layout.key, one.pk))
        for filing in in_order:
            by_form[filing.layout.key].append(filing)
        forms = tuple(
            PlannedForm(key, titles.get(key, same[0].layout.name), tuple(items[filing.pk] for filing in same))
            for key, same in by_form.items()
        )
        if forms:
            departments.append(PlannedDepartment(own[0].department.code, own[0].department.name, forms))
    place = cycle.jurisdiction
    return PacketPlan(cycle.title, place.code, place.name, cycle.year, cycle.round, scope.public, tuple(departments))


def _submitted_sheets(filings: dict[int, Filing], scope: PacketScope) -> dict[int, PlannedSheet]:
    """The submitted sheets by primary key of the filing, each as its last revision; contents are not read."""
    submitted = [pk for pk, filing in filings.items() if filing.state not in EDITABLE]
    fields = ("pk", "filing_id", "number", "sha256", "at", "layout__name", "layout__version")
    last: dict[int, PlannedSheet] = {}
    for start in range(0, len(submitted), 500):
        revisions = Revision.objects.filter(filing__in=submitted[start : start + 500]).order_by("number")
        for pk, filing_pk, number, sha256, at, form, version in revisions.values_list(*fields):
            filing = filings[filing_pk]
            last[filing_pk] = PlannedSheet(
                title=filing.subject_name,
                form=form,
                version=version,
                state=filing.state,
                digest=digest([sha256, "public"]) if scope.public else sha256,
                revision=pk,
                number=number,
                sent=at.isoformat(),
                approved=filing.approved_at.isoformat() if filing.approved_at else "",
                code=verification_code(pk, filing.ref, number, sha256),
                total=_total_text(filing),
            )
    return last


def _draft_sheets(filings: dict[int, Filing], scope: PacketScope) -> dict[int, PlannedSheet]:
    """The editable sheets by primary key of the filing, with their present content."""
    drafts = [filing for filing in filings.values() if filing.state in EDITABLE]
    documents, numbers = load_documents(drafts) if drafts else {}, sheet_numbers(drafts)
    sheets = {}
    for filing in drafts:
        document, layout = documents[filing.pk], compiled_layout(filing.layout)
        if scope.public:
            document = without_personal(layout, document)
        content = content_data(document, layout_variables(filing, numbers[filing.pk]), filing.layout.sha256)
        sheets[filing.pk] = PlannedSheet(
            title=filing.subject_name,
            form=filing.layout.name,
            version=filing.layout.version,
            state=filing.state,
            digest=digest(content),
            total=_total_text(filing),
            mark=DRAFT_MARK,
            draft={**content, "layout_pk": filing.layout_id},
        )
    return sheets


def _total_text(filing: Filing) -> str:
    """The filing's amount as plain digits; '' for none."""
    return "" if filing.total is None else f"{filing.total:f}"


def load_sheets(items: list[PlannedSheet], public: bool) -> Iterator[tuple[PlannedSheet, Printable]]:
    """Planned sheets with their content, ready to print; read in batches of 100, two queries each."""
    for start in range(0, len(items), 100):
        batch = items[start : start + 100]
        revisions = Revision.objects.select_related("layout").in_bulk(
            [item.revision for item in batch if item.revision]
        )
        layouts = LayoutVersion.objects.in_bulk([item.draft["layout_pk"] for item in batch if item.draft])
        for item in batch:
            if item.draft:
                yield item, _draft_sheet(item, layouts[item.draft["layout_pk"]])
            else:
                yield item, _variant(printable_revision(revisions[item.revision]), public)


def load_revisions(items: list[PlannedSheet]) -> Iterator[tuple[PlannedSheet, Revision]]:
    """Submitted sheets with their revisions, filings and layouts; read in batches of 100, one query each."""
    for start in range(0, len(items), 100):
        batch = items[start : start + 100]
        revisions = Revision.objects.select_related("layout", "filing").in_bulk([item.revision for item in batch])
        yield from ((item, revisions[item.revision]) for item in batch)


def _variant(sheet: Printable, public: bool) -> Printable:
    """The sheet itself, or for the public variant without its personal cells."""
    if not public:
        return sheet
    return Printable(sheet.layout, sheet.layout_sha256, without_personal(sheet.layout, sheet.document), sheet.variables)


def _draft_sheet(item: PlannedSheet, layout: LayoutVersion) -> Printable:
    """A draft with the content that the plan stored."""
    document, variables = document_from_data(item.draft["document"]), variables_from_data(item.draft["setting"])
    return Printable(compiled_layout(layout), layout.sha256, document, variables, item.mark)
