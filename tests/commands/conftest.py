"""Fixtures of the command tests."""

from __future__ import annotations

import pytest

from filings.models import Filing
from tests.commands.kit import manage


@pytest.fixture
def demo(db: None) -> list[Filing]:
    """All filings of the demo, oldest first."""
    assert manage("seed_demo", "--password", "demo-words-0815").code == 0
    query = Filing.objects.select_related("jurisdiction", "cycle", "department", "layout", "project")
    return list(query.order_by("pk"))
