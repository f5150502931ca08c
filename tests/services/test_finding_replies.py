"""Reasons, waiver requests and waivers: who may give them, which findings they count for, and where they are stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import RULES, message_texts
from filings.models import CheckResult, Filing, Reply
from filings.services.checking import check_department, related_findings
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.finding_replies import (
    current_findings,
    earlier_replies,
    grant_waiver,
    open_requests,
    refuse_waiver,
    request_waiver,
    save_reasons,
)
from filings.services.upgrade import upgrade_findings
from filings.services.workflow import SubmissionBlocked, apply_transition, submission_findings
from filings.sheet.document import Row
from filings.sheet.edits import AddRow, MoveRow
from tests.factories import BREAKERS, LAYOUT, House, build_house, filled, put, stored_layout
from tests.views.kit import browser


def stuck(house: House) -> Filing:
    """A draft with one error that its department considers right."""
    return house.filing(filled(phone="无"))


def fresh(filing: Filing) -> Filing:
    return Filing.objects.select_related("cycle", "department", "layout", "project", "jurisdiction").get(pk=filing.pk)


def test_a_waiver_lets_an_error_pass_and_is_recorded(house: House) -> None:
    filing = stuck(house)
    assert not Filing.objects.visible_to(house.fresh("reviewer")).filter(pk=filing.pk).exists()
    request_waiver(house.fresh("clerk"), filing.pk, "C69", "phone", "单位没有座机")
    assert Filing.objects.visible_to(house.fresh("reviewer")).filter(pk=filing.pk).exists(), "the bureau sees it now"
    assert [one.finding.code for one in open_requests(fresh(filing), current_findings(fresh(filing)))] == ["C69"]
    with pytest.raises(SubmissionBlocked, match="还有 1 处错误"):
        apply_transition(house.fresh("clerk"), filing.pk, "submit")

    grant_waiver(house.fresh("reviewer"), filing.pk, "C69", "phone", "情况属实")
    filing = fresh(filing)
    assert not filing.waiver_requested
    assert not Filing.objects.visible_to(house.fresh("reviewer")).filter(pk=filing.pk).exists(), "a draft again"
    apply_transition(house.fresh("clerk"), filing.pk, "submit")
    (record,) = filing.revisions.get().findings
    assert (record["code"], record["reason"]) == ("C69", "单位没有座机")
    assert record["waiver"] == f"{house.reviewer}：情况属实"
    assert list(filing.events.order_by("sequence").values_list("action", flat=True)) == [
        "start", "request", "waive", "submit",
    ]  # fmt: skip
    assert "情况属实" in filing.events.get(action="waive").words


def test_a_waiver_holds_for_the_value_it_was_given_for(house: House) -> None:
    filing = stuck(house)
    request_waiver(house.fresh("clerk"), filing.pk, "C69", "phone", "没有")
    grant_waiver(house.fresh("reviewer"), filing.pk, "C69", "phone", "可以")
    save_edits(house.clerk, filing.pk, 0, "op", [put("phone", "暂无")])
    with pytest.raises(SubmissionBlocked, match="还有 1 处错误"):
        apply_transition(house.fresh("clerk"), filing.pk, "submit")


def test_a_declined_request_is_gone_and_said(house: House) -> None:
    filing = stuck(house)
    request_waiver(house.fresh("clerk"), filing.pk, "C69", "phone", "没有")
    refuse_waiver(house.fresh("reviewer"), filing.pk, "C69", "phone", "请填手机号")
    filing = fresh(filing)
    assert not filing.waiver_requested
    assert not filing.replies.exists()
    assert "请填手机号" in filing.events.get(action="decline").words
    Filing.objects.filter(pk=filing.pk).update(waiver_requested=True)
    with pytest.raises(Refused, match="已经处理过"):
        refuse_waiver(house.fresh("reviewer"), filing.pk, "C69", "phone", "再说一次")


@pytest.mark.parametrize("who", ["clerk", "lead", "neighbour", "auditor", "admin", "both", "nobody"])
def test_only_a_reviewer_of_no_own_interest_waives(house: House, who: str) -> None:
    filing = stuck(house)
    request_waiver(house.fresh("clerk"), filing.pk, "C69", "phone", "没有")
    with pytest.raises(Refused):
        grant_waiver(house.fresh(who), filing.pk, "C69", "phone", "可以")
    assert not Reply.objects.filter(kind="waiver").exists()


@pytest.mark.parametrize("who", ["neighbour", "reviewer", "auditor", "admin", "nobody"])
def test_only_the_department_gives_reasons_and_requests_waivers(house: House, who: str) -> None:
    filing = stuck(house)
    with pytest.raises(Refused):
        request_waiver(house.fresh(who), filing.pk, "C69", "phone", "没有")
    with pytest.raises(Refused):
        save_reasons(house.fresh(who), filing.pk, {"C69": "没有"})
    assert not Reply.objects.exists()


def test_what_is_not_found_cannot_be_answered(house: House) -> None:
    filing = stuck(house)
    with pytest.raises(Refused, match="已经不在了"):
        request_waiver(house.fresh("clerk"), filing.pk, "C01", "title", "没有")
    with pytest.raises(Refused, match="请写明理由"):
        request_waiver(house.fresh("clerk"), filing.pk, "C69", "phone", " \n")
    with pytest.raises(Refused, match="不能超过"):
        request_waiver(house.fresh("clerk"), filing.pk, "C69", "phone", "长" * 1001)


def vague(house: House) -> Filing:
    """A draft with the same warning in two rows, and another in one of them."""
    rows = [
        Row(f"v{number}", {"level1": "效益指标", "level2": "社会效益指标", "name": name, "value": "明显提高"})
        for number, name in ((1, "居民安全感"), (2, "村民归属感"))
    ]
    document = filled()
    tables = {**document.tables, "indicators": (*document.rows("indicators"), *rows)}
    return house.filing(replace(document, tables=tables))


def unexplained(filing: Filing) -> list[tuple[str, str]]:
    found = current_findings(fresh(filing))
    return [(one.finding.code, one.finding.path) for one in found if one.is_missing_reason]


def test_one_reason_answers_all_rows_of_a_line(house: House) -> None:
    filing = vague(house)
    assert unexplained(filing) == [("C35", "indicators[v1].value"), ("C35", "indicators[v2].value")]
    save_reasons(house.fresh("clerk"), filing.pk, {"C35:indicators.name": "别的一栏"})
    assert len(unexplained(filing)) == 2, "another column is another line"
    save_reasons(house.fresh("clerk"), filing.pk, {"C35:indicators.value": "由居民评议"})
    assert unexplained(filing) == []
    assert [reply.text for reply in filing.replies.all()] == ["由居民评议"] * 2


def test_a_reason_for_a_row_that_the_form_prints_by_name_answers_no_other(house: House) -> None:
    """Long-term and annual goal are stored in one column, and are two cells of the form."""
    filing = house.filing(filled(long_goal="三年减少投拆", year_goal="今年减少投拆"))
    period, annual = ("C70", "objectives[period].text"), ("C70", "objectives[annual].text")
    assert unexplained(filing) == [period, annual]
    save_reasons(house.fresh("clerk"), filing.pk, {"C70:objectives[period].text": "原文如此"})
    assert unexplained(filing) == [annual]
    save_reasons(house.fresh("clerk"), filing.pk, {"C70:objectives[annual].text": "另一个理由"})
    assert {reply.path: reply.text for reply in filing.replies.all()} == {
        period[1]: "原文如此",
        annual[1]: "另一个理由",
    }


def test_a_moved_row_an_added_row_and_new_words_lose_no_reason(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    filing = vague(house)
    save_reasons(house.fresh("clerk"), filing.pk, {"C35": "由居民评议"})
    edits = [MoveRow("indicators", "v2", ""), AddRow("indicators", "above", "")]
    save_edits(house.fresh("clerk"), filing.pk, 0, "move", edits)
    monkeypatch.setitem(message_texts.MESSAGES, "C35", "“{value}”说得太笼统")  # type: ignore[arg-type]
    found = {one.finding.path: one for one in current_findings(fresh(filing)) if one.finding.code == "C35"}
    assert [(one.finding.row_number, one.reason.text) for one in found.values() if one.reason] == [
        (2, "由居民评议"), (5, "由居民评议"),
    ]  # fmt: skip
    assert all("说得太笼统" in one.finding.message for one in found.values())
    assert unexplained(filing) == []


def test_a_changed_value_asks_anew_and_the_old_reason_stays_readable(house: House) -> None:
    filing = vague(house)
    save_reasons(house.fresh("clerk"), filing.pk, {"C35": "由居民评议"})
    save_edits(house.fresh("clerk"), filing.pk, 0, "op", [put("indicators[v1].value", "有效提高")])
    assert unexplained(filing) == [("C35", "indicators[v1].value")]
    (left,) = earlier_replies(fresh(filing), current_findings(fresh(filing)))
    assert (left.path, left.text) == ("indicators[v1].value", "由居民评议")
    assert "居民安全感" in left.message
    page = browser(house.clerk).get(f"/filings/{filing.ref}/").content.decode()
    assert "以前写过的说明（1）" in page


def as_release_0_2(filing: Filing) -> None:
    """Turn the replies of a filing into those that knew a finding by its sentence alone."""
    filing.replies.update(digest="")


def test_replies_of_release_0_2_are_tied_to_the_findings_whose_sentence_they_have(house: House) -> None:
    filing = vague(house)
    save_reasons(house.fresh("clerk"), filing.pk, {"C35": "由居民评议"})
    times = list(filing.replies.values_list("at", flat=True))
    as_release_0_2(filing)
    second = filing.replies.order_by("pk")[1]
    Reply.objects.filter(pk=second.pk).update(message="第 9 行“村民归属感”：说法不同")
    assert len(unexplained(filing)) == 2
    assert upgrade_findings() == (1, 1)
    assert unexplained(filing) == [("C35", "indicators[v2].value")]
    assert list(filing.replies.values_list("at", flat=True)) == times, "a reply is as old as it was"
    assert [reply.pk for reply in earlier_replies(fresh(filing), current_findings(fresh(filing)))] == [second.pk]
    assert upgrade_findings() == (1, 1), "a second time changes nothing"


def test_stored_findings_of_release_0_2_are_counted_again(house: House) -> None:
    filings = [house.filing(), house.filing(), house.filing()]
    check_department(house.cycle.pk, house.department.pk)
    stored = CheckResult.objects.get(filing=filings[0])
    assert [data["code"] for data in stored.related] == ["C18"]
    sentences = [{"code": "C18", "path": "indicators", "label": "指标", "message": "都一样。", "severity": "warning"}]
    CheckResult.objects.update(related=sentences)
    upgrade_findings()
    assert [finding.code for finding in related_findings(filings[0])] == ["C18"]


@pytest.mark.parametrize("what", BREAKERS)
def test_an_upgrade_leaves_out_a_place_whose_rules_cannot_be_read(house: House, what: str) -> None:
    """Its replies stay as they are; those of another place are tied."""
    elsewhere = build_house("othershire")
    elsewhere.due.layout = stored_layout(LAYOUT.replace("version = 1", "version = 2"))
    elsewhere.due.save()
    filings = [vague(house), vague(elsewhere)]
    for filing, home in zip(filings, (house, elsewhere), strict=True):
        save_reasons(home.fresh("clerk"), filing.pk, {"C35": "由居民评议"})
        as_release_0_2(filing)
    BREAKERS[what](house)
    assert upgrade_findings() == (2, 2)
    assert [filing.replies.filter(digest="", text="由居民评议").count() for filing in filings] == [2, 0]


def test_reasons_answer_warnings_only(house: House) -> None:
    filing = stuck(house)
    save_reasons(house.fresh("clerk"), filing.pk, dict.fromkeys(RULES, "就是这样"))
    assert not filing.replies.filter(kind="reason").exists()
    with pytest.raises(SubmissionBlocked):
        apply_transition(house.fresh("clerk"), filing.pk, "submit")


def test_sheets_of_one_department_are_weighed_together(house: House) -> None:
    """Three projects with the same rows: none is wrong by itself."""
    filings = [house.filing(), house.filing(), house.filing()]
    assert all("C18" in [one.finding.code for one in submission_findings(fresh(filing))] for filing in filings)
