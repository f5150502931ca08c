"""Where each person starts: the clerk's task list, the reviewer's queue, the admin's cycles."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings.models import BUREAU_ROLES, OFFICE_ROLES, Department, DueForm, Filing, Project, Role
from filings.services.access import has_role
from filings.services.errors import Refused
from filings.services.new_filings import may_file_for, start_filing
from filings.services.places import get_or_create_project
from filings.services.task_lists import copy_sources, task_lists
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
    """To the page of the person's first role."""
    person = current_person(request)
    if has_role(person, OFFICE_ROLES):
        return redirect("tasks")
    if has_role(person, [Role.ADMIN]):
        return redirect("packets")
    if has_role(person, BUREAU_ROLES):
        return redirect("queue", "waiting")
    return render_page(request, "filings/nothing.html", {})


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Larger type for those who want it, kept in this browser; then back to where they were."""
    to = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}) and to.startswith("/")
    response = redirect(to if safe else "/")
    size = "large" if request.POST.get("size") == "large" else "normal"
    response.set_cookie(TEXT_SIZE, size, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return response


@signed_in
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """The clerk's list: cycle, deadline, each due form with its state and what is missing."""
    if not has_role(current_person(request), OFFICE_ROLES):
        raise Http404
    lists = task_lists(current_person(request), request_time(request))
    context = {
        "lists": [(one, days_left(one.cycle, request_time(request))) for one in lists],
        "cycle": lists[0].cycle if len(lists) == 1 else None,
    }
    return render_page(request, "filings/tasks.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, due_pk: int, department_pk: int) -> HttpResponse:
    """Start a sheet: for which project, blank or copied."""
    person = current_person(request)
    due, department = _due_for(request, due_pk, department_pk)
    taken = Filing.objects.filter(cycle=due.cycle, layout=due.layout, department=department).values_list(
        "project_id", flat=True
    )
    projects = list(
        Project.objects.filter(department=department, retired=False).exclude(pk__in=[pk for pk in taken if pk])
    )
    sources = copy_sources(person, due)
    context = {
        "due": due,
        "cycle": due.cycle,
        "department": department,
        "projects": projects,
        "sources": sources,
        # What was chosen and typed stays when the start is refused.
        "new_project": request.POST.get("new_project", ""),
        "chosen": request.POST.get("project", request.GET.get("project", "")),
        "copy": request.POST.get("copy", request.GET.get("copy", "")),
    }
    if request.method == "POST":
        try:
            project = _project(request, department) if due.subject == "project" else None
            source = next((one for one in sources if one.ref == request.POST.get("copy")), None)
            filing = start_filing(
                person, due.cycle, due, department, project, copy_of=source, now=request_time(request)
            )
        except Refused as refusal:
            return render_page(request, "filings/start.html", {**context, "error": str(refusal)}, status=409)
        messages.success(request, "已建立，内容会自动保存。")
        return redirect(f"/filings/{filing.ref}/steps/")
    return render_page(request, "filings/start.html", context)


def _due_for(request: HttpRequest, due_pk: int, department_pk: int) -> tuple[DueForm, Department]:
    """The due form and the department, if this person files for it."""
    due = DueForm.objects.select_related("cycle__jurisdiction", "layout").filter(pk=due_pk).first()
    department = Department.objects.filter(pk=department_pk).first()
    if not due or not department or due.jurisdiction_id != department.jurisdiction_id:
        raise Http404
    if not may_file_for(current_person(request), department):
        raise Http404
    return due, department


def _project(request: HttpRequest, department: Department) -> Project:
    name = posted_text(request, "new_project")
    if name:
        if len(name) > 200:
            raise Refused("项目名称不能超过 200 字。")
        return get_or_create_project(department, name)
    project = Project.objects.filter(department=department, pk=posted_number(request, "project")).first()
    if project is None:
        raise Refused("请选择一个项目，或填写新项目的名称。")
    return project
