"""The indicator tree as master data."""

from __future__ import annotations

from django.contrib import admin

from indicators.models import IndicatorCategory


class IndicatorCategoryAdmin(admin.ModelAdmin[IndicatorCategory]):
    """Names and order of the categories of a place and year. Registered with the scope of the filings' admin."""

    list_display = ["name", "parent", "code", "canonical", "year", "jurisdiction"]
    list_filter = ["year"]
    list_select_related = ["parent", "jurisdiction"]
