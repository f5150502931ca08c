"""Who may do what: one predicate for each right, used by pages, commands and services alike.

Costs one query for each Person object, which reads the memberships; every later question is answered from them.
"""

from __future__ import annotations

from collections.abc import Iterable

from filings.models import DEPARTMENT_ROLES, Filing, Membership, Person, Role


def memberships(person: Person) -> list[Membership]:
    """The person's memberships, with department and place; read once for each Person object."""
    return person.cached_memberships


def roles_for(person: Person, filing: Filing) -> set[str]:
    """The roles that the person has towards one filing: of its department, or of the bureau of its place.

    A lead has this role towards filings of the departments directly below too. The empty set for a stranger.
    """
    return {
        member.role
        for member in memberships(person)
        if (member.department_id == filing.department_id or _leads(member, filing))
        or (member.role not in DEPARTMENT_ROLES and member.jurisdiction_id == filing.jurisdiction_id)
    }


def _leads(member: Membership, filing: Filing) -> bool:
    """Whether the membership is that of a lead of the department above the filing's."""
    return member.role == Role.LEAD and filing.department.parent_id == member.department_id


def has_role(person: Person, roles: Iterable[str]) -> bool:
    """Whether the person has one of some roles anywhere."""
    accepted = set(roles)
    return any(member.role in accepted for member in memberships(person))


def has_role_in_place(person: Person, roles: Iterable[str], jurisdiction_pk: int) -> bool:
    """Whether the person has one of some roles in one place."""
    accepted = set(roles)
    return any(member.role in accepted and member.jurisdiction_id == jurisdiction_pk for member in memberships(person))


def may_edit(person: Person, filing: Filing) -> bool:
    """Whether the person is clerk or lead of the department, and the filing is a draft or was returned."""
    return filing.editable and bool(roles_for(person, filing) & set(DEPARTMENT_ROLES))
