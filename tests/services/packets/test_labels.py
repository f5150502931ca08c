"""The Chinese texts of a packet: names of files, covers, stamps, index lines."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from filings.services.packets import labels
from filings.services.packets.plan import PacketPlan, PlannedDepartment, PlannedForm, PlannedSheet

APPROVED = PlannedSheet(
    "修路", "绩效目标表", 3, "approved", "d" * 64, revision=7, number=2, sent="2026-03-01T16:30:00+00:00",
    code="0007-AAAA-BBBB-CCCC", total="50.5",
)  # fmt: skip
LATER = replace(APPROVED, title="修桥", state="in_review", sent="2026-03-05T01:00:00+00:00", code="0008-AAAA-BBBB-CCCC")
DRAFT = PlannedSheet("种树", "绩效目标表", 3, "draft", "e" * 64, mark="草稿")


def plan(*groups: tuple[PlannedSheet, ...], public: bool = False) -> PacketPlan:
    """A plan of departments 101, 102 …, each with one form that has these sheets."""
    departments = tuple(
        PlannedDepartment(f"10{number}", f"第{number}局", (PlannedForm("a/plan", "项目表", items),))
        for number, items in enumerate(groups, 1)
    )
    return PacketPlan("2026年申报", "testshire", "试验区", 2026, 1, public, departments)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("101 本单位", "101 本单位"),
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j"),
        ("一\n二\x00三", "一 二 三"),
        ("..名字. ", "名字"),
        ("../..", "未命名"),
        ("", "未命名"),
        ("长" * 61, "长" * 60),
    ],
)
def test_part_of_a_file_name(text: str, name: str) -> None:
    assert labels.file_name_part(text) == name


def test_a_time_is_local() -> None:
    assert labels.format_day("2026-03-01T16:30:00+00:00") == "2026-03-02 00:30"
    assert labels.format_day("") == ""


def test_the_cover_of_a_department() -> None:
    both = plan((APPROVED, LATER), (APPROVED,))
    cover = labels.packet_cover(both, both.offices[0])
    assert (cover.subject, cover.above) == ("2026年申报", "试验区")
    assert cover.facts == (
        ("单位", "第1局"), ("申报表", "2 张"), ("版本", "内部版"), ("截至", "2026-03-05 09:00"),
    )  # fmt: skip


def test_the_cover_of_all_departments_counts_drafts() -> None:
    cover = labels.packet_cover(plan((APPROVED,), (DRAFT, DRAFT), public=True), None)
    assert cover.facts == (
        ("单位", "2 个单位"), ("申报表", "3 张"), ("版本", "公开版（不含个人信息）"), ("截至", "2026-03-02 00:30"),
        ("说明", "含未送审的草稿 2 张"),
    )  # fmt: skip


def test_a_cover_of_drafts_alone_has_no_date() -> None:
    assert "截至" not in dict(labels.packet_cover(plan((DRAFT,)), None).facts)


def test_the_name_of_the_variant() -> None:
    assert [labels._variant_label(plan(public=public)) for public in (False, True)] == ["内部", "公开"]


def test_stamps_of_revision_and_draft() -> None:
    stamp = labels.sheet_stamp(APPROVED)
    assert stamp.lines == (
        "绩效目标表　表样第 3 版", "第 2 稿　2026-03-02 00:30 送审", "校验码 0007-AAAA-BBBB-CCCC",
    )  # fmt: skip
    assert stamp.qr_modules
    draft = labels.sheet_stamp(DRAFT)
    assert (draft.lines, draft.qr_modules) == (("绩效目标表　表样第 3 版", "草稿，未送审"), None)


def test_the_contents_name_the_state_of_what_is_not_approved() -> None:
    (department,) = plan((APPROVED, LATER, DRAFT)).offices
    volume = labels.department_volume(department, {})
    (chapter,) = volume.chapters
    assert (volume.title, chapter.title) == ("第1局", "项目表")
    assert [(entry.title, entry.note) for entry in chapter.entries] == [
        ("修路", ""), ("修桥", "审核中"), ("种树", "填报中"),
    ]  # fmt: skip


def test_a_line_of_the_index_fits_its_heads() -> None:
    line = labels.index_line(APPROVED, "项目表")
    assert line == ("修路", "项目表", "已审核", Decimal("50.5"), "2026-03-02 00:30", "0007-AAAA-BBBB-CCCC")
    assert len(line) + 1 == len(labels.INDEX.heads) == len(labels.INDEX.widths)
    assert labels.index_line(DRAFT, "项目表") == ("种树", "项目表", "填报中", "", "", "")
