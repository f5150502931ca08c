"""New filings: by whom, for what, blank or copied, and only once."""

from __future__ import annotations

import pytest

from filings.models import Cycle, DueForm, Event, Filing
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.new_filings import may_file_for, start_filing
from filings.services.workflow import apply_transition
from filings.sheet.edits import AddRow
from tests.factories import ABOUT_DEPARTMENT, House, build_house, due_form, opened_cycle, put


def start(house: House, who: str = "clerk", **more: object) -> Filing:
    arguments: dict[str, object] = {
        "cycle": house.cycle,
        "due": house.due,
        "department": house.department,
        "project": house.project(),
    } | more
    return start_filing(house.people[who], **arguments)  # type: ignore[arg-type]


def next_year(house: House) -> tuple[Cycle, DueForm]:
    cycle = opened_cycle(house.place, 2027)
    return cycle, due_form(house, cycle=cycle)


def test_a_blank_filing_has_defaults_and_the_rows_of_the_tree(house: House) -> None:
    project = house.project("修巷道")
    filing = start(house, project=project)
    document = load_document(filing)
    assert document.fields == {"title": "2026年修巷道"}
    assert [(row.id, row.get("level1"), row.get("level2")) for row in document.rows("indicators")] == [
        ("n1", "产出指标", "数量指标"), ("n2", "效益指标", "社会效益指标"),
    ]  # fmt: skip
    assert [row.id for row in document.rows("funding")] == ["total", "grant", "rest"]
    assert (filing.state, filing.version, filing.total, filing.created_by) == ("draft", 0, None, house.clerk)
    assert (filing.jurisdiction, filing.department, filing.subject_name) == (house.place, house.department, "修巷道")
    assert list(Event.objects.values_list("action", "from_state", "to_state", "person")) == [
        ("start", "", "draft", house.clerk.pk)
    ]
    assert len(filing.ref) == 16


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("clerk", True),
        ("lead", True),
        ("both", True),
        ("neighbour", False),
        ("reviewer", False),
        ("admin", False),
        ("nobody", False),
    ],
)
def test_who_may_start(house: House, who: str, may: bool) -> None:
    assert may_file_for(house.people[who], house.department) is may
    if may:
        assert start(house, who).created_by == house.people[who]
    else:
        with pytest.raises(Refused, match="不是这个单位的填报人"):
            start(house, who)
        assert not Filing.objects.exists()


def test_a_form_for_projects_needs_a_project_of_the_department(house: House) -> None:
    for project in (None, house.project(department=house.elsewhere)):
        with pytest.raises(Refused, match="请选择本单位的一个项目"):
            start(house, project=project)


def test_a_form_about_the_department_takes_no_project(house: House) -> None:
    due = due_form(house, ABOUT_DEPARTMENT, title="整体")
    with pytest.raises(Refused):
        start(house, due=due)
    filing = start(house, due=due, project=None)
    assert filing.subject_name == "本单位"
    with pytest.raises(Refused, match="已有这张表"):
        start(house, due=due, project=None)


def test_the_same_form_is_started_once(house: House) -> None:
    project = house.project()
    start(house, project=project)
    with pytest.raises(Refused, match="本批次已有这张表"):
        start(house, "lead", project=project)
    assert (Filing.objects.count(), Event.objects.count()) == (1, 1)
    cycle, due = next_year(house)
    start(house, cycle=cycle, due=due, project=project)


def test_cycle_form_and_department_must_belong_together(house: House) -> None:
    other = build_house("elseshire")
    cycle, due = next_year(house)
    for wrong in ({"cycle": other.cycle, "due": other.due}, {"due": other.due}, {"cycle": cycle}, {"due": due}):
        with pytest.raises(Refused, match="没有这张应报表"):
            start(house, **wrong)
    assert not Filing.objects.filter(department=house.department).exists()


# -- copies --------------------------------------------------------------------------------------------------------


def test_a_copy_has_the_content_with_its_own_defaults_and_row_ids(house: House) -> None:
    old = house.filing()
    save_edits(house.clerk, old.pk, 0, "op", [AddRow("indicators", "more", None, (("name", "新"), ("value", "≥1个")))])
    cycle, due = next_year(house)
    new = start(house, cycle=cycle, due=due, project=old.project, copy_of=old)
    source, copy = load_document(Filing.objects.get(pk=old.pk)), load_document(new)
    assert copy.fields == {"title": f"2027年{old.project}", "phone": "0951-1234567"}
    assert [dict(row.cells) for row in copy.rows("indicators")] == [
        dict(row.cells) for row in source.rows("indicators")
    ]
    assert not {row.id for row in copy.rows("indicators")} & {row.id for row in source.rows("indicators")}
    assert copy.rows("funding") == source.rows("funding")
    assert (new.state, new.version, new.total) == ("draft", 0, 50)
    assert new.events.get().action == "copy"


def test_changing_the_copy_leaves_the_original(house: House) -> None:
    old = house.filing()
    new = start(house, copy_of=old)
    before = load_document(old)
    save_edits(house.clerk, new.pk, 0, "op", [put("phone", "改"), put("funding[total].amount", "1")])
    assert load_document(Filing.objects.get(pk=old.pk)) == before


def test_a_copy_is_made_of_what_the_person_may_see(house: House) -> None:
    theirs = start(house, "neighbour", department=house.elsewhere, project=house.project(department=house.elsewhere))
    with pytest.raises(Refused, match="看不到"):
        start(house, copy_of=theirs)
    foreign = build_house("elseshire").filing()
    with pytest.raises(Refused, match="看不到"):
        start(house, copy_of=foreign)
    # A reviewer of the place sees it once it was sent in, but must also be a clerk to start one.
    mine = house.filing()
    apply_transition(house.clerk, mine.pk, "submit")
    assert start(house, "both", copy_of=mine).pk != mine.pk


def test_only_a_form_about_the_same_kind_of_subject_is_copied(house: House) -> None:
    due = due_form(house, ABOUT_DEPARTMENT, title="整体")
    with pytest.raises(Refused, match="只能复制同类的表"):
        start(house, due=due, project=None, copy_of=house.filing())
    assert Filing.objects.filter(layout=due.layout).count() == 0
