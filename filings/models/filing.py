"""申报表: one form filled for one project or department in one cycle."""

from __future__ import annotations

import secrets
from typing import Self

from django.db import models
from django.db.models import Q

from filings.models.cycle import Cycle, LayoutVersion, Project
from filings.models.organisation import BUREAU_ROLES, DEPARTMENT_ROLES, Department, Membership, Person, Role, Tenant


def new_ref() -> str:
    """A random identifier of 79 bits for addresses: it cannot be guessed, and access is checked all the same."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(16))


class State(models.TextChoices):
    """The state of a filing, labelled as clerks see it; `REVIEWER_WORDS` has the labels for reviewers."""

    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "待审核"
    IN_REVIEW = "in_review", "审核中"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"


REVIEWER_WORDS = {
    State.DRAFT: "未送审",
    State.SUBMITTED: "待审核",
    State.IN_REVIEW: "审核中",
    State.RETURNED: "已退回",
    State.APPROVED: "已审核",
}
"""The labels of states as reviewers see them."""
EDITABLE = (State.DRAFT, State.RETURNED)
"""States in which the department may edit a filing."""
WITH_BUREAU = (State.SUBMITTED, State.IN_REVIEW)
"""States in which a submission waits for the bureau's decision."""
SEEN_BY_BUREAU = (State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.APPROVED)
"""States in which the bureau may see a filing: once it was submitted, and unless it was withdrawn."""


class FilingQuerySet(models.QuerySet["Filing"]):
    """Filings, limited to what a person may see."""

    def with_parts(self, *more: str) -> Self:
        """Read the rows that nearly every page shows of a filing with the same query, and `more` if needed."""
        return self.select_related("jurisdiction", "cycle", "department", "layout", "project", "submitted_by", *more)

    def visible_to(self, person: Person) -> Self:
        """The filings that a person may see; none for inactive accounts.

        Clerks see those of their department, leads also those of the departments directly below it, admins all of the
        place, reviewers and auditors those that were submitted, and drafts with an open waiver request.
        """
        if not person.is_authenticated or not person.is_active:
            return self.none()
        scope = Q(pk__in=[])
        for member in person.cached_memberships:
            scope |= _scope(member)
        return self.filter(scope)


def _scope(member: Membership) -> Q:
    """The filings that one membership makes visible."""
    if member.role in DEPARTMENT_ROLES:
        own = Q(department=member.department_id)
        if member.role == Role.LEAD:
            own |= Q(department__parent=member.department_id)
        return own
    if member.role in BUREAU_ROLES:
        place = Q(jurisdiction=member.jurisdiction_id)
        return place if member.role == Role.ADMIN else place & (Q(state__in=SEEN_BY_BUREAU) | Q(waiver_requested=True))
    return Q(pk__in=[])


def _reaches(member: Membership, filing: Filing) -> bool:
    """Whether one membership makes a filing visible: as `_scope`, of a filing that was read."""
    if member.role in DEPARTMENT_ROLES:
        is_below = member.role == Role.LEAD and filing.department.parent_id == member.department_id
        return filing.department_id == member.department_id or is_below
    if member.role in BUREAU_ROLES and filing.jurisdiction_id == member.jurisdiction_id:
        return member.role == Role.ADMIN or filing.state in SEEN_BY_BUREAU or filing.waiver_requested
    return False


class Filing(Tenant):
    """申报表. `version` counts saves; `fields` holds the single cells as typed; rows of tables are in their own models.

    `waiver_requested`: the department has requested a waiver of a finding and has no answer; the bureau sees the draft
    then. `copied_unreviewed` are the paths of cells that were copied from an earlier filing and neither changed nor
    confirmed since. `total` is derived from the cell that the layout names, in 万元.
    """

    ref = models.CharField("编号", max_length=20, unique=True, default=new_ref, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, verbose_name="批次", related_name="filings")
    layout = models.ForeignKey(LayoutVersion, models.PROTECT, verbose_name="表样", related_name="filings")
    department = models.ForeignKey(Department, models.PROTECT, verbose_name="单位", related_name="filings")
    project = models.ForeignKey(
        Project, models.PROTECT, verbose_name="项目", related_name="filings", null=True, blank=True
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField("版本号", default=0)
    fields = models.JSONField("表内字段", default=dict)
    copied_unreviewed = models.JSONField("沿用且未核对的单元格", default=list, blank=True)
    copied_from_year = models.PositiveIntegerField("沿用自哪一年", null=True, blank=True)
    waiver_requested = models.BooleanField("有待答复的豁免申请", default=False)
    total = models.DecimalField("资金总额（万元）", max_digits=20, decimal_places=6, null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, verbose_name="建立人", related_name="+")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    changed_at = models.DateTimeField("最近修改", auto_now=True)
    submitted_by = models.ForeignKey(Person, models.PROTECT, verbose_name="送审人", related_name="+", null=True)
    submitted_at = models.DateTimeField("送审时间", null=True)
    approved_at = models.DateTimeField("审核通过时间", null=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申报表"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["jurisdiction", "state"]),
            models.Index(fields=["cycle", "department"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "layout", "project"],
                condition=Q(project__isnull=False),
                name="one_filing_per_project_form_and_cycle",
                violation_error_message="本批次这个项目已有这张表，请直接打开填报",
            ),
            models.UniqueConstraint(
                fields=["cycle", "layout", "department"],
                condition=Q(project__isnull=True),
                name="one_filing_per_department_form_and_cycle",
                violation_error_message="本批次本单位已有这张表，请直接打开填报",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="sent_filing_has_sender_and_time",
                violation_error_message="已送审的申报表必须有送审人和送审时间",
            ),
            models.CheckConstraint(
                condition=Q(state=State.APPROVED, approved_at__isnull=False)
                | (~Q(state=State.APPROVED) & Q(approved_at__isnull=True)),
                name="approved_filing_and_only_it_has_approval_time",
                violation_error_message="审核通过时间与状态不符",
            ),
        ]

    def is_visible_to(self, person: Person) -> bool:
        """Whether a person may see the filing; the same as `visible_to` says, without a query."""
        known = person.is_authenticated and person.is_active
        return known and any(_reaches(member, self) for member in person.cached_memberships)

    def __str__(self) -> str:
        return f"{self.subject_name} · {self.layout.name}"

    @property
    def subject_name(self) -> str:
        """The project's name, or the department's where the form is about the department."""
        return self.project.name if self.project else self.department.name

    @property
    def editable(self) -> bool:
        """Whether its content may be changed in its present state."""
        return self.state in EDITABLE
