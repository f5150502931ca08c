"""The PDF of an approved sheet, kept as the record."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from filings.models.organisation import Tenant
from filings.models.record import AppendOnly, Revision


class FinalPaper(Tenant):
    """定稿, the final paper: the PDF of an approved revision, written once. Its bytes are in a file named by `sha256`.

    It never changes, also when later code would draw the sheet otherwise. `release` is that of the code that drew it.
    """

    revision = models.OneToOneField(Revision, models.PROTECT, related_name="final_paper")
    sha256 = models.CharField("校验值", max_length=64)
    size = models.PositiveIntegerField("字节")
    pages = models.PositiveIntegerField("页数")
    release = models.CharField("系统版本", max_length=20)
    at = models.DateTimeField("归档时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "定稿"
        ordering = ["id"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly("final papers are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("final papers are never deleted")
