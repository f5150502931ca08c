"""The site that tests of access share: set up once for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests.factories import build_house, unseen_transaction
from tests.views.access_site import Site, build_site


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, var_folder: Path) -> Iterator[Site]:
    """One setup for the whole matrix; each request is rolled back."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, unseen_transaction():
        patch.setattr(settings, "VAR_DIR", var_folder)
        patch.setattr(settings, "MEDIA_ROOT", var_folder / "files")
        yield build_site(build_house(), build_house("elsewhere"))
        transaction.set_rollback(True)
