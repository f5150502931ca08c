"""The account of who is logged in, read with its memberships by one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from filings.models import Membership, Person
from perfbudget.compiled_query import CompiledQuery

_MEMBERSHIPS = CompiledQuery(
    lambda person: Membership.objects.filter(person=person).select_related("person", "department", "jurisdiction"),
    person=1_234_567_890,
)


class PersonBackend(ModelBackend):
    """Compares passwords as Django does; each later request reads the person with the memberships."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person who is logged in; None where the account is gone or inactive. One query, two without roles."""
        memberships = _MEMBERSHIPS.find(person=user_id)
        if not memberships:
            return super().get_user(user_id)
        person = memberships[0].person
        person.cached_memberships = memberships
        return person if self.user_can_authenticate(person) else None
