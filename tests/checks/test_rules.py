"""Each rule: what it finds, at which cell, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import CheckSubject, Finding, blocking_findings, check_sheet, describe
from filings.checks import run as runner
from filings.sheet.document import Document, Row
from tests.factories import LAYOUT, PROFILE, filled, layout, profile, with_text


def findings(document: Document, layout_text: str = LAYOUT, profile_text: str = PROFILE) -> list[Finding]:
    return check_sheet(CheckSubject(layout(layout_text), document, profile(profile_text)))


def found(document: Document, **more: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in findings(document, **more)]


def with_rows(*rows: Row) -> Document:
    document = filled()
    return replace(document, tables={**document.tables, "indicators": (*document.rows("indicators"), *rows)})


def without(document: Document, table: str, row_id: str) -> Document:
    return replace(
        document, tables={**document.tables, table: tuple(row for row in document.rows(table) if row.id != row_id)}
    )


def test_a_good_filing_has_no_findings() -> None:
    assert findings(filled()) == []


@pytest.mark.parametrize(
    ("cell", "text", "expected"),
    [
        # C01 required, C03 signs only
        ("title", "", [("C01", "title")]),
        ("title", " 　\n", [("C01", "title")]),
        ("title", "无", []),
        ("title", "——", [("C03", "title")]),
        ("title", "／", [("C03", "title")]),
        ("title", "A-1", []),
        ("long_goal", "…", [("C03", "objectives[period].text")]),
        ("long_goal", "  ", [("C02", "objectives[period].text")]),
        # C04 goals together
        ("long_goal", "", [("C04", "objectives[period].text")]),
        ("year_goal", "", [("C04", "objectives[annual].text")]),
        ("year_goal", "目标：", [("C04", "objectives[annual].text")]),
        ("year_goal", "目标:　", [("C04", "objectives[annual].text")]),
        ("year_goal", "目标：修路", []),
        # C31 money, C69 telephone
        ("grant", "三十", [("C31", "funding[grant].amount")]),
        ("grant", "30元/人", [("C31", "funding[grant].amount")]),
        ("grant", "３０．００万元", [("C61", "funding[grant].amount")]),
        ("grant", "300000元", [("C62", "funding[grant].amount")]),
        ("phone", "", []),
        ("phone", "无", [("C69", "phone")]),
        ("phone", "（０９５１）１２３ ４５６７", []),
        # C54 sum, C55 empty total
        ("total", "50.004", []),
        ("total", "49.995", []),
        ("total", "50.006", [("C54", "funding[total].amount")]),
        ("total", "500000元", [("C62", "funding[total].amount")]),
        ("total", "-50", [("C54", "funding[total].amount")]),
        ("total", "", [("C55", "funding[total].amount")]),
        ("rest", "", [("C54", "funding[total].amount")]),
        ("rest", "20.01", [("C54", "funding[total].amount")]),
    ],
)
def test_a_cell_of_the_sheet(cell: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(filled(**{cell: text})) == expected


def test_a_telephone_number_with_an_extension_blocks_nothing() -> None:
    assert findings(filled(phone="0951-1234567转801")) == []
    assert [finding.severity for finding in findings(filled(phone="0951-1234567、13807331234"))] == ["warning"]
    assert [finding.severity for finding in findings(filled(phone="社区办公室"))] == ["error"]


def test_a_mobile_number_that_lacks_a_digit_blocks() -> None:
    assert found(filled(phone="1380733123")) == [("C69", "phone")]
    assert [finding.severity for finding in findings(filled(phone="1380733123"))] == ["error"]


def test_an_empty_total_over_filled_parts_where_it_is_not_required() -> None:
    text = LAYOUT.replace('label = "试用总额", required = true', 'label = "试用总额"')
    (finding,) = findings(filled(total=""), layout_text=text)
    assert (finding.code, finding.path) == ("C55", "funding[total].amount")
    assert dict(finding.facts)["summed"] == "50"


def test_no_money_at_all_is_no_wrong_sum() -> None:
    text = LAYOUT.replace('label = "试用总额", required = true', 'label = "试用总额"')
    assert found(filled(total="", grant="", rest=""), layout_text=text) == []
    assert found(filled(total="0", grant="", rest=""), layout_text=text) == []


def test_a_total_over_parts_that_are_all_empty() -> None:
    assert found(filled(total="7", grant="", rest="")) == [("C55", "funding[total].amount")]


def test_sums_are_exact() -> None:
    assert found(filled(total="100", grant="33.33", rest="66.67")) == []
    assert found(filled(total="0.3", grant="0.1", rest="0.2")) == []
    assert found(filled(total="0", grant="0", rest="0")) == []


def test_both_goals_empty_is_left_to_what_is_required() -> None:
    assert found(filled(long_goal="", year_goal="")) == []


@pytest.mark.parametrize(
    ("row", "category", "expected"),
    [("i1", "产出", ("C05", "indicators")), ("i2", "效益", ("C06", "indicators"))],
)
def test_each_required_category_has_a_row(row: str, category: str, expected: tuple[str, str]) -> None:
    (finding,) = findings(without(filled(), "indicators", row))
    assert (finding.code, finding.path) == expected
    assert dict(finding.facts) == {"label": f"{category}指标"}


def test_a_row_without_a_name_does_not_stand_for_its_category() -> None:
    assert ("C05", "indicators") in found(with_text(filled(), "indicators[i1].name", ""))


def test_the_level2_name_decides_where_a_row_belongs() -> None:
    wrong = with_text(filled(), "indicators[i1].level1", "一级指标写错")
    assert found(wrong) == [("C15", "indicators[i1].level1")], "no C05: the row still counts as output"


def test_a_place_that_requires_nothing_has_its_way() -> None:
    free = PROFILE.replace('["output", "benefit"]', "[]")
    assert found(without(filled(), "indicators", "i1"), profile_text=free) == []


@pytest.mark.parametrize("column", ["level1", "level2", "name", "value"])
def test_a_row_that_was_begun_is_complete(column: str) -> None:
    row = {"level1": "产出指标", "level2": "数量指标", "name": "新增", "value": "≥1"}
    (finding,) = blocking_findings(
        [
            f
            for f in findings(with_rows(Row("n", {**row, "value": "≥1次", column: ""})))
            if f.path.startswith("indicators[n]")
        ]
    )
    assert (finding.code, finding.path) == ("C11", f"indicators[n].{column}")
    (text,) = describe(layout(), with_rows(Row("n", {**row, column: ""})), [finding])
    assert text.row_name == ("" if column == "name" else "新增")
    assert text.message.startswith("第 3 行缺")


def test_a_row_nobody_began_is_no_error() -> None:
    left = with_rows(Row("n", {"level1": "产出指标", "level2": "数量指标"}), Row("m"))
    assert [(f.code, f.path, f.severity) for f in findings(left)] == [
        ("C10", "indicators[n].name", "note"), ("C10", "indicators[m].name", "note"),
    ]  # fmt: skip


def test_words_that_the_form_prints_are_no_name() -> None:
    assert found(
        with_rows(Row("n", {"level1": "产出指标", "level2": "数量指标", "name": "指标3：", "value": "≥1次"}))
    ) == [("C11", "indicators[n].name")]


def test_every_finding_tells_a_person_what_to_do() -> None:
    broken = with_rows(Row("n", {"name": "新"}))
    for cell in ("title", "phone", "total", "long_goal"):
        broken = with_text(broken, str(layout().cells[cell].path), "—")
    for finding in describe(layout(), broken, findings(broken)):
        assert finding.label
        assert finding.message.endswith("。")
        assert any(word in finding.message for word in ("请", "都要填写", "应为"))


def test_findings_come_in_the_order_of_the_form() -> None:
    document = filled(title="", phone="x", year_goal="")
    document = with_text(with_text(document, "indicators[i1].value", ""), "indicators[i2].value", "")
    assert [finding.path for finding in findings(document)] == [
        "title", "phone", "objectives[annual].text", "indicators[i1].value", "indicators[i2].value",
    ]  # fmt: skip


def test_an_empty_cell_is_reported_once() -> None:
    text = LAYOUT.replace(
        'kind = "text", label = "试用长期目标"', 'kind = "text", label = "试用长期目标", required = true'
    )
    assert found(filled(long_goal=""), layout_text=text) == [("C01", "objectives[period].text")]


@pytest.mark.parametrize(
    ("severity", "left", "blocks"), [("error", 1, 1), ("warning", 1, 0), ("note", 1, 0), ("off", 0, 0)]
)
def test_a_place_says_how_grave_a_finding_is(severity: str, left: int, blocks: int) -> None:
    rules = PROFILE + f'[severity]\nC69 = "{severity}"\n'
    result = findings(filled(phone="x"), profile_text=rules)
    assert (len(result), len(blocking_findings(result))) == (left, blocks)
    assert findings(filled(title=""), profile_text=rules)[0].severity == "error"


def test_a_check_that_crashes_is_a_finding_and_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def divides(subject: CheckSubject) -> list[Finding]:
        raise ZeroDivisionError(subject.document.fields["title"])

    checks: dict[object, object] = {divides: frozenset(), **runner.CHECKS}
    monkeypatch.setattr(runner, "CHECKS", checks)
    document = filled(phone="x", total="-50")
    result = findings(document)
    assert [(f.code, f.severity) for f in result] == [("CHECK", "note"), ("C69", "error"), ("C54", "error")]
    (text, *_) = describe(layout(), document, result)
    assert (text.label, text.fact) == ("系统", "系统故障：检查“divides”未能完成"), "nobody owes a reason for it"
    assert "巷道改造" not in caplog.text, "no typed text reaches the log"
    assert "check divides failed: ZeroDivisionError at test_rules.py:" in caplog.text
    assert f"{document.layout} v1 rows" in caplog.text
    assert " -9\n" in caplog.text, "the shape of what was typed, which a negative amount shows"


def test_a_blank_form_is_checked_too() -> None:
    codes = {finding.code for finding in findings(Document("testshire/plan", 1))}
    assert codes == {"C01", "C05", "C06"}


def test_hostile_texts_crash_no_check() -> None:
    for text in ("=1+1", "\u200b", "９" * 500, "1e400", "NaN", "٣", "½", "<b>", "{n}", "%s", "字" * 20_000):
        document = filled(**dict.fromkeys(layout().cells, text))
        for row in ("i1", "i2"):
            for column in ("level1", "level2", "name", "value"):
                document = with_text(document, f"indicators[{row}].{column}", text)
        assert "CHECK" not in {finding.code for finding in findings(document)}
