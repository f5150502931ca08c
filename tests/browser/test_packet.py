"""Packets: choosing contents, progress, cancelling and resuming; with and without script."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from filings.models import Filing, Packet, Person
from filings.services.packets import PacketScope, create_packet, run_build
from filings.services.packets.lease import Lease, claim_packet
from filings.services.workflow import apply_transition
from tests.browser.conftest import Login, Site
from tests.browser.test_axe import faults
from tests.factories import send

ADMIN = "tuanjie.admin"


def approved(site: Site, count: int = 3) -> list[Filing]:
    filings = [site.filing(at=number) for number in range(count)]
    for filing in filings:
        send(Person.objects.get(username="tuanjie.clerk"), filing.pk)
        apply_transition(Person.objects.get(username="tuanjie.reviewer"), filing.pk, "approve")
    return filings


def started_packet(site: Site) -> tuple[Packet, Lease]:
    """A packet that a worker, this test, has started to build."""
    packet = create_packet(site.filing().cycle, PacketScope())
    lease = claim_packet(packet.pk)
    assert lease
    lease.total = packet.total
    return packet, lease


def report_progress(lease: Lease, done: int) -> None:
    lease.heartbeat(done, stage=f"排版装订 {done}")


def test_packet_is_chosen_built_and_downloaded(site: Site, login: Login) -> None:
    approved(site)
    page = login(ADMIN, f"{site.url}/packets/")
    page.get_by_role("link", name="选择范围").click()
    page.get_by_label("公开版：不含姓名、电话等个人信息").check()
    assert faults(page) == []
    page.get_by_role("button", name="开始生成").click()
    expect(page.get_by_text("已生成 3 / 3 张")).to_be_visible()
    expect(page.get_by_text("公开版，全部单位，全部表，已审核")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 汇总.xlsx").click()
    assert download.value.suggested_filename == "汇总.xlsx"
    assert faults(page) == []


def test_progress_is_shown_until_the_packet_is_ready(site: Site, login: Login) -> None:
    approved(site)
    packet, lease = started_packet(site)
    report_progress(lease, 1)
    page = login(ADMIN, f"{site.url}/packets/{packet.ref}/")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "1")
    expect(page.get_by_text("还需不到 1 分钟")).to_be_visible()
    page.evaluate("window.same = true")
    report_progress(lease, 2)
    expect(page.locator(".step-words")).to_have_text("排版装订 2 2 / 3")
    assert page.evaluate("window.same"), "the page was not loaded again"
    lease.release("waiting")
    run_build(packet.pk)
    expect(page.get_by_text("已生成 3 / 3 张")).to_be_visible()


def test_a_server_that_does_not_answer_is_asked_again(site: Site, login: Login) -> None:
    approved(site)
    packet, lease = started_packet(site)
    report_progress(lease, 1)
    page = login(ADMIN, f"{site.url}/packets/{packet.ref}/")
    with page.expect_response(lambda answer: answer.status == 502):
        page.route(f"**/packets/{packet.ref}/", lambda route: route.fulfill(status=502, body="proxy"))
    page.unroute(f"**/packets/{packet.ref}/")
    lease._beaten = 0.0
    report_progress(lease, 2)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "2")


def test_packet_is_cancelled_and_resumed(site: Site, login: Login) -> None:
    approved(site)
    packet, lease = started_packet(site)
    page = login(ADMIN, f"{site.url}/packets/{packet.ref}/")
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_text("正在取消")).to_be_visible()
    lease.release("cancelled")
    expect(page.get_by_role("button", name="继续")).to_be_visible()
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("已生成 3 / 3 张")).to_be_visible()


def test_without_script_the_page_refreshes_itself(site: Site, login: Login) -> None:
    approved(site)
    packet, lease = started_packet(site)
    page = login(ADMIN, f"{site.url}/packets/{packet.ref}/", java_script_enabled=False)
    expect(page.get_by_text("正在生成 0 / 3")).to_be_visible()
    lease.release("waiting")
    run_build(packet.pk)
    expect(page.get_by_text("已生成 3 / 3 张")).to_be_visible()


def test_a_code_is_verified(site: Site, login: Login) -> None:
    (filing,) = approved(site, 1)
    packet = create_packet(filing.cycle, PacketScope())
    run_build(packet.pk)
    packet.refresh_from_db()
    page: Page = login("", f"{site.url}/verify/")
    page.get_by_label("校验码").fill(packet.plan["offices"][0]["forms"][0]["items"][0]["code"].lower())
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#result")).to_contain_text(filing.subject_name)
    assert faults(page) == []
