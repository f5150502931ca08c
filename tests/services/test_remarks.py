"""Remarks: what blocks a resubmission after a return, and how remarks are answered, closed and opened again."""

from __future__ import annotations

import pytest

from filings.models import Filing, Remark
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.remarks import add_remark, answer_remark, close_remark, open_remarks
from filings.services.workflow import SubmissionBlocked, apply_transition
from tests.factories import House, put


def returned(house: House, *paths: str, words: str = "请改") -> Filing:
    """A filing that came back with a remark on each of some cells."""
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    for path in paths:
        add_remark(house.reviewer, filing.pk, path, f"请核对{path or '整张表'}")
    apply_transition(house.reviewer, filing.pk, "return", words=words)
    return Filing.objects.get(pk=filing.pk)


def submit(house: House, filing: Filing) -> None:
    apply_transition(house.fresh("clerk"), filing.pk, "submit")


def edit(house: House, filing: Filing, path: str, text: str) -> None:
    version = Filing.objects.get(pk=filing.pk).version
    save_edits(house.clerk, filing.pk, version, f"edit-{version}", [put(path, text)])


def test_nothing_unchanged_is_sent_in_again(house: House) -> None:
    filing = returned(house)
    with pytest.raises(SubmissionBlocked) as caught:
        submit(house, filing)
    (finding,) = caught.value.findings
    assert (finding.code, finding.path) == ("C73", "")
    assert "退回后没有任何修改" in finding.message
    edit(house, filing, "title", "改后")
    submit(house, filing)


def test_typing_the_same_again_is_no_change(house: House) -> None:
    filing = returned(house)
    edit(house, filing, "title", "别的")
    edit(house, filing, "title", "巷道改造")
    with pytest.raises(SubmissionBlocked, match="1 处错误"):
        submit(house, filing)


@pytest.mark.parametrize("path", ["title", "indicators[i1].value", "indicators", ""])
def test_each_remark_is_answered_or_its_place_changed(house: House, path: str) -> None:
    filing = returned(house, path, "phone")
    with pytest.raises(SubmissionBlocked) as caught:
        submit(house, filing)
    assert [(one.code, one.path) for one in caught.value.findings] == [("C73", path), ("C73", "phone")]
    assert all("请核对" in one.message and "逐条答复" in one.message for one in caught.value.findings)

    edit(house, filing, "indicators[i1].value" if path.startswith("ind") else "title", "≥11条")
    with pytest.raises(SubmissionBlocked) as caught:
        submit(house, filing)
    assert [one.path for one in caught.value.findings] == ["phone"]

    remark = filing.remarks.get(path="phone")
    answer_remark(house.fresh("clerk"), filing.pk, remark.pk, "号码无误")
    submit(house, filing)


def test_answers_alone_are_enough(house: House) -> None:
    filing = returned(house, "title")
    answer_remark(house.fresh("clerk"), filing.pk, filing.remarks.get().pk, "名称与批复一致")
    submit(house, filing)
    assert filing.revisions.count() == 2


def test_an_answer_serves_one_return(house: House) -> None:
    filing = returned(house, "title")
    answer_remark(house.fresh("clerk"), filing.pk, filing.remarks.get().pk, "名称与批复一致")
    submit(house, filing)
    apply_transition(house.reviewer, filing.pk, "return", words="指标也请核对")
    assert filing.remarks.get().status == "closed"
    with pytest.raises(SubmissionBlocked, match="1 处错误"):
        submit(house, filing)


def test_the_reviewer_closes_or_opens_again(house: House) -> None:
    filing = returned(house, "title")
    remark = filing.remarks.get()
    with pytest.raises(Refused, match="不在审核中"):
        close_remark(house.fresh("reviewer"), filing.pk, remark.pk)
    answer_remark(house.fresh("clerk"), filing.pk, remark.pk, "名称无误")
    submit(house, filing)
    for who in ("clerk", "auditor", "admin"):
        with pytest.raises(Refused):
            close_remark(house.fresh(who), filing.pk, remark.pk)
    close_remark(house.fresh("second"), filing.pk, remark.pk)
    assert open_remarks(filing) == []
    close_remark(house.fresh("second"), filing.pk, remark.pk, reopen=True)
    assert Remark.objects.get().status == "open"
    apply_transition(house.reviewer, filing.pk, "return", words="答复不充分")
    with pytest.raises(SubmissionBlocked, match="1 处错误"):
        submit(house, filing)
