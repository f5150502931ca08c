"""年度申报材料: packets with their scope, plan, progress and lease, and their finished files."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from filings.models.cycle import Cycle
from filings.models.filing import new_ref
from filings.models.organisation import Person, Tenant


class Packet(Tenant):
    """年度申报材料 of a cycle, built in the background.

    `scope` is what was requested, `plan` the list of its sheets, fixed when the build starts. `lease` names the worker
    that builds it; after `leased_until` another one may take over. `cancel` asks the worker to stop.
    """

    class Status(models.TextChoices):
        """The status of a packet."""

        WAITING = "waiting", "等待生成"
        BUILDING = "building", "正在生成"
        READY = "ready", "已生成"
        FAILED = "failed", "生成失败"
        CANCELLED = "cancelled", "已取消"
        REMOVED = "removed", "已过期清除"

    ref = models.CharField("编号", max_length=20, unique=True, default=new_ref, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="packets")
    scope = models.JSONField("范围", default=dict, blank=True)
    plan = models.JSONField("清单", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.WAITING)
    stage = models.CharField("步骤", max_length=40, blank=True)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    cancel = models.BooleanField("要求取消", default=False)
    lease = models.CharField("承办进程", max_length=40, blank=True)
    leased_until = models.DateTimeField("承办期限", null=True, blank=True)
    begun_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    fault = models.CharField("失败原因", max_length=200, blank=True)
    sha256 = models.CharField("校验值", max_length=64, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度申报材料"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("total")),
                name="packet_never_past_its_total",
                violation_error_message="完成数不能超过总数",
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | ~Q(sha256=""),
                name="ready_packet_has_a_digest",
                violation_error_message="已生成的材料必须有校验值",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.ref}"

    @property
    def public(self) -> bool:
        """Whether it is the public variant, without personal cells."""
        return bool(self.scope.get("public"))


class PacketFile(Tenant):
    """A finished file of a packet; `path` is its name in the cache, where packets with equal files share them.

    The row stays when the file is removed: its digest still verifies a copy that somebody has.
    """

    packet = models.ForeignKey(Packet, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField("顺序", default=0)
    name = models.CharField("文件名", max_length=200)
    path = models.CharField("存放位置", max_length=120)
    sha256 = models.CharField("校验值", max_length=64, db_index=True)
    bytes = models.PositiveBigIntegerField("字节数")
    sheets = models.PositiveIntegerField("张数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "材料文件"
        ordering = ["packet", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["packet", "name"],
                name="packet_file_once_by_name",
                violation_error_message="同一份材料中文件名不能重复",
            )
        ]

    def __str__(self) -> str:
        return self.name
