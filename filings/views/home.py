"""The start page of each role, the clerk's task list, and starting a new filing."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings.models import BUREAU_ROLES, DEPARTMENT_ROLES, Department, DueForm, Filing, Project, Role
from filings.services.access import has_role
from filings.services.errors import Refused
from filings.services.new_filings import may_file_for, start_filing
from filings.services.places import get_or_create_project
from filings.services.task_lists import copy_sources, task_lists
from filings.services.text_limits import PROJECT_LIMIT, require_within_limit
from filings.views.common import (
    TEXT_SIZE,
    current_person,
    days_left,
    posted_number,
    posted_text,
    render_page,
    request_time,
    signed_in,
)


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """GET /: redirect to the start page of the person's role; a note for people without any role."""
    person = current_person(request)
    if has_role(person, DEPARTMENT_ROLES):
        return redirect("tasks")
    if has_role(person, [Role.ADMIN]):
        return redirect("packets")
    if has_role(person, BUREAU_ROLES):
        return redirect("queue", "waiting")
    return render_page(request, "filings/no_membership.html", {})


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """POST `size`: large or normal text, stored in a cookie; then back to `next`. Open to everybody."""
    address = request.POST.get("next", "/")
    is_safe = url_has_allowed_host_and_scheme(address, {request.get_host()}) and address.startswith("/")
    response = redirect(address if is_safe else "/")
    size = "large" if request.POST.get("size") == "large" else "normal"
    response.set_cookie(TEXT_SIZE, size, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return response


@signed_in
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """GET: the task lists of the person's departments: due forms with their state. 404 for other roles."""
    if not has_role(current_person(request), DEPARTMENT_ROLES):
        raise Http404
    lists = task_lists(current_person(request), request_time(request))
    context = {
        "task_lists": [(task_list, days_left(task_list.cycle, request_time(request))) for task_list in lists],
        "cycle": lists[0].cycle if len(lists) == 1 else None,
    }
    return render_page(request, "filings/tasks.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, due_pk: int, department_pk: int) -> HttpResponse:
    """The form to start a filing, blank or as a copy; POST starts it and leads to its first step.

    404 unless the person files for this department and the form is due in its jurisdiction. A refused start shows the
    form again with what was typed (409).
    """
    due_form, department = _due_form_or_404(request, due_pk, department_pk)
    sources = copy_sources(current_person(request), due_form)
    context = {
        "due_form": due_form,
        "cycle": due_form.cycle,
        "department": department,
        "projects": _projects_without_filing(due_form, department),
        "sources": sources,
        "new_project": request.POST.get("new_project", ""),
        "chosen_project": request.POST.get("project", request.GET.get("project", "")),
        "chosen_source": request.POST.get("copy", request.GET.get("copy", "")),
    }
    if request.method == "POST":
        try:
            filing = _start_filing(request, due_form, department, sources)
        except Refused as refusal:
            return render_page(request, "filings/start.html", {**context, "error": str(refusal)}, status=409)
        messages.success(request, "已建立，内容会自动保存。")
        return redirect(f"/filings/{filing.ref}/steps/")
    return render_page(request, "filings/start.html", context)


def _due_form_or_404(request: HttpRequest, due_pk: int, department_pk: int) -> tuple[DueForm, Department]:
    """The due form and the department. Raises Http404 unless the person files for it."""
    due_form = DueForm.objects.select_related("cycle__jurisdiction", "layout").filter(pk=due_pk).first()
    department = Department.objects.filter(pk=department_pk).first()
    if not due_form or not department or due_form.jurisdiction_id != department.jurisdiction_id:
        raise Http404
    if not may_file_for(current_person(request), department):
        raise Http404
    return due_form, department


def _projects_without_filing(due_form: DueForm, department: Department) -> list[Project]:
    """The department's projects for which this form has not been started."""
    filings = Filing.objects.filter(cycle=due_form.cycle, layout=due_form.layout, department=department)
    started = [pk for pk in filings.values_list("project_id", flat=True) if pk]
    return list(Project.objects.filter(department=department, retired=False).exclude(pk__in=started))


def _start_filing(request: HttpRequest, due_form: DueForm, department: Department, sources: Sequence[Filing]) -> Filing:
    """Start the filing for the posted project, as a copy of the posted source. Raises Refused."""
    project = _posted_project(request, department) if due_form.subject == "project" else None
    source = next((filing for filing in sources if filing.ref == request.POST.get("copy")), None)
    return start_filing(
        current_person(request),
        due_form.cycle,
        due_form,
        department,
        project,
        copy_of=source,
        now=request_time(request),
    )


def _posted_project(request: HttpRequest, department: Department) -> Project:
    """The chosen project, or the one whose name was typed. Raises Refused if neither is usable."""
    name = posted_text(request, "new_project")
    if name:
        require_within_limit(name, PROJECT_LIMIT, "项目名称")
        return get_or_create_project(department, name)
    project = Project.objects.filter(department=department, pk=posted_number(request, "project")).first()
    if project is None:
        raise Refused("project_not_chosen")
    return project
