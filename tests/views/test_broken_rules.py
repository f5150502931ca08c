"""A stored profile or layout that cannot be read takes no page down, and none that can be refused is stored."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from filings.models import CheckResult, LayoutVersion, Packet, State
from filings.services.checking import check_and_store
from filings.services.new_filings import start_filing
from filings.services.packets import PacketScope, create_packet, run_build
from filings.services.workflow import apply_transition
from filings.sheet.document import digest
from tests.factories import (
    BREAKERS,
    LAYOUT,
    PROFILE,
    House,
    break_layout,
    break_profile,
    build_house,
    due_form,
    filled,
    opened_cycle,
    send,
)
from tests.views.access_site import REQUESTS, Site, states_of, undone
from tests.views.access_table import Request
from tests.views.kit import browser, step_url

ROLES = ("clerk", "both", "reviewer", "admin", "anonymous")


@pytest.mark.parametrize("what", BREAKERS)
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.name)
def test_no_page_of_any_role_breaks(site: Site, request_: Request, what: str) -> None:
    """Every address, method and role of the access table: an error that nobody foresaw would be raised here."""
    for state in states_of(site, request_.route)[::4]:  # draft and approved
        for role in ROLES:
            with undone():
                BREAKERS[what](site.house)
                answer = site.ask(request_, role, state)
                if answer.streaming:
                    list(answer)
                assert answer.status_code < 500 or answer.status_code == 503, (role, state)
                if answer.status_code == 503:
                    text = answer.content.decode("unicode_escape" if "json" in answer["Content-Type"] else "utf-8")
                    assert "暂时无法读取，请联系管理员" in text, (role, state)


@pytest.fixture
def examples(house: House) -> House:
    """A house whose admin may enter the master data site."""
    type(house.admin).objects.filter(pk=house.admin.pk).update(is_staff=True)
    return house


PAGES = {
    "clerk": ["/tasks/", "/notices/"],
    "lead": ["/tasks/"],
    "reviewer": ["/review/waiting/", "/review/all/", "/board/", "/board/{cycle}/", "/board/{cycle}/remind/"],
    "auditor": ["/review/all/", "/board/{cycle}/", "/board/{cycle}/{department}/"],
    "admin": ["/packets/", "/packets/?cycle={cycle}", "/layouts/", "/layouts/{layout}/", "/layouts/{layout}/?fill=1",
              "/admin/", "/admin/filings/cycle/", "/admin/filings/cycle/{cycle}/change/",
              "/admin/filings/layoutversion/{layout}/change/"],
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKERS)
def test_lists_and_boards_of_the_place_work(examples: House, what: str) -> None:
    house = examples
    send(house.clerk, house.filing().pk)
    house.filing()
    BREAKERS[what](house)
    known = {"cycle": house.cycle.pk, "department": house.department.pk, "layout": house.due.layout.pk}
    for role, addresses in PAGES.items():
        client = browser(house.people[role])
        for address in addresses:
            assert client.get(address.format(**known)).status_code == 200, (role, address)


@pytest.mark.parametrize(
    ("what", "name", "problem"),
    [("profile", "批次“2026年申报”的规则", "profile.toml 第 2 行：不符合 TOML 语法"),
     ("layout", "表样“试用绩效目标表（第 1 版）”", "第 3 行：文件有不认识的键 font_pt")],
)  # fmt: skip
def test_people_are_told_what_cannot_be_read_and_its_admin_why(
    examples: House, what: str, name: str, problem: str
) -> None:
    house, filing = examples, examples.filing()
    BREAKERS[what](house)
    tasks, sheet = (browser(house.clerk).get(one) for one in ("/tasks/", f"/filings/{filing.ref}/"))
    assert (tasks.status_code, sheet.status_code) == (200, 503)
    for answer in (tasks, sheet):
        page = answer.content.decode()
        assert f"{name}暂时无法读取，请联系管理员。" in page
        assert problem not in page
        assert "去修改" not in page
    board = f"/board/{house.cycle.pk}/"
    for address in ("/packets/", board, "/layouts/", f"/filings/{filing.ref}/receipt/"):
        page = browser(house.admin).get(address).content.decode()
        if "receipt" not in address:
            assert f"{name}暂时无法读取" in page
            assert problem in page
            (link,) = re.findall(r'<a class="button" href="([^"]+)">去修改</a>', page)
            mended = browser(house.admin).get(link)
            assert mended.status_code == 200
            assert ("2027 年" if what == "profile" else "font_pt = nan") in mended.content.decode()
    assert problem not in browser(house.reviewer).get(board).content.decode()


def test_what_was_typed_into_a_step_is_shown_again(house: House) -> None:
    filing = house.filing()
    break_profile(house.cycle)
    typed = {"version": "0", "title": "新的名目", "objectives[period].text": "三年\n改完", "do": "save"}
    answer = browser(house.clerk).post(step_url(filing), typed)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "您刚才填写的内容没有保存" in page
    assert "新的名目" in page
    assert "三年<br>改完" in page
    body = {"version": 0, "operation": "abcdefghijk", "edits": [{"do": "set", "path": "title", "value": "x"}]}
    saved = browser(house.clerk).post(
        f"/filings/{filing.ref}/save/", json.dumps(body), content_type="application/json",
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert saved.status_code == 503
    assert "暂时无法读取" in saved.json()["error"]


def test_other_forms_and_cycles_and_places_go_on(examples: House) -> None:
    house = examples
    text = LAYOUT.replace("testshire/plan", "testshire/broken").replace("试用绩效目标表", "坏掉的表")
    due = due_form(house, text, title="坏表")
    ill = start_filing(house.clerk, house.cycle, due, house.department, house.project(), document=filled())
    good = house.filing()
    break_layout(due.layout)
    later = opened_cycle(house.place, 2027)
    break_profile(later)
    tasks = browser(house.clerk).get("/tasks/").content.decode()
    assert "坏掉的表" in tasks
    assert "批次“2027年申报”的规则暂时无法读取" in tasks
    assert tasks.count("可以送审") == 1, "the good sheet is checked, the bad one is not"
    assert browser(house.clerk).get(f"/filings/{good.ref}/").status_code == 200
    assert browser(house.clerk).get(f"/filings/{ill.ref}/").status_code == 503
    send(house.clerk, good.pk)
    apply_transition(house.reviewer, good.pk, "approve")
    good.refresh_from_db()
    assert good.state == State.APPROVED
    checked = check_and_store([type(good).objects.with_parts().get(pk=pk) for pk in (good.pk, ill.pk)])
    assert set(checked) == {good.pk}
    assert not CheckResult.objects.filter(filing=ill).exists()
    # The newest cycle is the broken one: the page of a form draws it all the same.
    assert browser(house.admin).get(f"/layouts/{house.due.layout.pk}/?fill=1").status_code == 200
    elsewhere = build_house("elseshire")
    page = browser(elsewhere.clerk).get("/tasks/").content.decode()
    assert "暂时无法读取" not in page


def test_a_packet_of_what_cannot_be_read_fails_with_the_reason(house: House) -> None:
    send(house.clerk, house.filing().pk)
    break_layout(house.due.layout)
    packet = create_packet(house.cycle, PacketScope(states=("submitted",)))
    assert run_build(packet.pk) == ""
    packet.refresh_from_db()
    assert packet.status == Packet.Status.FAILED
    assert "表样“试用绩效目标表（第 1 版）”暂时无法读取" in packet.fault
    assert "第 3 行" in packet.fault


def test_the_check_of_all_goes_on_without_it(house: House) -> None:
    house.filing(filled(phone="1"))
    text = LAYOUT.replace("testshire/plan", "testshire/broken")
    due = due_form(house, text, title="坏表")
    start_filing(house.clerk, house.cycle, due, house.department, house.project(), document=filled())
    break_layout(due.layout)
    out = StringIO()
    with pytest.raises(Exception, match="errors"):
        call_command("check_filing", "--all", stdout=out)
    assert "phone" in out.getvalue()


def test_a_style_sheet_of_a_broken_layout_is_not_found(house: House) -> None:
    break_layout(house.due.layout)
    sha256 = LayoutVersion.objects.get(pk=house.due.layout.pk).sha256
    assert Client().get(reverse("layout_css", args=[sha256])).status_code == 404


# -- bounds that came after a form was taken into use --------------------------------------------------------------

LONG = "长" * 2_100


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("widths_mm = [40, 40,", "widths_mm = [40, 2,", 16, "widths_mm 的每一项应在 3 至 420 之间，而不是 2"),
        ("widths_mm = [40, 40,", "widths_mm = [40, 0.5,", 16, "widths_mm 的每一项应在 3 至 420 之间，而不是 0.5"),
        ("     | 名目 |", "270mm | 名目 |", 18, "行高 270 mm 超过一页（版心高 257 mm）"),
        ('kind = "phone" }', f'kind = "phone", help = "{LONG}" }}', 28, "cells.phone.help 有 2100 字，最多 2000 字"),
        ("     | 名目 |", f"     | {LONG}{LONG} |", 18, "字，最多 4000 字，请分行写"),
    ],
    ids=["column", "hardly a column", "height", "help", "line"],
)
def test_a_form_of_release_0_1_beyond_them_works_and_its_admin_is_told(
    house: House, old: str, new: str, line: int, reason: str
) -> None:
    filing, text = house.filing(), LAYOUT.replace(old, new, 1)
    LayoutVersion.objects.filter(pk=house.due.layout.pk).update(source=text, sha256=digest(text))
    clerk, admin = browser(house.clerk), browser(house.admin)
    files = [f"/filings/{filing.ref}/file.{format_}" for format_ in ("pdf", "xlsx", "html")]
    for address in ("/tasks/", step_url(filing), f"/filings/{filing.ref}/", *files):
        assert clerk.get(address).status_code == 200, address
    page = f"/layouts/{house.due.layout.pk}/"
    told = admin.get(page).content.decode()
    assert f"testshire/plan 第 {line} 行：" in told
    assert reason in told
    for address in (f"{page}?fill=1", f"{page}sample.pdf", f"{page}sample.xlsx"):
        assert admin.get(address).status_code == 200, address


# -- refused where it is saved -------------------------------------------------------------------------------------


def save_cycle(house: House, profile: str, **more: object) -> str:
    """What the master data site answers to a changed profile: the text of its errors, '' if it was stored."""
    at = {"opens_at_0": "2026-01-01", "opens_at_1": "08:00", "deadline_0": "2026-12-01", "deadline_1": "18:00"}
    data = {"jurisdiction": house.place.pk, "year": 2026, "round": 1, "title": "改名", "profile": profile, **at, **more}
    address = reverse("admin:filings_cycle_change", args=[house.cycle.pk])
    answer = browser(house.admin).post(address, data)
    if answer.status_code == 302:
        return ""
    return " ".join(re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL))


def test_a_profile_that_cannot_be_read_is_not_saved(examples: House) -> None:
    house = examples
    assert "profile.toml 第 1 行：不符合 TOML 语法" in save_cycle(house, "这不是规则")
    assert "profile.toml 第 2 行：不符合 TOML 语法" in save_cycle(house, PROFILE.replace("2026", "2027 年"))
    assert "profile.toml 第 2 行：year 应与批次的年度 2026 一致，而不是 2025" in save_cycle(
        house, PROFILE.replace("2026", "2025")
    )
    other = save_cycle(house, PROFILE.replace("testshire", "elseshire"))
    assert "profile.toml 第 1 行：place 应为本行政区的代号 testshire" in other
    two = save_cycle(house, PROFILE.replace("2026", "1") + "\n[limits]\nname_length = nan\n")
    assert "第 2 行：year 应在 2,000 至 2,100 之间" in two
    assert "limits.name_length 应在 1 至 200 之间" in two
    house.cycle.refresh_from_db()
    assert (house.cycle.profile, house.cycle.title) == (PROFILE, "2026年申报")


def test_a_good_profile_is_saved_with_the_line_ends_of_files(examples: House) -> None:
    text = PROFILE + "\n[limits]\nname_length = 30\n"
    assert save_cycle(examples, text.replace("\n", "\r\n")) == ""
    examples.cycle.refresh_from_db()
    assert examples.cycle.profile.strip() == text.strip()
    assert "\r" not in examples.cycle.profile
