"""What a form supplies by itself to a document from elsewhere: fixed rows, presets, defaults, derived values."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from filings.sheet.document import Document, Path, Row
from filings.sheet.form_texts import fill_form_texts
from filings.sheet.layout import blank_document
from tests.factories import LAYOUT, filled, layout

FORM = layout(LAYOUT.replace('name = { kind = "text", label', 'name = { kind = "text", default = "按期完成", label'))
BLANK = blank_document(FORM, [("产出指标", "数量指标")], {"title": "2026年巷道改造", "year_goal": "同长期目标"})
PRESETS = {
    "funding": {"total": {"source": "total"}, "grant": {"source": "appropriation"}, "rest": {"source": "other"}},
    "objectives": {"period": {"term": "period"}, "annual": {"term": "annual"}},
}


def document(fields: dict[str, str] | None = None, **tables: tuple[Row, ...]) -> Document:
    return Document("testshire/plan", 1, fields or {}, tables)


def supplied(before: Document, *given_paths: str) -> Document:
    return fill_form_texts(FORM, before, BLANK, {Path.parse(path) for path in given_paths})


def test_an_empty_document_gets_fixed_rows_presets_and_defaults() -> None:
    after = supplied(document())
    assert after.fields == {"title": "2026年巷道改造"}
    assert {row.id: dict(row.cells) for row in after.rows("funding")} == PRESETS["funding"]
    assert after.value(Path("objectives", "annual", "text")) == "同长期目标"
    assert after.rows("indicators") == (), "rows that people add are not made up"


def test_missing_fixed_rows_come_where_the_form_prints_them() -> None:
    after = supplied(document(funding=(Row("grant", {"amount": "30"}),)))
    assert [row.id for row in after.rows("funding")] == ["total", "grant", "rest"]
    assert after.rows("funding")[1].cells == {"source": "appropriation", "amount": "30"}
    moved = supplied(document(funding=(Row("rest"), Row("total"))))
    assert [row.id for row in moved.rows("funding")] == ["rest", "total", "grant"], "rows that are there stay in order"


def test_sums_follow_from_the_parts() -> None:
    parts = (Row("grant", {"amount": "30"}), Row("rest", {"amount": "20"}))
    assert supplied(document(funding=parts)).value(Path("funding", "total", "amount")) == "50"
    other = (Row("total", {"amount": "51"}), *parts)
    assert supplied(document(funding=other)).value(Path("funding", "total", "amount")) == "51", "a mistake stays one"


def test_defaults_of_a_column_come_into_every_added_row() -> None:
    rows = (Row("a", {"value": "≥1条"}), Row("b", {"name": "条数"}))
    assert [row.get("name") for row in supplied(document(indicators=rows)).rows("indicators")] == ["按期完成", "条数"]


def test_a_cell_that_is_given_stays_empty() -> None:
    rows = (Row("grant", {"amount": "30"}),)
    after = supplied(
        document(funding=rows, indicators=(Row("a"),)), "title", "funding[total].amount", "indicators[a].name"
    )
    assert after.value(Path("title")) == after.value(Path("funding", "total", "amount")) == ""
    assert after.value(Path("indicators", "a", "name")) == ""


def test_what_the_form_does_not_know_stays_for_the_checks() -> None:
    strange = replace(document({"fax": "1"}), tables={"works": (Row("r", {"name": "x"}),)})
    after = supplied(strange)
    assert (after.fields["fax"], after.rows("works")) == ("1", (Row("r", {"name": "x"}),))


CELLS = ["title", "phone", "funding[total].amount", "funding[grant].amount", "objectives[annual].text",
         "indicators[i1].name", "indicators[i2].value"]  # fmt: skip


@given(st.sets(st.sampled_from(CELLS)), st.sets(st.sampled_from(CELLS)), st.sets(st.sampled_from(["total", "rest"])))
def test_nothing_is_replaced_and_a_second_time_adds_nothing(emptied: set[str], named: set[str], gone: set[str]) -> None:
    before = filled()
    without = {Path.parse(path) for path in emptied}
    before = replace(
        before,
        fields={name: text for name, text in before.fields.items() if Path(name) not in without},
        tables={
            table: tuple(
                replace(row, cells={c: t for c, t in row.cells.items() if Path(table, row.id, c) not in without})
                for row in rows
                if row.id not in gone
            )
            for table, rows in before.tables.items()
        },
    )
    after = supplied(before, *named)
    assert all(after.value(path) == text for path, text in before.cells() if text)
    assert all(after.value(Path.parse(path)) == before.value(Path.parse(path)) for path in named)
    assert supplied(after, *named) == after
