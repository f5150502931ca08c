"""A year of use: what becomes of the sheets of the demo, told through the pages; for `make_release.py`."""

from __future__ import annotations

import json
from collections.abc import Callable

from people import CLOCK, Place, command, rows

SMALL = """\
key = "kunming-chenggong/small"
version = 1
name = "小额项目绩效目标表"
subject = "project"

[[block]]
kind = "title"
lines = ["{year}年小额项目绩效目标表"]

[[block]]
kind = "table"
widths_mm = [30, 55, 30, 55]
draw = '''
| 项目名称 | {project_name} | <      | <         |
| 负责人   | {leader}       | 电话   | {phone}   |
| 目标     | {goal}         | <      | <         |
'''

[tables.objectives.columns]
text = { kind = "text", label = "目标" }
[tables.objectives.rows]
annual = { term = "annual" }

[cells]
project_name = { label = "项目名称", required = true, default = "{project}" }
leader = { label = "负责人", width = 6 }
phone = { label = "电话", kind = "phone", width = 6 }
goal = { at = "objectives[annual].text", label = "年度目标", kind = "text", required = true }

[[section]]
key = "all"
title = "项目"
cells = ["project_name", "leader", "phone", "goal"]
"""


# What becomes of a sheet. Each is one way through a year.


def approved(place: Place, ref: str) -> None:
    if place.send(ref):
        place.act(place.reviewer, ref, "approve")


def mended(place: Place, ref: str) -> None:
    """Returned with two remarks, one answered, changed, sent in again, approved."""
    if not place.send(ref):
        return
    path, _ = place.cell(ref)
    place.act(place.reviewer, ref, "start_review")
    number = place.remark(ref, path, "请写明完成时间。")
    place.remark(ref, "", "请核对整张表的金额。")
    place.act(place.reviewer, ref, "return", "请按意见修改。")
    place.edit(ref)
    place.clerk.post(f"/filings/{ref}/remarks/{number}/", answer="已补充。")
    for (pk,) in rows("SELECT id FROM filings_remark WHERE status = 'open' AND filing_id = "
                      "(SELECT id FROM filings_filing WHERE ref = %s) ORDER BY id", ref):  # fmt: skip
        place.clerk.post(f"/filings/{ref}/remarks/{pk}/", answer="金额已核对。")
    if place.send(ref):
        place.act(place.reviewer, ref, "approve", "同意。")


def in_review(place: Place, ref: str) -> None:
    """Being reviewed: an open remark, a closed one, an opinion, and the page is open."""
    if not place.send(ref):
        return
    path, _ = place.cell(ref)
    place.act(place.reviewer, ref, "start_review")
    place.remark(ref, path, "目标能否量化？")
    closed = place.remark(ref, "", "附件是否齐全？")
    place.reviewer.post(f"/filings/{ref}/remarks/", close=str(closed))
    place.reviewer.post(
        f"/filings/{ref}/opinion/", **{"grade-0": "良", "words-0": "相关", "grade": "良", "text": "可行"}
    )
    place.reviewer.client.post(f"/filings/{ref}/look/")


def returned(place: Place, ref: str) -> None:
    """Sent back and being changed: one remark answered, one open."""
    if not place.send(ref):
        return
    path, _ = place.cell(ref)
    number = place.remark(ref, path, "请与上年对比。")
    place.remark(ref, path, "单位是什么？")
    place.act(place.reviewer, ref, "return")
    place.clerk.post(f"/filings/{ref}/remarks/{number}/", answer="已对比。")
    place.edit(ref)


def submitted(place: Place, ref: str) -> None:
    place.send(ref)


def drafted(place: Place, ref: str) -> None:
    """Still a draft: two people edited it, a file was handed in."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    place.edit(ref)
    place.edit(ref, place.lead)
    place.clerk.post(f"/filings/{ref}/attachments/", file=SimpleUploadedFile("立项批复.pdf", b"%PDF-1.4\n%upgrade\n"))


def untouched(place: Place, ref: str) -> None:
    pass


def withdrawn(place: Place, ref: str) -> None:
    if place.send(ref):
        place.act(place.clerk, ref, "withdraw")


def reopened(place: Place, ref: str) -> None:
    approved(place, ref)
    if place.state(ref) == "approved":
        place.act(place.admin, ref, "reopen", "年中调整。")
        place.edit(ref)


WAYS: tuple[Callable[[Place, str], None], ...] = (
    approved, mended, in_review, returned, submitted, drafted, untouched, withdrawn, reopened,
)  # fmt: skip


def replies(place: Place) -> None:
    """What blocks drafts: the first finding is let pass, the second declined, the third asked for and unanswered."""
    drafts = {ref for ref in place.refs if place.state(ref) == "draft"}
    found = [
        (one["filing"], f"{one['code']}:{one['path']}")
        for one in json.loads(command("check_filing", "--all", "--json"))
        if one["severity"] == "error" and one["filing"] in drafts
    ]
    for number, (ref, finding) in enumerate(found[:3]):
        place.clerk.post(f"/filings/{ref}/findings/ask/", finding=finding, text="上级文件如此规定。")
        if number < 2:
            action = ("waive", "decline")[number]
            place.reviewer.post(f"/filings/{ref}/findings/{action}/", finding=finding, text="已核对文件。")


def own_form(place: Place) -> None:
    """A form of the place's own, uploaded, put into the cycle, reminded of, filled and sent in; another is begun."""
    (cycle, department) = rows(
        "SELECT c.id, d.id FROM filings_cycle c JOIN filings_department d USING (jurisdiction_id) "
        "JOIN filings_jurisdiction j ON j.id = c.jurisdiction_id WHERE j.code = %s", place.code
    )[0]  # fmt: skip
    page = place.admin.post("/layouts/", text=SMALL)
    place.admin.post(page, cycle=str(cycle))
    place.reviewer.post(f"/board/{cycle}/remind/", department=str(department), text="请尽快填报小额项目。", do="send")
    due = rows("SELECT max(id) FROM filings_dueform")[0][0]
    for name in ("路灯维修", "花坛维护"):
        ref = place.clerk.post(f"/start/{due}/{department}/", new_project=name).split("/")[2]
        for number, (path, text) in enumerate(
            [("leader", "王小明"), ("phone", "0871-67471234"), ("objectives[annual].text", f"全年完成{name}12次。")]
        ):
            place.clerk.save(ref, number, path, text)
        if name == "路灯维修" and not place.send(ref):
            raise SystemExit(f"{ref} was not taken")


def next_year(place: Place) -> None:
    """A second cycle, set up by the admin, with a new version of a form and a sheet copied from last year's."""
    (jurisdiction, profile, department) = rows(
        "SELECT j.id, c.profile, d.id FROM filings_cycle c JOIN filings_jurisdiction j ON j.id = c.jurisdiction_id "
        "JOIN filings_department d ON d.jurisdiction_id = j.id WHERE j.code = %s", place.code
    )[0]  # fmt: skip
    place.admin.post(
        "/admin/filings/cycle/add/", jurisdiction=str(jurisdiction), year="2024", round="1", title="2024年部门预算",
        opens_at_0="2026-03-01", opens_at_1="08:00:00", deadline_0="2026-12-31", deadline_1="18:00:00",
        profile=profile.replace("year = 2023", "year = 2024"),
        **{f"due_forms-{name}": value for name, value in
           {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}.items()},
    )  # fmt: skip
    cycle = rows("SELECT max(id) FROM filings_cycle")[0][0]
    key = f"{place.code}/direction"
    source = str(rows("SELECT source FROM filings_layoutversion WHERE key = %s", key)[0][0])
    page = place.admin.post("/layouts/", text=source.replace("version = 1", "version = 2", 1))
    place.admin.post(page, cycle=str(cycle), title="支出方向（新）")
    due = rows("SELECT max(id) FROM filings_dueform")[0][0]
    last = rows(
        "SELECT f.ref, f.project_id FROM filings_filing f JOIN filings_layoutversion l ON l.id = f.layout_id "
        "WHERE l.key = %s ORDER BY f.id", key
    )[0]  # fmt: skip
    place.clerk.post(f"/start/{due}/{department}/", project=str(last[1]), copy=last[0])


def master_data(place: Place) -> None:
    """A project that the admin gave a code: its history has two lines."""
    pk, department, jurisdiction, name = rows(
        "SELECT id, department_id, jurisdiction_id, name FROM filings_project WHERE jurisdiction_id = "
        "(SELECT id FROM filings_jurisdiction WHERE code = %s) ORDER BY id", place.code
    )[0]  # fmt: skip
    place.admin.post(
        f"/admin/filings/project/{pk}/change/",
        jurisdiction=str(jurisdiction), department=str(department), name=name, code="P-0001", project_class="经常性",
    )  # fmt: skip


def packet(place: Place) -> None:
    cycle = rows(
        "SELECT c.id FROM filings_cycle c JOIN filings_jurisdiction j ON j.id = c.jurisdiction_id WHERE j.code = %s",
        place.code,
    )[0][0]
    place.admin.post("/packets/", cycle=str(cycle))


def look_up() -> None:
    """Somebody without an account asks whether a code is genuine; since release 0.3 the database counts who asks."""
    from django.test import Client

    answer = Client(SERVER_NAME="localhost").get("/verify/", {"code": "2345-6789-ABCD"})
    if answer.status_code != 200:
        raise SystemExit(f"/verify/: {answer.status_code}")


def work() -> None:
    """Do what waits in the queue."""
    CLOCK.later(1)
    command("db_worker", "--batch", "--queue-name", "*", "--worker-id", "release", "--no-startup-delay")


def year() -> None:
    """All that happens."""
    names = {
        "luolong": "kunming-chenggong",
        "tuanjie": "yinchuan-yongning",
        "xuelin": "zhuzhou-shifeng",
        "lunan": "tangshan-lunan",
        "qianjin": "wuhan-jianghan",
    }
    places = [Place(*pair) for pair in names.items()]
    for shift, place in enumerate(places):
        for number, ref in enumerate(place.refs):
            WAYS[(number + shift) % len(WAYS)](place, ref)
        replies(place)
    own_form(places[0])
    next_year(places[2])
    master_data(places[1])
    work()
    packet(places[4])
    work()
    for place in places:
        place.clerk.post("/notices/", until=CLOCK.now.isoformat())
    look_up()
    # What nobody has done yet when the release is replaced: a sheet that was sent in, a packet that was asked for.
    submitted(places[1], next(ref for ref in places[1].refs if places[1].state(ref) == "returned"))
    packet(places[3])
