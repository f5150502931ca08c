"""The documents that tests of output share; those of one document run on one process, which makes its outputs once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paper import kit
from tests.paper.kit import CASES, KEYS, Outputs


@pytest.fixture(params=KEYS)
def key(request: pytest.FixtureRequest) -> str:
    """The key of a layout."""
    return str(request.param)


@pytest.fixture(params=CASES)
def made(request: pytest.FixtureRequest, key: str) -> Outputs:
    """A document of this layout in all outputs."""
    return kit.outputs(key, request.param)


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
