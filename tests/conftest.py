"""What all tests share: no network, no undefined template variables, a folder of their own, and one made-up house."""

from __future__ import annotations

import socket
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.factories import House, build_house
from tests.thoroughness import NIGHTLY

# The gate tries the same examples each time, so that it never fails by chance or by a busy machine; `make nightly`
# tries others, and more of them.
settings.register_profile("gate", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=1_000, deadline=None)
settings.load_profile("nightly" if NIGHTLY else "gate")

LONG_GROUPS = {"backups", "browser outage", "libreoffice", "outage", "production", "shell"}
"""Groups of tests that run in one process for a minute or more."""

ROOT = Path(__file__).resolve().parent.parent
NEAR = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """A connection to anywhere but this machine fails the test that tries it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in NEAR:
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


class _Undefined(str):
    """Stands for an undefined template variable: an error in our templates, nothing in those of libraries."""

    __slots__ = ()

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, name: object) -> str:
        frame = sys._getframe()
        while frame := frame.f_back:  # type: ignore[assignment]
            origin = getattr(frame.f_locals.get("self"), "origin", None)
            file = getattr(origin, "name", "")
            if file and Path(file).is_relative_to(ROOT / "templates"):
                raise AssertionError(f"{file}: undefined variable {name}")
            if file:
                break
        return ""


@pytest.fixture(scope="session", autouse=True)
def _strict_templates() -> None:
    from django.template import engines

    for engine in engines.all():
        engine.engine.string_if_invalid = _Undefined("%s")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def var_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests of this process keep what the site keeps in var/; fonts stay where setup put them."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(autouse=True)
def _own_var(settings: Any, var_folder: Path) -> None:
    settings.VAR_DIR = var_folder
    settings.MEDIA_ROOT = var_folder / "files"


@pytest.fixture
def house(db: None) -> House:
    """A place with a bureau, two departments and everybody who works there."""
    return build_house()


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before xdist reads the groups; and after pytest-django has sorted
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    from django.db import connection

    if not NIGHTLY:
        left_out = [item for item in items if item.get_closest_marker("nightly")]
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        if _shares_fixtures(item) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    if connection.vendor != "postgresql":
        reason = "SQLite has one writer for the whole database: races between rows need PostgreSQL (.ci/with-postgres)"
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason=reason))
    yield
    # They begin first: one that begins last leaves the other processes idle.
    items.sort(key=lambda item: LONG_GROUPS.isdisjoint(mark.args[0] for mark in item.iter_markers("xdist_group")))


def _shares_fixtures(item: pytest.Item) -> bool:
    """Whether a test uses what is made once for all tests of its file: they run in one process then."""
    fixtures = getattr(item, "_fixtureinfo", None)
    definitions = fixtures.name2fixturedefs.values() if fixtures else ()
    return any(one.scope == "module" for same in definitions for one in same)
