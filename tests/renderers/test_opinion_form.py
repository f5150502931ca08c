"""The form of an opinion: its fields, what it is filled with, and the findings of each criterion."""

from __future__ import annotations

import re

from crispy_forms.utils import render_crispy_form

from filings.checks import Finding, FindingText
from filings.renderers.opinion_form import SHOWN, CriterionAssessment, opinion_form
from filings.sheet.opinion import Criterion

GRADES = ("优", "良", "中", "差")
COMPLETE = Criterion("完整性", ("内容是否完整", "目标是否清楚"), ("R1",))
RELEVANT = Criterion("相关性", ("是否与职责相关",), ("R3",))


def finding(severity: str, message: str = "有问题") -> FindingText:
    return FindingText(Finding("C01", "title", severity=severity), "名称", message, message)


def test_a_grade_and_words_for_each_criterion_and_for_the_whole() -> None:
    form = opinion_form(
        GRADES,
        [CriterionAssessment(COMPLETE, (), "良", "还可以"), CriterionAssessment(RELEVANT, ())],
        ("优", "同意"),
    )
    assert list(form.fields) == ["grade-0", "words-0", "grade-1", "words-1", "grade", "text"]
    assert {name: field.initial for name, field in form.fields.items()} == {
        "grade-0": "良", "words-0": "还可以", "grade-1": "", "words-1": "", "grade": "优", "text": "同意",
    }  # fmt: skip
    html = render_crispy_form(form)
    assert re.findall(r"<legend[^>]*>\s*([^<]*?)\s*</legend>", html) == ["完整性", "相关性", "综合"]
    assert "内容是否完整；目标是否清楚。" in html
    assert "<form" not in html, "the page has the form element"
    assert "csrfmiddlewaretoken" not in html


def test_nothing_is_required_but_a_grade_must_be_one_of_the_list() -> None:
    assessments = [CriterionAssessment(COMPLETE, ())]
    assert opinion_form(GRADES, assessments, ("", ""), {}).is_valid()
    posted = opinion_form(GRADES, assessments, ("", ""), {"grade-0": "优", "words-0": "好", "grade": "", "text": ""})
    assert posted.is_valid()
    assert posted.cleaned_data == {"grade-0": "优", "words-0": "好", "grade": "", "text": ""}
    assert set(opinion_form(GRADES, assessments, ("", ""), {"grade-0": "特优"}).errors) == {"grade-0"}


def test_findings_are_counted_by_severity() -> None:
    assessment = CriterionAssessment(COMPLETE, (finding("error"), finding("warning"), finding("error")))
    assert [assessment.count(severity) for severity in ("error", "warning", "note")] == [2, 1, 0]


def test_the_first_findings_are_listed_without_notes() -> None:
    findings = [finding("note", "说明一"), *(finding("warning", f"第{n}条。") for n in range(SHOWN + 2))]
    html = render_crispy_form(opinion_form(GRADES, [CriterionAssessment(COMPLETE, tuple(findings))], ("", "")))
    assert f"检查发现错误 0 处、提示 {SHOWN + 2} 处。" in html
    assert re.findall(r'<li class="warning">名称：第(\d+)条。</li>', html) == [str(n) for n in range(SHOWN)]
    assert "说明一" not in html


def test_only_notes_are_no_problem() -> None:
    html = render_crispy_form(opinion_form(GRADES, [CriterionAssessment(COMPLETE, (finding("note"),))], ("", "")))
    assert "检查没有发现问题。" in html
    assert "<li" not in html


def test_typed_texts_are_neither_markup_nor_template() -> None:
    hostile = finding("error", "{{ 7|add:7 }}{% now 'Y' %}<b>")
    criterion = Criterion("完整性", ("{{ form }}",), ())
    html = render_crispy_form(opinion_form(GRADES, [CriterionAssessment(criterion, (hostile,))], ("", "{{ 7 }}")))
    assert "&#123;&#123; 7|add:7 &#125;&#125;&#123;% now &#x27;Y&#x27; %&#125;&lt;b&gt;" in html
    assert "&#123;&#123; form &#125;&#125;" in html
    assert "{{ 7 }}" in html, "in a text area it is only text"
