"""Reasons, waiver requests and waivers: who may give them, which findings they count for, and where they are stored."""

from __future__ import annotations

import pytest

from filings.checks import RULES
from filings.models import Filing, Reply
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.finding_replies import (
    current_findings,
    grant_waiver,
    open_requests,
    refuse_waiver,
    request_waiver,
    save_reasons,
)
from filings.services.fixes import apply_fix
from filings.services.workflow import SubmissionBlocked, apply_transition, submission_findings
from tests.factories import House, filled, put, with_text


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


def test_a_mend_is_put_in_because_somebody_asked(house: House) -> None:
    filing = house.filing(with_text(filled(), "indicators[i1].value", "10条"))
    (finding,) = [one.finding for one in current_findings(fresh(filing)) if one.finding.fix]
    apply_fix(house.fresh("clerk"), filing.pk, finding.code, finding.path)
    assert [one.finding.code for one in current_findings(fresh(filing)) if one.finding.fix] == []
    assert filing.edits.get().changes == [{"path": finding.path, "from": "10条", "to": finding.fix}]
    with pytest.raises(Refused, match="不适用"):
        apply_fix(house.fresh("clerk"), filing.pk, finding.code, finding.path)
    with pytest.raises(Refused, match="不能修改"):
        apply_fix(house.fresh("reviewer"), filing.pk, finding.code, finding.path)
