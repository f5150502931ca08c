"""The made-up document for a preview: every cell filled with something that its kind accepts, every table with rows."""

from __future__ import annotations

from pathlib import Path as File

import pytest

from filings.services.layouts import LAYOUTS, read_layout_file
from filings.sheet.document import document_from_data, document_to_data
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.sample import ROWS, sample_document
from tests.factories import LAYOUT, layout

TREE = [("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标")]
REAL = sorted(path for path in LAYOUTS.glob("*/*.toml") if path.name != "profile.toml" and path.parent.name != "common")


def empty_cells(form: Layout) -> list[str]:
    """Inputs that the sample leaves empty, those for names of categories excepted."""
    document = sample_document(form, TREE)
    specs = [(spec, document.value(spec.path)) for spec in form.cells.values()]
    for table in form.tables.values():
        specs += [(spec, row.get(name)) for row in document.rows(table.name) for name, spec in table.columns.items()]
    return [spec.label for spec, text in specs if not text and spec.kind.key not in ("level1", "level2")]


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_cell_of_a_real_form_is_filled_with_what_its_kind_accepts(path: File) -> None:
    form = read_layout_file(path)[0]
    assert empty_cells(form) == []
    errors = [
        (str(path), text, spec.kind.error(text))
        for path, text in sample_document(form, TREE).cells()
        if (spec := form.spec(path)) and text and spec.kind.error(text)
    ]
    assert errors == []


def test_it_can_be_stored() -> None:
    document = sample_document(layout(), TREE)
    assert document_from_data(document_to_data(document)) == document


def test_a_table_that_starts_with_the_tree_has_a_row_for_each_category() -> None:
    rows = sample_document(layout(), TREE).rows("indicators")
    assert [(row.get("level1"), row.get("level2")) for row in rows] == TREE


def test_fixed_rows_keep_their_preset() -> None:
    rows = sample_document(layout(), TREE).rows("funding")
    assert [(row.id, row.get("source"), row.get("amount")) for row in rows] == [
        ("total", "total", "12.50"), ("grant", "appropriation", "12.50"), ("rest", "other", "12.50"),
    ]  # fmt: skip


@pytest.mark.parametrize(("tree", "count"), [(TREE, ROWS), (TREE[:1], 1), ([], 1)])
def test_a_table_that_starts_without_rows_gets_some(tree: list[tuple[str, str]], count: int) -> None:
    form = load_layout("plan.toml", LAYOUT.replace('start = "tree"', 'start = "none"'), {}.__getitem__)
    rows = sample_document(form, tree).rows("indicators")
    assert len(rows) == count
    assert [(row.get("level1"), row.get("level2")) for row in rows] == (tree[:ROWS] or [("", "")])
    assert all(row.get("name") and row.get("value") == "≥95%" for row in rows)


def test_a_choice_takes_its_first_word() -> None:
    form = load_layout(
        "plan.toml",
        LAYOUT.replace('phone = { label = "试用电话", kind = "phone" }',
                       'phone = { label = "类型", kind = "choice", choices = ["常年", "一次性"] }'),
        {}.__getitem__,
    )  # fmt: skip
    assert sample_document(form, TREE).fields["phone"] == "常年"
