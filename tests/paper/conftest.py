"""Keeps the tests of one document on one process: its outputs are made once and used by all of them."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups, also where this folder alone is asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.parent != here:
            continue
        params = getattr(item, "callspec", None)
        group = " ".join(sorted(str(value) for value in params.params.values())) if params else ""
        if item.get_closest_marker("libreoffice"):
            group = "libreoffice"  # one run of the program opens all files
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
