"""Errors of the services. What was foreseen is for the person who asked; what was not is for those who run the site."""

from __future__ import annotations


class Refused(Exception):
    """Foreseen: an action that this person may not do, or not now. The text is Chinese and says why, for the person."""


class ServiceError(Exception):
    """Unforeseen: an action failed below the services, and nothing of it was stored. The text is for the log."""


class DatabaseUnavailableError(ServiceError):
    """The database was away, overloaded or gave up waiting for a lock. The same request may succeed later."""


class ConstraintViolatedError(ServiceError):
    """The database refused a row that the services let through: a race, or a mistake of ours."""
