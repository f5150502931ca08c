"""Places, their departments, the people, and who has which role where."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords


class Jurisdiction(models.Model):
    """行政区: a district with its finance bureau. Every row of data belongs to one."""

    code = models.SlugField("代号", unique=True, help_text="与表样文件夹同名，如 place-name")
    name = models.CharField("名称", max_length=100)
    division_code = models.CharField("区划代码", max_length=6, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政区"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Tenant(models.Model):
    """A row that belongs to one jurisdiction."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name="行政区", related_name="+")

    class Meta:
        abstract = True


class Department(Tenant):
    """部门/单位 that files; a supervising department (上级部门) is the parent of those below it."""

    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级部门", related_name="children", null=True, blank=True
    )
    code = models.CharField("单位编码", max_length=30)
    name = models.CharField("单位名称", max_length=100)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "部门/单位"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"],
                name="department_code_once_per_place",
                violation_error_message="本行政区已有这个单位编码",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="department_not_its_own_parent",
                violation_error_message="单位不能以自己为上级",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """An account; its rights follow from its memberships alone.

    `notices_seen` is the time up to which the person has read the notices.
    """

    full_name = models.CharField("姓名", max_length=50, blank=True)
    notices_seen = models.DateTimeField("消息看到何时", null=True, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="login_name_once_in_any_case",
                violation_error_message="这个登录名已被使用",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @cached_property
    def cached_memberships(self) -> list[Membership]:
        """The person's memberships with department and place; one query for each Person object."""
        return list(self.memberships.select_related("department", "jurisdiction"))


class Role(models.TextChoices):
    """The role of a person in a department or in the bureau of a place."""

    CLERK = "clerk", "填报人"
    LEAD = "lead", "单位负责人"
    REVIEWER = "reviewer", "审核人"
    ADMIN = "admin", "管理员"
    AUDITOR = "auditor", "审计员"


DEPARTMENT_ROLES = (Role.CLERK, Role.LEAD)
"""Roles in a department, which files."""
BUREAU_ROLES = (Role.REVIEWER, Role.ADMIN, Role.AUDITOR)
"""Roles in the finance bureau of a place, which reviews."""


class Membership(Tenant):
    """A person's role: in one department (clerk, lead), or in the bureau of the place (reviewer, admin, auditor)."""

    person = models.ForeignKey(Person, models.CASCADE, verbose_name="人员", related_name="memberships")
    role = models.CharField("角色", max_length=10, choices=Role.choices)
    department = models.ForeignKey(
        Department, models.CASCADE, verbose_name="单位", related_name="memberships", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["jurisdiction", "role", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "jurisdiction", "department"],
                name="membership_once",
                violation_error_message="此人已有这个任职",
            ),
            models.CheckConstraint(
                condition=Q(role__in=DEPARTMENT_ROLES, department__isnull=False)
                | Q(role__in=BUREAU_ROLES, department__isnull=True),
                name="office_roles_have_a_department",
                violation_error_message="填报人、单位负责人须指定单位；审核人、管理员、审计员不指定单位",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()} · {self.department or self.jurisdiction}"
