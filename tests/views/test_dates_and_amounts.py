"""A step with dates and amounts, without script: texts stay as typed, what is wrong with them stands beside."""

from __future__ import annotations

from dataclasses import replace

from filings.models import Filing
from filings.services.documents import load_document
from filings.sheet.document import Path
from tests.factories import LAYOUT, House, due_form, filled
from tests.views.kit import browser, step_url, text_of

DATED = (
    LAYOUT.replace('"testshire/plan"', '"testshire/dated"')
    .replace("| 其余 | {rest} | < | < |", "| 其余 | {rest} | < | < |\n     | 开始 | {begin} | 结束 | {end} |")
    .replace("[tables.funding.columns]", 'begin = { label = "开始日期", kind = "date", width = 6 }\n'
             'end = { label = "结束日期", kind = "date", width = 6 }\n\n[tables.funding.columns]')
    .replace('"grant", "rest"]\n[[section]]', '"grant", "rest", "begin", "end"]\n[[section]]')
    .replace("[[together]]", '[[period]]\nbegin = "begin"\nend = "end"\n[[together]]')
)  # fmt: skip


def test_dates_and_amounts_are_stored_as_typed_and_told_beside_their_cells(house: House) -> None:
    house.due = due_form(house, DATED, title="有日期")
    filing, client = house.filing(replace(filled(), layout="testshire/dated")), browser(house.clerk)
    typed = {
        "begin": "２０２６年３月",
        "end": "2026.2.1",
        "funding[grant].amount": "30万（其中：中央10，省级20）",
        "funding[rest].amount": " ¥20.00 ",
    }
    page = client.post(step_url(filing), {"version": 0, **typed, "do": "save"}, follow=True)
    document = load_document(Filing.objects.get(pk=filing.pk))
    assert {address: document.value(Path.parse(address)) for address in typed} == typed
    words = text_of(page)
    assert "写到日或月，如 2026-01-05" in words
    assert "“结束日期”是“2026.2.1”，早于“开始日期”的“２０２６年３月”" in words
    assert "按 30 万元计算；说明请写到备注" in words
    assert "C54" not in words, "30 and 20 still make the total of 50"
    assert "改为“20”" in words
    for label in ("试用拨款", "试用其余"):
        assert f" {label} ：“{label}”填的是" in words, "rows printed by name are lines of their own"
    fix = {"version": 1, **typed, "do": "mend:C61:funding[rest].amount"}
    client.post(step_url(filing), fix, follow=True)
    document = load_document(Filing.objects.get(pk=filing.pk))
    assert document.value(Path.parse("funding[rest].amount")) == "20"
