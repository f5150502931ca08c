"""进度: the progress board of a cycle for its bureau, one department of it, and reminders."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from filings.models import BUREAU_ROLES, REVIEWER_WORDS, Cycle, Department
from filings.renderers import charts
from filings.services.access import has_role
from filings.services.board import cycle_board, due_sheets, last_cycle, visible_cycles
from filings.services.due_forms import ALL, NOT_BEGUN, StateCounts
from filings.services.errors import Refused
from filings.services.reminders import (
    ReminderTarget,
    default_text,
    may_send_reminders,
    reminder_targets,
    send_reminders,
)
from filings.services.statistics import CountGroup, DayProgress, cycle_progress, finding_counts, indicator_counts
from filings.views.common import current_person, posted_text, render_page, request_time, signed_in
from indicators.number import parse_digits

STATE_LABELS = {str(state): label for state, label in REVIEWER_WORDS.items()} | {NOT_BEGUN: "未开始"}


def _cycles_or_404(request: HttpRequest) -> list[Cycle]:
    """The cycles that the person's bureau may see. Raises Http404 for people of no bureau."""
    if not has_role(current_person(request), BUREAU_ROLES):
        raise Http404
    return visible_cycles(current_person(request), request_time(request))


def _cycle_or_404(request: HttpRequest, pk: int) -> tuple[Cycle, list[Cycle]]:
    """The cycle, and all that the person may see. Raises Http404 for one that is not among them."""
    cycles = _cycles_or_404(request)
    cycle = next((cycle for cycle in cycles if cycle.pk == pk), None)
    if cycle is None:
        raise Http404
    return cycle, cycles


@signed_in
@require_safe
def last_board(request: HttpRequest) -> HttpResponse:
    """GET: the board of the newest open cycle, for the bureau; 404 for others."""
    cycles = _cycles_or_404(request)
    cycle = last_cycle(cycles, request_time(request))
    if cycle is None:
        return render_page(request, "filings/board_empty.html", {})
    return _board(request, cycle, cycles)


@signed_in
@require_safe
def board(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """GET: the board of one cycle, for its bureau; 404 for others."""
    return _board(request, *_cycle_or_404(request, cycle_pk))


def _board(request: HttpRequest, cycle: Cycle, cycles: list[Cycle]) -> HttpResponse:
    summary = cycle_board(cycle)
    days, findings, indicators = cycle_progress(cycle), finding_counts(cycle), indicator_counts(cycle)
    indicator_total = sum(group.total for group in indicators)
    context = {
        "cycle": cycle,
        "other_cycles": [other for other in cycles if other.pk != cycle.pk][:12],
        "board": summary,
        "states": [(state, STATE_LABELS[state]) for state in ALL],
        "forms": [(row.form, _state_cells(row.tally, money=True), row.tally) for row in summary.forms],
        "departments": [(row, _state_cells(row.tally)) for row in summary.departments],
        "total": _state_cells(summary.total),
        "may_remind": may_send_reminders(current_person(request), cycle) and request_time(request) <= cycle.deadline,
        "progress_days": days,
        "progress_chart": _progress_chart(cycle, days, summary.total.due, request_time(request)),
        "legend": [charts.line_sample(style) for style in ("line-sent", "line-approved", "goal")],
        "finding_groups": findings,
        "finding_total": sum(group.total for group in findings),
        "finding_chart": _finding_chart(findings),
        "indicator_groups": [
            (group, _percent(group.total, indicator_total), _parts(group, indicator_total)) for group in indicators
        ],
        "indicator_total": indicator_total,
        "indicator_chart": _indicator_chart(indicators),
    }
    return render_page(request, "filings/board.html", context)


def _state_cells(tally: StateCounts, *, money: bool = False) -> list[tuple[str, int, str]]:
    """Label, number of sheets and (with `money`) total of each state, in the order of the columns."""
    return [
        (
            STATE_LABELS[state],
            tally.count_of(state),
            f"{tally.money[state]:,.2f}" if money and tally.money.get(state) else "",
        )
        for state in ALL
    ]


def _parts(group: CountGroup, total: int) -> list[tuple[str, int, str, str]]:
    """Name, number, percentage of `total` and colour sample in the chart of each part of the group."""
    return [
        (name, count, _percent(count, total), charts.bar_sample(index))
        for index, (_, name, count) in enumerate(group.parts)
    ]


def _percent(count: int, total: int) -> str:
    return f"{count / total:.1%}"


def _progress_chart(cycle: Cycle, days: list[DayProgress], due: int, now: datetime) -> str:
    """Submitted and approved sheets by day, from the opening to the deadline, or to the last event after it."""
    first, last, today = timezone.localdate(cycle.opens_at), timezone.localdate(cycle.deadline), timezone.localdate(now)
    first, end = min([first, *(progress.day for progress in days)]), max([last, *(progress.day for progress in days)])

    def position(day: date) -> float:
        """Horizontal position of a day, 0 to 1."""
        # A day's numbers are those of its end; a cycle of one day takes the whole width.
        return min(1.0, max(0.0, ((day - first).days + 1) / ((end - first).days + 1)))

    sent = charts.StepLine("line-sent", [(position(progress.day), progress.sent) for progress in days])
    approved = charts.StepLine("line-approved", [(position(progress.day), progress.approved) for progress in days])
    marks = [charts.ChartMark(position(last), f"截止 {last.month}月{last.day}日")]
    if position(last) > 0.5:
        marks.append(charts.ChartMark(0, f"{first.month}月{first.day}日"))
    if today < end:
        marks.append(charts.ChartMark(position(today), "今天", above=True))
    latest = days[-1] if days else DayProgress(today, 0, 0)
    counts = f"应报 {due} 张，已送审 {latest.sent} 张，其中已审核 {latest.approved} 张。"
    description = f"{first:%m月%d日}至{end:%m月%d日}，{counts}"
    chart = charts.Chart("progress", "每日送审和审核的进度", description)
    return charts.step_chart(chart, [sent, approved], marks, position(min(today, end)), due)


def _finding_chart(groups: list[CountGroup]) -> str:
    bars = [charts.Bar(group.label, [(group.name, group.total)]) for group in groups]
    description = "；".join(f"{bar.label} {bar.total} 条" for bar in bars)
    return charts.bar_chart(charts.Chart("findings", "检查结果按原则的条数", description), bars)


def _indicator_chart(groups: list[CountGroup]) -> str:
    bars = [charts.Bar(group.name, [(name, count) for _, name, count in group.parts]) for group in groups]
    description = "；".join(f"{bar.label} {bar.total} 条" for bar in bars)
    return charts.bar_chart(charts.Chart("mix", "绩效指标按一、二级的条数", description), bars)


@signed_in
@require_safe
def department_board(request: HttpRequest, cycle_pk: int, department_pk: int) -> HttpResponse:
    """GET: the sheets due from one department with their states, for the bureau; 404 for others."""
    cycle, _ = _cycle_or_404(request, cycle_pk)
    department = Department.objects.filter(pk=department_pk, jurisdiction=cycle.jurisdiction_id).first()
    if department is None:
        raise Http404
    sheets = due_sheets(current_person(request), cycle, department)
    rows = [(sheet, STATE_LABELS[sheet.filing.state if sheet.filing else NOT_BEGUN]) for sheet in sheets]
    context = {"cycle": cycle, "department": department, "sheets": rows}
    return render_page(request, "filings/board_department.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Preview of reminders: departments to remind and departments to skip, with the reason; POST `do=send` sends them.

    For the ticked departments, or without any for all that have sheets missing. 404 for people who may not send
    reminders in this cycle and for departments of other jurisdictions. A refused text is shown again (409).
    """
    cycle, _ = _cycle_or_404(request, cycle_pk)
    if not may_send_reminders(current_person(request), cycle):
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(given, cycle) if request.method == "POST" or "department" in given else None
    text = default_text(cycle)
    if request.method == "POST" and request.POST.get("do") == "send":
        try:
            text = posted_text(request, "text")
            targets = send_reminders(current_person(request), cycle, chosen or [], text, request_time(request))
        except Refused as refusal:
            return _preview(request, cycle, chosen, request.POST.get("text", ""), str(refusal))
        _add_messages(request, targets)
        return redirect("board", cycle.pk)
    return _preview(request, cycle, chosen, text)


def _chosen(given: QueryDict, cycle: Cycle) -> list[int]:
    """Primary keys of the ticked departments. Raises Http404 unless all belong to the cycle's jurisdiction."""
    values = given.getlist("department")
    pks = {pk for text in values if (pk := parse_digits(text)) is not None}
    own = Department.objects.filter(pk__in=pks, jurisdiction=cycle.jurisdiction_id).count()
    if len(pks) < len(set(values)) or own < len(pks):
        raise Http404
    return sorted(pks)


def _preview(request: HttpRequest, cycle: Cycle, chosen: list[int] | None, text: str, error: str = "") -> HttpResponse:
    targets = reminder_targets(cycle, chosen, request_time(request))
    context = {
        "cycle": cycle,
        "targets": [target for target in targets if not target.reason],
        "skipped": [target for target in targets if target.reason],
        "text": text,
        "error": error,
    }
    return render_page(request, "filings/remind.html", context, status=409 if error else 200)


def _add_messages(request: HttpRequest, targets: list[ReminderTarget]) -> None:
    """Messages for the next page: how many departments were reminded, and which were skipped."""
    reminded = [target for target in targets if not target.reason]
    if reminded:
        messages.success(request, f"已催办 {len(reminded)} 个单位。")
    skipped = [f"{target.department}（{target.reason}）" for target in targets if target.reason]
    if skipped:
        more = f"等 {len(skipped)} 个单位" if len(skipped) > 5 else ""
        messages.warning(request, f"没有催办：{'、'.join(skipped[:5])}{more}。")
