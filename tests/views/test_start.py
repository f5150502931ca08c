"""Starting a filing: blank, for an existing project, or as a copy."""

from __future__ import annotations

import pytest

from filings.models import Filing, Project
from filings.services.documents import load_document
from tests.factories import House
from tests.views.kit import browser, start_url, step_url, text_of


def test_start_blank_for_a_new_project(house: House) -> None:
    """The filing stands with its defaults, in its first step."""
    client = browser(house.clerk)
    answer = client.post(start_url(house), {"new_project": " 新巷道 "}, follow=True)
    filing = Filing.objects.get()
    assert filing.project
    assert filing.project.name == "新巷道"
    assert answer.redirect_chain[-1][0] == step_url(filing)
    assert filing.fields["title"] == "2026年新巷道"
    assert "已建立" in text_of(answer)


def test_start_for_a_project_that_is_there(house: House) -> None:
    """The project asked for in the task list is already chosen."""
    project, client = house.project(), browser(house.clerk)
    page = client.get(start_url(house), {"project": project.pk}).content.decode()
    assert f'<option value="{project.pk}" selected>' in page
    assert client.post(start_url(house), {"project": project.pk}).status_code == 302
    assert Filing.objects.get().project == project


def test_start_from_a_copy(house: House) -> None:
    """Content comes along; rows get ids of their own; the source is not touched."""
    source, client = house.filing(), browser(house.clerk)
    assert f'<option value="{source.ref}">' in client.get(start_url(house)).content.decode()
    client.post(start_url(house), {"new_project": "第二条巷道", "copy": source.ref})
    copy = Filing.objects.get(project__name="第二条巷道")
    old, new = load_document(source), load_document(copy)
    assert [row.cells for row in new.rows("indicators")] == [row.cells for row in old.rows("indicators")]
    assert not {row.id for row in new.rows("indicators")} & {row.id for row in old.rows("indicators")}


@pytest.mark.parametrize(
    ("posted", "said"),
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
def test_refused_start_says_why_and_keeps_what_was_typed(house: House, posted: dict[str, str], said: str) -> None:
    """Nothing is made."""
    house.project("已有的")
    page = browser(house.clerk).post(start_url(house), posted)
    assert page.status_code == 409
    assert said in text_of(page)
    assert not Filing.objects.exists()
    assert Project.objects.count() == 1
    if posted.get("new_project", "").startswith("长"):
        assert posted["new_project"] in page.content.decode()


def test_a_second_start_for_the_same_project(house: House) -> None:
    """Refused in words, not by an error of the database."""
    filing = house.filing()
    assert filing.project
    page = browser(house.clerk).post(start_url(house), {"new_project": filing.project.name})
    assert page.status_code == 409
    assert "已有这张表" in text_of(page)
