"""Which release of the system this is."""

from __future__ import annotations

import tomllib
from functools import cache

from django.conf import settings


@cache
def release() -> str:
    """The version in pyproject.toml, such as 0.4.0."""
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])
