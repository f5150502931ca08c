"""Who may do what with a filing: one predicate for each right, used by pages, commands and services alike."""

from __future__ import annotations

from collections.abc import Iterable

from filings.models import OFFICE_ROLES, Filing, Membership, Person, Role


def memberships(person: Person) -> list[Membership]:
    """The person's memberships, read once a request."""
    return person.cached_memberships


def roles_for(person: Person, filing: Filing) -> set[str]:
    """The roles that the person has towards one filing; empty for a stranger."""
    return {
        member.role
        for member in memberships(person)
        if (member.department_id == filing.department_id or _leads(member, filing))
        or (member.role not in OFFICE_ROLES and member.jurisdiction_id == filing.jurisdiction_id)
    }


def _leads(member: Membership, filing: Filing) -> bool:
    return member.role == Role.LEAD and filing.department.parent_id == member.department_id


def has_role(person: Person, roles: Iterable[str]) -> bool:
    """Whether the person has one of some roles anywhere."""
    wanted = set(roles)
    return any(member.role in wanted for member in memberships(person))


def may_edit(person: Person, filing: Filing) -> bool:
    """Clerk and lead of the office, while the filing is a draft or was returned."""
    return filing.editable and bool(roles_for(person, filing) & set(OFFICE_ROLES))
