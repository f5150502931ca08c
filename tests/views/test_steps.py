"""The steps of the wizard without script: saving, rows, conflicts, refused texts."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from filings.models import Filing, Objective
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.sheet.document import Path
from tests.factories import House, filled, put
from tests.views.kit import browser, move_filing, step_url, text_of


def test_first_step_is_the_first_with_errors(house: House) -> None:
    """Without errors it is the first of all."""
    client = browser(house.clerk)
    whole, broken = house.filing(), house.filing(filled(long_goal=""))
    assert client.get(f"/filings/{whole.ref}/steps/").headers["Location"] == step_url(whole)
    assert client.get(f"/filings/{broken.ref}/steps/").headers["Location"] == step_url(broken, "goals")


def test_step_is_shown_saved_and_followed_by_the_next(house: House) -> None:
    """Each button leads to its target; the text is stored as typed, including blanks."""
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


def test_line_breaks_are_stored_as_line_feeds(house: House) -> None:
    """Browsers send CR LF; saving an unchanged text makes no new version."""
    filing, client = house.filing(), browser(house.clerk)
    client.post(step_url(filing, "goals"), {"version": 0, "objectives[period].text": "\r\n第一\r\n第二"})
    filing.refresh_from_db()
    assert load_document(filing).value(Path.parse("objectives[period].text")) == "\n第一\n第二"
    client.post(step_url(filing, "goals"), {"version": 1, "objectives[period].text": "\r\n第一\r\n第二"})
    filing.refresh_from_db()
    assert filing.version == 1


def test_rows_without_script(house: House) -> None:
    """Add, copy, move and delete by buttons; the posted cells are saved too."""
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


@pytest.mark.parametrize("do", ["mend:", "mend:C1", "mend:C1:", "mend:C1:title:more", "mend::"])
def test_a_button_that_names_no_fix_is_refused_and_what_was_typed_is_saved(house: House, do: str) -> None:
    filing, client = house.filing(), browser(house.clerk)
    answer = client.post(step_url(filing), {"version": 0, "title": "改名", "do": do}, follow=True)
    assert answer.redirect_chain == [(step_url(filing), 302)]
    assert "这条建议已经不适用" in text_of(answer)
    filing.refresh_from_db()
    assert filing.fields["title"] == "改名"


def test_conflict_shows_both_values_and_one_is_chosen(house: House) -> None:
    """The other cells are saved; the chosen value is saved next."""
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
    """Nor is a cell that only one of them changed."""
    filing, client = house.filing(), browser(house.clerk)
    save_edits(house.lead, filing.pk, 0, "other-window", [put("title", "同一")])
    assert client.post(step_url(filing), {"version": 0, "title": "同一"}).status_code == 302
    assert (
        client.post(step_url(filing), {"version": 0, "title": "巷道改造", "phone": "0951-7654321"}).status_code == 302
    )
    filing.refresh_from_db()
    assert filing.fields == {"title": "同一", "phone": "0951-7654321"}


def test_text_that_cannot_be_stored_is_shown_again(house: House) -> None:
    """A control character: the cell is listed and its field shows the text; the other cells are saved."""
    filing, client = house.filing(), browser(house.clerk)
    page = client.post(step_url(filing), {"version": 0, "title": "响铃\x07一声", "phone": "0951-7654321"})
    assert page.status_code == 409
    assert re.search("试用名目 ?：内容含有不可见的控制字符", text_of(page))
    filing.refresh_from_db()
    assert (filing.fields["title"], filing.fields["phone"]) == ("巷道改造", "0951-7654321")
    assert 'value="响铃\x07一声"' in page.content.decode()


def test_a_text_that_is_within_limit_stands_in_its_field_again(house: House) -> None:
    """With the reason beside it; what else was typed is saved. Sent again unchanged it is refused again, never cut."""
    filing, client = house.filing(), browser(house.clerk)
    text = "长" * 501
    for version, phone in ((0, "0951-7654321"), (1, "0951-1111111")):
        page = client.post(step_url(filing), {"version": version, "title": text, "phone": phone})
        assert page.status_code == 409
        words = text_of(page)
        assert "“试用名目”最多 500 字，现在有 501 字，请删去 1 字后再保存" in words
        field = re.search(r'<input[^>]*name="title"[^>]*>', page.content.decode())
        assert field
        assert f'value="{text}"' in field[0]
        assert 'aria-invalid="true"' in field[0]
        assert "maxlength" not in page.content.decode()
        filing.refresh_from_db()
        assert (filing.fields["title"], filing.fields["phone"]) == ("巷道改造", phone)
    assert client.post(step_url(filing), {"version": 2, "title": text[1:]}).status_code == 302
    filing.refresh_from_db()
    assert filing.fields["title"] == text[1:]


def test_a_text_that_is_within_limit_stands_in_its_row_again(house: House) -> None:
    """Also where a button is pressed that adds a row: the row is there, and the text too."""
    filing, client = house.filing(), browser(house.clerk)
    text = "长" * 201
    typed = {"version": 0, "indicators[i1].value": text, "indicators[i1].name": "改名", "do": "add:indicators:i1"}
    page = client.post(step_url(filing, "rows"), typed)
    assert page.status_code == 409
    field = re.search(r'<textarea[^>]*name="indicators\[i1\].value"[^>]*>\n([^<]*)</textarea>', page.content.decode())
    assert field
    assert field[1] == text
    assert "“试用值”最多 200 字，现在有 201 字" in text_of(page)
    rows = load_document(filing).rows("indicators")
    assert (len(rows), rows[0].get("name"), rows[0].get("value")) == (3, "改名", "≥10条")


def test_a_longer_text_that_is_stored_is_shown_kept_and_may_shrink(house: House) -> None:
    filing, client = house.filing(), browser(house.clerk)
    long_text = "长" * 6_000
    Objective.objects.filter(filing=filing, row_id="period").update(text=long_text)
    page = client.get(step_url(filing, "goals"))
    assert long_text in page.content.decode()
    assert "已保存的内容比上限 5000 字多 1000 字，可以保留和送审；修改时请改短" in text_of(page)
    path = "objectives[period].text"
    answer = client.post(step_url(filing, "goals"), {"version": 0, path: long_text, "objectives[annual].text": "短"})
    assert answer.status_code == 302, "nobody touched it"
    assert client.post(step_url(filing, "goals"), {"version": 1, path: "另" * 6_000}).status_code == 409
    assert client.post(step_url(filing, "goals"), {"version": 1, path: long_text[:-1]}).status_code == 302
    assert load_document(Filing.objects.get(pk=filing.pk)).value(Path.parse(path)) == long_text[:-1]


def test_without_script_the_help_says_how_long_a_free_text_may_be(house: House) -> None:
    page = browser(house.clerk).get(step_url(house.filing())).content.decode()
    assert re.findall(r"<noscript>[^<]*<span[^>]*>(最多 \d+ 字)", page) == ["最多 500 字"], "not of telephone and money"


def test_refused_save_shows_the_posted_texts(house: House) -> None:
    """After a submission by somebody else nothing is stored, and the page shows all posted texts."""
    filing, client = house.filing(), browser(house.clerk)
    move_filing(house, filing)
    page = client.post(step_url(filing), {"version": 0, "title": "迟到的字", "objectives[period].text": "第一\r\n第二"})
    assert page.status_code == 409
    words = text_of(page)
    assert "现在不能修改" in words
    assert "迟到的字" in words
    assert "第一" in words
    assert "第二" in words
    filing.refresh_from_db()
    assert filing.fields["title"] == "巷道改造"


def test_links_of_a_step_lead_to_existing_fields(house: House) -> None:
    """In the list of findings and the remarks: for cells, for a table, for the whole sheet."""
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
