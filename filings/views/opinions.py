"""The reviewer's opinion by criteria."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Field, Fieldset, Layout, Row
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods

from filings.models import Filing, Opinion, Role
from filings.services.access import Refused, roles_for
from filings.services.layouts import profile_of
from filings.services.opinions import Line, keep_opinion, lines, opinion_on, revision_of
from filings.services.replies import judged_now
from filings.views.common import filing_or_404, page, person_of, posted_text, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, ref: str) -> HttpResponse:
    """Grades and words by criterion; read by all who see the sheet, written by a reviewer while it is in review."""
    filing = filing_or_404(request, ref)
    revision = revision_of(filing)
    if revision is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            _keep(request, filing)
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, "审核意见已保存。")
            return redirect("sheet", filing.ref)
    kept = opinion_on(filing)
    current = kept if kept and kept.revision_id == revision.pk else None
    writing = Role.REVIEWER in roles_for(person_of(request), filing) and filing.state in ("submitted", "in_review")
    told = lines(filing, judged_now(filing), current)
    context = {
        "filing": filing,
        "revision": revision,
        "kept": kept,
        "form": _form(request, filing, told, current) if writing else None,
        "error": error,
    }
    return page(request, "filings/opinion.html", context, 409 if error else 200)


def _keep(request: HttpRequest, filing: Filing) -> None:
    names = [criterion.name for criterion in profile_of(filing.cycle).opinion.criteria]
    criteria = {
        name: (request.POST.get(f"grade-{n}", ""), posted_text(request, f"words-{n}")) for n, name in enumerate(names)
    }
    keep_opinion(person_of(request), filing.pk, criteria, request.POST.get("grade", ""), posted_text(request, "text"))


def _form(request: HttpRequest, filing: Filing, told: list[Line], kept: Opinion | None) -> forms.Form:
    """The crispy form: a group for each criterion with its questions and the findings that bear on it."""
    template = profile_of(filing.cycle).opinion
    grades = [("", "未评"), *((grade, grade) for grade in template.grades)]
    form = forms.Form(request.POST if request.method == "POST" else None, auto_id="f-%s", label_suffix="")
    groups = []
    for n, line in enumerate(told):
        form.fields[f"grade-{n}"] = _grade("等级", grades, line.grade)
        form.fields[f"words-{n}"] = _words("意见", line.words, 2)
        row = Row(Column(Field(f"grade-{n}"), css_class="col-md-3"), Column(Field(f"words-{n}"), css_class="col-md-9"))
        groups.append(Fieldset(line.criterion.name, HTML(_asked(line)), row))
    form.fields["grade"] = _grade("综合等级", grades, kept.grade if kept else "")
    begun = template.text.replace("{name}", filing.subject_name)
    form.fields["text"] = _words("综合意见", kept.text if kept else begun, 4)
    form.helper = FormHelper()  # type: ignore[attr-defined]
    form.helper.form_tag = False  # type: ignore[attr-defined]
    form.helper.disable_csrf = True  # type: ignore[attr-defined]
    form.helper.layout = Layout(*groups, Fieldset("综合", "grade", "text"))  # type: ignore[attr-defined]
    return form


def _asked(line: Line) -> str:
    asks = "；".join(line.criterion.asks)
    counts = f"检查发现错误 {line.errors} 处、提示 {line.warnings} 处。" if line.findings else "检查没有发现问题。"
    shown = [one.finding for one in line.findings if one.finding.severity != "note"][:8]
    found = format_html_join("", "<li class={}>{}：{}</li>", ((f.severity, f.label, f.message) for f in shown))
    html = format_html('<p class="note">{}。{}</p><ul class="findings">{}</ul>', asks, counts, found)
    # crispy reads this as a template: nothing in it may be taken for a tag.
    return html.replace("{", "&#123;").replace("}", "&#125;")


def _grade(label: str, grades: list[tuple[str, str]], chosen: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=grades, initial=chosen, required=False)


def _words(label: str, text: str, rows: int) -> forms.CharField:
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, initial=text, required=False, widget=widget)
