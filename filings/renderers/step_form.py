"""A step of the filing wizard from its layout: a crispy form for the fields, grids of inputs for the tables.

Names of inputs are the addresses of the cells. No input is required here: a draft accepts anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Row
from crispy_forms.layout import Layout as CrispyLayout
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from filings.checks import FindingText
from filings.sheet.document import Document, Path
from filings.sheet.document import Row as DocumentRow
from filings.sheet.layout import CHOICE_SEPARATOR, InputSpec, Layout, Section
from filings.sheet.profile import Profile

FindingsByPath = Mapping[str, Sequence[FindingText]]


def step_form(layout: Layout, section: Section, document: Document, findings: FindingsByPath) -> forms.Form:
    """The crispy form of a section's fields, filled from the document; `findings` are shown with their fields."""
    form = forms.Form(auto_id="f-%s", label_suffix="")
    rows: list[Row] = []
    used = 12
    for name in section.cells:
        spec = layout.cells[name]
        form.fields[str(spec.path)] = _field(spec, document.value(spec.path), findings.get(str(spec.path), ()))
        if used + spec.width > 12:
            rows.append(Row())
            used = 0
        rows[-1].fields.append(Column(Field(str(spec.path)), css_class=f"col-md-{spec.width}"))
        used += spec.width
    form.helper = FormHelper()  # type: ignore[attr-defined]
    form.helper.form_tag = False  # type: ignore[attr-defined]
    form.helper.disable_csrf = True  # type: ignore[attr-defined]
    form.helper.layout = CrispyLayout(*rows)  # type: ignore[attr-defined]
    return form


def _field(spec: InputSpec, text: str, findings: Sequence[FindingText]) -> forms.Field:
    required = format_html(' <span class="required-mark">{}</span>', "必填") if spec.required else ""
    return forms.CharField(
        label=format_html("{}{}", spec.label, required),
        help_text=_help(spec.help or _choices_help(spec), findings),
        initial=text,
        required=False,
        strip=False,
        widget=_widget(spec, text, bool(findings)),
    )


def _help(help_text: str, findings: Sequence[FindingText]) -> SafeString:
    """The help text of a field, followed by its findings."""
    messages = format_html_join(
        "",
        '<span class="cell-finding {}">{}{}</span>',
        ((finding.severity, finding.short_message, _fix_button(finding)) for finding in findings),
    )
    return format_html("{}{}", help_text, messages)


def _choices_help(spec: InputSpec) -> str:
    """How to type several choices without the script that draws check boxes; '' for other fields."""
    return f"可以多选，用“{CHOICE_SEPARATOR}”分开：{CHOICE_SEPARATOR.join(spec.choices)}" if spec.multiple else ""


def _fix_button(finding: FindingText) -> SafeString:
    """The button that replaces a cell by the fix of a finding; '' without a fix."""
    if not finding.fix_text:
        return SafeString("")
    return format_html(
        ' <button class="fix-button quiet" type="submit" name="do" value="mend:{}:{}" data-fix="{}">改为“{}”</button>',
        finding.code,
        finding.path,
        finding.fix_text,
        truncate_text(finding.fix_text),
    )


def truncate_text(text: str, most: int = 24) -> str:
    """The text shortened to `most` characters, the last one …, for the label of a button."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _widget(spec: InputSpec, text: str, invalid: bool) -> forms.Widget:
    attrs: dict[str, object] = {"data-cell": str(spec.path), "autocomplete": "off"}
    if invalid:
        attrs["aria-invalid"] = "true"
    if spec.multiple:
        return forms.TextInput({**attrs, "data-choices": CHOICE_SEPARATOR.join(spec.choices)})
    if spec.kind.key in ("choice", "boxes"):
        return forms.Select(attrs, [(choice, choice) for choice in _choices_with(("", *spec.choices), text)])
    if spec.kind.multiline:
        lines = max(2, min(14, text.count("\n") + len(text) // 40 + 1))
        return forms.Textarea({**attrs, "rows": lines})
    if spec.kind.inputmode != "text":
        attrs["inputmode"] = spec.kind.inputmode
    return forms.TextInput(attrs)


def _choices_with(choices: Sequence[str], text: str) -> list[str]:
    """The choices of a list, followed by the typed text if it is none of them: it must not get lost."""
    return [*choices, text] if text not in choices else list(choices)


@dataclass(frozen=True)
class GridInput:
    """One input of a grid; `lines` is the height of its text area, empty `choices` mean free text."""

    path: str
    text: str
    column: InputSpec
    choices: Sequence[str]
    findings: Sequence[FindingText]
    lines: int


@dataclass(frozen=True)
class GridInputRow:
    """One row of inputs; `number` counts from 1."""

    id: str
    number: int
    inputs: Sequence[GridInput]


@dataclass(frozen=True)
class InputTable:
    """A table as a grid of inputs; `blank` is the template of a new row, with the row id NEW."""

    name: str
    label: str
    columns: Sequence[InputSpec]
    lines: Sequence[GridInputRow]
    blank: GridInputRow


def step_grids(
    layout: Layout, section: Section, document: Document, profile: Profile, findings: FindingsByPath
) -> list[InputTable]:
    """The grids of a section's tables; fixed rows are left out, as their cells are fields."""
    grids = []
    for name in section.tables:
        table = layout.tables[name]
        columns = list(table.columns.values())
        rows = [row for row in document.rows(name) if row.id not in table.fixed]
        lines = [_line(name, number, row, columns, profile, findings) for number, row in enumerate(rows, 1)]
        blank = _line(name, 0, DocumentRow("NEW", table.defaults), columns, profile, {})
        grids.append(InputTable(name, table.label, columns, lines, blank))
    return grids


def _line(
    table: str, number: int, row: DocumentRow, columns: Sequence[InputSpec], profile: Profile, findings: FindingsByPath
) -> GridInputRow:
    inputs = []
    for column in columns:
        path = str(Path(table, row.id, column.name))
        text = row.get(column.name)
        choices = () if column.multiple else grid_choices(column, profile)
        shown = _choices_with(("", *choices), text) if choices else ()
        lines = max(1, min(8, len(text) // 12 + text.count("\n") + 1))
        inputs.append(GridInput(path, text, column, shown, findings.get(path, ()), lines))
    return GridInputRow(row.id, number, inputs)


def grid_choices(column: InputSpec, profile: Profile) -> Sequence[str]:
    """The choices of a column, from the profile (categories, operators) or the layout; empty for free text."""
    if column.kind.key == "level1":
        return [category.name for category in profile.tree.level1()]
    if column.kind.key == "level2":
        return list(dict.fromkeys(level2 for _, level2 in profile.categories()))
    if column.kind.key == "operator":
        return column.choices or profile.operators
    return column.choices
