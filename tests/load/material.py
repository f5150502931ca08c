"""The material: real sheets of five places copied in bulk to many clerks, past all services. Needs Django set up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import cycle as around
from itertools import islice

from django.contrib.auth.hashers import make_password

from filings.models import ROW_MODELS, Department, Filing, Membership, Person, Project
from filings.models.filing import new_ref
from filings.services.checking import check_filing
from filings.services.demo import seed_demo
from filings.services.documents import load_documents
from filings.services.layouts import compiled_layout
from filings.services.workflow import submission_findings
from filings.sheet.document import Document
from tests.load.clerk import Sheet

PASSWORD = "load-only-password-7531"
# Cells that take a text of a known shape, or one of a list, are not typed into.
SHAPED = ("level1", "level2", "date", "phone", "credit_code", "operator", "choice")


@dataclass
class Post:
    """An account of a clerk, with the sheets that he fills in and those that he submits in the end."""

    login: str
    sheets: list[Sheet] = field(default_factory=list)
    last_sheets: list[Sheet] = field(default_factory=list)


def make_posts(clerks: int, sheets: int, last_sheets: int, label: str = "load") -> list[Post]:
    """So many clerks, each in a department of his own of one of the five places, with so many sheets to fill in.

    `last_sheets` are more of them, set apart to be submitted: copies of sheets that no error keeps from it.
    """
    sources = load_sources()
    ready = {source.pk for source in sources if _may_be_submitted(source)}
    places = [[one for one in sources if one.cycle_id == pk] for pk in dict.fromkeys(s.cycle_id for s in sources)]
    people = _people(label, [place[0] for place, _ in zip(around(places), range(clerks), strict=False)])
    posts, copies = [], []
    for number, (person, department) in enumerate(people):
        place = places[number % len(places)]
        chosen = _chosen(place, number, sheets)
        last = _chosen([one for one in place if one.pk in ready and one.project_id], number, last_sheets)
        posts.append((person.username, len(chosen), len(last)))
        copies += [(person, department, source) for source in (*chosen, *last)]
    made = iter(copy_sheets(copies))
    return [Post(login, list(islice(made, first)), list(islice(made, last))) for login, first, last in posts]


def _chosen(place: Sequence[Filing], start: int, count: int) -> list[Filing]:
    """So many sheets of a place, going around from `start`; a form about the department only once."""
    chosen = list(islice(around(place), start, start + count))
    return [one for at, one in enumerate(chosen) if one.project_id or one not in chosen[:at]]


def load_sources() -> list[Filing]:
    """The real sheets, loaded once; without a project they are about a department, and each clerk has one of a form."""
    if not Filing.objects.exists():
        for _ in seed_demo(PASSWORD):
            pass
    return list(Filing.objects.with_parts().filter(department__in=_demo_departments()).order_by("pk"))


def _demo_departments() -> list[int]:
    """The departments that have a lead: those made here have none."""
    return list(Membership.objects.filter(role="lead").values_list("department", flat=True))


def _may_be_submitted(filing: Filing) -> bool:
    return not any(finding.blocks for finding in submission_findings(filing, check_filing(filing)))


def _people(label: str, sources: Sequence[Filing]) -> list[tuple[Person, Department]]:
    """A clerk in a new department of the place of each source. One hash for all: computing it is slow by design."""
    start = Person.objects.filter(username__startswith=f"{label}.").count()
    numbered = list(enumerate(sources, start))
    password = make_password(PASSWORD)
    people = Person.objects.bulk_create(
        Person(username=f"{label}.{number:03d}", password=password, full_name=f"填报人{number}")
        for number, _ in numbered
    )
    departments = Department.objects.bulk_create(
        Department(jurisdiction_id=source.jurisdiction_id, code=f"{label}{number:03d}", name=f"第{number}街道办事处")
        for number, source in numbered
    )
    Membership.objects.bulk_create(
        Membership(person=person, role="clerk", jurisdiction_id=department.jurisdiction_id, department=department)
        for person, department in zip(people, departments, strict=True)
    )
    return list(zip(people, departments, strict=True))


def copy_sheets(copies: Iterable[tuple[Person, Department, Filing]]) -> list[Sheet]:
    """A new draft with the content of a sheet, in a department, made by a person; in the order given."""
    copies = list(copies)
    projects = iter(
        Project.objects.bulk_create(
            Project(jurisdiction_id=source.jurisdiction_id, department=department, name=f"{source.project}（{number}）")
            for number, (_, department, source) in enumerate(copies)
            if source.project_id
        )
    )
    filings = Filing.objects.bulk_create(
        Filing(
            jurisdiction_id=source.jurisdiction_id, ref=new_ref(), cycle_id=source.cycle_id, layout=source.layout,
            department=department, project=next(projects) if source.project_id else None, fields=source.fields,
            total=source.total, created_by=person,
        )
        for person, department, source in copies
    )  # fmt: skip
    _copy_rows([(source, filing) for (_, _, source), filing in zip(copies, filings, strict=True)])
    documents = load_documents({source.pk: source for _, _, source in copies}.values())
    known = {source.pk: _cells_and_steps(source, documents[source.pk]) for _, _, source in copies}
    return [Sheet(filing.ref, 0, *known[source.pk]) for (_, _, source), filing in zip(copies, filings, strict=True)]


def _copy_rows(pairs: Sequence[tuple[Filing, Filing]]) -> None:
    for model in ROW_MODELS.values():
        stored = list(model._default_manager.filter(filing__in={source.pk for source, _ in pairs}))
        names = [one.attname for one in model._meta.concrete_fields if one.attname not in ("id", "filing_id")]
        rows = {pk: [row for row in stored if row.filing_id == pk] for pk in {source.pk for source, _ in pairs}}
        model._default_manager.bulk_create(
            (
                model(filing_id=copy.pk, **{name: getattr(row, name) for name in names})
                for source, copy in pairs
                for row in rows[source.pk]
            ),
            batch_size=2000,
        )


def _cells_and_steps(filing: Filing, document: Document) -> tuple[list[str], list[str]]:
    """The paths of the cells of a sheet that clerks type into, and the keys of its steps."""
    return typed_paths(filing, document), [section.key for section in compiled_layout(filing.layout).sections]


def typed_paths(filing: Filing, document: Document) -> list[str]:
    """The paths of the filled cells of a sheet into which any text may be typed."""
    layout = compiled_layout(filing.layout)
    paths = [str(path) for path, _ in document.cells() if (spec := layout.spec(path)) and spec.kind.key not in SHAPED]
    return [path for path in paths if not layout.is_derived(path)]
