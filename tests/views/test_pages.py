"""What the pages do, asked as a browser without script would ask them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from filings.models import Cycle, Department, Filing, Membership, Packet, Person, Project, State
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.workflow import apply_transition
from filings.sheet.document import Path, document_to_data
from indicators.models import IndicatorCategory
from tests.factories import ABOUT_DEPARTMENT, House, filled, put, send, stored_layout

PASSWORD = "long enough 7531"


def browser(person: Person, **more: Any) -> Client:
    """A browser in which the person is logged in."""
    client = Client(**more)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: HttpResponse) -> str:
    """The words of a page, without markup, blanks run together."""
    reader = _Words()
    reader.feed(response.content.decode())
    return re.sub(r"\s+", " ", " ".join(reader.words))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def step_url(filing: Filing, key: str = "head") -> str:
    return f"/filings/{filing.ref}/steps/{key}/"


def save(client: Client, filing: Filing, *edits: object, **more: Any) -> HttpResponse:
    """Edits sent as the page's script sends them."""
    body = {"version": filing.version, "operation": "operation-1", "edits": list(edits), **more}
    return post_json(client, filing, json.dumps(body))


def post_json(
    client: Client, filing: Filing, body: str | bytes, content_type: str = "application/json"
) -> HttpResponse:
    return client.post(
        f"/filings/{filing.ref}/save/", body, content_type=content_type, headers={"accept": "application/json"}
    )


def setting(path: str, value: object) -> dict[str, object]:
    return {"do": "set", "path": path, "value": value}


def send_in(house: House, filing: Filing, *more: tuple[str, str]) -> Filing:
    """Take the filing through steps: sent in by the clerk (changed, if it was returned), then as said."""
    filing.refresh_from_db()
    if filing.state == "returned":
        save_edits(house.clerk, filing.pk, filing.version, f"mended-{filing.version}", [put("title", "改后")])
    send(house.clerk, filing.pk)
    for who, action in more:
        apply_transition(house.people[who], filing.pk, action, words="请改")
    filing.refresh_from_db()
    return filing


# The task list


def test_task_list_says_what_is_due_and_what_is_missing(house: House) -> None:
    """Cycle, deadline, every project with its state, how much is missing, and where to go on."""
    begun, sent = house.filing(filled(title="", phone="12")), send_in(house, house.filing())
    returned = send_in(house, house.filing(), ("reviewer", "return"))
    idle = house.project("还没开始的项目")
    returned.remarks.create(jurisdiction=house.place, path="title", text="请改", person=house.reviewer)
    page = browser(house.clerk).get("/tasks/")
    words = text_of(page)
    assert house.cycle.title in words
    assert timezone.localtime(house.cycle.deadline).strftime("截止 %Y年") in words
    assert "还有 1 天" in words
    for name in (begun.subject_name, sent.subject_name, returned.subject_name, idle.name):
        assert name in words
    for state in ("填报中", "待审核", "已退回", "未开始"):
        assert state in words
    assert "2 处待改" in words
    assert "1 条退回意见" in words
    html = page.content.decode()
    assert f"/start/{house.due.pk}/{house.department.pk}/?project={idle.pk}" in html
    assert f"/filings/{begun.ref}/steps/" in html
    assert f"/filings/{sent.ref}/steps/" not in html


@pytest.mark.parametrize(("days", "said"), [(0, "今天截止"), (-2, "已截止")])
def test_task_list_tells_the_last_day_and_a_past_deadline(house: House, days: int, said: str) -> None:
    """Counted in days of the calendar."""
    noon = timezone.localtime().replace(hour=23, minute=59, second=0)
    moment = noon + timedelta(days=days)
    Cycle.objects.update(opens_at=moment - timedelta(days=9), deadline=moment)
    assert said in text_of(browser(house.clerk).get("/tasks/"))


def test_task_list_without_a_cycle(house: House) -> None:
    """One sentence instead of an empty table."""
    soon = timezone.now() + timedelta(days=9)
    Cycle.objects.update(opens_at=soon, deadline=soon + timedelta(days=9))
    assert "现在没有开放的申报批次" in text_of(browser(house.clerk).get("/tasks/"))


def test_a_form_about_the_department_is_due_once(house: House) -> None:
    """It stands in the list without any project and starts with nothing to choose."""
    due = house.cycle.due_forms.create(
        jurisdiction=house.place, layout=stored_layout(ABOUT_DEPARTMENT), subject="department", title="整体表"
    )
    client = browser(house.clerk)
    assert "整体表" in text_of(client.get("/tasks/"))
    url = f"/start/{due.pk}/{house.department.pk}/"
    assert "哪个项目" not in text_of(client.get(url))
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert Filing.objects.get().project is None


# Starting


def start_url(house: House) -> str:
    return f"/start/{house.due.pk}/{house.department.pk}/"


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


# Steps


def test_first_step_is_the_one_that_lacks_something(house: House) -> None:
    """When nothing lacks, the first."""
    client = browser(house.clerk)
    whole, broken = house.filing(), house.filing(filled(long_goal=""))
    assert client.get(f"/filings/{whole.ref}/steps/").headers["Location"] == step_url(whole)
    assert client.get(f"/filings/{broken.ref}/steps/").headers["Location"] == step_url(broken, "goals")


def test_step_shows_saves_and_leads_on(house: House) -> None:
    """Each button leads where it says; the text is kept as typed, blanks and all."""
    filing, client = house.filing(), browser(house.clerk)
    page = client.get(step_url(filing)).content.decode()
    assert 'value="巷道改造"' in page
    typed = " ＝100％ 巷道\u3000"
    answer = client.post(step_url(filing), {"version": 0, "title": typed, "do": "go:goals"}, follow=True)
    assert answer.redirect_chain[-1][0] == step_url(filing, "goals")
    assert "已保存" in text_of(answer)
    filing.refresh_from_db()
    assert filing.fields["title"] == typed
    for do, target in [
        ("save", step_url(filing)),
        ("go:rows", step_url(filing, "rows")),
        ("go:submit", f"/filings/{filing.ref}/submit/"),
    ]:
        assert client.post(step_url(filing), {"version": 1, "do": do}).headers["Location"] == target
    assert client.post(step_url(filing), {"version": 1, "do": "go:nowhere"}).status_code == 404
    assert client.get(step_url(filing, "nowhere")).status_code == 404


def test_line_breaks_come_back_as_they_were_sent(house: House) -> None:
    """Browsers send CR LF; the text has LF, and saving it unchanged is no change."""
    filing, client = house.filing(), browser(house.clerk)
    client.post(step_url(filing, "goals"), {"version": 0, "objectives[period].text": "\r\n第一\r\n第二"})
    filing.refresh_from_db()
    assert load_document(filing).value(Path.parse("objectives[period].text")) == "\n第一\n第二"
    client.post(step_url(filing, "goals"), {"version": 1, "objectives[period].text": "\r\n第一\r\n第二"})
    filing.refresh_from_db()
    assert filing.version == 1


def test_rows_without_script(house: House) -> None:
    """Add, copy, move and delete by buttons; what was typed beside the button is saved too."""
    filing, client = house.filing(), browser(house.clerk)

    def press(do: str, **more: str) -> list[str]:
        filing.refresh_from_db()
        answer = client.post(step_url(filing, "rows"), {"version": filing.version, "do": do, **more})
        assert answer.status_code == 302
        return [row.get("name") for row in load_document(filing).rows("indicators")]

    assert press("down:indicators:i1", **{"indicators[i1].name": "改名"}) == ["受益人数", "改名"]
    assert press("up:indicators:i1") == ["改名", "受益人数"]
    assert press("copy:indicators:i1") == ["改名", "改名", "受益人数"]
    assert press("add:indicators:i2") == ["改名", "改名", "受益人数", ""]
    assert press("delete:indicators:i2") == ["改名", "改名", ""]
    assert press("add:indicators:") == ["改名", "改名", "", ""]
    assert press("delete:indicators:nosuch") == ["改名", "改名", "", ""]
    assert press("explode:i1") == ["改名", "改名", "", ""]


def test_conflict_shows_both_values_and_one_is_chosen(house: House) -> None:
    """The other cells are saved; choosing saves what was chosen, either way."""
    filing, client = house.filing(), browser(house.clerk)
    save_edits(house.lead, filing.pk, 0, "other-window", [put("title", "领导写的")])
    page = client.post(step_url(filing), {"version": 0, "title": "我写的", "phone": "0951-7654321"})
    assert page.status_code == 409
    words = text_of(page)
    assert "1 处在您填写时被别人或另一个窗口改过" in words
    assert "我写的" in words
    assert "领导写的" in words
    assert str(house.lead) in words
    filing.refresh_from_db()
    assert (filing.fields["title"], filing.fields["phone"]) == ("领导写的", "0951-7654321")
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())
    assert version
    assert int(version[1]) == filing.version
    client.post(step_url(filing), {"version": version[1], "title": "我写的", "do": "save"})
    filing.refresh_from_db()
    assert filing.fields["title"] == "我写的"


def test_the_same_value_from_two_people_is_no_conflict(house: House) -> None:
    """Nor is a step that was not touched by the other."""
    filing, client = house.filing(), browser(house.clerk)
    save_edits(house.lead, filing.pk, 0, "other-window", [put("title", "同一")])
    assert client.post(step_url(filing), {"version": 0, "title": "同一"}).status_code == 302
    assert (
        client.post(step_url(filing), {"version": 0, "title": "巷道改造", "phone": "0951-7654321"}).status_code == 302
    )
    filing.refresh_from_db()
    assert filing.fields == {"title": "同一", "phone": "0951-7654321"}


def test_what_cannot_be_stored_is_shown_again(house: House) -> None:
    """A control character or a text beyond all measure: named by its cell, with the text, and the rest is saved."""
    filing, client = house.filing(), browser(house.clerk)
    page = client.post(step_url(filing), {"version": 0, "title": "响铃\x07一声", "phone": "0951-7654321"})
    assert page.status_code == 409
    words = text_of(page)
    assert "试用名目：内容含有不可见的控制字符" in words
    assert "响铃\x07一声" in words
    filing.refresh_from_db()
    assert (filing.fields["title"], filing.fields["phone"]) == ("巷道改造", "0951-7654321")
    page = client.post(step_url(filing), {"version": 1, "title": "长" * 20_001})
    assert page.status_code == 409
    assert "长" * 20_001 in page.content.decode()


def test_refused_page_keeps_what_was_posted(house: House) -> None:
    """The filing was sent in meanwhile: nothing is stored, everything typed stands on the page."""
    filing, client = house.filing(), browser(house.clerk)
    send_in(house, filing)
    page = client.post(step_url(filing), {"version": 0, "title": "迟到的字", "objectives[period].text": "第一\r\n第二"})
    assert page.status_code == 409
    words = text_of(page)
    assert "现在不能修改" in words
    assert "迟到的字" in words
    assert "第一" in words
    assert "第二" in words
    filing.refresh_from_db()
    assert filing.fields["title"] == "巷道改造"


def test_expired_session_loses_nothing(house: House) -> None:
    """The posted step goes through the log-in page and is saved by one press after it."""
    filing, client = house.filing(), Client()
    page = client.post(step_url(filing), {"version": 0, "title": "过期前\r\n<b>写的</b>", "do": "go:goals"})
    assert page.status_code == 200
    assert "登录已过期" in text_of(page)
    hidden = {
        "kept-version": "0",
        "kept-title": "过期前\r\n<b>写的</b>",
        "kept-do": "go:goals",
        "kept_to": step_url(filing),
    }
    for name in hidden:
        assert f'name="{name}"' in page.content.decode()
    wrong = client.post("/login/", {"username": house.clerk.username, "password": "wrong", **hidden})
    assert "过期前" in text_of(wrong)
    resume = client.post("/login/", {"username": house.clerk.username, "password": PASSWORD, **hidden})
    assert f'action="{step_url(filing)}"' in resume.content.decode()
    assert "过期前" in text_of(resume)
    answer = client.post(step_url(filing), {"version": "0", "title": "过期前\r\n<b>写的</b>", "do": "go:goals"})
    assert answer.headers["Location"] == step_url(filing, "goals")
    filing.refresh_from_db()
    assert filing.fields["title"] == "过期前\n<b>写的</b>"


def test_log_in_never_leads_to_another_host(house: House) -> None:
    """Neither by next nor by what was kept."""
    account = {"username": house.clerk.username, "password": PASSWORD}
    for to in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"):
        assert Client().post("/login/", {**account, "next": to}).headers["Location"] == "/"
        answer = Client().post("/login/", {**account, "kept_to": to, "kept-a": "b"})
        assert "evil" not in answer.content.decode()
        assert answer.status_code == 302


# Check page, submission, receipt


def test_check_page_lists_all_blockers_and_each_link_leads_to_its_field(house: House) -> None:
    """Required cells, one goal of two, wrong money, a row begun, a category without rows: all at once."""
    broken = filled(title="", total="很多", long_goal="")
    rows = broken.rows("indicators")
    broken.tables["indicators"] = (
        rows[0].__class__("i1", {"level1": "产出指标", "level2": "数量指标", "name": "条数"}),
    )  # type: ignore[index]
    filing, client = house.filing(broken), browser(house.clerk)
    page = client.get(f"/filings/{filing.ref}/submit/")
    shown = page.context["errors"]
    assert {one.finding.code for one, _ in shown} >= {"C01", "C04", "C06", "C11"}
    assert f"还有 {len(shown)} 处要改" in text_of(page)
    for one, link in shown:
        assert f'href="{link}"' in page.content.decode()
        assert one.finding.message in text_of(page)
        address, anchor = urldefrag(link)
        assert f'id="{unquote(anchor)}"' in client.get(address).content.decode(), link
    assert "确认无误并提交" not in text_of(page)


def test_links_of_a_step_lead_to_fields_that_are_there(house: House) -> None:
    """The list beside the step and the remarks: of cells, of a whole table, of the whole sheet."""
    document = filled(title="")
    document.tables["indicators"] = ()  # type: ignore[index]
    filing, client = house.filing(document), browser(house.clerk)
    for path in ("title", "indicators", ""):
        filing.remarks.create(jurisdiction=house.place, path=path, text=f"看{path}", person=house.reviewer)
    for key in ("head", "rows"):
        page = client.get(step_url(filing, key)).content.decode()
        ids = set(re.findall(r'\bid="([^"]+)"', page))
        links = [unquote(link) for link in re.findall(r'href="#([^"]*)"', page)]
        assert len(links) > 1
        assert not set(links) - ids


def test_blocked_submission_changes_nothing(house: House) -> None:
    """Posting past the check page leads back to it."""
    filing = house.filing(filled(title=""))
    answer = browser(house.clerk).post(f"/filings/{filing.ref}/submit/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/filings/{filing.ref}/submit/"
    assert "改正后才能送审" in text_of(answer)
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
    assert not filing.revisions.exists()


def test_submission_once_with_a_receipt(house: House) -> None:
    """The receipt names number, person, time and digest; a second press changes nothing."""
    filing, client = house.filing(), browser(house.clerk)
    page = client.get(f"/filings/{filing.ref}/submit/")
    assert "没有发现错误" in text_of(page)
    for _ in range(2):
        answer = client.post(f"/filings/{filing.ref}/submit/", {"version": filing.version}, follow=True)
        assert answer.redirect_chain[-1][0] == f"/filings/{filing.ref}/receipt/"
    revision = filing.revisions.get()
    words = text_of(answer)
    for part in (
        filing.ref,
        "第 1 稿",
        str(house.clerk),
        revision.sha256,
        timezone.localtime(revision.at).strftime("%H:%M"),
    ):
        assert part in words
    assert client.get(f"/filings/{filing.ref}/submit/").headers["Location"] == f"/filings/{filing.ref}/"


def test_submission_of_what_changed_meanwhile(house: House) -> None:
    """The clerk checked an older content: refused, to be looked at again."""
    filing, client = house.filing(), browser(house.clerk)
    save_edits(house.lead, filing.pk, 0, "other-window", [put("title", "领导写的")])
    answer = client.post(f"/filings/{filing.ref}/submit/", {"version": 0}, follow=True)
    assert "内容在您打开之后有改动" in text_of(answer)
    filing.refresh_from_db()
    assert filing.state == State.DRAFT


def test_submission_after_the_deadline(house: House) -> None:
    """Says since when, and whom to ask."""
    filing = house.filing()
    past = timezone.now() - timedelta(seconds=1)
    Cycle.objects.update(opens_at=past - timedelta(days=1), deadline=past)
    answer = browser(house.clerk).post(f"/filings/{filing.ref}/submit/", {"version": 0}, follow=True)
    assert "截止，如需补报请联系财政局管理员" in text_of(answer)


# Review


def test_review_desk_and_its_actions(house: House) -> None:
    """A filing goes from tab to tab; the reviewer is offered what is open, and is led back to the desk."""
    filing, client = send_in(house, house.filing()), browser(house.reviewer)
    assert filing.subject_name in text_of(client.get("/review/waiting/"))
    page = text_of(client.get(f"/filings/{filing.ref}/"))
    assert "开始审核" in page
    assert "退回" in page
    assert "审核通过" in page
    assert "撤回" not in page
    client.post(f"/filings/{filing.ref}/do/start_review/", {"version": filing.version})
    answer = client.post(f"/filings/{filing.ref}/do/return/", {"version": filing.version}, follow=True)
    assert "退回必须写明意见" in text_of(answer)
    answer = client.post(f"/filings/{filing.ref}/do/return/", {"words": "金额不对"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/review/waiting/"
    assert "已退回填报单位" in text_of(answer)
    assert filing.subject_name in text_of(client.get("/review/returned/"))
    assert client.get("/review/nowhere/").status_code == 404


def test_queue_is_oldest_first_with_counts(house: House) -> None:
    """Counts on the tabs are those of the lists."""
    first, second = send_in(house, house.filing()), send_in(house, house.filing())
    send_in(house, house.filing(), ("reviewer", "approve"))
    page = browser(house.reviewer).get("/review/waiting/").content.decode()
    assert page.index(first.ref) < page.index(second.ref)
    assert "待审核（2）" in page
    assert "已审核（1）" in page
    assert "全部（3）" in page


def test_stale_or_repeated_decisions(house: House) -> None:
    """What another reviewer did meanwhile is said; the same press twice is one decision."""
    filing, client = send_in(house, house.filing()), browser(house.reviewer)
    for _ in range(2):
        assert client.post(f"/filings/{filing.ref}/do/approve/", {"version": filing.version}).status_code == 302
    assert filing.events.filter(action="approve").count() == 1
    answer = browser(house.second).post(f"/filings/{filing.ref}/do/return/", {"words": "不行"}, follow=True)
    assert "可能刚被别人处理过" in text_of(answer)
    filing.refresh_from_db()
    assert filing.state == State.APPROVED


def test_withdrawing_and_reopening(house: House) -> None:
    """The clerk until review starts; the admin afterwards, with a reason."""
    filing = send_in(house, house.filing())
    clerk, admin_ = browser(house.clerk), browser(house.admin)
    clerk.post(f"/filings/{filing.ref}/do/withdraw/", {"version": filing.version})
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
    send_in(house, filing, ("reviewer", "start_review"))
    assert "不能撤回" in text_of(clerk.post(f"/filings/{filing.ref}/do/withdraw/", follow=True))
    apply_transition(house.reviewer, filing.pk, "approve")
    assert "重新开放必须写明意见" in text_of(admin_.post(f"/filings/{filing.ref}/do/reopen/", follow=True))
    admin_.post(f"/filings/{filing.ref}/do/reopen/", {"words": "补充材料"})
    filing.refresh_from_db()
    assert filing.state == State.RETURNED


def test_remark_from_the_cell_to_the_answer(house: House) -> None:
    """Put on a cell, taken back, put again, returned with it, seen beside the field, answered, closed by approval."""
    filing = send_in(house, house.filing())
    reviewer, clerk = browser(house.reviewer), browser(house.clerk)
    path = "indicators[i2].value"
    sheet = reviewer.get(f"/filings/{filing.ref}/", {"cell": path})
    assert "第 2 行 试用值" in text_of(sheet)
    assert "cell=indicators%5Bi2%5D.value#remark" in sheet.content.decode()
    remarks = f"/filings/{filing.ref}/remarks/"
    reviewer.post(remarks, {"path": path, "text": "依据不足"})
    dropped = filing.remarks.get()
    assert 'name="drop"' not in browser(house.second).get(f"/filings/{filing.ref}/").content.decode()
    browser(house.second).post(remarks, {"drop": dropped.pk})
    assert filing.remarks.count() == 1
    reviewer.post(remarks, {"drop": dropped.pk})
    assert not filing.remarks.exists()
    reviewer.post(remarks, {"path": path, "text": "依据不足"})
    reviewer.post(f"/filings/{filing.ref}/do/return/", {"version": filing.version})
    assert filing.events.last().words == "见单元格意见 1 条。"  # type: ignore[union-attr]
    step = text_of(clerk.get(step_url(filing, "rows")))
    assert "第 2 行 试用值" in step
    assert "依据不足" in step
    remark = filing.remarks.get()
    answer = f"{remarks}{remark.pk}/"
    assert "请填写答复" in text_of(clerk.post(answer, {"answer": "  "}, follow=True))
    assert "答复已记下" in text_of(clerk.post(answer, {"answer": "已附文件"}, follow=True))
    send_in(house, filing)
    assert "已附文件" in text_of(reviewer.get(f"/filings/{filing.ref}/"))
    reviewer.post(f"/filings/{filing.ref}/do/approve/")
    remark.refresh_from_db()
    assert remark.status == "closed"


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"path": "title", "text": "   "}, "请填写意见"),
        ({"path": "title", "text": "响铃\x07"}, "控制字符"),
        ({"path": "title", "text": "空\x00"}, "控制字符"),
        ({"path": "title", "text": "长" * 20_001}, "超过"),
        ({"path": "nosuch", "text": "改"}, "没有这个单元格"),
        ({"path": "indicators[i1].nosuch", "text": "改"}, "没有这个单元格"),
        ({"path": "<b>", "text": "改"}, "没有这个单元格"),
        ({"path": "title\x00", "text": "改"}, "控制字符"),
        ({"drop": "9" * 5000}, "不能删除"),
        ({"drop": "x"}, "不能删除"),
        ({"drop": ""}, "不能删除"),
    ],
)
def test_bad_remarks_are_refused(house: House, posted: dict[str, str], said: str) -> None:
    """With a message, never an error, and nothing is stored."""
    filing = send_in(house, house.filing())
    answer = browser(house.reviewer).post(f"/filings/{filing.ref}/remarks/", posted, follow=True)
    assert said in text_of(answer)
    assert not filing.remarks.exists()


def test_bad_words_of_a_decision(house: House) -> None:
    """What the database or the paper could not hold is refused in Chinese."""
    filing, client = send_in(house, house.filing()), browser(house.reviewer)
    answer = client.post(f"/filings/{filing.ref}/do/return/", {"words": "空\x00字"}, follow=True)
    assert "控制字符" in text_of(answer)
    for version in ("-1", "x", "9" * 5000, "１"):
        client.post(f"/filings/{filing.ref}/do/return/", {"version": version})
    filing.refresh_from_db()
    assert filing.state == State.SUBMITTED


@pytest.mark.parametrize(
    "cell", ["nosuch", "indicators[gone].value", "indicators", "funding[total].amount", "[[", "\x00", "<b>", "长" * 900]
)
def test_any_chosen_cell_shows_the_sheet(house: House, cell: str) -> None:
    """An address out of an old link or a robot's hand is no error."""
    filing = send_in(house, house.filing())
    assert browser(house.reviewer).get(f"/filings/{filing.ref}/", {"cell": cell}).status_code == 200


def test_log_tells_the_whole_life(house: House) -> None:
    """Who did what when, with words and digests, in order."""
    filing = send_in(house, house.filing(), ("reviewer", "return"))
    send_in(house, filing, ("second", "approve"))
    page = browser(house.auditor).get(f"/filings/{filing.ref}/log/")
    words = text_of(page)
    places = [words.index(part) for part in ("建立", "送审", "退回", "审核通过")]
    assert places == sorted(places)
    assert str(house.second) in words
    assert "请改" in words
    assert "第 2 稿" in words
    for event in filing.events.all():
        assert event.hash[:12] in words


# Packets and downloads


def build(client: Client, house: House) -> Packet:
    """Ask for the archive; in tests it is built at once."""
    answer = client.post("/packets/", {"cycle": house.cycle.pk}, follow=True)
    assert "已开始生成" in text_of(answer)
    return Packet.objects.latest("id")


@pytest.mark.django_db(transaction=True)
def test_packet_holds_the_approved_filings_and_nothing_else() -> None:
    """PDF and workbook of each, with the values in them; built again it is the same to the byte."""
    from tests.factories import build_house

    house = build_house()
    approved = send_in(house, house.filing(), ("reviewer", "approve"))
    for steps in ([], [("reviewer", "start_review")], [("reviewer", "return")]):
        send_in(house, house.filing(), *steps)
    house.filing()
    client = browser(house.admin)
    first, second = build(client, house), build(client, house)
    answer = client.get(f"/packets/{first.ref}/files/0/")
    data = b"".join(answer)
    assert answer.headers["Content-Type"] == "application/zip"
    assert "2026%E5%B9%B4" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = sorted(archive.namelist())
        assert names == ["101 本单位/101 本单位.pdf", "101 本单位/101 本单位.xlsx", "manifest.json", "汇总.xlsx"]
        assert archive.read(names[0]).startswith(b"%PDF")
        book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read(names[1])))
        assert book.sheet_names == ["目录", f"01 {approved.subject_name}"]
        assert any("巷道改造" in row for row in book.get_sheet_by_index(1).to_python())
    assert data == b"".join(client.get(f"/packets/{second.ref}/files/0/"))
    assert first.sha256 == second.sha256 != ""
    page = text_of(client.get("/packets/"))
    assert "已生成 1 / 1" in page
    assert first.sha256 in text_of(client.get(f"/packets/{first.ref}/"))


@pytest.mark.parametrize(("cycle", "status"), [("0", 404), ("x", 404), ("", 404), ("9" * 5000, 404), ("-1", 404)])
def test_packet_of_no_cycle(house: House, cycle: str, status: int) -> None:
    """Not there, whatever was sent."""
    assert browser(house.admin).post("/packets/", {"cycle": cycle}).status_code == status
    assert not Packet.objects.exists()


def test_packet_of_nothing_approved(house: House) -> None:
    """Says so instead of building an empty archive."""
    answer = browser(house.admin).post("/packets/", {"cycle": house.cycle.pk}, follow=True)
    assert "没有符合条件的申报表" in text_of(answer)
    assert not Packet.objects.exists()


def test_packet_that_is_not_ready_or_whose_file_is_gone(house: House) -> None:
    """404, not an error."""
    client, kind = browser(house.admin), {"jurisdiction": house.place, "cycle": house.cycle, "person": house.admin}
    for more in ({"status": "waiting"}, {"status": "failed"}, {"status": "ready", "sha256": "0" * 64}):
        packet = Packet.objects.create(**kind, **more)
        assert client.get(f"/packets/{packet.ref}/").status_code == 200
        assert client.get(f"/packets/{packet.ref}/files/0/").status_code == 404


@pytest.mark.parametrize(
    ("format_", "kind", "start"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("json", "application/json", b"{"),
    ],
)
def test_download_headers(house: House, format_: str, kind: str, start: bytes) -> None:
    """The right kind, a name people recognise in any language, nothing kept in the browser."""
    filing = house.filing()
    Project.objects.update(name='巷道/"改造"\r\nX: 1')
    answer = browser(house.clerk).get(f"/filings/{filing.ref}/file.{format_}")
    assert answer.content.startswith(start)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith(f"attachment; filename=\"{filing.ref}.{format_}\"; filename*=UTF-8''")
    assert "\n" not in disposition
    name = unquote(disposition.rpartition("''")[2])
    assert name.startswith("2026年 巷道")
    assert name.endswith(f".{format_}")
    assert not set(name) & set('/"\r\n:')


def test_pdf_opens_in_the_browser_when_asked_and_other_formats_never(house: House) -> None:
    """A page of somebody's text under our address would be a page of ours."""
    filing, client = house.filing(), browser(house.clerk)
    assert client.get(f"/filings/{filing.ref}/file.pdf?open").headers["Content-Disposition"].startswith("inline")
    assert client.get(f"/filings/{filing.ref}/file.html?open").headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/filings/{filing.ref}/file.exe").status_code == 404


# Log-in


def log_in(password: str, client: Client | None = None, **headers: str) -> HttpResponse:
    account = {"username": "testshire.clerk", "password": password}
    return (client or Client()).post("/login/", account, headers=headers)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_lock_out_after_five_failures(house: House, accept: str) -> None:
    """The fifth wrong one locks; then even the right one does not open, and the message says for how long."""
    for _ in range(4):
        answer = log_in("wrong", accept=accept)
        assert answer.status_code == (400 if "json" in accept else 200)
        assert "连续 5 次错误将锁定 20 分钟" in answer.content.decode() if "html" in accept else answer.json()["error"]
    for password in ("wrong", PASSWORD):
        answer = log_in(password, accept=accept)
        assert answer.status_code == 429
        said = answer.json()["error"] if "json" in accept else text_of(answer)
        assert "已锁定 20 分钟" in said
    assert not Client().get("/tasks/").wsgi_request.user.is_authenticated
    other = Client().post("/login/", {"username": house.lead.username, "password": PASSWORD})
    assert other.status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=21))
    assert log_in(PASSWORD).status_code == 302


def test_success_forgets_failures(house: House) -> None:
    """Four slips a day do not add up."""
    for _ in range(2):
        for _ in range(4):
            log_in("wrong")
        assert log_in(PASSWORD).status_code == 302


def test_master_data_log_in_is_locked_too(house: House) -> None:
    """The other door counts the same failures."""
    Person.objects.filter(pk=house.admin.pk).update(is_staff=True)
    account = {"username": house.admin.username, "password": "wrong"}
    for _ in range(5):
        Client().post("/admin/login/", account)
    assert Client().post("/admin/login/", {**account, "password": PASSWORD}).status_code == 429
    assert Client().post("/login/", {**account, "password": PASSWORD}).status_code == 429


def test_log_in_by_the_pages_script(house: House) -> None:
    """JSON with a token that works; wrong ones are said in Chinese; the session is a new one."""
    client = Client(enforce_csrf_checks=True)
    client.get("/login/")
    before = client.cookies["csrftoken"].value
    account = {"username": house.clerk.username, "password": PASSWORD}
    wrong = client.post(
        "/login/", {**account, "password": "x"}, headers={"accept": "application/json", "x-csrftoken": before}
    )
    assert wrong.status_code == 400
    assert "不正确" in wrong.json()["error"]
    answer = client.post("/login/", account, headers={"accept": "application/json", "x-csrftoken": before})
    assert answer.json()["person"] == house.clerk.pk
    filing = house.filing()
    body = json.dumps({"version": 0, "operation": "operation-1", "edits": [setting("title", "登录后")]})
    headers = {"accept": "application/json", "x-csrftoken": answer.json()["token"]}
    saved = client.post(f"/filings/{filing.ref}/save/", body, content_type="application/json", headers=headers)
    assert saved.status_code == 200


def test_session_is_new_at_log_in_and_dead_after_log_out(house: House) -> None:
    """A session given to a browser before is not the one it works with; what logged out cannot be replayed."""
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    log_in(PASSWORD, client)
    key = client.cookies["sessionid"].value
    assert key != "a" * 32
    answer = client.post("/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    replay = Client()
    replay.cookies["sessionid"] = key
    assert replay.get("/tasks/").status_code == 302


def test_sessions_end_with_the_password_and_the_account(house: House) -> None:
    """A changed password and a closed account end what is open elsewhere."""
    client, other = browser(house.clerk), browser(house.lead)
    house.clerk.set_password("another long 8642")
    house.clerk.save()
    Person.objects.filter(pk=house.lead.pk).update(is_active=False)
    assert client.get("/tasks/").status_code == other.get("/tasks/").status_code == 302


@pytest.mark.parametrize("name", ["x\x00y", "长" * 5000, "' OR 1=1 --", "\ufeff", "\u202e"])
def test_odd_login_names(house: House, name: str) -> None:
    """Wrong, not an error."""
    assert Client().post("/login/", {"username": name, "password": "x\x00"}).status_code == 200


# Every page: what its head and its markup may hold


class Markup(HTMLParser):
    """Collects what a strict page must not have, and the addresses it names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "style" or (tag == "script" and not given.get("src") and given.get("type") != "application/json"):
            self.faults.append(f"<{tag}> inside the page")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src", "action", "formaction", "data", "poster", "srcset"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")


@dataclass
class Pages:
    """Every page that the site can show, by name."""

    house: House
    found: dict[str, HttpResponse] = field(default_factory=dict)

    def show(self, name: str, response: HttpResponse, status: int = 200) -> HttpResponse:
        assert response.status_code == status, name
        self.found[name] = response
        return response


@dataclass
class Stand:
    """Filings of the house in the states that its pages show, with a text in every place where people write one."""

    draft: Filing
    sent: Filing
    returned: Filing
    approved: Filing


def stand(house: House, text: str) -> Stand:
    Person.objects.filter(pk__in=[person.pk for person in house.people.values()]).update(full_name=text[:50])
    Person.objects.filter(pk=house.admin.pk).update(is_staff=True)
    good = filled(title=text, long_goal=text)
    sent, returned, approved = (house.filing(good) for _ in range(3))
    send_in(house, sent)
    sent.remarks.create(jurisdiction=house.place, path="title", text=text, person=house.reviewer)
    send_in(house, returned)
    apply_transition(house.reviewer, returned.pk, "return", words=text)
    send_in(house, approved, ("reviewer", "approve"))
    Packet.objects.create(
        jurisdiction=house.place, cycle=house.cycle, person=house.admin, status="ready", sha256="0" * 64
    )
    return Stand(draft_of_oddities(house, text), sent, returned, approved)


def draft_of_oddities(house: House, text: str) -> Filing:
    """A draft that has the text in every cell, and a remark with an answer."""
    document = filled(title=text, phone=text, total=text, grant=text, rest=text, long_goal=text, year_goal=text)
    row = document.rows("indicators")[0]
    cells = {"level1": text, "level2": text, "name": text, "value": text}
    document.tables["indicators"] = (row, row.__class__("i9", cells))  # type: ignore[index]
    draft = house.filing(document)
    assert draft.project
    Project.objects.filter(pk=draft.project.pk).update(name=text)
    draft.remarks.create(
        jurisdiction=house.place, path="title", text=text, answer=text, status="answered", person=house.reviewer
    )
    return draft


def every_page(house: House, text: str = "普通") -> Pages:
    """Each page once, with a text in every place where people write one."""
    pages, filings = Pages(house), stand(house, text)
    show_log_in(pages, filings, text)
    show_clerk(pages, filings, text)
    show_bureau(pages, filings, text)
    show_refusals(pages)
    show_master_data(pages)
    return pages


def show_log_in(pages: Pages, filings: Stand, text: str) -> None:
    pages.show("login", Client().get("/login/"))
    pages.show("login wrong", Client().post("/login/", {"username": text, "password": "x"}))
    kept = {"version": "0", "title": text, "do": "save"}
    pages.show("login kept", Client().post(step_url(filings.draft), kept))
    hidden = {f"kept-{name}": value for name, value in kept.items()}
    account = {"username": pages.house.lead.username, "password": PASSWORD, "kept_to": step_url(filings.draft)}
    pages.show("resume", Client().post("/login/", {**account, **hidden}))
    for _ in range(5):
        locked = Client().post("/login/", {"username": pages.house.second.username, "password": "x"})
    pages.show("locked", locked, 429)


def show_clerk(pages: Pages, filings: Stand, text: str) -> None:
    house, draft, sent, returned = pages.house, filings.draft, filings.sent, filings.returned
    clerk, start = browser(house.clerk), start_url(house)
    pages.show("no post", browser(house.nobody).get("/"))
    pages.show("tasks", clerk.get("/tasks/"))
    pages.show("start", clerk.get(start))
    pages.show("start refused", clerk.post(start, {"new_project": text * 200}), 409)
    for key in ("head", "goals", "rows"):
        pages.show(f"step {key}", clerk.get(step_url(draft, key)))
    pages.show("draft", clerk.get(f"/filings/{draft.ref}/"))
    pages.show("check, blocked", clerk.get(f"/filings/{draft.ref}/submit/"))
    pages.show("returned", clerk.get(f"/filings/{returned.ref}/"))
    pages.show("check, free", clerk.get(f"/filings/{returned.ref}/submit/"))
    pages.show("sent", clerk.get(f"/filings/{sent.ref}/"))
    late = {"version": 0, "title": text, "objectives[period].text": text}
    pages.show("refused", clerk.post(step_url(sent), late), 409)
    pages.show("receipt", clerk.get(f"/filings/{sent.ref}/receipt/"))
    theirs = [put("title", text + "b"), put("phone", text + "b")]
    save_edits(house.lead, draft.pk, draft.version, "other-window", theirs)
    conflict = {"version": draft.version, "title": text + "c", "phone": text + "\x07"}
    pages.show("conflict", clerk.post(step_url(draft), conflict), 409)


def show_bureau(pages: Pages, filings: Stand, text: str) -> None:
    reviewer, admin_ = browser(pages.house.reviewer), browser(pages.house.admin)
    pages.show("review", reviewer.get(f"/filings/{filings.sent.ref}/", {"cell": "title"}))
    pages.show("review, odd cell", reviewer.get(f"/filings/{filings.sent.ref}/", {"cell": text}))
    pages.show("queue", reviewer.get("/review/all/"))
    pages.show("log", reviewer.get(f"/filings/{filings.returned.ref}/log/"))
    pages.show("packets", admin_.get("/packets/"))
    pages.show("approved", admin_.get(f"/filings/{filings.approved.ref}/"))


def show_refusals(pages: Pages) -> None:
    pages.show("404", browser(pages.house.clerk).get("/filings/nothing/"), 404)
    pages.show("404 signed out", Client().get("/nowhere/"), 404)
    pages.show("csrf", Client(enforce_csrf_checks=True).post("/login/"), 403)
    pages.show("400", Client().get("/tasks/", headers={"host": "evil.example"}), 400)


def show_master_data(pages: Pages) -> None:
    admin_ = browser(pages.house.admin)
    pages.show("admin", admin_.get("/admin/"))
    pages.show("admin login", Client().get("/admin/login/"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if model._meta.app_label in ("filings", "indicators"):
            pages.show(f"{name} list", admin_.get(reverse(f"{name}_changelist")))
            one = pages.house.clerk if model is Person else model._default_manager.first()
            if one:
                pages.show(f"{name} row", admin_.get(reverse(f"{name}_change", args=[one.pk])))


@pytest.fixture
def pages(house: House) -> Pages:
    return every_page(house)


def test_every_page_obeys_the_strict_policy(pages: Pages) -> None:
    """The header allows our own files alone, and no page needs more: no inline script, style or handler."""
    for name, page in pages.found.items():
        policy = page.headers["Content-Security-Policy"]
        assert {"default-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; ")), name
        assert not [word for word in ("unsafe", "http", "*") if word in policy], name
        assert page.headers.get("X-Frame-Options") == "DENY" or name == "400", name
        assert page.headers["Referrer-Policy"] == "same-origin", name
        assert not Markup(page.content.decode()).faults, name


def test_no_page_names_another_host(pages: Pages) -> None:
    """Nothing is fetched from, sent to or linked to elsewhere."""
    for name, page in pages.found.items():
        for address in Markup(page.content.decode()).addresses:
            parts = urlsplit(address)
            assert (parts.netloc, parts.scheme) in (("", ""), ("", "data")), f"{name}: {address}"


def test_no_page_is_kept_by_the_browser(pages: Pages) -> None:
    """Office computers are shared."""
    for name, page in pages.found.items():
        if name.startswith(("404", "csrf", "400")):
            continue
        assert "no-store" in page.headers.get("Cache-Control", ""), name


def test_ids_stand_once_and_labels_lead_to_fields(pages: Pages) -> None:
    """Otherwise links and screen readers go astray."""
    for name, page in pages.found.items():
        html = page.content.decode()
        ids = [one for one in Markup(html).ids if name.startswith("admin") is False]
        assert sorted(set(ids)) == sorted(ids), name
        for target in re.findall(r'<label[^>]* for="([^"]+)"', html) if ids else []:
            assert target in ids, f"{name}: label for {target}"


def test_layout_style_is_cached_and_says_nothing(house: House) -> None:
    """Open to all, so without a cookie, for ever."""
    answer = Client().get(f"/layouts/{house.due.layout.sha256}.css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/css")
    assert not answer.cookies
    assert Client().get("/layouts/nosuch.css").status_code == 404


NASTY = """<img src=x onerror=alert(1)>"'</textarea></script><script>alert(1)</script>{{7*7}}{% now %}&amp;"""


def test_markup_typed_anywhere_is_shown_as_text(house: House) -> None:
    """In every text cell, project name, remark, answer, reason, name and category, on every page."""
    IndicatorCategory.objects.filter(canonical="output.quantity").update(name=NASTY[:40])
    pages = every_page(house, NASTY)
    seen = 0
    for name, page in pages.found.items():
        html = page.content.decode()
        markup = Markup(html)
        assert not markup.faults, name
        assert "img" not in markup.tags or name.startswith("admin"), name
        seen += "&lt;img src=x onerror" in html
    assert seen > 25
    for name in (
        "draft",
        "step head",
        "step goals",
        "step rows",
        "log",
        "queue",
        "tasks",
        "conflict",
        "refused",
        "review",
        "login kept",
        "resume",
        "packets",
    ):
        assert "&lt;img src=x onerror" in pages.found[name].content.decode(), name


def test_markup_in_a_downloaded_page(house: House) -> None:
    """The HTML export too, though it is only ever saved."""
    filing = house.filing(filled(title=NASTY))
    Project.objects.update(name=NASTY)
    html = browser(house.clerk).get(f"/filings/{filing.ref}/file.html").content.decode()
    markup = Markup(html)
    assert "script" not in markup.tags
    assert "img" not in markup.tags
    assert not [address for address in markup.addresses if urlsplit(address).netloc]


def test_error_page_says_what_to_do(house: House) -> None:
    """A fault of ours: Chinese words, no trace of the code."""
    client = browser(house.clerk, raise_request_exception=False)
    with patch("filings.views.home.task_lists", side_effect=RuntimeError("secret words")):
        page = client.get("/tasks/")
    assert page.status_code == 500
    assert "系统出错" in text_of(page)
    assert "secret" not in page.content.decode()
    assert not Markup(page.content.decode()).faults


# Posts from elsewhere


@pytest.mark.parametrize("address", ["steps/head/", "submit/", "do/withdraw/", "remarks/", "remarks/1/", "save/"])
def test_every_post_needs_a_token(house: House, address: str) -> None:
    """Without it nothing changes, and the page says what to do."""
    filing, client = house.filing(), browser(house.clerk, enforce_csrf_checks=True)
    answer = client.post(f"/filings/{filing.ref}/{address}", {"title": "外来", "version": 0})
    assert answer.status_code == 403
    assert "按后退键返回" in text_of(answer)
    filing.refresh_from_db()
    assert (filing.version, filing.state) == (0, State.DRAFT)


def test_token_of_another_origin(house: House) -> None:
    """A right token from a wrong page is refused."""
    filing, client = house.filing(), browser(house.clerk, enforce_csrf_checks=True)
    client.get(step_url(filing))
    token = client.cookies["csrftoken"].value
    body = json.dumps({"version": 0, "operation": "operation-1", "edits": [setting("title", "外来")]})
    url = f"/filings/{filing.ref}/save/"
    for origin, status in (("https://evil.example", 403), ("null", 403), ("http://testserver", 200)):
        headers = {"x-csrftoken": token, "origin": origin}
        assert client.post(url, body, content_type="application/json", headers=headers).status_code == status


def test_hidden_methods_and_framing(house: House) -> None:
    """_method is a word like any other; a GET never changes anything."""
    filing = house.filing()
    client = browser(house.clerk)
    client.get(f"/filings/{filing.ref}/submit/", {"_method": "POST", "version": "0"})
    assert client.get(f"/filings/{filing.ref}/do/withdraw/", {"_method": "POST"}).status_code == 405
    filing.refresh_from_db()
    assert filing.state == State.DRAFT


# Autosave


def test_a_cell_saves_and_answers(house: House) -> None:
    """The new version, the time, and what the step still lacks."""
    filing = house.filing()
    answer = save(browser(house.clerk), filing, setting("title", ""), setting("funding[total].amount", "５０"))
    data = answer.json()
    assert answer.status_code == 200
    assert data["version"] == 1
    assert re.fullmatch(r"\d\d:\d\d:\d\d", data["at"])
    assert data["missing"]["steps"] == {"head": 1, "goals": 0, "rows": 0}
    assert [(one["path"], one["empty"]) for one in data["missing"]["said"]] == [("title", True)]


def test_the_same_save_twice_counts_once(house: House) -> None:
    """A lost answer is asked for again."""
    filing, client = house.filing(), browser(house.clerk)
    row = {"do": "add", "table": "indicators", "id": "r1", "after": None, "cells": {"name": "新"}}
    assert [save(client, filing, row).json()["version"] for _ in range(2)] == [1, 1]
    assert len(load_document(filing).rows("indicators")) == 3


def test_conflict_answers_with_both_values(house: House) -> None:
    """And saves the rest."""
    filing, client = house.filing(), browser(house.clerk)
    save_edits(house.lead, filing.pk, 0, "other-window", [put("title", "领导写的")])
    answer = save(client, filing, setting("title", "我写的"), setting("phone", "0951-7654321"))
    assert answer.status_code == 409
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["path"], conflict["mine"], conflict["theirs"]) == ("title", "我写的", "领导写的")
    filing.refresh_from_db()
    assert filing.fields["phone"] == "0951-7654321"


def content(filing: Filing) -> tuple[object, ...]:
    """All of a filing that a save could change."""
    filing = Filing.objects.get(pk=filing.pk)
    return (
        filing.state,
        filing.version,
        filing.department_id,
        filing.submitted_by_id,
        document_to_data(load_document(filing)),
        filing.edits.count(),
    )


def bodies() -> Iterator[tuple[str, str | bytes]]:
    """Whole requests that no script of ours would send."""
    good: dict[str, object] = {"version": 0, "operation": "operation-1", "edits": [setting("title", "坏")]}
    for extra in ("status", "state", "department_id", "approved_by", "csrfmiddlewaretoken"):
        yield f"extra key {extra}", json.dumps({**good, extra: "approved"})
    for missing in good:
        yield f"no {missing}", json.dumps({name: value for name, value in good.items() if name != missing})
    for version in ("0", None, 0.0, True, [], {}):
        yield f"version {version!r}", json.dumps({**good, "version": version})
    yield "version NaN", '{"version": NaN, "operation": "operation-1", "edits": []}'
    yield "version 1E400", '{"version": 1E400, "operation": "operation-1", "edits": []}'
    yield "version of 5000 digits", '{"version": %s, "operation": "operation-1", "edits": []}' % ("9" * 5000)
    for operation in ("", "short", "x" * 41, "运" * 10, 12345678, None, "oper ation", "operation\n"):
        yield f"operation {operation!r}", json.dumps({**good, "operation": operation})
    for edits in (
        None,
        {},
        "set",
        5,
        [None],
        [[]],
        ["set"],
        [{}],
        [{"do": "set"}],
        [{"do": "approve"}],
        [{"do": ["set"]}],
    ):
        yield f"edits {edits!r}", json.dumps({**good, "edits": edits})
    for value in (5, None, True, ["坏"], {"a": 1}):
        yield f"value {value!r}", json.dumps({**good, "edits": [setting("title", value)]})
    for path in (
        "",
        "Title",
        "title ",
        "indicators[i1]",
        "indicators[].value",
        "indicators[i1].value.x",
        "__class__",
        "../x",
        5,
        None,
        "a" * 5000,
    ):
        yield f"path {path!r:.40}", json.dumps({**good, "edits": [setting(path, "坏")]})  # type: ignore[arg-type]
    for cells in ("ab", [["name"]], {"name": 5}, 5):
        yield (
            f"cells {cells!r}",
            json.dumps({**good, "edits": [{"do": "add", "table": "indicators", "id": "r1", "cells": cells}]}),
        )
    yield "move without place", json.dumps({**good, "edits": [{"do": "move", "table": "indicators", "id": "i1"}]})
    yield "deep", "[" * 1000 + "]" * 1000
    yield "deeper", "[" * 200_000
    yield "deep edits", '{"version": 0, "operation": "operation-1", "edits": %s}' % ("[" * 900 + "]" * 900)
    yield "huge", json.dumps({**good, "edits": [setting("title", "坏" * 900_000)]})
    yield "10 MB", b" " * 10_000_000
    yield "not JSON", "version=0&title=坏"
    yield "nothing", ""
    yield "not UTF-8", b'{"version": 0, "operation": "operation-1", "edits": ["\xff\xfe"]}'
    yield "a list", "[]"
    yield "null", "null"


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in bodies()])
def test_bad_requests_are_refused_in_chinese(house: House, body: str | bytes) -> None:
    """400 with a message, and nothing has changed."""
    filing = house.filing()
    before = content(filing)
    answer = post_json(browser(house.clerk), filing, body)
    assert answer.status_code == 400
    assert re.search(r"请求格式不正确|内容过大", answer.json()["error"])
    assert content(filing) == before


EDITS = {
    "unknown cell": setting("nosuch", "坏"),
    "unknown column": setting("indicators[i1].nosuch", "坏"),
    "unknown table": setting("works[i1].name", "坏"),
    "cell that is not on the form": setting("objectives[i1].nosuch", "坏"),
    "row that is not there": setting("indicators[gone].value", "坏"),
    "fixed words of a row": setting("funding[total].source", "坏"),
    "lone surrogate": setting("title", "坏\ud800"),
    "control character": setting("title", "坏\x07"),
    "NUL": setting("title", "坏\x00"),
    "vertical tab": setting("title", "坏\x0b"),
    "no character": setting("title", "坏\uffff"),
    "too long": setting("title", "坏" * 20_001),
    "row twice": {"do": "add", "table": "indicators", "id": "i1"},
    "row id": {"do": "add", "table": "indicators", "id": "坏"},
    "row id too long": {"do": "add", "table": "indicators", "id": "r" * 33},
    "row of a fixed table": {"do": "add", "table": "funding", "id": "r1"},
    "row of no table": {"do": "add", "table": "\ud800", "id": "r1"},
    "row with unknown column": {"do": "add", "table": "indicators", "id": "r1", "cells": {"category": "坏"}},
    "row with a control character": {"do": "add", "table": "indicators", "id": "r1", "cells": {"name": "坏\x00"}},
    "delete of a fixed row": {"do": "delete", "table": "funding", "id": "total"},
    "delete of no row": {"do": "delete", "table": "indicators", "id": "gone"},
    "move of a fixed row": {"do": "move", "table": "funding", "id": "total", "after": ""},
    "move of no row": {"do": "move", "table": "indicators", "id": "gone", "after": ""},
}


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in EDITS.items()])
def test_bad_edits_are_refused_one_by_one(house: House, edit: dict[str, object]) -> None:
    """409 that names the cell and the reason; a good edit beside it is saved."""
    filing, client = house.filing(), browser(house.clerk)
    before = content(filing)
    answer = save(client, filing, edit)
    assert answer.status_code == 409
    (refused,) = answer.json()["refused"]
    assert re.search(r"[\u4e00-\u9fff]", refused["message"])
    assert content(filing) == before
    answer = save(client, filing, edit, setting("phone", "0951-7654321"), operation="operation-2")
    assert [one["path"] for one in answer.json()["refused"]] == [refused["path"]]
    filing.refresh_from_db()
    assert filing.fields["phone"] == "0951-7654321"


def test_rows_of_another_filing_are_not_reached(house: House) -> None:
    """A row's id means nothing outside its filing."""
    own, other = house.filing(), house.filing()
    client = browser(house.clerk)
    save(client, other, {"do": "add", "table": "indicators", "id": "secret1", "cells": {"name": "别人的"}})
    before = content(other)
    for edit in (
        setting("indicators[secret1].name", "坏"),
        {"do": "delete", "table": "indicators", "id": "secret1"},
        {"do": "move", "table": "indicators", "id": "secret1", "after": ""},
    ):
        assert save(client, own, edit, operation=f"operation-{edit['do']}").status_code == 409
    assert content(other) == before


@pytest.mark.parametrize("version", [-1, -(10**30), 10**30, 99])
def test_odd_versions(house: House, version: int) -> None:
    """A version that never was neither breaks anything nor overwrites."""
    filing = house.filing()
    answer = save(browser(house.clerk), filing, setting("title", "新"), version=version)
    assert answer.status_code in (200, 409)


def test_duplicate_keys_and_big_numbers_inside(house: House) -> None:
    """The last key counts, as in every browser; numbers never arrive as texts."""
    filing = house.filing()
    body = (
        '{"version": 7, "version": 0, "operation": "operation-1", "edits": [{"do":"set","path":"title","value":1E400}]}'
    )
    assert post_json(browser(house.clerk), filing, body).status_code == 400


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json5", ""],
)
def test_only_json_is_taken(house: House, kind: str) -> None:
    """A form of another site can send these kinds without asking; ours alone sends JSON."""
    filing = house.filing()
    before = content(filing)
    body = json.dumps({"version": 0, "operation": "operation-1", "edits": [setting("title", "坏")]})
    answer = post_json(browser(house.clerk), filing, body, kind)
    assert answer.status_code == 400
    assert "请求格式不正确" in answer.json()["error"]
    assert content(filing) == before


@pytest.mark.parametrize("state", ["submitted", "in_review", "approved"])
def test_sent_in_is_read_only(house: House, state: str) -> None:
    """409 with the reason; nothing has changed."""
    steps = {"submitted": [], "in_review": [("reviewer", "start_review")], "approved": [("reviewer", "approve")]}
    filing = send_in(house, house.filing(), *steps[state])
    before = content(filing)
    answer = save(browser(house.clerk), filing, setting("title", "坏"))
    assert answer.status_code == 409
    assert "现在不能修改" in answer.json()["error"]
    assert content(filing) == before


def test_a_post_of_countless_fields(house: House) -> None:
    """Refused before it is read, in Chinese."""
    filing = house.filing()
    answer = browser(house.clerk).post(step_url(filing), {f"f{i}": "" for i in range(10_001)})
    assert answer.status_code == 400
    assert "无法处理这次请求" in text_of(answer)


def test_people_of_no_department_yet(house: House) -> None:
    """Somebody without a post is told whom to ask; somebody with a post abroad is at home there."""
    assert "还没有任职" in text_of(browser(house.nobody).get("/"))
    department = Department.objects.get(code="201")
    Membership.objects.create(person=house.nobody, role="lead", jurisdiction=house.place, department=department)
    assert browser(house.nobody).get("/").headers["Location"] == "/tasks/"
