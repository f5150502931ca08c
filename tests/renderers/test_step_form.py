"""The inputs of a step: cells of several choices, and the defaults of a new row."""

from __future__ import annotations

from filings.renderers.step_form import step_form, step_grids
from filings.sheet.document import Document, Row
from tests.factories import LAYOUT, layout, profile

SEVERAL = (
    LAYOUT.replace('phone = { label = "试用电话", kind = "phone" }', 'phone = { label = "试用领域", kind = "boxes", '
                   'multiple = true, choices = ["民生", "环保"] }')
    .replace('value = { kind = "target"',
             'value = { kind = "boxes", multiple = true, choices = ["是", "否"], default = "是"')
)  # fmt: skip


def test_several_choices_are_a_text_with_the_choices_for_the_script() -> None:
    form = layout(SEVERAL)
    document = Document(form.key, 1, {"phone": "民生、别的"})
    field = str(step_form(form, form.sections[0], document, {})["phone"])
    assert 'data-choices="民生、环保"' in field
    assert 'value="民生、别的"' in field
    help_text = step_form(form, form.sections[0], document, {}).fields["phone"].help_text
    assert help_text == "可以多选，用“、”分开：民生、环保"
    assert "data-choices" not in str(step_form(form, form.sections[0], document, {})["title"])


def test_a_grid_of_several_choices_is_typed_and_a_new_row_begins_with_its_defaults() -> None:
    form = layout(SEVERAL)
    document = Document(form.key, 1, {}, {"indicators": (Row("a", {"value": "否"}),)})
    (grid,) = step_grids(form, form.sections[2], document, profile(), {})
    (value,) = [one for one in grid.lines[0].inputs if one.column.name == "value"]
    assert (value.text, value.options) == ("否", "")
    (blank,) = [one for one in grid.blank.inputs if one.column.name == "value"]
    assert blank.text == "是"
