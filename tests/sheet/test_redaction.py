"""What is published holds no personal cell, and everything else."""

from __future__ import annotations

import pytest

from filings.sheet.document import Document, Row
from filings.sheet.grid import build_grid
from filings.sheet.loading import load_layout
from filings.sheet.redaction import without_personal
from tests.factories import LAYOUT, filled
from tests.paper import kit

NAMES = ("项目负责人", "填报人", "填表人", "法人代表")


@pytest.mark.parametrize("key", kit.KEYS)
def test_every_telephone_and_every_name_of_the_real_forms_is_marked(key: str) -> None:
    layout = kit.layout_of(key)
    every = [*layout.cells.values(), *(spec for table in layout.tables.values() for spec in table.columns.values())]
    for spec in every:
        assert spec.personal == (spec.kind.key == "phone" or spec.label in NAMES), spec.label


@pytest.mark.parametrize("name", kit.demo_filings())
def test_real_filings_lose_their_personal_cells_and_nothing_else(name: str) -> None:
    document, setting = kit.demo_filings()[name]
    layout = kit.layout_of(document.layout)
    public = without_personal(layout, document)
    before, after = dict(document.cells()), dict(public.cells())
    gone = {path for path in before if path not in after}
    assert {path: text for path, text in before.items() if path not in gone} == after
    for path in gone:
        spec = layout.spec(path)
        assert spec
        assert spec.personal
    drawn = "\n".join(cell.text for cell in build_grid(layout, public, setting).cells())
    for path in gone:
        # One office wrote its own name where the person's belongs; it stands elsewhere on the sheet too.
        if len(before[path]) > 3 and not any(before[path] in text for text in after.values()):
            assert before[path] not in drawn


def test_named_rows_and_whole_columns_can_be_personal() -> None:
    text = LAYOUT.replace('label = "试用长期目标" }', 'label = "试用长期目标", personal = true }').replace(
        'label = "试用三级", required = true,', 'label = "试用三级", personal = true,'
    )
    layout = load_layout("plan.toml", text, {}.__getitem__)
    public = without_personal(layout, filled())
    assert public.row("objectives", "period") == Row("period", {"term": "period"})
    assert public.row("objectives", "annual") == filled().row("objectives", "annual")
    assert [row.get("name") for row in public.rows("indicators")] == ["", ""]
    assert [row.get("value") for row in public.rows("indicators")] == ["≥10条", "≥900人"]
    assert "phone" not in public.fields


def test_a_telephone_may_be_public_if_the_layout_says_so() -> None:
    layout = load_layout(
        "plan.toml", LAYOUT.replace('kind = "phone"', 'kind = "phone", personal = false'), {}.__getitem__
    )
    assert without_personal(layout, filled()).fields == filled().fields


def test_rows_of_tables_that_the_layout_does_not_know_are_left_alone() -> None:
    layout = load_layout("plan.toml", LAYOUT, {}.__getitem__)
    strange = Document("testshire/plan", 1, {}, {"items": (Row("a", {"name": "甲"}),)})
    assert without_personal(layout, strange) == strange
