"""Sessions in the database that are stored again only when a third of their life is over, not by every request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSession
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from perfbudget.compiled_query import CompiledQuery

ENDURING = 2 / 3
"""A session is stored again when it would last for less than this part of its whole life."""

_BY_KEY = CompiledQuery(lambda key: Session.objects.filter(session_key=key), key="sample")


class SessionStore(DatabaseSession):
    """A session that knows when it ends; Django finds it by the setting SESSION_ENGINE."""

    ends: datetime | None = None
    """When it ends unless it is stored again; None until it is loaded."""

    def _get_session_from_db(self) -> Session | None:
        found = next(iter(_BY_KEY.find(key=self.session_key or "")), None)
        if found is None or found.expire_date <= timezone.now():
            self._session_key = self.ends = None
            return None
        self.ends = found.expire_date
        return found

    def is_due(self, now: datetime) -> bool:
        """Whether a third of its life is over, so that a request renews it."""
        life = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return self.ends is not None and self.ends - now < life * ENDURING


class RenewingSessionMiddleware(SessionMiddleware):
    """Keeps the sessions of people who are active alive."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Renew the session if it is time and the request used it."""
        session: Any = request.session
        if session.accessed and not session.is_empty() and session.is_due(timezone.now()):
            session.modified = True
        return super().process_response(request, response)
