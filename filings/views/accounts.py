"""Log-in and log-out. Form data that an expired session could not save survives the log-in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.http import url_has_allowed_host_and_scheme

from filings.services.errors import Refused
from filings.views.common import is_json_request, refused_json, render_page
from filings.views.login_carryover import carryover_context, carryover_fields, resume_address


class Login(LoginView):
    """The log-in page (GET, POST), open to everybody. A page's script gets JSON with a new CSRF token."""

    template_name = "registration/login.html"
    redirect_authenticated_user = False
    http_method_names = ["get", "head", "post", "options"]

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if is_json_request(self.request):
            return JsonResponse({"token": get_token(self.request), "person": form.get_user().pk})
        address = resume_address(self.request)
        # The address is user input: only pages of this site may receive the fields.
        if address and url_has_allowed_host_and_scheme(address, {self.request.get_host()}):
            context = {"carryover": carryover_fields(self.request), "resume_address": address}
            return render_page(self.request, "registration/resume.html", context)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if is_json_request(self.request):
            return refused_json(Refused("login_wrong"), 400)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **carryover_context(self.request)}


class Logout(LogoutView):
    """Ends the session (POST) and clears the browser's cache and storage of this site."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def login_locked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer to a log-in after too many wrong passwords (429): the log-in page again, or JSON for a script.

    Called by django-axes, see AXES_LOCKOUT_CALLABLE.
    """
    refusal = Refused("login_locked")
    if is_json_request(request):
        return refused_json(refusal, 429)
    context = {
        "form": AuthenticationForm(request),
        "lock_message": str(refusal),
        "next": request.POST.get("next", ""),
        **carryover_context(request),
    }
    return render_page(request, "registration/login.html", context, status=429)
