"""The database of the settings, whichever of the two it is: what both kinds can do, and what is read out of it."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Count

from filings.models import Attachment, Event, Filing, FinalPaper, Jurisdiction, Person, Revision
from filings.services.backups import postgresql, sqlite

ENGINES: dict[str, ModuleType] = {"postgresql": postgresql, "sqlite": sqlite}
"""Both have `FILE`, `server_version`, `open_snapshot` and `replace_database`."""

COUNTED: dict[str, type[models.Model]] = {
    "filings": Filing,
    "revisions": Revision,
    "events": Event,
    "attachments": Attachment,
    "final_papers": FinalPaper,
}
OWN_APPS = ("filings", "indicators")


def current_database() -> ModuleType:
    """What works on the kind of database that the settings name."""
    return ENGINES[connection.vendor]


def _stored(tables: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Those whose tables are there: a database may be of an earlier release."""
    names = {*connection.introspection.table_names()}
    return [model for model in tables if model._meta.db_table in names]


def _columns(model: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        return {one.name for one in connection.introspection.get_table_description(cursor, model._meta.db_table)}


def has_data() -> bool:
    """Whether anybody has worked in the database. Empty tables, as after `migrate`, are none."""
    return any(model._default_manager.exists() for model in _stored((Jurisdiction, Person, Filing)))


def count_rows() -> dict[str, dict[str, int]]:
    """How many filings, revisions, events … each place has, by its code."""
    counts: dict[str, dict[str, int]] = {}
    stored = _stored(COUNTED.values())
    for name, model in COUNTED.items():
        if model in stored:
            rows = model._default_manager.order_by("jurisdiction__code").values_list("jurisdiction__code")
            for place, count in rows.annotate(Count("pk")):
                counts.setdefault(place, {})[name] = count
    return counts


def named_files() -> set[str]:
    """The digests of all files that the database names, also those that only the log still names."""
    digests: set[str] = set()
    for model in _stored((Attachment, FinalPaper)):
        digests.update(model._default_manager.values_list("sha256", flat=True).iterator())
    if _stored((Event,)) and "attachments" in _columns(Event):
        logged = Event.objects.filter(attachments__isnull=False).values_list("attachments", flat=True)
        for attachments in logged.iterator():
            digests.update(attachment["sha256"] for attachment in attachments or ())
    return digests


def applied_migrations() -> list[str]:
    """The migrations that were applied, as `filings 0001_initial`, sorted."""
    return sorted(f"{app} {name}" for app, name in MigrationLoader(connection).applied_migrations)


def unknown_migrations(migrations: Iterable[str]) -> list[str]:
    """Those of our own that this code does not have, as it is older."""
    known = {f"{app} {name}" for app, name in MigrationLoader(None).disk_migrations}
    return sorted(one for one in migrations if one.split()[0] in OWN_APPS and one not in known)


def has_missing_migrations() -> bool:
    """Whether the database is of an earlier release."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
