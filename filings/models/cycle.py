"""The budget year of a place: cycles with their rules, forms with their versions, and what is due from whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from filings.models.organisation import Department, Tenant


class LayoutVersion(models.Model):
    """表样: one version of a layout file with the texts it includes. Once in use, it never changes."""

    key = models.CharField("表样", max_length=100)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=100)
    source = models.TextField("内容")
    includes = models.JSONField("引用的公共部分", default=dict)
    sha256 = models.CharField("校验值", max_length=64)
    added_at = models.DateTimeField("加入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "表样"
        ordering = ["key", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version"],
                name="layout_version_once",
                violation_error_message="这个版本的表样已存在；修改表样请用新的版本号",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.version} 版）"


class Cycle(Tenant):
    """申报批次: a year and round of a place, with the text of the profile whose rules apply to it."""

    year = models.PositiveIntegerField("预算年度")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    title = models.CharField("名称", max_length=100)
    opens_at = models.DateTimeField("开始时间")
    deadline = models.DateTimeField("截止时间")
    profile = models.TextField("规则（profile.toml）")
    history = HistoricalRecords(excluded_fields=["profile"])

    class Meta:
        verbose_name = verbose_name_plural = "申报批次"
        ordering = ["-year", "-round"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year", "round"],
                name="cycle_once_per_year_and_round",
                violation_error_message="本行政区已有这个年度和轮次的批次",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gt=F("opens_at")),
                name="deadline_after_opening",
                violation_error_message="截止时间须晚于开始时间",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="cycle_year_plausible",
                violation_error_message="预算年度应在 2000 至 2100 之间",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DueForm(Tenant):
    """A form that is due in a cycle, for each project or for each department."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, verbose_name="批次", related_name="due_forms")
    layout = models.ForeignKey(LayoutVersion, models.PROTECT, verbose_name="表样", related_name="due_in")
    subject = models.CharField("按", max_length=10, choices=[("project", "每个项目"), ("department", "每个单位")])
    title = models.CharField("名称", max_length=100)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "应报表"
        ordering = ["cycle", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "layout"],
                name="form_due_once_per_cycle",
                violation_error_message="本批次已有这张应报表",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Project(Tenant):
    """项目 of a department; the same over the years, so that filings of different years belong together."""

    department = models.ForeignKey(Department, models.PROTECT, verbose_name="单位", related_name="projects")
    name = models.CharField("项目名称", max_length=200)
    code = models.CharField("项目编码", max_length=30, blank=True)
    project_class = models.CharField("项目类别", max_length=50, blank=True)
    retired = models.BooleanField("已停用", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "项目"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"],
                name="project_name_once_per_department",
                violation_error_message="本单位已有同名项目",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "code"],
                condition=~Q(code=""),
                name="project_code_once_per_place",
                violation_error_message="本行政区已有这个项目编码",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FundingSource(Tenant):
    """资金来源: a source of funds in a place; funding lines refer to it by code."""

    code = models.SlugField("代号", max_length=40)
    name = models.CharField("名称", max_length=100)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "资金来源"
        ordering = ["jurisdiction", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"],
                name="funding_source_once_per_place",
                violation_error_message="本行政区已有这个资金来源",
            )
        ]

    def __str__(self) -> str:
        return self.name
