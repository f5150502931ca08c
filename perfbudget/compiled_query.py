"""Queries of the busiest requests: their SQL is made once for each connection, and run with other values each time.

Django makes the SQL of a query anew each time, which takes longer than PostgreSQL needs to answer one by a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = str | int
KEPT = "compiled_queries"
"""The attribute of a connection that holds its compiled queries: they end with it."""


class CompiledQuery(Generic[Row]):
    """A query whose shape is always the same.

    `build` makes it from values by name; `samples` are values that occur nowhere else in it, so that their places among
    its parameters are known. Only texts and numbers, which mean the same to every database.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], **samples: Value) -> None:
        self._build, self._samples = build, samples

    def find(self, **values: Value) -> list[Row]:
        """The rows that the query finds with these values, as its QuerySet would give them. One query."""
        kept: dict[CompiledQuery[Row], _Compiled] = connections[DEFAULT_DB_ALIAS].__dict__.setdefault(KEPT, {})
        compiled = kept.get(self)
        if compiled is None:
            compiled = kept[self] = _Compiled(self._build(**self._samples), self._samples)
        found: list[Row] = compiled.find(values)
        return found


class _Compiled:
    """The query on one connection, of which one thread makes use at a time."""

    def __init__(self, queryset: QuerySet[Any, Any], samples: Mapping[str, Value]) -> None:
        self._queryset = queryset
        compiler = queryset.query.get_compiler(using=queryset.db)
        self._sql, self._params = compiler.as_sql()
        # psycopg has types of its own for numbers of different lengths.
        self._places = [
            (place, type(param), name)
            for place, param in enumerate(self._params)
            for name, sample in samples.items()
            if isinstance(param, type(sample)) and param == sample
        ]
        if missing := samples.keys() - {name for *_, name in self._places}:
            raise ValueError(f"not among the parameters of the query: {', '.join(missing)}")
        fields = [column for column, *_ in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(fields)
        # What the classes that make objects of rows ask of a query and its compiler.
        compiler.as_sql = lambda *_args, **_options: (self._sql, self._bound)
        compiler.get_converters = lambda _fields: converters
        queryset.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        self._bound: tuple[Any, ...] = ()

    def find(self, values: Mapping[str, Value]) -> list[Any]:
        bound = list(self._params)
        for place, kind, name in self._places:
            bound[place] = kind(values[name])
        self._bound = tuple(bound)
        rows: Any = self._queryset._iterable_class(self._queryset)  # noqa: SLF001 - as a QuerySet does itself
        return list(rows)
