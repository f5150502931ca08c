"""Errors of the services: foreseen ones are shown to the person who asked, others are for those who run the site."""

from __future__ import annotations

from filings.services.refused_texts import refused_text


class Refused(Exception):
    """Foreseen: an action that this person may not do, or not now: `code` and `facts` say why, `str()` in Chinese.

    Codes and their facts stand in refused_texts.py. Code branches on the code, never on the words.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts

    def __str__(self) -> str:
        return refused_text(self.code, self.facts)


class TextRefused(Refused):
    """Refused because of a text alone: it is too long, or cannot be stored. The page shows what was typed again."""


class ServiceError(Exception):
    """Unforeseen: an action failed below the services, and nothing of it was stored. The text is for the log."""


class DatabaseUnavailableError(ServiceError):
    """The database was away, overloaded or gave up waiting for a lock. The same request may succeed later."""


class ConstraintError(ServiceError):
    """The database refused a row that the services let through: a race, or a mistake of ours."""
