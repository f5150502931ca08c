"""Django admin for master data: admins see and change the rows of their jurisdictions, superusers all rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from filings.models import (
    Cycle,
    Department,
    DueForm,
    FundingSource,
    Jurisdiction,
    LayoutVersion,
    Membership,
    Person,
    Project,
    Role,
)
from filings.services.access import memberships
from filings.sheet.problems import LayoutError
from filings.sheet.profile import load_profile
from indicators.admin import IndicatorCategoryAdmin
from indicators.models import IndicatorCategory

admin.site.site_header = admin.site.site_title = "预算绩效目标申报 · 基础数据"
admin.site.index_title = "基础数据"
admin.site.unregister(Group)


def admin_places(request: HttpRequest) -> list[int]:
    """The jurisdictions that the person administers."""
    if not isinstance(request.user, Person):
        return []
    return [membership.jurisdiction_id for membership in memberships(request.user) if membership.role == Role.ADMIN]


def is_place_admin(request: HttpRequest) -> bool:
    """Whether the person may use the master data at all: staff who administer a jurisdiction, and superusers."""
    user = request.user
    return bool(user.is_active and user.is_staff and (user.is_superuser or admin_places(request)))


class PlaceAdmin(admin.ModelAdmin[Any]):
    """Base class: only rows of the admin's jurisdictions, in lists and in the choices of foreign keys."""

    scope = "jurisdiction__in"
    """Lookup that filters the rows by the jurisdictions of the admin."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        query = super().get_queryset(request)
        return query if request.user.is_superuser else query.filter(**{self.scope: admin_places(request)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        scoped = _choices(db_field.related_model, request)
        if scoped is not None and not request.user.is_superuser:
            kwargs["queryset"] = scoped
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_place_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_place_admin(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_place_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_place_admin(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_place_admin(request)


def _choices(model: type[Model], request: HttpRequest) -> QuerySet[Any] | None:
    """The rows of a model that the admin may refer to; None if the model belongs to no jurisdiction."""
    if model is Jurisdiction:
        return Jurisdiction.objects.filter(pk__in=admin_places(request))
    if model is Person:
        return visible_people(request)
    if any(field.name == "jurisdiction" for field in model._meta.fields):
        return model._default_manager.filter(jurisdiction__in=admin_places(request))
    return None


def visible_people(request: HttpRequest) -> QuerySet[Person]:
    """People without a membership in other jurisdictions: no admin resets the password of another's reviewer."""
    others = Membership.objects.exclude(jurisdiction__in=admin_places(request)).values("person")
    return Person.objects.filter(is_superuser=False).exclude(pk__in=others)


class ReadOnlyAdmin(PlaceAdmin):
    """Rows that the admin shows but nobody changes there."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Jurisdiction)
class JurisdictionAdmin(PlaceAdmin):
    """Jurisdictions; only a superuser adds or deletes one."""

    scope = "pk__in"
    list_display = ["name", "code", "division_code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Department)
class DepartmentAdmin(PlaceAdmin):
    """Departments."""

    list_display = ["name", "code", "parent", "jurisdiction"]
    search_fields = ["name", "code"]


@admin.register(Membership)
class MembershipAdmin(PlaceAdmin):
    """Memberships: person, role, department."""

    list_display = ["person", "role", "department", "jurisdiction"]
    list_filter = ["role"]
    list_select_related = ["person", "department", "jurisdiction"]


@admin.register(Person)
class PersonAdmin(UserAdmin):
    """Accounts: name, password, enabled or not. Rights come from memberships."""

    list_display = ["username", "full_name", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "full_name"]
    fieldsets = [(None, {"fields": ["username", "password", "full_name", "is_active", "is_staff"]})]
    add_fieldsets = [(None, {"fields": ["username", "full_name", "usable_password", "password1", "password2"]})]
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return Person.objects.all() if request.user.is_superuser else visible_people(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_place_admin(request)

    has_add_permission = has_module_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_place_admin(request)

    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Accounts are deactivated, never deleted: the log refers to them.
        return False


class CycleForm(forms.ModelForm[Cycle]):
    """A cycle, whose profile must be readable and of its place and year."""

    def clean(self) -> dict[str, Any]:
        """Refuse a profile with mistakes, each with its line and reason."""
        data: dict[str, Any] = super().clean() or {}
        place, year, text = data.get("jurisdiction"), data.get("year"), data.get("profile")
        if text and place and year:
            # Browsers send the line ends of Windows; the text is stored as files have it.
            data["profile"] = text.replace("\r\n", "\n")
            try:
                load_profile("profile.toml", data["profile"], place=place.code, year=year)
            except LayoutError as error:
                self.add_error("profile", [f"profile.toml 第 {one.line} 行：{one.reason}" for one in error.problems])
        return data


@admin.register(Cycle)
class CycleAdmin(PlaceAdmin):
    """Cycles, with their opening and deadline."""

    form = CycleForm
    list_display = ["title", "year", "round", "opens_at", "deadline", "jurisdiction"]


@admin.register(DueForm)
class DueFormAdmin(PlaceAdmin):
    """Forms due in a cycle."""

    list_display = ["title", "cycle", "layout", "subject"]
    list_select_related = ["cycle", "layout"]


@admin.register(Project)
class ProjectAdmin(PlaceAdmin):
    """Projects."""

    list_display = ["name", "code", "department", "retired"]
    search_fields = ["name", "code"]
    list_select_related = ["department"]


@admin.register(FundingSource)
class FundingSourceAdmin(PlaceAdmin):
    """Funding sources."""

    list_display = ["name", "code", "jurisdiction"]


@admin.register(LayoutVersion)
class LayoutVersionAdmin(ReadOnlyAdmin):
    """Layout versions, read-only: they come from files."""

    list_display = ["key", "version", "name", "added_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LayoutVersion]:
        return LayoutVersion.objects.all()


@admin.register(IndicatorCategory)
class ScopedCategoryAdmin(IndicatorCategoryAdmin, PlaceAdmin):
    """The indicator categories of the admin's jurisdictions."""
