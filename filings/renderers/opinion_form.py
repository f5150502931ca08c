"""The form of a reviewer's opinion: a crispy form with a group for each criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Field, Fieldset, Layout, Row
from django import forms
from django.utils.html import format_html, format_html_join

from filings.checks import Finding
from filings.sheet.opinion import Criterion

SHOWN = 8
"""Findings listed under a criterion; the sheet has them all."""


@dataclass(frozen=True)
class CriterionAssessment:
    """One criterion as it stands: the findings that bear on it, the grade and the words."""

    criterion: Criterion
    findings: tuple[Finding, ...]
    grade: str = ""
    words: str = ""

    def count(self, severity: str) -> int:
        """How many of its findings are so grave."""
        return sum(finding.severity == severity for finding in self.findings)


def opinion_form(
    grades: Sequence[str],
    judgements: Sequence[CriterionAssessment],
    overall: tuple[str, str],
    posted: Mapping[str, str] | None = None,
) -> forms.Form:
    """The form; `overall` are grade and words for the whole sheet. Fields: grade-N, words-N, grade, text."""
    choices = [("", "未评"), *((grade, grade) for grade in grades)]
    form = forms.Form(posted, auto_id="f-%s", label_suffix="")
    groups = []
    for n, one in enumerate(judgements):
        form.fields[f"grade-{n}"] = _grade("等级", choices, one.grade)
        form.fields[f"words-{n}"] = _words("意见", one.words, 2)
        row = Row(Column(Field(f"grade-{n}"), css_class="col-md-3"), Column(Field(f"words-{n}"), css_class="col-md-9"))
        groups.append(Fieldset(one.criterion.name, HTML(_asked(one)), row))
    form.fields["grade"] = _grade("综合等级", choices, overall[0])
    form.fields["text"] = _words("综合意见", overall[1], 4)
    form.helper = FormHelper()  # type: ignore[attr-defined]
    form.helper.form_tag = False  # type: ignore[attr-defined]
    form.helper.disable_csrf = True  # type: ignore[attr-defined]
    form.helper.layout = Layout(*groups, Fieldset("综合", "grade", "text"))  # type: ignore[attr-defined]
    return form


def _asked(one: CriterionAssessment) -> str:
    asks = "；".join(one.criterion.asks)
    counts = f"检查发现错误 {one.count('error')} 处、提示 {one.count('warning')} 处。"
    shown = [finding for finding in one.findings if finding.severity != "note"][:SHOWN]
    found = format_html_join("", '<li class="{}">{}：{}</li>', ((f.severity, f.label, f.message) for f in shown))
    listed = format_html('<ul class="findings">{}</ul>', found) if shown else ""
    html = format_html('<p class="note">{}。{}</p>{}', asks, counts if shown else "检查没有发现问题。", listed)
    # crispy reads this as a template: nothing that anyone typed may be taken for a tag.
    return html.replace("{", "&#123;").replace("}", "&#125;")


def _grade(label: str, choices: list[tuple[str, str]], chosen: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, initial=chosen, required=False)


def _words(label: str, text: str, rows: int) -> forms.CharField:
    return forms.CharField(label=label, initial=text, required=False, widget=forms.Textarea({"rows": rows}))
