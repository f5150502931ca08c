from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "filings"
    verbose_name = "申报"
    default_auto_field = "django.db.models.BigAutoField"
