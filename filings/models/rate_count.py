"""How often an address asked for something in a minute, counted in the database for all processes and hosts."""

from __future__ import annotations

from django.db import models


class RateCount(models.Model):
    """The requests of one kind from one address in one minute. `key` is a keyed hash: no address is stored."""

    key = models.CharField("来源", max_length=64)
    minute = models.DateTimeField("分钟")
    count = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "查询次数"
        constraints = [models.UniqueConstraint(fields=["key", "minute"], name="rate_counted_once_a_minute")]
        indexes = [models.Index(fields=["minute"], name="rate_count_minute")]

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.count}"
