"""A step of the filing wizard from its layout: a crispy form for the fields, grids of inputs for the tables.

Names of inputs are the addresses of the cells. No input is required here: a draft accepts anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Row
from crispy_forms.layout import Layout as CrispyLayout
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from filings.checks import FindingText
from filings.sheet.document import Document, Path
from filings.sheet.document import Row as DocumentRow
from filings.sheet.layout import CHOICE_SEPARATOR, InputSpec, Layout, Section, TableSpec
from filings.sheet.profile import Profile

FindingsByPath = Mapping[str, Sequence[FindingText]]


@dataclass(frozen=True)
class UnsavedText:
    """A text that could not be stored, and why, in Chinese; its field shows both."""

    text: str
    message: str


UnsavedByPath = Mapping[str, UnsavedText]
NONE_UNSAVED: UnsavedByPath = MappingProxyType({})


def step_form(
    layout: Layout,
    section: Section,
    document: Document,
    findings: FindingsByPath,
    unsaved: UnsavedByPath = NONE_UNSAVED,
) -> forms.Form:
    """The crispy form of a section's fields, filled from the document; `findings` are shown with their fields.

    A field whose text could not be stored shows that text (`unsaved`) instead of the document's.
    """
    form = forms.Form(auto_id="f-%s", label_suffix="")
    rows: list[Row] = []
    used = 12
    for name in section.cells:
        spec = layout.cells[name]
        path, limit = str(spec.path), layout.text_limit(spec.path)
        text = document.value(spec.path)
        form.fields[path] = _field(spec, text, limit, findings.get(path, ()), unsaved.get(path))
        if used + spec.width > 12:
            rows.append(Row())
            used = 0
        rows[-1].fields.append(Column(Field(path), css_class=f"col-md-{spec.width}"))
        used += spec.width
    form.helper = FormHelper()  # type: ignore[attr-defined]
    form.helper.form_tag = False  # type: ignore[attr-defined]
    form.helper.disable_csrf = True  # type: ignore[attr-defined]
    form.helper.layout = CrispyLayout(*rows)  # type: ignore[attr-defined]
    return form


def _field(
    spec: InputSpec, stored: str, limit: int, findings: Sequence[FindingText], unsaved: UnsavedText | None
) -> forms.Field:
    required = format_html(' <span class="required-mark">{}</span>', "必填") if spec.required else ""
    text = unsaved.text if unsaved else stored
    widget = _widget(spec, text, bool(findings or unsaved))
    if not isinstance(widget, forms.Select):
        widget.attrs["data-limit"] = limit
    if unsaved:
        widget.attrs["data-unsaved"] = unsaved.message
    help_text = format_html("{}{}", spec.help_text or _choices_help(spec), _limit_help(spec, limit))
    return forms.CharField(
        label=format_html("{}{}", spec.label, required),
        help_text=format_html("{}{}", _help(help_text, findings), _length_words(stored, limit, unsaved)),
        initial=text,
        required=False,
        strip=False,
        widget=widget,
    )


def _limit_help(spec: InputSpec, limit: int) -> SafeString:
    """How long the text may be, where no script counts: of free texts, and where the layout says so itself."""
    if spec.kind.key not in ("line", "text") and not spec.max_length:
        return SafeString("")
    return format_html('<noscript> <span class="note">最多 {} 字</span></noscript>', limit)


def _length_words(stored: str, limit: int, unsaved: UnsavedText | None) -> SafeString:
    """Why the field's text was not saved; or that the stored one is longer than an edit may make it."""
    if unsaved:
        return format_html('<span class="cell-finding error">{}</span>', unsaved.message)
    if length_note := _long_text_words(stored, limit):
        return format_html('<span class="text-counter stored">{}</span>', length_note)
    return SafeString("")


def _long_text_words(stored: str, limit: int) -> str:
    """The note beside a stored text that is longer than an edit may make it, in Chinese; '' for any other."""
    over = len(stored) - limit
    return f"已保存的内容比上限 {limit} 字多 {over} 字，可以保留和送审；修改时请改短" if over > 0 else ""


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
    if not finding.fix:
        return SafeString("")
    # Without data-fix the press is a post, and the server shows first what else would change.
    own_text = format_html(' data-fix="{}"', finding.fix_text) if finding.fix_text else ""
    return format_html(
        ' <button class="fix-button quiet" type="submit" name="do" value="mend:{}:{}"{}>{}</button>',
        finding.code,
        finding.path,
        own_text,
        finding.fix_label,
    )


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
    """One input of a grid; `lines` is the height of its text area, empty `options` mean free text.

    `unsaved` says why its text could not be stored, `length_note` that the stored one is longer than an edit may make
    it.
    """

    path: str
    text: str
    column: InputSpec
    options: SafeString
    findings: Sequence[FindingText]
    lines: int
    unsaved: str = ""
    length_note: str = ""

    @property
    def mark(self) -> str:
        """The severity with which the cell is marked: of an unsaved text, else of its first finding; '' for none."""
        return "error" if self.unsaved else self.findings[0].severity if self.findings else ""


@dataclass(frozen=True)
class GridInputRow:
    """One row of inputs; `number` counts from 1, as text: templates would look for its thousands."""

    id: str
    number: str
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
    layout: Layout,
    section: Section,
    document: Document,
    profile: Profile,
    findings: FindingsByPath,
    unsaved: UnsavedByPath = NONE_UNSAVED,
) -> list[InputTable]:
    """The grids of a section's tables; fixed rows are left out, as their cells are fields. `unsaved` as `step_form`."""
    grids = []
    for name in section.tables:
        table = layout.tables[name]
        rows = [row for row in document.rows(name) if row.id not in table.fixed]
        lines = [_line(table, number, row, profile, findings, unsaved) for number, row in enumerate(rows, 1)]
        blank = _line(table, 0, DocumentRow("NEW", table.defaults), profile, {})
        grids.append(InputTable(name, table.label, list(table.columns.values()), lines, blank))
    return grids


def _line(
    table: TableSpec,
    number: int,
    row: DocumentRow,
    profile: Profile,
    findings: FindingsByPath,
    unsaved: UnsavedByPath = NONE_UNSAVED,
) -> GridInputRow:
    inputs = []
    for column in table.columns.values():
        path = str(Path(table.name, row.id, column.name))
        kept, stored = unsaved.get(path), row.get(column.name)
        text = kept.text if kept else stored
        choices = () if column.multiple else grid_choices(column, profile)
        options = _options((*choices,), text) if choices else SafeString("")
        lines = max(1, min(8, len(text) // 12 + text.count("\n") + 1))
        message = kept.message if kept else ""
        note = "" if kept else _long_text_words(stored, column.text_limit)
        inputs.append(GridInput(path, text, column, options, findings.get(path, ()), lines, message, note))
    return GridInputRow(row.id, str(number), inputs)


@lru_cache(maxsize=1_000)  # the rows of a table have the same lists, and few different texts in them
def _options(choices: tuple[str, ...], text: str) -> SafeString:
    """The options of a list, empty first, with the typed text chosen."""
    lines = (
        (choice, SafeString(" selected" if choice == text else ""), choice)
        for choice in _choices_with(("", *choices), text)
    )
    return format_html_join("", '<option value="{}"{}>{}</option>', lines)


def grid_choices(column: InputSpec, profile: Profile) -> Sequence[str]:
    """The choices of a column, from the profile (categories, operators) or the layout; empty for free text."""
    if column.kind.key == "level1":
        return [category.name for category in profile.tree.level1()]
    if column.kind.key == "level2":
        return list(dict.fromkeys(level2 for _, level2 in profile.categories()))
    if column.kind.key == "operator":
        return column.choices or profile.operators
    return column.choices
