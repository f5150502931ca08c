"""Tests that share something costly run in one process, where it is made once."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="module")
def costly() -> object:
    return object()


def test_tests_of_a_shared_fixture_are_a_group(costly: object, request: pytest.FixtureRequest) -> None:
    """Some versions of pytest and pytest-xdist ignore groups in silence, and everything is made twice."""
    del costly
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@test_groups")
