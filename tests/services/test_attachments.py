"""附件: what is taken, what is asked for, what the log says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from filings.models import Attachment, Cycle, Filing
from filings.services import attachments
from filings.services.attachments import add_attachment, attachment_path, delete_attachment, filing_attachments
from filings.services.errors import Refused
from filings.services.finding_replies import current_findings
from filings.services.workflow import SubmissionBlocked, apply_transition
from tests.factories import House, send

PDF = b"%PDF-1.7\nbasis"


def pdf(name: str = "立项依据.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def asking(house: House) -> House:
    """A place that asks for the basis of a project."""
    profile = house.cycle.profile + 'attachments = ["立项依据"]\n'
    Cycle.objects.filter(pk=house.cycle.pk).update(profile=profile)
    house.cycle.refresh_from_db()
    return house


def fresh(filing: Filing) -> Filing:
    return Filing.objects.select_related("cycle", "department", "layout", "project", "jurisdiction").get(pk=filing.pk)


def test_a_file_is_kept_as_it_came(house: House) -> None:
    filing = house.filing()
    one = add_attachment(house.fresh("clerk"), filing.pk, "", pdf())
    assert (one.name, one.size, attachment_path(one).read_bytes()) == ("立项依据.pdf", len(PDF), PDF)
    with pytest.raises(Refused, match="已经传过了"):
        add_attachment(house.fresh("clerk"), filing.pk, "", pdf("另名.pdf"))
    delete_attachment(house.fresh("lead"), filing.pk, one.ref)
    assert filing_attachments(fresh(filing)) == []
    with pytest.raises(Refused, match="已经删除"):
        delete_attachment(house.fresh("lead"), filing.pk, one.ref)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (pdf("a.exe"), "不是可以上传的文件"),
        (pdf("a.html"), "不是可以上传的文件"),
        (pdf("无后缀"), "不是可以上传的文件"),
        (pdf("a.pdf", b"<html>"), "内容和文件名不符"),
        (pdf("a.docx", PDF), "内容和文件名不符"),
        (pdf("a.pdf", b""), "是空文件"),
        (pdf("a\x01.pdf"), "不能用的字符"),
    ],
)
def test_what_is_not_taken(house: House, file: SimpleUploadedFile, message: str) -> None:
    filing = house.filing()
    with pytest.raises(Refused, match=message):
        add_attachment(house.fresh("clerk"), filing.pk, "", file)
    assert not Attachment.objects.exists()


def test_too_large_too_many(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    filing = house.filing()
    monkeypatch.setattr(attachments, "MOST", 1)
    monkeypatch.setattr(attachments, "LARGEST", 1024 * 1024)
    with pytest.raises(Refused, match="超过 1 MB"):
        add_attachment(house.fresh("clerk"), filing.pk, "", pdf(data=PDF * 80_000))
    add_attachment(house.fresh("clerk"), filing.pk, "", pdf())
    with pytest.raises(Refused, match="不能超过 1 个"):
        add_attachment(house.fresh("clerk"), filing.pk, "", pdf(data=PDF + b"2"))


@pytest.mark.parametrize("name", ["../../etc/x.pdf", "C:\\temp\\x.pdf", "/x.pdf", "..x.pdf"])
def test_a_name_is_a_name_and_no_path(house: House, name: str) -> None:
    one = add_attachment(house.fresh("clerk"), house.filing().pk, "", pdf(name))
    assert one.name == "x.pdf"
    assert attachment_path(one).name == one.sha256


@pytest.mark.parametrize("who", ["neighbour", "reviewer", "auditor", "admin", "nobody"])
def test_only_the_department_uploads(house: House, who: str) -> None:
    filing = house.filing()
    with pytest.raises(Refused, match="不能修改"):
        add_attachment(house.fresh(who), filing.pk, "", pdf())


def test_what_the_place_asks_for_is_missed(asking: House) -> None:
    """C12 附件未传: a warning of its own class, gone with the file."""
    filing = asking.filing()
    (one,) = current_findings(fresh(filing))
    assert (one.finding.code, one.finding.severity) == ("C12", "warning")
    assert "没有上传“立项依据”" in one.finding.message
    with pytest.raises(SubmissionBlocked):
        apply_transition(asking.fresh("clerk"), filing.pk, "submit")
    add_attachment(asking.fresh("clerk"), filing.pk, "", pdf())
    assert len(current_findings(fresh(filing))) == 1, "another class does not count"
    with pytest.raises(Refused, match="没有这一类附件"):
        add_attachment(asking.fresh("clerk"), filing.pk, "别的", pdf())
    add_attachment(asking.fresh("clerk"), filing.pk, "立项依据", pdf())
    assert current_findings(fresh(filing)) == []
    event = apply_transition(asking.fresh("clerk"), filing.pk, "submit")
    assert event.words.count("立项依据.pdf（") == 2
    with pytest.raises(Refused, match="不能修改"):
        delete_attachment(asking.fresh("clerk"), filing.pk, filing.attachments.first().ref)


def test_another_file_is_a_change(house: House) -> None:
    """A sheet that came back for its papers is sent in again with them, unchanged else."""
    Cycle.objects.filter(pk=house.cycle.pk).update(deadline=timezone.now() + timedelta(days=3))
    filing = house.filing()
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "return", words="请附立项依据")
    with pytest.raises(SubmissionBlocked):
        apply_transition(house.fresh("clerk"), filing.pk, "submit")
    add_attachment(house.fresh("clerk"), filing.pk, "", pdf())
    apply_transition(house.fresh("clerk"), filing.pk, "submit")
