"""The review of filings: remarks, stored findings, replies to findings, opinions, reminders, and presence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filings.models.cycle import Cycle
from filings.models.filing import Filing
from filings.models.organisation import Department, Person, Tenant
from filings.models.record import Revision


class Remark(Tenant):
    """审核意见 on one cell (`path`, '' for the whole sheet): open, answered by the clerk, or closed by the reviewer."""

    class Status(models.TextChoices):
        """The status of a remark."""

        OPEN = "open", "待处理"
        ANSWERED = "answered", "已答复"
        CLOSED = "closed", "已关闭"

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="remarks")
    path = models.CharField("单元格", max_length=120, blank=True)
    text = models.TextField("意见")
    answer = models.TextField("答复", blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="remark_says_something", violation_error_message="意见不能为空"
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | ~Q(answer=""),
                name="answered_remark_has_an_answer",
                violation_error_message="请填写答复",
            ),
        ]


class CheckResult(Tenant):
    """检查结果: the findings of a filing as last counted, for lists and boards; pages of one sheet check it anew.

    `related` holds, as data, the findings that look beyond the sheet (its department's other sheets, last year's); they
    are computed again whenever a sheet of the department is submitted.
    """

    filing = models.OneToOneField(Filing, models.CASCADE, related_name="checked")
    version = models.PositiveIntegerField("版本号")
    errors = models.PositiveIntegerField("错误", default=0)
    warnings = models.PositiveIntegerField("提示", default=0)
    notes = models.PositiveIntegerField("说明", default=0)
    codes = models.JSONField("各项检查的条数", default=dict)
    related = models.JSONField("表间检查结果", default=list)
    at = models.DateTimeField("检查时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查结果"


class Reply(Tenant):
    """A reply to a finding: a clerk's reason for a warning, a clerk's waiver request, or a reviewer's waiver.

    It counts for the finding with this code, path and digest of the texts that the finding rests on: when one of them
    changes, the reply no longer counts. `message` are the words as the person read them, for readers only. Replies of
    releases before 0.3 whose message no check reproduced have no digest: they count for nothing and stay readable.
    """

    class Kind(models.TextChoices):
        """The kind of a reply."""

        REASON = "reason", "说明"
        REQUEST = "request", "申请豁免"
        WAIVER = "waiver", "豁免"

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="replies")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    code = models.CharField("检查代码", max_length=10)
    path = models.CharField("单元格", max_length=120, blank=True)
    digest = models.CharField("所据内容的摘要", max_length=32, blank=True)
    message = models.TextField("检查结果")
    text = models.TextField("理由")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "对检查结果的说明"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "kind", "code", "path", "digest"],
                condition=~Q(digest=""),
                name="one_reply_of_a_kind_to_a_finding",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="reply_says_why", violation_error_message="理由不能为空"
            ),
        ]


class Opinion(Tenant):
    """审核意见书: a reviewer's opinion on one revision, with grade and words for each criterion of the place."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="opinions")
    revision = models.OneToOneField(Revision, models.PROTECT, related_name="opinion")
    criteria = models.JSONField("各项评价", default=list)
    grade = models.CharField("综合等级", max_length=20, blank=True)
    text = models.TextField("综合意见", blank=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核意见书"
        ordering = ["id"]


class Reminder(Tenant):
    """催办: a reminder of the bureau to a department of sheets that it has not submitted."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="reminders")
    department = models.ForeignKey(Department, models.CASCADE, related_name="reminders")
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="reminders", null=True, blank=True)
    text = models.TextField("内容")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-id"]
        indexes = [models.Index(fields=["department", "at"])]


class SheetPresence(models.Model):
    """Presence of a reviewer on a sheet: `at` is when the open page last reported it."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField("最近查看")

    class Meta:
        verbose_name = verbose_name_plural = "正在查看"
        constraints = [models.UniqueConstraint(fields=["filing", "person"], name="one_presence_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person}"
