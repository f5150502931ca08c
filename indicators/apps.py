"""Registers the indicators with Django."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The app that holds the indicator tree (指标体系)."""

    name = "indicators"
    verbose_name = "绩效指标"
    default_auto_field = "django.db.models.BigAutoField"
