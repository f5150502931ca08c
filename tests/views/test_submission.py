"""The check page, submission and its receipt."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote, urldefrag

from django.utils import timezone

from filings.models import Cycle, State
from filings.services.drafts import save_edits
from tests.factories import House, filled, put
from tests.views.kit import browser, text_of


def test_check_page_lists_all_errors_with_links_to_their_fields(house: House) -> None:
    """All at once: empty required cells, a missing goal, a wrong amount, an incomplete row, a category without rows."""
    broken = filled(title="", total="很多", long_goal="")
    rows = broken.rows("indicators")
    broken.tables["indicators"] = (
        rows[0].__class__("i1", {"level1": "产出指标", "level2": "数量指标", "name": "条数"}),
    )  # type: ignore[index]
    filing, client = house.filing(broken), browser(house.clerk)
    page = client.get(f"/filings/{filing.ref}/submit/")
    shown = [item for line in page.context["errors"] for item in line.items]
    assert {one.finding.code for one, _ in shown} >= {"C01", "C04", "C06", "C11"}
    assert f"还有 {len(shown)} 处要改" in text_of(page)
    for one, link in shown:
        assert f'href="{link}"' in page.content.decode()
        assert one.finding.fact in text_of(page)
        address, anchor = urldefrag(link)
        assert f'id="{unquote(anchor)}"' in client.get(address).content.decode(), link
    assert "确认无误并提交" not in text_of(page)


def test_rows_that_the_form_prints_by_name_are_lines_of_their_own(house: House) -> None:
    """Each with its label and its reason: the goals are stored in one column, but they are not rows of one table."""
    document = filled(total="很多", grant="三十", long_goal="三年减少投拆", year_goal="今年减少投拆")
    filing, client = house.filing(document), browser(house.clerk)
    page = client.get(f"/filings/{filing.ref}/submit/")
    errors = [(line.first.label, len(line.items)) for line in page.context["errors"] if line.rule.code == "C31"]
    assert errors == [("试用总额", 1), ("试用拨款", 1)]
    content = page.content.decode()
    for path, label in (("objectives[period].text", "试用长期目标"), ("objectives[annual].text", "试用当年目标")):
        assert f'name="reason-C70:{path}"' in content
        assert re.search(rf"<legend>[^<]*：{label}\s*</legend>", content), label
    sheet = text_of(client.get(f"/filings/{filing.ref}/"))
    assert "试用当年目标 ：“试用当年目标”里的“投拆”像是“投诉”" in sheet


def test_blocked_submission_changes_nothing(house: House) -> None:
    """A post in spite of errors leads back to the check page."""
    filing = house.filing(filled(title=""))
    answer = browser(house.clerk).post(f"/filings/{filing.ref}/submit/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/filings/{filing.ref}/submit/"
    assert "改正后才能送审" in text_of(answer)
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
    assert not filing.revisions.exists()


def test_submission_once_with_a_receipt(house: House) -> None:
    """The receipt shows number, person, time and digest; a second post changes nothing."""
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


def test_submission_of_an_older_version_is_refused(house: House) -> None:
    """The clerk has checked older content and must check again."""
    filing, client = house.filing(), browser(house.clerk)
    save_edits(house.lead, filing.pk, 0, "other-window", [put("title", "领导写的")])
    answer = client.post(f"/filings/{filing.ref}/submit/", {"version": 0}, follow=True)
    assert "内容在您打开之后有改动" in text_of(answer)
    filing.refresh_from_db()
    assert filing.state == State.DRAFT


def test_submission_after_the_deadline(house: House) -> None:
    """The message names the deadline and whom to ask."""
    filing = house.filing()
    past = timezone.now() - timedelta(seconds=1)
    Cycle.objects.update(opens_at=past - timedelta(days=1), deadline=past)
    answer = browser(house.clerk).post(f"/filings/{filing.ref}/submit/", {"version": 0}, follow=True)
    assert "截止，如需补报请联系财政局管理员" in text_of(answer)
