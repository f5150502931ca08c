"""Review: the queue, decisions, remarks and answers, the log."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from filings.models import State
from filings.services.workflow import apply_transition
from tests.factories import House
from tests.views.kit import browser, move_filing, step_url, text_of


def test_review_queue_and_its_actions(house: House) -> None:
    """A filing moves from tab to tab; the reviewer sees the allowed actions and returns to the queue."""
    filing, client = move_filing(house, house.filing()), browser(house.reviewer)
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
    """The counts on the tabs are those of the lists."""
    first, second = move_filing(house, house.filing()), move_filing(house, house.filing())
    move_filing(house, house.filing(), ("reviewer", "approve"))
    page = browser(house.reviewer).get("/review/waiting/").content.decode()
    assert page.index(first.ref) < page.index(second.ref)
    assert "待审核（2）" in page
    assert "已审核（1）" in page
    assert "全部（3）" in page


def test_stale_or_repeated_decisions(house: House) -> None:
    """A decision by another reviewer is reported; the same post twice is one decision."""
    filing, client = move_filing(house, house.filing()), browser(house.reviewer)
    for _ in range(2):
        assert client.post(f"/filings/{filing.ref}/do/approve/", {"version": filing.version}).status_code == 302
    assert filing.events.filter(action="approve").count() == 1
    answer = browser(house.second).post(f"/filings/{filing.ref}/do/return/", {"words": "不行"}, follow=True)
    assert "可能刚被别人处理过" in text_of(answer)
    filing.refresh_from_db()
    assert filing.state == State.APPROVED


def test_withdrawing_and_reopening(house: House) -> None:
    """The clerk withdraws until the review starts; the admin reopens afterwards, with a reason."""
    filing = move_filing(house, house.filing())
    clerk, admin_ = browser(house.clerk), browser(house.admin)
    clerk.post(f"/filings/{filing.ref}/do/withdraw/", {"version": filing.version})
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
    move_filing(house, filing, ("reviewer", "start_review"))
    assert "不能撤回" in text_of(clerk.post(f"/filings/{filing.ref}/do/withdraw/", follow=True))
    apply_transition(house.reviewer, filing.pk, "approve")
    assert "重新开放必须写明意见" in text_of(admin_.post(f"/filings/{filing.ref}/do/reopen/", follow=True))
    admin_.post(f"/filings/{filing.ref}/do/reopen/", {"words": "补充材料"})
    filing.refresh_from_db()
    assert filing.state == State.RETURNED


def test_remark_from_the_cell_to_the_answer(house: House) -> None:
    """Added, deleted, added again, returned with the filing, shown in the step, answered, closed by the approval."""
    filing = move_filing(house, house.filing())
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
    move_filing(house, filing)
    assert "已附文件" in text_of(reviewer.get(f"/filings/{filing.ref}/"))
    reviewer.post(f"/filings/{filing.ref}/do/approve/")
    remark.refresh_from_db()
    assert remark.status == "closed"


@pytest.mark.parametrize(
    ("posted", "reason"),
    [
        ({"path": "title", "text": "   "}, "请填写意见"),
        ({"path": "title", "text": "响铃\x07"}, "控制字符"),
        ({"path": "title", "text": "空\x00"}, "控制字符"),
        ({"path": "title", "text": "长" * 1_001}, "意见不能超过 1000 字，现在有 1001 字，请删去 1 字后再提交"),
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
def test_bad_remarks_are_refused(house: House, posted: dict[str, str], reason: str) -> None:
    """With a message, never a server error; nothing is stored."""
    filing = move_filing(house, house.filing())
    answer = browser(house.reviewer).post(f"/filings/{filing.ref}/remarks/", posted, follow=True)
    assert reason in text_of(answer)
    assert not filing.remarks.exists()


def test_unprintable_words_and_bad_versions_of_a_decision(house: House) -> None:
    """Text that could not be stored or printed is refused with a message; bad versions change nothing."""
    filing, client = move_filing(house, house.filing()), browser(house.reviewer)
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
    """An unknown cell address is no error."""
    filing = move_filing(house, house.filing())
    assert browser(house.reviewer).get(f"/filings/{filing.ref}/", {"cell": cell}).status_code == 200


def test_log_lists_every_event_in_order(house: House) -> None:
    """Person, action, time, words and digest of each event."""
    filing = move_filing(house, house.filing(), ("reviewer", "return"))
    move_filing(house, filing, ("second", "approve"))
    page = browser(house.auditor).get(f"/filings/{filing.ref}/log/")
    words = text_of(page)
    places = [words.index(part) for part in ("建立", "送审", "退回", "审核通过")]
    assert places == sorted(places)
    assert str(house.second) in words
    assert "请改" in words
    assert "第 2 稿" in words
    for event in filing.events.all():
        assert event.hash[:12] in words


def shown_again(page: HttpResponse, name: str) -> str:
    """The text that a page shows again in a field, to be mended and posted."""
    assert page.status_code == 409
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n([^<]*)</textarea>', page.content.decode())
    assert found
    return found[1]


def test_a_free_text_that_is_within_limit_is_shown_again_and_can_be_posted(house: House) -> None:
    """Remark, return, answer, reason, waiver request and waiver: the text is kept with all that was posted with it."""
    clerk, reviewer = browser(house.clerk), browser(house.reviewer)
    filing = move_filing(house, house.filing())
    url = f"/filings/{filing.ref}/"

    page = reviewer.post(f"{url}remarks/", {"path": "title", "queue": "tab=waiting", "text": "长" * 1_001})
    assert shown_again(page, "text") == "长" * 1_001
    assert '<input type="hidden" name="path" value="title">' in page.content.decode()
    assert not filing.remarks.exists()
    reviewer.post(f"{url}remarks/", {"path": "title", "queue": "tab=waiting", "text": "长" * 1_000})
    remark = filing.remarks.get()
    assert (remark.path, remark.text) == ("title", "长" * 1_000)

    page = reviewer.post(f"{url}do/return/", {"words": "改" * 2_001, "version": filing.version})
    assert shown_again(page, "words") == "改" * 2_001
    reviewer.post(f"{url}do/return/", {"words": "改" * 2_000, "version": filing.version})
    filing.refresh_from_db()
    assert filing.state == State.RETURNED

    page = clerk.post(f"{url}remarks/{remark.pk}/", {"answer": "答" * 1_001})
    assert shown_again(page, "answer") == "答" * 1_001
    page = clerk.post(f"{url}submit/", {"reason-C18": "因" * 1_001, "reason-C21": "写好的理由"})
    assert shown_again(page, "reason-C18") == "因" * 1_001
    assert shown_again(page, "reason-C21") == "写好的理由"
    for action, client in (("ask", clerk), ("waive", reviewer), ("decline", reviewer)):
        page = client.post(f"{url}findings/{action}/", {"finding": "C69:phone", "text": "由" * 1_001})
        assert shown_again(page, "text") == "由" * 1_001
        assert '<input type="hidden" name="finding" value="C69:phone">' in page.content.decode()
    assert not filing.replies.exclude(text="实际情况如此").exists()


def test_line_ends_count_once(house: House) -> None:
    """A browser sends two characters for each; what is stored has one."""
    filing = move_filing(house, house.filing())
    text = "行\r\n" * 400 + "完"
    browser(house.reviewer).post(f"/filings/{filing.ref}/remarks/", {"path": "", "text": text})
    assert filing.remarks.get().text == text.replace("\r\n", "\n")


def test_the_page_of_a_refused_text_shows_any_text_as_text(house: House) -> None:
    filing = move_filing(house, house.filing())
    page = browser(house.reviewer).post(
        f"/filings/{filing.ref}/remarks/", {"path": "title", "text": "</textarea><script>x()</script>" * 40}
    )
    assert page.status_code == 409
    assert b"<script>x()" not in page.content
