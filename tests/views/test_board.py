"""Pages of the progress board, reminders and notices."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags

from filings.models import CheckResult, Cycle, Event, Filing, Person, Reminder, State
from filings.services.reminders import send_reminders
from filings.services.workflow import apply_transition
from filings.views.notices import PER_PAGE, WORDS
from tests.factories import ABOUT_DEPARTMENT, House, build_house, due_form, opened_cycle, send
from tests.views.kit import browser


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def table(response: HttpResponse, label: str) -> list[list[str]]:
    """The cell texts of the table in the region with this label, row by row."""
    region = response.content.decode().split(f'aria-label="{label}"', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", region, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"\s+", " ", strip_tags(cell)).strip() for cell in row] for row in cells]


def filing_after(house: House, *actions: str) -> Filing:
    filing = house.filing()
    for action in actions:
        if action == "submit":
            send(house.clerk, filing.pk)
        else:
            apply_transition(house.reviewer, filing.pk, action, words="请改")
    filing.refresh_from_db()
    return filing


@pytest.fixture
def busy(house: House) -> House:
    """Two approved filings, one returned, one draft, one project without filing; a department form not started."""
    Person.objects.update(date_joined=timezone.now() - timedelta(days=1))
    for actions in (["submit", "approve"], ["submit", "approve"], ["submit", "return"], []):
        filing = filing_after(house, *actions)
        CheckResult.objects.update_or_create(
            filing=filing, defaults={"jurisdiction": house.place, "version": 0, "codes": {"C20": 3, "C01": 1}}
        )
    house.project("没有开始的项目")
    due_form(house, ABOUT_DEPARTMENT, title="整体表", position=1)
    return house


def test_every_number_of_the_board(busy: House) -> None:
    shown = browser(busy.reviewer).get("/board/")
    assert table(shown, "各表的张数和资金") == [
        ["表", "应报", "还缺", "未开始", "未送审", "待审核", "审核中", "已退回", "已审核"],
        ["表每个项目", "5", "3", "1", "1", "0", "0", "150.00 万元", "2100.00 万元"],
        ["整体表每个单位", "3", "3", "3", "0", "0", "0", "0", "0"],
        ["合计", "8", "6", "4", "1", "0", "0", "1", "2"],
    ]
    assert table(shown, "各单位的进度")[1:] == [
        ["选择上级局", "上级局 100", "1", "没有项目1", "1", "0", "0", "0", "0", "0", "0", ""],
        ["选择本单位", "本单位 101", "6", "4", "2", "1", "0", "0", "1", "2", "5", ""],
        ["选择别单位", "别单位 201", "1", "没有项目1", "1", "0", "0", "0", "0", "0", "0", ""],
    ]
    today = timezone.localdate()
    assert table(shown, "每日进度")[1:] == [[f"{today.year}年{today.month}月{today.day}日", "2", "2"]]
    assert table(shown, "检查结果的条数")[1:] == [
        ["规范完整：该填的都要填，不缺项、不错项", "2"],
        ["C01 要素缺项", "2"],
        ["目标清楚：说明做什么、做到什么程度", "6"],
        ["C20 指标像口号或工作措施", "6"],
    ]
    assert table(shown, "各类指标的条数")[1:] == [
        ["产出指标", "2", "50.0%"],
        ["数量指标", "2", "50.0%"],
        ["效益指标", "2", "50.0%"],
        ["社会效益指标", "2", "50.0%"],
    ]
    words = text_of(shown)
    assert "应报8 张还缺6 张待审核和审核中0 张已审核2 张还有缺报的单位3 个" in words.replace("张 ", "张")
    assert "检查结果（8 条）" in words
    assert "指标构成（4 条）" in words
    assert "应报 8 张，已送审 2 张，其中已审核 2 张。" in words, "the picture in words"


def test_charts_are_inline_without_style(busy: House) -> None:
    html = browser(busy.auditor).get("/board/").content.decode()
    pictures = re.findall(r'<svg class="chart (?:steps|bars)".*?</svg>', html, re.DOTALL)
    assert len(pictures) == 3
    assert all('role="img"' in one and "<title" in one and "<desc" in one for one in pictures)
    assert " style=" not in html
    assert "<style" not in html


def test_only_those_who_may_remind_get_boxes(busy: House) -> None:
    for who, may in (("reviewer", True), ("admin", True), ("auditor", False)):
        html = browser(busy.people[who]).get("/board/").content.decode()
        assert ('type="checkbox"' in html, "催办所选单位" in html) == (may, may), who
    Cycle.objects.filter(pk=busy.cycle.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    html = browser(busy.reviewer).get("/board/").content.decode()
    assert "催办所选单位" not in html


def test_board_links_to_older_cycles(busy: House) -> None:
    old = opened_cycle(busy.place, 2024)
    shown = browser(busy.reviewer).get("/board/")
    assert f'href="/board/{old.pk}/"' in shown.content.decode()
    there = browser(busy.reviewer).get(f"/board/{old.pk}/")
    assert there.context["cycle"] == old
    assert "还没有应报表" in text_of(there)


def test_a_bureau_without_a_cycle(house: House) -> None:
    Cycle.objects.filter(pk=house.cycle.pk).update(opens_at=timezone.now() + timedelta(hours=1))
    assert "还没有开始的申报批次" in text_of(browser(house.reviewer).get("/board/"))


def test_a_department_of_the_board(busy: House) -> None:
    url = f"/board/{busy.cycle.pk}/{busy.department.pk}/"
    rows = table(browser(busy.reviewer).get(url), "应报的表")[1:]
    assert sorted((form, state, money) for _, form, state, money, _ in rows) == sorted(
        (
            *(("表", state, "50") for state in ("已审核", "已审核", "已退回")),
            *(("表", "未送审", ""), ("表", "未开始", ""), ("整体表", "未开始", "")),
        )
    )
    draft = Filing.objects.get(state=State.DRAFT)
    assert draft.ref not in browser(busy.reviewer).get(url).content.decode()
    assert draft.ref in browser(busy.admin).get(url).content.decode()


# -- reminders -----------------------------------------------------------------------------------------------------


def test_reminder_from_ticked_departments_to_notice(busy: House) -> None:
    """The preview matches the result; nothing is written before the button is pressed."""
    reviewer, url = browser(busy.reviewer), f"/board/{busy.cycle.pk}/remind/"
    send_reminders(busy.fresh("second"), busy.cycle, [busy.elsewhere.pk], "先前的话")
    chosen = [busy.department.pk, busy.elsewhere.pk]
    preview = reviewer.post(url, {"department": chosen})
    assert [row[1:3] for row in table(preview, "将催办的单位")[1:]] == [["本单位 101", "4 张"]]
    ((name, missing, reason),) = table(preview, "跳过的单位")[1:]
    assert (name, missing) == ("别单位 201", "1 张")
    assert reason.startswith("24 小时内已催办（")
    assert Reminder.objects.count() == 1
    done = reviewer.post(url, {"department": chosen, "text": "请于周五前送审", "do": "send"}, follow=True)
    assert "已催办 1 个单位。" in text_of(done)
    assert "没有催办：别单位（24 小时内已催办" in text_of(done)
    assert table(done, "各单位的进度")[2][-1] != ""
    notices = browser(busy.clerk).get("/notices/?show=todo")
    assert "催办：2026年申报" in text_of(notices)
    assert "请于周五前送审" in text_of(notices)
    assert "先前的话" in text_of(browser(busy.neighbour).get("/notices/"))


def test_all_departments_with_missing_sheets_are_offered(busy: House) -> None:
    preview = browser(busy.admin).get(f"/board/{busy.cycle.pk}/remind/")
    assert [row[1:3] for row in table(preview, "将催办的单位")[1:]] == [
        ["上级局 100", "没有项目，1 张"],
        ["本单位 101", "4 张"],
        ["别单位 201", "没有项目，1 张"],
    ]


def test_reminding_starts_from_ticked_sheets_of_the_queue(busy: House) -> None:
    filing = filing_after(busy, "submit", "return")
    reviewer = browser(busy.reviewer)
    shown = reviewer.get("/review/returned/")
    assert "催办填报单位…" in shown.text
    response = reviewer.post("/review/batch/", {"action": "remind", "ref": [filing.ref, "nobody"]})
    assert response.url == f"/board/{busy.cycle.pk}/remind/?department={filing.department_id}"
    preview = reviewer.get(response.url)
    assert [row[1].split()[0] for row in table(preview, "将催办的单位")[1:]] == [str(busy.department)]
    other = reviewer.post("/review/batch/", {"action": "remind", "ref": ["nobody"]}, follow=True)
    assert "请重新勾选" in text_of(other)
    assert "催办填报单位…" not in browser(busy.admin).get("/review/returned/").text
    assert browser(busy.clerk).post("/review/batch/", {"action": "remind", "ref": [filing.ref]}).status_code == 404


def test_a_refused_reminder_shows_the_typed_text(busy: House) -> None:
    url, data = f"/board/{busy.cycle.pk}/remind/", {"department": busy.department.pk, "do": "send"}
    answer = browser(busy.reviewer).post(url, {**data, "text": "催" * 501})
    assert answer.status_code == 409
    assert "不能超过 500 字" in text_of(answer)
    assert "催" * 501 in answer.content.decode()
    nothing = browser(busy.reviewer).post(url, {"do": "send", "text": "请报"})
    assert (nothing.status_code, Reminder.objects.count()) == (409, 0)
    assert "请至少选择一个单位" in text_of(nothing)


# -- notices -------------------------------------------------------------------------------------------------------


def head(one: Person, url: str = "/notices/") -> str:
    """The count of unread notices in the page header."""
    html = browser(one).get(url).content.decode()
    found = re.search(r'<a href="/notices/">(.*?)</a>', html, re.DOTALL)
    return strip_tags(found[1]) if found else "no link"


def test_the_head_counts_the_unread_on_every_page(busy: House) -> None:
    """The bureau counts three submissions, the department two approvals and a return."""
    assert [head(busy.reviewer, url) for url in ("/notices/", "/board/", "/review/all/")] == ["消息3 条未读"] * 3
    assert head(busy.colleague, "/tasks/") == "消息3 条未读"
    assert head(busy.neighbour, "/tasks/") == "消息"
    assert head(busy.admin, "/board/") == "no link"
    for _ in range(100):
        Event.objects.bulk_create([_again(Event.objects.filter(action="submit").latest("pk"))])
    assert head(busy.reviewer) == "消息99+ 条未读"


def _again(event: Event) -> Event:
    event.pk, event.sequence = None, event.sequence + 1000
    return event


def test_links_of_the_head(busy: House) -> None:
    links = {
        who: re.findall(r'href="/(board|notices)/"', browser(busy.people[who]).get("/", follow=True).content.decode())
        for who in ("clerk", "lead", "both", "reviewer", "admin", "auditor", "nobody")
    }
    department, both, rest = ["notices"], ["board", "notices"], ["board"]
    expected = {"clerk": department, "lead": department, "both": both, "reviewer": both, "admin": rest, "auditor": rest}
    assert links == {**expected, "nobody": []}


def test_notices_marked_as_read_still_need_action(busy: House) -> None:
    clerk = browser(busy.clerk)
    page = clerk.get("/notices/")
    (until,) = re.findall(r'name="until" value="([^"]+)"', page.content.decode())
    assert page.content.decode().count(">未读<") == 3
    filing_after(busy, "submit", "return")
    after = clerk.post("/notices/", {"until": until}, follow=True)
    assert after.content.decode().count(">未读<") == 1, "what came after the page was opened"
    assert "待办（2）" in text_of(after)
    assert head(busy.clerk) == "消息1 条未读"


@pytest.mark.parametrize("until", ["", "yesterday", "2026-01-01T00:00:00", "2026-13-45T00:00:00Z", "0001-01-01T00:00Z"])
def test_an_invalid_time_marks_nothing_as_read(busy: House, until: str) -> None:
    assert browser(busy.clerk).post("/notices/", {"until": until}).status_code == 302
    assert busy.fresh("clerk").notices_seen is None


def test_pages_of_notices(busy: House) -> None:
    last = Event.objects.filter(action="submit").latest("pk")
    for number in range(PER_PAGE):
        last.pk, last.sequence = None, 1000 + number
        Event.objects.bulk_create([last])
    reviewer = browser(busy.reviewer)
    first, second = reviewer.get("/notices/"), reviewer.get("/notices/?page=2")
    assert [page.content.decode().count('<li class="notice') for page in (first, second)] == [PER_PAGE, 3]
    assert "第 1 页，共 2 页" in text_of(first)
    assert 'href="?show=all&amp;page=2"' in first.content.decode()
    for odd in ("?page=99", "?page=x", "?show=odd"):
        assert reviewer.get(f"/notices/{odd}").status_code == 200


def test_a_notice_leads_to_its_sheet(busy: House) -> None:
    back = Filing.objects.get(state=State.RETURNED)
    html = browser(busy.clerk).get("/notices/?show=todo").content.decode()
    assert f'<a href="/filings/{back.ref}/">退回：{back.subject_name}</a>' in html
    assert browser(busy.clerk).get(f"/filings/{back.ref}/").status_code == 200


def test_no_notices(house: House) -> None:
    assert "还没有消息" in text_of(browser(house.neighbour).get("/notices/"))
    assert "没有待办的事" in text_of(browser(house.neighbour).get("/notices/?show=todo"))


def test_every_notified_action_has_a_label() -> None:
    from filings.services.notices import TO_DEPARTMENT, TO_REVIEWERS

    assert set(WORDS) >= {*TO_DEPARTMENT, *TO_REVIEWERS, "remind"}


def test_names_are_escaped(house: House) -> None:
    nasty = "<b>项目</b>"
    house.project(nasty)
    other = build_house("elsewhere")
    assert nasty not in browser(house.admin).get(f"/board/{house.cycle.pk}/{house.department.pk}/").content.decode()
    assert "testshire" not in text_of(browser(other.reviewer).get("/board/"))
