"""Admin of the indicator categories."""

from __future__ import annotations

from django.contrib import admin

from indicators.models import IndicatorCategory


class IndicatorCategoryAdmin(admin.ModelAdmin[IndicatorCategory]):
    """Categories of a jurisdiction and year. Registered by filings/admin.py, which limits the rows to the admin's."""

    list_display = ["name", "parent", "code", "canonical", "year", "jurisdiction"]
    list_filter = ["year"]
    list_select_related = ["parent", "jurisdiction"]
