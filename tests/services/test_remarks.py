"""Remarks: what blocks a resubmission after a return, and how remarks are answered, closed and opened again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from filings.models import Attachment, Event, Filing, Remark
from filings.services.attachments import add_attachment, delete_attachment
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


def attach(house: House, filing: Filing, name: str = "立项批复.pdf", content: bytes = b"%PDF-1.7 a") -> Attachment:
    return add_attachment(house.fresh("clerk"), filing.pk, "", SimpleUploadedFile(name, content))


def with_attachment(house: House, words: str = "请改") -> tuple[Filing, Attachment]:
    """A filing that was submitted with a file and came back."""
    filing = house.filing()
    file = attach(house, filing)
    submit(house, filing)
    apply_transition(house.fresh("reviewer"), filing.pk, "return", words=words)
    return Filing.objects.get(pk=filing.pk), file


def test_the_log_holds_the_attachments_as_data(house: House) -> None:
    filing, file = with_attachment(house)
    submitted, sent_back = filing.events.filter(action="submit").get(), filing.events.filter(action="return").get()
    assert submitted.attachments == [{"kind": "", "name": "立项批复.pdf", "sha256": file.sha256}]
    assert f"附件：立项批复.pdf（{file.sha256[:16]}）" in submitted.words
    assert sent_back.attachments is None


def test_the_same_attachments_are_no_change(house: House) -> None:
    """Also not when the file was deleted and uploaded again."""
    filing, file = with_attachment(house)
    delete_attachment(house.fresh("clerk"), filing.pk, file.ref)
    attach(house, filing)
    with pytest.raises(SubmissionBlocked):
        submit(house, filing)


@pytest.mark.parametrize("change", ["add", "delete", "exchange"])
def test_other_attachments_are_a_change(house: House, change: str) -> None:
    filing, file = with_attachment(house)
    if change != "add":
        delete_attachment(house.fresh("clerk"), filing.pk, file.ref)
    if change != "delete":
        attach(house, filing, content=b"%PDF-1.7 b")
    submit(house, filing)


def test_what_a_clerk_writes_is_not_taken_for_the_list_of_attachments(house: House) -> None:
    """The words of a submission hold the clerk's own lines beside the list."""
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit", words="已核对\n附件：见纸质材料")
    apply_transition(house.reviewer, filing.pk, "return", words="请改")
    with pytest.raises(SubmissionBlocked):
        submit(house, filing)


def test_a_new_file_is_a_change_since_a_submission_of_an_earlier_release(house: House) -> None:
    """Events of release 0.2 have no attachments as data."""
    filing, _ = with_attachment(house)
    Event.objects.filter(filing=filing, action="submit").update(attachments=None)
    with pytest.raises(SubmissionBlocked):
        submit(house, filing)
    attach(house, filing, "可研报告.pdf", b"%PDF-1.7 b")
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
