from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FilingsConfig(AppConfig):
    name = "filings"
    verbose_name = "申报"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(after_upgrade, sender=self)


def after_upgrade(plan: Any = (), using: str = "default", **_: Any) -> None:
    """Carry over what only the present code can read, once the migrations have brought the tables up to date."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from filings.services.final_papers import write_missing_final_papers
    from filings.services.upgrade import upgrade_findings

    executor = MigrationExecutor(connections[using])
    is_current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    if is_current and any(migration.app_label == "filings" for migration, backwards in plan if not backwards):
        upgrade_findings()
        write_missing_final_papers.enqueue()
