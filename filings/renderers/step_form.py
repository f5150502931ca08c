"""A step of the wizard from its layout: a crispy form for fields, plain rows of inputs for tables.

Names of inputs are the paths of the cells. Nothing is required here: a draft takes anything.
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

from filings.checks import Finding
from filings.sheet.document import Document, Path
from filings.sheet.document import Row as DocumentRow
from filings.sheet.layout import BETWEEN, InputSpec, Layout, Section
from filings.sheet.profile import Profile

FindingsByPath = Mapping[str, Sequence[Finding]]


def step_form(layout: Layout, section: Section, document: Document, said: FindingsByPath) -> forms.Form:
    """The crispy form of a section's fields, filled with the document's texts; `said` are findings by path."""
    form = forms.Form(auto_id="f-%s", label_suffix="")
    rows: list[Row] = []
    used = 12
    for name in section.cells:
        spec = layout.cells[name]
        form.fields[str(spec.path)] = _field(spec, document.value(spec.path), said.get(str(spec.path), ()))
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


def _field(spec: InputSpec, text: str, said: Sequence[Finding]) -> forms.Field:
    must = format_html(' <span class="must">{}</span>', "必填") if spec.required else ""
    return forms.CharField(
        label=format_html("{}{}", spec.label, must),
        help_text=_help(spec.help or _several(spec), said),
        initial=text,
        required=False,
        strip=False,
        widget=_widget(spec, text, bool(said)),
    )


def _help(help_: str, said: Sequence[Finding]) -> SafeString:
    """The help of a field and what is wrong with it; a cell that is merely still empty is no reproach while filling."""
    words = format_html_join(
        "", '<span class="said {}">{}{}</span>', ((f.severity, f.short_message, _mend(f)) for f in said)
    )
    return format_html("{}{}", help_, words)


def _several(spec: InputSpec) -> str:
    """How several choices are typed where no script draws boxes to tick."""
    return f"可以多选，用“{BETWEEN}”分开：{BETWEEN.join(spec.choices)}" if spec.multiple else ""


def _mend(finding: Finding) -> SafeString:
    """The button that puts in what a check offers instead."""
    if not finding.fix:
        return SafeString("")
    return format_html(
        ' <button class="mend quiet" type="submit" name="do" value="mend:{}:{}" data-mend="{}">改为“{}”</button>',
        finding.code,
        finding.path,
        finding.fix,
        truncate_text(finding.fix),
    )


def truncate_text(text: str, most: int = 24) -> str:
    """A text cut for a button."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _widget(spec: InputSpec, text: str, wrong: bool) -> forms.Widget:
    attrs: dict[str, object] = {"data-cell": str(spec.path), "autocomplete": "off"}
    if wrong:
        attrs["aria-invalid"] = "true"
    if spec.multiple:
        return forms.TextInput({**attrs, "data-choices": BETWEEN.join(spec.choices)})
    if spec.kind.key in ("choice", "boxes"):
        return forms.Select(attrs, [(choice, choice) for choice in choices_including(("", *spec.choices), text)])
    if spec.kind.multiline:
        lines = max(2, min(14, text.count("\n") + len(text) // 40 + 1))
        return forms.Textarea({**attrs, "rows": lines})
    if spec.kind.inputmode != "text":
        attrs["inputmode"] = spec.kind.inputmode
    return forms.TextInput(attrs)


def choices_including(choices: Sequence[str], text: str) -> list[str]:
    """The choices of a list, and what was typed if it is none of them: it is never lost."""
    return [*choices, text] if text not in choices else list(choices)


@dataclass(frozen=True)
class GridInput:
    """One input of a table of rows."""

    path: str
    text: str
    column: InputSpec
    choices: Sequence[str]
    findings: Sequence[Finding]
    lines: int


@dataclass(frozen=True)
class GridInputRow:
    """One row of inputs."""

    id: str
    number: int
    inputs: Sequence[GridInput]


@dataclass(frozen=True)
class InputTable:
    """A table of rows to fill as a grid."""

    name: str
    label: str
    columns: Sequence[InputSpec]
    lines: Sequence[GridInputRow]
    blank: GridInputRow


def step_grids(
    layout: Layout, section: Section, document: Document, profile: Profile, said: FindingsByPath
) -> list[InputTable]:
    """The tables of a section as grids of inputs."""
    grids = []
    for name in section.tables:
        table = layout.tables[name]
        columns = list(table.columns.values())
        rows = [row for row in document.rows(name) if row.id not in table.fixed]
        lines = [_line(name, number, row, columns, profile, said) for number, row in enumerate(rows, 1)]
        blank = _line(name, 0, DocumentRow("NEW", table.defaults), columns, profile, {})
        grids.append(InputTable(name, table.label, columns, lines, blank))
    return grids


def _line(
    table: str, number: int, row: DocumentRow, columns: Sequence[InputSpec], profile: Profile, said: FindingsByPath
) -> GridInputRow:
    inputs = []
    for column in columns:
        path = str(Path(table, row.id, column.name))
        text = row.get(column.name)
        choices = () if column.multiple else grid_choices(column, profile)
        shown = choices_including(("", *choices), text) if choices else ()
        lines = max(1, min(8, len(text) // 12 + text.count("\n") + 1))
        inputs.append(GridInput(path, text, column, shown, said.get(path, ()), lines))
    return GridInputRow(row.id, number, inputs)


def grid_choices(column: InputSpec, profile: Profile) -> Sequence[str]:
    """What a column offers: the place's categories and operators, or the choices of the layout."""
    if column.kind.key == "level1":
        return [one.name for one in profile.tree.level1()]
    if column.kind.key == "level2":
        return [two for _, two in profile.categories()]
    if column.kind.key == "operator":
        return column.choices or profile.operators
    return column.choices
