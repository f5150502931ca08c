"""附件: files that belong to a filing, such as the documents on which a project is based."""

from __future__ import annotations

from django.db import models

from filings.models.filing import Filing, new_ref
from filings.models.organisation import Person, Tenant


class Attachment(Tenant):
    """附件 of a filing. Its bytes are in a file named by their digest; `kind` is the class that the place requires."""

    ref = models.CharField("编号", max_length=20, unique=True, default=new_ref, editable=False)
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="attachments")
    kind = models.CharField("类别", max_length=100, blank=True)
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("校验值", max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "kind", "sha256"],
                name="attachment_once_per_class",
                violation_error_message="这个文件已经传过了",
            )
        ]

    def __str__(self) -> str:
        return self.name
