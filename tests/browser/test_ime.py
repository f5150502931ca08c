"""Chinese input methods: text under composition is never saved, overwritten, moved or submitted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Login, Site, cell, expect_saved, state

NATURE, PERIOD = "project_nature", "project_period"


class Method:
    """Drives Chromium's composition as an input method does."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)

    def compose(self, text: str) -> None:
        self.session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )

    def commit(self, text: str) -> None:
        self.session.send("Input.insertText", {"text": text})


@pytest.fixture
def page(site: Site, login: Login) -> Page:
    page = login(url=site.step(site.filing(), "project"))
    cell(page, NATURE).fill("")
    cell(page, NATURE).blur()
    expect_saved(page)
    return page


@pytest.fixture
def sent(page: Page) -> list[str]:
    """The texts that the page sends, in order."""
    texts: list[str] = []

    def note(request: Any) -> None:
        if request.url.endswith("/save/"):
            texts.extend(edit.get("value", "") for edit in json.loads(request.post_data)["edits"])

    page.on("request", note)
    return texts


def fire(page: Page, path: str, kind: str, value: str | None = None, **options: Any) -> None:
    """Dispatch an event as unusual input methods do, with the text of the field at that time."""
    cell(page, path).evaluate(
        """(field, [kind, value, options]) => {
          if (value !== null) field.value = value;
          const Kind = kind.startsWith("composition") ? CompositionEvent
            : kind === "input" ? InputEvent : KeyboardEvent;
          field.dispatchEvent(new Kind(kind, Object.assign({bubbles: true, cancelable: true}, options)));
        }""",
        [kind, value, options],
    )


def test_pinyin_is_never_saved(page: Page, site: Site, sent: list[str]) -> None:
    page.clock.install()
    method = Method(page)
    cell(page, NATURE).focus()
    for text in ("z", "zh", "zhi", "zhi'b", "zhi'biao"):
        method.compose(text)
        page.clock.run_for(3000)  # a person who looks for the word: longer than any pause or ceiling of the autosave
    assert sent == []
    method.commit("指标")
    page.clock.run_for(2000)
    expect_saved(page)
    assert sent == ["指标"]
    assert site.value(site.filing(), NATURE) == "指标"


def test_the_state_is_unsaved_while_composing(page: Page) -> None:
    cell(page, NATURE).focus()
    Method(page).compose("zhi")
    expect(state(page)).to_have_text("未保存")


def test_leaving_during_a_composition_saves_the_text_of_the_field(page: Page, site: Site, sent: list[str]) -> None:
    cell(page, NATURE).focus()
    Method(page).compose("zhi'biao")
    cell(page, PERIOD).focus()
    expect_saved(page)
    assert site.value(site.filing(), NATURE) == cell(page, NATURE).input_value()


def test_a_composition_without_end_event_ends_with_the_focus(page: Page, site: Site, sent: list[str]) -> None:
    cell(page, NATURE).focus()
    fire(page, NATURE, "compositionstart")
    fire(page, NATURE, "input", "zhi'b", isComposing=True)
    fire(page, NATURE, "input", "指标", isComposing=True)
    cell(page, PERIOD).focus()
    expect_saved(page)
    assert sent == ["指标"]
    cell(page, NATURE).focus()
    page.keyboard.press("End")
    page.keyboard.type("x")
    expect_saved(page)
    assert site.value(site.filing(), NATURE) == "指标x"


def test_an_end_after_the_last_input_saves_once(page: Page, sent: list[str]) -> None:
    cell(page, NATURE).focus()
    fire(page, NATURE, "compositionstart")
    fire(page, NATURE, "input", "zhi", isComposing=True)
    fire(page, NATURE, "input", "指", isComposing=True)
    fire(page, NATURE, "compositionend", "指")
    fire(page, NATURE, "input", "指", isComposing=False)
    expect_saved(page)
    assert sent == ["指"]


def test_a_cancelled_composition_saves_nothing(page: Page, sent: list[str]) -> None:
    cell(page, NATURE).focus()
    fire(page, NATURE, "compositionstart")
    fire(page, NATURE, "input", "zhi", isComposing=True)
    fire(page, NATURE, "compositionend", "")
    expect_saved(page)
    assert sent == []


def test_two_words_at_once_are_one_text(page: Page, site: Site, sent: list[str]) -> None:
    method = Method(page)
    cell(page, NATURE).focus()
    for pinyin, word in (("yan'xu'xing", "延续性"), ("xiang'mu", "项目")):
        method.compose(pinyin)
        method.commit(word)
    expect_saved(page)
    assert site.value(site.filing(), NATURE) == "延续性项目"
    assert not [text for text in sent if text.isascii()]


def answer_while_composing(page: Page, text: str) -> Method:
    """Save another cell, and let the answer come while a text is being composed; the method that composes it."""
    held: list[Any] = []
    page.route("**/save/", lambda route: held.append(route), times=1)
    with page.expect_request("**/save/"):
        cell(page, PERIOD).fill("期限")
        cell(page, PERIOD).blur()
    method = Method(page)
    cell(page, NATURE).focus()
    method.compose(text)
    with page.expect_response("**/save/"):
        held[0].continue_()
    return method


def test_an_answer_does_not_change_a_composition(page: Page, site: Site, login: Login, sent: list[str]) -> None:
    other = login("tuanjie.lead", site.step(site.filing(), "project"))
    cell(other, NATURE).fill("李建国写的")
    cell(other, NATURE).blur()
    expect_saved(other)
    method = answer_while_composing(page, "wo'de")
    expect(state(page)).to_have_attribute("data-unsent", "0")
    expect(cell(page, NATURE)).to_have_value("wo'de")
    expect(cell(page, NATURE)).to_be_focused()
    method.commit("我的")
    expect(cell(page, NATURE)).to_have_value("我的")
    expect(page.locator("#save-conflicts")).to_contain_text("李建国写的")
    assert site.value(site.filing(), NATURE) == "李建国写的"


def test_an_ended_session_waits_for_the_end_of_the_word(page: Page, site: Site) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()
    method = answer_while_composing(page, "zhi")
    expect(state(page)).to_have_attribute("data-state", "failed")
    expect(page.get_by_role("dialog")).to_have_count(0)
    method.commit("指")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(cell(page, NATURE)).to_have_value("指")


@pytest.mark.parametrize("options", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_that_confirms_a_word_neither_moves_nor_adds_a_row(
    site: Site, login: Login, options: dict[str, Any]
) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "indicators"))
    last = site.rows(filing)[-1]
    path, count = f"indicators[{last.id}].value", page.locator("tr[data-row]").count()
    cell(page, path).focus()
    fire(page, path, "keydown", key="Enter", **options)
    expect(cell(page, path)).to_be_focused()
    assert page.locator("tr[data-row]").count() == count


def test_a_word_composed_over_a_selected_cell_replaces_it(site: Site, login: Login) -> None:
    filing = site.filing()
    page = login(url=site.step(filing, "indicators"))
    first, second = site.rows(filing)[:2]
    cell(page, f"indicators[{first.id}].name").focus()
    page.keyboard.press("Enter")
    method = Method(page)
    method.compose("xin")
    page.keyboard.press("ArrowDown")  # the input method's own list
    expect(cell(page, f"indicators[{second.id}].name")).to_be_focused()
    method.commit("新名称")
    expect(cell(page, f"indicators[{second.id}].name")).to_have_value("新名称")
    expect_saved(page)
    assert site.value(filing, f"indicators[{second.id}].name") == "新名称"
