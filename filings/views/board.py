"""进度: the board of a cycle for its bureau, one department of it, and reminding those who are late."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from filings.models import BUREAU_ROLES, REVIEWER_WORDS, Cycle, Department
from filings.renderers import charts
from filings.services.access import has_role
from filings.services.board import cycle_board, due_sheets, latest_cycle, visible_cycles
from filings.services.due_forms import ALL, NOT_BEGUN, StateCounts
from filings.services.errors import Refused
from filings.services.reminders import (
    LONGEST,
    ReminderTarget,
    default_text,
    may_send_reminders,
    reminder_targets,
    send_reminders,
)
from filings.services.statistics import CountGroup, DayProgress, cycle_progress, finding_counts, indicator_counts
from filings.views.common import current_person, posted_text, render_page, request_time, signed_in
from indicators.number import parse_digits

STATES = {str(state): words for state, words in REVIEWER_WORDS.items()} | {NOT_BEGUN: "未开始"}


def _cycles(request: HttpRequest) -> list[Cycle]:
    if not has_role(current_person(request), BUREAU_ROLES):
        raise Http404
    return visible_cycles(current_person(request), request_time(request))


def _cycle_or_404(request: HttpRequest, pk: int) -> tuple[Cycle, list[Cycle]]:
    """A cycle of the person's places, and all of them; any other does not exist."""
    cycles = _cycles(request)
    cycle = next((one for one in cycles if one.pk == pk), None)
    if cycle is None:
        raise Http404
    return cycle, cycles


@signed_in
@require_safe
def latest_board(request: HttpRequest) -> HttpResponse:
    """The board of the newest open cycle."""
    cycles = _cycles(request)
    cycle = latest_cycle(cycles, request_time(request))
    if cycle is None:
        return render_page(request, "filings/board_empty.html", {})
    return _board(request, cycle, cycles)


@signed_in
@require_safe
def board(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """The board of one cycle."""
    return _board(request, *_cycle_or_404(request, cycle_pk))


def _board(request: HttpRequest, cycle: Cycle, cycles: list[Cycle]) -> HttpResponse:
    shown = cycle_board(cycle)
    days, found, mix = cycle_progress(cycle), finding_counts(cycle), indicator_counts(cycle)
    rows = sum(group.total for group in mix)
    context = {
        "cycle": cycle,
        "others": [one for one in cycles if one.pk != cycle.pk][:12],
        "board": shown,
        "states": [(state, STATES[state]) for state in ALL],
        "forms": [(line.form, _cells(line.tally, money=True), line.tally) for line in shown.forms],
        "offices": [(line, _cells(line.tally)) for line in shown.departments],
        "total": _cells(shown.total),
        "may_remind": may_send_reminders(current_person(request), cycle) and request_time(request) <= cycle.deadline,
        "days": days,
        "progress": _progress_chart(cycle, days, shown.total.due, request_time(request)),
        "samples": [charts.line_sample(look) for look in ("line-sent", "line-approved", "goal")],
        "found": found,
        "found_total": sum(group.total for group in found),
        "findings": _findings_chart(found),
        "mix": [(group, _of(group.total, rows), _parts(group, rows)) for group in mix],
        "mix_total": rows,
        "indicators": _indicators_chart(mix),
    }
    return render_page(request, "filings/board.html", context)


def _cells(tally: StateCounts, *, money: bool = False) -> list[tuple[str, int, str]]:
    """Name, number and, where asked, money of each state in order."""
    return [
        (STATES[state], tally.count_of(state), f"{tally.money[state]:,.2f}" if money and tally.money.get(state) else "")
        for state in ALL
    ]


def _parts(group: CountGroup, whole: int) -> list[tuple[str, int, str, str]]:
    """Name, number, share of the whole, and the look in the picture of each part."""
    return [
        (name, count, _of(count, whole), charts.bar_sample(place)) for place, (_, name, count) in enumerate(group.parts)
    ]


def _of(count: int, whole: int) -> str:
    return f"{count / whole:.1%}"


def _progress_chart(cycle: Cycle, days: list[DayProgress], due: int, now: datetime) -> str:
    """The steps from the opening to the deadline, or to the last thing that happened after it."""
    first, last, today = timezone.localdate(cycle.opens_at), timezone.localdate(cycle.deadline), timezone.localdate(now)
    first, end = min([first, *(one.day for one in days)]), max([last, *(one.day for one in days)])

    def place(day: date) -> float:
        # A day's numbers are those of its end; a cycle of one day has its whole width for it.
        return min(1.0, max(0.0, ((day - first).days + 1) / ((end - first).days + 1)))

    sent = charts.StepLine("line-sent", [(place(one.day), one.sent) for one in days])
    approved = charts.StepLine("line-approved", [(place(one.day), one.approved) for one in days])
    marks = [charts.AxisMark(place(last), f"截止 {last.month}月{last.day}日")]
    if place(last) > 0.5:
        marks.append(charts.AxisMark(0, f"{first.month}月{first.day}日"))
    if today < end:
        marks.append(charts.AxisMark(place(today), "今天", above=True))
    latest = days[-1] if days else DayProgress(today, 0, 0)
    counts = f"应报 {due} 张，已送审 {latest.sent} 张，其中已审核 {latest.approved} 张。"
    words = f"{first:%m月%d日}至{end:%m月%d日}，{counts}"
    picture = charts.Chart("progress", "每日送审和审核的进度", words)
    return charts.step_chart(picture, [sent, approved], marks, place(min(today, end)), due)


def _findings_chart(groups: list[CountGroup]) -> str:
    rows = [charts.Bar(re.split("[：，]", group.name)[0], [(group.name, group.total)]) for group in groups]
    words = "；".join(f"{row.label} {row.total} 条" for row in rows)
    return charts.bar_chart(charts.Chart("findings", "检查结果按原则的条数", words), rows)


def _indicators_chart(groups: list[CountGroup]) -> str:
    rows = [charts.Bar(group.name, [(name, count) for _, name, count in group.parts]) for group in groups]
    words = "；".join(f"{row.label} {row.total} 条" for row in rows)
    return charts.bar_chart(charts.Chart("mix", "绩效指标按一、二级的条数", words), rows)


@signed_in
@require_safe
def department_board(request: HttpRequest, cycle_pk: int, department_pk: int) -> HttpResponse:
    """Every sheet that is due from one department, and how it stands."""
    cycle, _ = _cycle_or_404(request, cycle_pk)
    department = Department.objects.filter(pk=department_pk, jurisdiction=cycle.jurisdiction_id).first()
    if department is None:
        raise Http404
    sheets = due_sheets(current_person(request), cycle, department)
    rows = [(sheet, STATES[sheet.filing.state if sheet.filing else NOT_BEGUN]) for sheet in sheets]
    context = {"cycle": cycle, "department": department, "sheets": rows}
    return render_page(request, "filings/board_office.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Who would be reminded and who not, and why; then the button that does it. Opened by itself, all that are late."""
    cycle, _ = _cycle_or_404(request, cycle_pk)
    if not may_send_reminders(current_person(request), cycle):
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(given, cycle) if request.method == "POST" or "department" in given else None
    text = default_text(cycle)
    if request.method == "POST" and request.POST.get("do") == "send":
        try:
            text = posted_text(request, "text")
            told = send_reminders(current_person(request), cycle, chosen or [], text, request_time(request))
        except Refused as refusal:
            return _preview(request, cycle, chosen, request.POST.get("text", ""), str(refusal))
        _report(request, told)
        return redirect("board", cycle.pk)
    return _preview(request, cycle, chosen, text)


def _chosen(given: QueryDict, cycle: Cycle) -> list[int]:
    """The departments that were ticked, all of the place; a foreign one does not exist."""
    posted = given.getlist("department")
    pks = {pk for text in posted if (pk := parse_digits(text)) is not None}
    own = Department.objects.filter(pk__in=pks, jurisdiction=cycle.jurisdiction_id).count()
    if len(pks) < len(set(posted)) or own < len(pks):
        raise Http404
    return sorted(pks)


def _preview(request: HttpRequest, cycle: Cycle, chosen: list[int] | None, text: str, error: str = "") -> HttpResponse:
    found = reminder_targets(cycle, chosen, request_time(request))
    context = {
        "cycle": cycle,
        "calls": [call for call in found if not call.reason],
        "skipped": [call for call in found if call.reason],
        "text": text,
        "longest": LONGEST,
        "error": error,
    }
    return render_page(request, "filings/remind.html", context, status=409 if error else 200)


def _report(request: HttpRequest, told: list[ReminderTarget]) -> None:
    """What was done, and who was left out."""
    done = [call for call in told if not call.reason]
    if done:
        messages.success(request, f"已催办 {len(done)} 个单位。")
    left = [f"{call.department}（{call.reason}）" for call in told if call.reason]
    if left:
        more = f"等 {len(left)} 个单位" if len(left) > 5 else ""
        messages.warning(request, f"没有催办：{'、'.join(left[:5])}{more}。")
