"""Logging in and out; what an expired session was about to save survives the log-in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.http import url_has_allowed_host_and_scheme

from filings.views.common import is_json_request, render_page
from filings.views.login_carryover import carryover_fields


class Login(LoginView):
    """The log-in page; asked by a page's script it answers in JSON with a fresh token."""

    template_name = "registration/login.html"
    redirect_authenticated_user = False
    http_method_names = ["get", "head", "post", "options"]

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if is_json_request(self.request):
            return JsonResponse({"token": get_token(self.request), "person": form.get_user().pk})
        kept, to = carryover_fields(self.request), self.request.POST.get("kept_to", "")
        if to and url_has_allowed_host_and_scheme(to, {self.request.get_host()}):
            return render_page(self.request, "registration/resume.html", {"kept": kept, "to": to})
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if is_json_request(self.request):
            return JsonResponse({"error": "用户名或密码不正确，请重试。连续 5 次错误将锁定 20 分钟。"}, status=400)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["kept"], context["kept_to"] = carryover_fields(self.request), self.request.POST.get("kept_to", "")
        return context


class Logout(LogoutView):
    """Ends the session and wipes what the browser kept of it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def login_locked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """After too many wrong passwords: the log-in page again, with what an expired session was about to save."""
    message = "密码错误次数过多，账号已锁定 20 分钟。忘记密码请联系财政局管理员重置。"
    if is_json_request(request):
        return JsonResponse({"error": message}, status=429)
    context = {
        "form": AuthenticationForm(request),
        "locked": message,
        "kept": carryover_fields(request),
        "kept_to": request.POST.get("kept_to", ""),
        "next": request.POST.get("next", ""),
    }
    return render_page(request, "registration/login.html", context, status=429)
