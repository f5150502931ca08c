"""The summary: a row for each filing and one for each indicator, with the columns of all forms."""

from __future__ import annotations

from decimal import Decimal

from filings.models import Filing
from filings.services.documents import load_document
from filings.services.drafts import save_edits
from filings.services.new_filings import start_filing
from filings.services.packets import PacketScope
from filings.services.packets.plan import build_plan
from filings.services.packets.summary import summary_tables
from filings.sheet.edits import AddRow
from tests.factories import LAYOUT, House, due_form, put
from tests.services.packets.kit import approved, built, workbook_cells


def test_summary_has_a_line_a_filing_and_a_line_an_indicator(house: House) -> None:
    filing = approved(house)
    filings, indicators = workbook_cells(built(house)["汇总.xlsx"])
    assert [row[0] for row in (filings[0], indicators[0])] == ["2026年申报　申报表", "2026年申报　绩效指标"]
    assert filings[2][:6] == ["101", "本单位", "表", filing.subject_name, "已审核", 50.0]
    assert filings[3][:6] == ["合计", "", "表", "1 张", "", 50.0]
    assert [row[4:] for row in indicators[1:]] == [
        ["试用一级", "试用二级", "试用三级", "试用值"],
        ["产出指标", "数量指标", "改造条数", "≥10条"],
        ["效益指标", "社会效益指标", "受益人数", "≥900人"],
    ]


def test_columns_of_all_forms_stand_once_with_their_first_label(house: House) -> None:
    """A second form has another label for one column and one column more: rows without it have an empty cell."""
    other = LAYOUT.replace("testshire/plan", "testshire/more").replace("试用值", "别的值").replace(
        "head | 一级 | 二级 | 三级 | 值 |\nindicators | {level1} | {level2} | {name} | {value} |",
        "head | 一级 | 二级 | 三级 | 值 |\nindicators | {level1} | {level2} | {name} | {value}{unit} |",
    ).replace('label = "别的值", required = true }', 'label = "别的值" }\nunit = { label = "单位" }')  # fmt: skip
    approved(house)
    due = due_form(house, other, title="二", position=1)
    filing = start_filing(house.clerk, house.cycle, due, house.department, house.project())
    rows = load_document(filing).rows("indicators")
    texts = {"name": "株数", "value": "9", "unit": "株"}
    edits = [put(f"indicators[{rows[0].id}].{name}", text) for name, text in texts.items()]
    save_edits(house.clerk, filing.pk, 0, "op", edits)
    filings, indicators = summary_tables(build_plan(house.cycle, PacketScope(drafts=True)))
    assert [row[:7] for row in filings.rows] == [
        ["101", "本单位", "表", Filing.objects.first().subject_name, "已审核", Decimal(50), filings.rows[0][6]],
        ["101", "本单位", "二", filing.subject_name, "填报中", None, ""],
    ]
    assert tuple(indicators.heads[4:]) == ("试用一级", "试用二级", "试用三级", "试用值", "单位")
    assert [row[6:] for row in indicators.rows][:3] == [
        ["改造条数", "≥10条", ""], ["受益人数", "≥900人", ""], ["株数", "9", "株"],
    ]  # fmt: skip
    assert len(indicators.widths) == len(indicators.heads)


def test_a_row_without_any_text_is_left_out(house: House) -> None:
    filing = house.filing()
    save_edits(house.clerk, filing.pk, 0, "op", [AddRow("indicators", "empty", None, ())])
    _, indicators = summary_tables(build_plan(house.cycle, PacketScope(drafts=True)))
    assert len(indicators.rows) == 2
