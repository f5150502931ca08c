"""Starting a filing: blank, for an existing project, or as a copy."""

from __future__ import annotations

import pytest

from filings.models import Filing, Project
from filings.services.documents import load_document
from tests.factories import House
from tests.views.kit import browser, start_url, step_url, text_of


def test_start_blank_for_a_new_project(house: House) -> None:
    """The filing has its default values and opens at its first step."""
    client = browser(house.clerk)
    answer = client.post(start_url(house), {"new_project": " 新巷道 "}, follow=True)
    filing = Filing.objects.get()
    assert filing.project
    assert filing.project.name == "新巷道"
    assert answer.redirect_chain[-1][0] == step_url(filing)
    assert filing.fields["title"] == "2026年新巷道"
    assert "已建立" in text_of(answer)


def test_start_for_an_existing_project(house: House) -> None:
    """The project chosen in the task list is preselected."""
    project, client = house.project(), browser(house.clerk)
    page = client.get(start_url(house), {"project": project.pk}).content.decode()
    assert f'<option value="{project.pk}" selected>' in page
    assert client.post(start_url(house), {"project": project.pk}).status_code == 302
    assert Filing.objects.get().project == project


def test_start_from_a_copy(house: House) -> None:
    """The content is copied; rows get new ids; the source is unchanged."""
    source, client = house.filing(), browser(house.clerk)
    assert f'<option value="{source.ref}">' in client.get(start_url(house)).content.decode()
    client.post(start_url(house), {"new_project": "第二条巷道", "copy": source.ref})
    copy = Filing.objects.get(project__name="第二条巷道")
    old, new = load_document(source), load_document(copy)
    assert [row.cells for row in new.rows("indicators")] == [row.cells for row in old.rows("indicators")]
    assert not {row.id for row in new.rows("indicators")} & {row.id for row in old.rows("indicators")}


@pytest.mark.parametrize(
    ("posted", "reason"),
    [
        ({}, "请选择一个项目"),
        ({"project": "99999999"}, "请选择一个项目"),
        ({"project": "9" * 5000}, "请选择一个项目"),
        ({"project": "x"}, "请选择一个项目"),
        ({"new_project": "长" * 201}, "不能超过 200 字"),
        ({"new_project": "铃\x07"}, "控制字符"),
        ({"new_project": "空\x00字"}, "控制字符"),
    ],
)
def test_refused_start_shows_the_reason_and_the_typed_text(house: House, posted: dict[str, str], reason: str) -> None:
    """No filing and no project is created."""
    house.project("已有的")
    page = browser(house.clerk).post(start_url(house), posted)
    assert page.status_code == 409
    assert reason in text_of(page)
    assert not Filing.objects.exists()
    assert Project.objects.count() == 1
    if posted.get("new_project", "").startswith("长"):
        assert posted["new_project"] in page.content.decode()


def test_second_start_for_the_same_project_is_refused(house: House) -> None:
    """The refusal is a message, not a database error."""
    filing = house.filing()
    assert filing.project
    page = browser(house.clerk).post(start_url(house), {"new_project": filing.project.name})
    assert page.status_code == 409
    assert "已有这张表" in text_of(page)
