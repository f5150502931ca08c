"""The form of a reviewer's opinion: a crispy form with a group for each review criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Field, Fieldset, Layout, Row
from django import forms
from django.utils.html import format_html, format_html_join

from filings.checks import FindingText
from filings.sheet.opinion import Criterion

SHOWN = 8
"""Most findings listed under a criterion; the sheet shows all of them."""


@dataclass(frozen=True)
class CriterionAssessment:
    """One review criterion with its findings, and the grade and words given so far ('': none yet)."""

    criterion: Criterion
    findings: tuple[FindingText, ...]
    grade: str = ""
    words: str = ""

    def count(self, severity: str) -> int:
        """The number of its findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def opinion_form(
    grades: Sequence[str],
    assessments: Sequence[CriterionAssessment],
    overall: tuple[str, str],
    posted: Mapping[str, str] | None = None,
    *,
    limit: int = 0,
) -> forms.Form:
    """The form: fields grade-N and words-N for the N-th criterion (from 0), and grade and text for the whole sheet.

    `overall` is (grade, words) of the whole sheet. `posted` binds the form to submitted data. No field is required.
    `limit` is the most characters of each text, which the page's script counts; 0 for none.
    """
    choices = [("", "未评"), *((grade, grade) for grade in grades)]
    form = forms.Form(posted, auto_id="f-%s", label_suffix="")
    groups = []
    for number, assessment in enumerate(assessments):
        form.fields[f"grade-{number}"] = _grade("等级", choices, assessment.grade)
        form.fields[f"words-{number}"] = _words("意见", assessment.words, 2, limit)
        row = Row(
            Column(Field(f"grade-{number}"), css_class="col-md-3"),
            Column(Field(f"words-{number}"), css_class="col-md-9"),
        )
        groups.append(Fieldset(assessment.criterion.name, HTML(_questions(assessment)), row))
    form.fields["grade"] = _grade("综合等级", choices, overall[0])
    form.fields["text"] = _words("综合意见", overall[1], 4, limit)
    form.helper = FormHelper()  # type: ignore[attr-defined]
    form.helper.form_tag = False  # type: ignore[attr-defined]
    form.helper.disable_csrf = True  # type: ignore[attr-defined]
    form.helper.layout = Layout(*groups, Fieldset("综合", "grade", "text"))  # type: ignore[attr-defined]
    return form


def _questions(assessment: CriterionAssessment) -> str:
    """The questions of a criterion and its findings as HTML, notes left out."""
    questions = "；".join(assessment.criterion.asks)
    counts = f"检查发现错误 {assessment.count('error')} 处、提示 {assessment.count('warning')} 处。"
    shown = [finding for finding in assessment.findings if finding.severity != "note"][:SHOWN]
    items = format_html_join("", '<li class="{}">{}：{}</li>', ((f.severity, f.label, f.message) for f in shown))
    listed = format_html('<ul class="findings">{}</ul>', items) if shown else ""
    html = format_html('<p class="note">{}。{}</p>{}', questions, counts if shown else "检查没有发现问题。", listed)
    # crispy renders this as a template: braces that a user typed must not become template tags.
    return html.replace("{", "&#123;").replace("}", "&#125;")


def _grade(label: str, choices: list[tuple[str, str]], chosen: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, initial=chosen, required=False)


def _words(label: str, text: str, rows: int, limit: int) -> forms.CharField:
    widget = forms.Textarea({"rows": rows, "data-limit": limit} if limit else {"rows": rows})
    return forms.CharField(label=label, initial=text, required=False, widget=widget)
