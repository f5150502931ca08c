"""Makes what tests need, with plain functions: a made-up form, and a house of people who fill and review it.

Nothing here is of a real place; the real forms and filings are tested as such where that is the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from filings.checks import RULES
from filings.models import (
    Cycle,
    Department,
    DueForm,
    Event,
    Filing,
    Jurisdiction,
    LayoutVersion,
    Membership,
    Person,
    Project,
)
from filings.services.finding_replies import save_reasons
from filings.services.new_filings import start_filing
from filings.services.workflow import apply_transition
from filings.sheet.document import Document, Path, Row, digest
from filings.sheet.edits import Edit, SetCell
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.profile import Profile, load_profile
from indicators.models import save_tree

LAYOUT = """\
key = "testshire/plan"
version = 1
name = "试用绩效目标表"
subject = "project"
amount = "total"

[page]
margins_mm = [20, 20, 20, 20]

[[block]]
kind = "title"
lines = ["{year}年{department}试用表"]

[[block]]
kind = "table"
widths_mm = [40, 40, 40, 40]
draw = '''
     | 名目 | {title} | 电话 | {phone} |
     | 总额 | {total} | 其中 | {grant} |
     | 其余 | {rest} | < | < |
     | 长期 | {long_goal} | 当年 | {year_goal} |
head | 一级 | 二级 | 三级 | 值 |
indicators | {level1} | {level2} | {name} | {value} |
'''

[cells]
title = { label = "试用名目", required = true, default = "{year}年{project}" }
phone = { label = "试用电话", kind = "phone" }
total = { at = "funding[total].amount", kind = "money", label = "试用总额", required = true }
grant = { at = "funding[grant].amount", kind = "money", label = "试用拨款" }
rest = { at = "funding[rest].amount", kind = "money", label = "试用其余" }
long_goal = { at = "objectives[period].text", kind = "text", label = "试用长期目标" }
year_goal = { at = "objectives[annual].text", kind = "text", label = "试用当年目标", before = "目标：" }

[tables.funding.columns]
amount = { kind = "money", label = "试用金额" }
[tables.funding.rows]
total = { source = "total" }
grant = { source = "appropriation" }
rest = { source = "other" }

[tables.objectives.columns]
text = { kind = "text", label = "试用目标" }
[tables.objectives.rows]
period = { term = "period" }
annual = { term = "annual" }

[tables.indicators]
label = "试用指标"
start = "tree"
[tables.indicators.columns]
level1 = { kind = "level1", label = "试用一级", required = true, merge = true }
level2 = { kind = "level2", label = "试用二级", required = true, merge = true }
name = { kind = "text", label = "试用三级", required = true, before = "指标{n}：" }
value = { kind = "target", label = "试用值", required = true }

[[sum]]
total = "total"
parts = ["grant", "rest"]

[[together]]
cells = ["long_goal", "year_goal"]

[[section]]
key = "head"
title = "第一步"
cells = ["title", "phone", "total", "grant", "rest"]
[[section]]
key = "goals"
title = "第二步"
cells = ["long_goal", "year_goal"]
[[section]]
key = "rows"
title = "第三步"
tables = ["indicators"]
"""

PROFILE = """\
place = "testshire"
year = 2026
required_categories = ["output", "benefit"]

[[category]]
code = "output"
name = "产出指标"
[[category]]
code = "output.quantity"
parent = "output"
name = "数量指标"
[[category]]
code = "benefit"
name = "效益指标"
[[category]]
code = "benefit.social"
parent = "benefit"
name = "社会效益指标"

[[due]]
layout = "testshire/plan"
"""

ABOUT_DEPARTMENT = LAYOUT.replace('"testshire/plan"', '"testshire/whole"').replace(
    'subject = "project"', 'subject = "department"'
)

_numbers = count(1)


@cache
def layout(text: str = LAYOUT) -> Layout:
    """The made-up form, or another text, compiled."""
    return load_layout("plan.toml", text, {}.__getitem__)


@cache
def profile(text: str = PROFILE) -> Profile:
    """The rules of the made-up place."""
    return load_profile("profile.toml", text)


def filled(**fields: str) -> Document:
    """A document of the made-up form that every check passes; `fields` are put in by cell name."""
    document = Document(
        "testshire/plan",
        1,
        {"title": "巷道改造", "phone": "0951-1234567"},
        {
            "funding": (
                Row("total", {"source": "total", "amount": "50"}),
                Row("grant", {"source": "appropriation", "amount": "30"}),
                Row("rest", {"source": "other", "amount": "20"}),
            ),
            "objectives": (
                Row("period", {"term": "period", "text": "三年改完"}),
                Row("annual", {"term": "annual", "text": "今年改十条"}),
            ),
            "indicators": (
                Row("i1", {"level1": "产出指标", "level2": "数量指标", "name": "改造条数", "value": "≥10条"}),
                Row("i2", {"level1": "效益指标", "level2": "社会效益指标", "name": "受益人数", "value": "≥900人"}),
            ),
        },
    )
    for name, text in fields.items():
        document = with_text(document, str(layout().cells[name].path), text)
    return document


def with_text(document: Document, address: str, text: str) -> Document:
    """The document with one text changed, past all guards."""
    path = Path.parse(address)
    if not path.row:
        return replace(document, fields={**document.fields, path.name: text})
    rows = tuple(
        replace(row, cells={**row.cells, path.column: text}) if row.id == path.row else row
        for row in document.rows(path.name)
    )
    return replace(document, tables={**document.tables, path.name: rows})


def put(address: str, text: str) -> Edit:
    """The edit that puts a text into a cell."""
    return SetCell(Path.parse(address), text)


def send(person: Person, filing_pk: int, **more: Any) -> Event:
    """Send a filing in, with a reason for each of its warnings."""
    save_reasons(person, filing_pk, dict.fromkeys(RULES, "实际情况如此"))
    return apply_transition(person, filing_pk, "submit", **more)


def stored_layout(text: str = LAYOUT) -> LayoutVersion:
    """The row of a layout text, made once."""
    compiled = layout(text)
    version, _ = LayoutVersion.objects.get_or_create(
        key=compiled.key,
        version=compiled.version,
        defaults={"name": compiled.name, "source": text, "sha256": digest([text, {}])},
    )
    return version


def person(
    login: str, role: str = "", place: Jurisdiction | None = None, department: Department | None = None
) -> Person:
    """An account, with a role when one is given."""
    made = Person.objects.create_user(login, password="long enough 7531", full_name=f"{login}先生")
    if role:
        assert place
        Membership.objects.create(person=made, role=role, jurisdiction=place, department=department)
    return made


def opened_cycle(place: Jurisdiction, year: int = 2026, **dates: datetime) -> Cycle:
    """A cycle that is open now, with its tree."""
    now = timezone.now()
    cycle = Cycle.objects.create(
        jurisdiction=place,
        year=year,
        title=f"{year}年申报",
        profile=PROFILE,
        **{"opens_at": now - timedelta(days=1), "deadline": now + timedelta(days=1), **dates},
    )
    save_tree(place.pk, year, profile().tree)
    return cycle


@dataclass
class House:
    """A place at work. `clerk`, `colleague` and `lead` are of the department, `neighbour` of another one."""

    place: Jurisdiction
    cycle: Cycle
    due: DueForm
    department: Department
    elsewhere: Department
    people: Mapping[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def fresh(self, name: str) -> Person:
        """The person as another request would load them: nothing remembered."""
        return Person.objects.get(pk=self.people[name].pk)

    def project(self, name: str = "", department: Department | None = None) -> Project:
        """A project of the department."""
        return Project.objects.create(
            jurisdiction=self.place,
            department=department or self.department,
            name=name or f"项目{next(_numbers)}",
        )

    def filing(self, document: Document | None = None, **more: Any) -> Filing:
        """A draft of a new project with a document that passes every check."""
        return start_filing(
            self.clerk, self.cycle, self.due, self.department, self.project(), document=document or filled(), **more
        )


def build_house(code: str = "testshire") -> House:
    """A place with a bureau (two reviewers, admin, auditor) and two departments; login names begin with its code."""
    place = Jurisdiction.objects.create(code=code, name=f"{code}区")
    cycle = opened_cycle(place)
    due = DueForm.objects.create(jurisdiction=place, cycle=cycle, layout=stored_layout(), subject="project", title="表")
    head = Department.objects.create(jurisdiction=place, code="100", name="上级局")
    department = Department.objects.create(jurisdiction=place, code="101", name="本单位", parent=head)
    elsewhere = Department.objects.create(jurisdiction=place, code="201", name="别单位")
    posts = {
        "clerk": ("clerk", department),
        "colleague": ("clerk", department),
        "lead": ("lead", department),
        "head_lead": ("lead", head),
        "neighbour": ("clerk", elsewhere),
        "reviewer": ("reviewer", None),
        "second": ("reviewer", None),
        "admin": ("admin", None),
        "auditor": ("auditor", None),
        "nobody": ("", None),
    }
    people = {name: person(f"{code}.{name}", role, place, office) for name, (role, office) in posts.items()}
    both = person(f"{code}.both", "clerk", place, department)
    Membership.objects.create(person=both, role="reviewer", jurisdiction=place)
    return House(place, cycle, due, department, elsewhere, {**people, "both": both})


def due_form(
    house: House, text: str = LAYOUT, *, cycle: Cycle | None = None, title: str = "表", position: int = 0
) -> DueForm:
    """One more form that is due in the place's cycle, or in another of its cycles."""
    return DueForm.objects.create(
        jurisdiction=house.place, cycle=cycle or house.cycle, layout=stored_layout(text), subject=layout(text).subject,
        title=title, position=position,
    )  # fmt: skip


@contextmanager
def unseen_transaction() -> Iterator[None]:
    """A transaction of the test, to be rolled back: services still start theirs inside as the outermost one."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield


BROKEN_PROFILE = "place = 'testshire'\nyear = 2027 年\n"
"""Line 2 is no TOML."""


def break_profile(cycle: Cycle) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(profile=BROKEN_PROFILE)


def break_layout(version: LayoutVersion) -> None:
    text = version.source.replace("version = 1", "version = 1\nfont_pt = nan")
    LayoutVersion.objects.filter(pk=version.pk).update(source=text, sha256=digest(text))


BREAKERS: Mapping[str, Callable[[House], None]] = {
    "profile": lambda house: break_profile(house.cycle),
    "layout": lambda house: break_layout(house.due.layout),
}
"""What may be broken of a place's rules."""
