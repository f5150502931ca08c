"""The error of backups."""

from __future__ import annotations

from filings.services.errors import ServiceError


class BackupError(ServiceError):
    """A backup that cannot be made, read or restored. The text says why and what to do, to whoever runs the site."""
