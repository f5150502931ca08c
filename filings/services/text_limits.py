"""What people write outside the sheets' cells: remarks, answers, reasons, opinions, reminders, names of projects.

Each has a limit. What is longer is refused with its length, never cut, and the page that refuses it shows the text
again, so that it can be shortened and sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from filings.services.errors import TextRefused

REMARK_LIMIT = 1_000
ANSWER_LIMIT = 1_000
REASON_LIMIT = 1_000
DECISION_LIMIT = 2_000
"""Of the words with which a filing is returned or reopened, and of each text of an opinion."""
REMINDER_LIMIT = 500
PROJECT_LIMIT = 200
"""Of a project's name: what its column in the database takes."""
DUE_FORM_LIMIT = 100
"""Of the name of a form in a cycle: what its column in the database takes."""
LIMITS: Mapping[str, int] = {
    "remark": REMARK_LIMIT,
    "answer": ANSWER_LIMIT,
    "reason": REASON_LIMIT,
    "decision": DECISION_LIMIT,
    "reminder": REMINDER_LIMIT,
    "project": PROJECT_LIMIT,
    "due_form": DUE_FORM_LIMIT,
}
"""All of them by name, for pages, whose script counts while somebody writes."""


def require_within_limit(text: str, limit: int, name: str) -> None:
    """Raise TextRefused where a text has more than `limit` characters; `name` says in Chinese what it is."""
    if len(text) > limit:
        raise TextRefused("words_too_long", name=name, most=limit, length=len(text), over=len(text) - limit)
