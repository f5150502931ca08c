"""The history of a filing: the journal of saves, the revisions that were submitted, and the chained log."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from filings.models.cycle import Cycle, LayoutVersion
from filings.models.filing import Filing, State
from filings.models.organisation import Department, Person, Tenant


class Edit(Tenant):
    """One save in the journal of a draft: its changes, as `path`, `from` and `to`. Used to detect conflicts.

    `operation` is chosen by the client, so that a save that is sent twice is applied once.
    """

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="edits")
    version = models.PositiveIntegerField("版本号")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    operation = models.CharField("操作编号", max_length=40)
    changes = models.JSONField("改动")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "编辑记录"
        ordering = ["filing", "version"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "version"], name="filing_versions_count_up"),
            models.UniqueConstraint(fields=["filing", "operation"], name="each_save_counts_once"),
        ]


class Revision(Tenant):
    """送审稿, a revision: the document of a submission, with the findings and the clerk's reasons. It never changes.

    `variables` are the values that its layout printed; `sha256` covers document, variables and layout.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("第几稿")
    layout = models.ForeignKey(LayoutVersion, models.PROTECT, related_name="+")
    document = models.JSONField("内容")
    variables = models.JSONField("所处环境")
    findings = models.JSONField("送审时的检查结果和说明", default=list)
    sha256 = models.CharField("校验值", max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "送审稿"
        ordering = ["filing", "number"]
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="revision_numbers_count_up")]


class Chain(Tenant):
    """The head of one log, that of a department in a cycle. Locked while an event is appended: the log has no forks."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    length = models.PositiveIntegerField("条数", default=0)
    head = models.CharField("最后一条的校验值", max_length=64, default="", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日志链"
        constraints = [models.UniqueConstraint(fields=["cycle", "department"], name="one_log_per_department_and_cycle")]


class AppendOnly(Exception):
    """An attempt to change or delete a row of an append-only table."""


class Event(Tenant):
    """One event in the log of a filing; `hash` covers its content and the hash of the event before it in the chain.

    `attachments` are the files of a submission (`attachments_data`), for programs; `words` list them for people. None
    for other events, and for submissions before release 0.3.
    """

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField("序号")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="events")
    action = models.CharField("动作", max_length=20)
    from_state = models.CharField("原状态", max_length=10, choices=State.choices, blank=True)
    to_state = models.CharField("新状态", max_length=10, choices=State.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField("意见", blank=True)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="events", null=True)
    attachments = models.JSONField("附件", null=True)
    at = models.DateTimeField("时间")
    previous = models.CharField("前一条的校验值", max_length=64, blank=True)
    hash = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "流转日志"
        ordering = ["chain", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="log_has_no_forks"),
            models.CheckConstraint(
                condition=~Q(action__in=("return", "reopen")) | ~Q(words=""),
                name="return_and_reopen_say_why",
                violation_error_message="退回和重新开放必须写明意见",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly("events are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("events are never deleted")
