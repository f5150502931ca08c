"""Which sheets a packet holds, in which order: fixed when the work begins.

Whoever goes on later does the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from filings.models import EDITABLE, Cycle, DueForm, Filing, LayoutVersion, Revision
from filings.services.documents import layout_variables, load_documents, sheet_numbers
from filings.services.exports import DRAFT_MARK, Printable, printable_revision
from filings.services.layouts import compiled_layout, share_cycles
from filings.services.packets.scope import PacketScope
from filings.services.verification import verification_code
from filings.sheet.document import digest, document_from_data, document_to_data
from filings.sheet.grid import LayoutVariables
from filings.sheet.redaction import redact_personal


@dataclass(frozen=True)
class PlannedSheet:
    """One sheet of a plan. `digest` names its content, the variant included; `draft` holds a draft's own content."""

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
    """The sheets of one form."""

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
        """Its sheets in order."""
        return [item for form in self.forms for item in form.items]


@dataclass(frozen=True)
class PacketPlan:
    """Everything that a packet will hold: enough to build it without looking at what has changed since."""

    title: str
    place: str
    place_name: str
    year: int
    round: int
    public: bool
    offices: tuple[PlannedDepartment, ...]

    @classmethod
    def read(cls, data: dict[str, Any]) -> PacketPlan:
        """The plan that a packet's row holds."""
        offices = tuple(
            PlannedDepartment(
                office["code"],
                office["name"],
                tuple(
                    PlannedForm(form["key"], form["title"], tuple(PlannedSheet(**item) for item in form["items"]))
                    for form in office["forms"]
                ),
            )
            for office in data["offices"]
        )
        return cls(**{**data, "offices": offices})

    def data(self) -> dict[str, Any]:
        """The plan as JSON-ready data."""
        return asdict(self)

    @property
    def items(self) -> list[PlannedSheet]:
        """All sheets in order."""
        return [item for office in self.offices for item in office.items]


def build_plan(cycle: Cycle, scope: PacketScope) -> PacketPlan:
    """Look up what falls into a scope now. A few queries, however many sheets."""
    filings = scope.filings(cycle).with_parts().order_by("department__code", "id")
    share_cycles(filings)
    found = {filing.pk: filing for filing in filings}
    items = {**_frozen(found, scope), **_drafts(found, scope)}
    dues = dict(DueForm.objects.filter(cycle=cycle).values_list("layout__key", "position"))
    titles = dict(DueForm.objects.filter(cycle=cycle).values_list("layout__key", "title"))
    offices = []
    for _, group in groupby(found.values(), key=lambda filing: filing.department_id):
        own = [filing for filing in group if filing.pk in items]
        by_form: dict[str, list[Filing]] = defaultdict(list)
        for filing in sorted(own, key=lambda filing: (dues.get(filing.layout.key, 9999), filing.layout.key, filing.pk)):
            by_form[filing.layout.key].append(filing)
        forms = tuple(
            PlannedForm(key, titles.get(key, same[0].layout.name), tuple(items[filing.pk] for filing in same))
            for key, same in by_form.items()
        )
        if forms:
            offices.append(PlannedDepartment(own[0].department.code, own[0].department.name, forms))
    place = cycle.jurisdiction
    return PacketPlan(cycle.title, place.code, place.name, cycle.year, cycle.round, scope.public, tuple(offices))


def _frozen(filings: dict[int, Filing], scope: PacketScope) -> dict[int, PlannedSheet]:
    """The sheets that were sent in, as their last revision froze them; contents are not even read."""
    sent = [pk for pk, filing in filings.items() if filing.state not in EDITABLE]
    fields = ("pk", "filing_id", "number", "sha256", "at", "layout__name", "layout__version")
    last: dict[int, PlannedSheet] = {}
    for start in range(0, len(sent), 500):
        query = Revision.objects.filter(filing__in=sent[start : start + 500]).order_by("number").values_list(*fields)
        for pk, filing_pk, number, sha256, at, form, version in query:
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
                total="" if filing.total is None else f"{filing.total:f}",
            )
    return last


def _drafts(filings: dict[int, Filing], scope: PacketScope) -> dict[int, PlannedSheet]:
    """The sheets still being filled, with their content as it is now."""
    drafts = [filing for filing in filings.values() if filing.state in EDITABLE]
    documents, numbers = load_documents(drafts) if drafts else {}, sheet_numbers(drafts)
    made = {}
    for filing in drafts:
        document, layout = documents[filing.pk], compiled_layout(filing.layout)
        if scope.public:
            document = redact_personal(layout, document)
        content = {
            "document": document_to_data(document),
            "setting": asdict(layout_variables(filing, numbers[filing.pk])),
            "layout": filing.layout.sha256,
        }
        made[filing.pk] = PlannedSheet(
            title=filing.subject_name,
            form=filing.layout.name,
            version=filing.layout.version,
            state=filing.state,
            digest=digest(content),
            total="" if filing.total is None else f"{filing.total:f}",
            mark=DRAFT_MARK,
            draft={**content, "layout_pk": filing.layout_id},
        )
    return made


def load_sheets(items: list[PlannedSheet], public: bool) -> Iterator[tuple[PlannedSheet, Printable]]:
    """The sheets of some items with their content; read in batches."""
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


def _variant(sheet: Printable, public: bool) -> Printable:
    if not public:
        return sheet
    return Printable(sheet.layout, sheet.layout_sha256, redact_personal(sheet.layout, sheet.document), sheet.variables)


def _draft_sheet(item: PlannedSheet, layout: LayoutVersion) -> Printable:
    setting = item.draft["setting"]
    categories = tuple((level1, level2) for level1, level2 in setting.get("categories", ()))
    given = LayoutVariables(**{**setting, "categories": categories})
    return Printable(
        compiled_layout(layout), layout.sha256, document_from_data(item.draft["document"]), given, item.mark
    )
