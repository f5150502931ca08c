"""Writes of the busiest requests, one row each: their SQL is made once for each set of columns.

As `compiled_query.py` does for reads. Neither signals are sent nor defaults of `save()` set (`auto_now`): whoever calls
these gives every value.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def update_row(model: type[Model], key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Update the columns of the one row that has a key; whether there is one. Names are those of fields. One query."""
    sql, fields = _update_statement(model, tuple(key), tuple(values), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(fields, (*values.values(), *key.values())))
        return bool(cursor.rowcount)


def create_row(row: Model) -> None:
    """Insert a row with all its values, and set its primary key. One query."""
    sql, fields = _create_statement(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(fields, tuple(getattr(row, field.attname) for field in fields)))
        row.pk = cursor.fetchone()[0]
    row._state.adding = False  # noqa: SLF001 - as Model.save() does
    row._state.db = connection.alias  # noqa: SLF001


def _adapted(fields: tuple[Field[Any, Any], ...], values: tuple[Any, ...]) -> list[Any]:
    return [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]


@lru_cache(maxsize=512)
def _update_statement(
    model: type[Model], key: tuple[str, ...], names: tuple[str, ...], _vendor: str
) -> tuple[str, tuple[Field[Any, Any], ...]]:
    meta: Any = model._meta
    fields = tuple(meta.get_field(name) for name in (*names, *key))
    columns = [f"{connection.ops.quote_name(field.column)} = %s" for field in fields]
    values, where = ", ".join(columns[: len(names)]), " AND ".join(columns[len(names) :])
    return f"UPDATE {connection.ops.quote_name(meta.db_table)} SET {values} WHERE {where}", fields  # noqa: S608


@lru_cache(maxsize=64)
def _create_statement(model: type[Model], _vendor: str) -> tuple[str, tuple[Field[Any, Any], ...]]:
    meta: Any = model._meta
    quote = connection.ops.quote_name
    fields = tuple(field for field in meta.concrete_fields if not field.primary_key)
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table, key = quote(meta.db_table), quote(meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}", fields  # noqa: S608
