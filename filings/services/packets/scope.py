"""What can be asked for: departments, forms, states, variant; and who may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from filings.models import EDITABLE, Cycle, Department, DueForm, Filing, FilingQuerySet, Person, Role, State
from filings.services.access import memberships

FROZEN = tuple(state for state in State.values if state not in EDITABLE)
"""States in which a filing has a frozen revision to print."""


@dataclass(frozen=True)
class PacketScope:
    """What a packet holds. No departments or forms named means all; `drafts` adds what is still being filled.

    Departments are named by their code, forms by the key of their layout.
    """

    departments: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    states: tuple[str, ...] = (State.APPROVED.value,)
    public: bool = False
    drafts: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> PacketScope:
        """The scope that a packet's row holds."""
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(**known)

    def data(self) -> dict[str, Any]:
        """The scope as JSON-ready data, in one order however it was asked."""
        return {name: sorted(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def filings(self, cycle: Cycle) -> FilingQuerySet:
        """The filings that fall into it."""
        states = {*self.states} & {*FROZEN} | ({*EDITABLE} if self.drafts else set())
        wanted = Q(cycle=cycle, state__in=states)
        if self.departments:
            wanted &= Q(department__code__in=self.departments)
        if self.forms:
            wanted &= Q(layout__key__in=self.forms)
        return Filing.objects.filter(wanted)


def may_build(person: Person, cycle: Cycle) -> bool:
    """Admins of the place."""
    return any(m.role == Role.ADMIN and m.jurisdiction_id == cycle.jurisdiction_id for m in memberships(person))


@dataclass(frozen=True)
class ScopeChoices:
    """What the page and the command offer for a cycle."""

    departments: list[Department]
    forms: list[tuple[str, str]]
    """Key and title, in official order."""
    states: list[tuple[str, str]]


def scope_choices(cycle: Cycle) -> ScopeChoices:
    """The departments with filings in a cycle, its forms, and the states that can be asked for."""
    with_filings = Filing.objects.filter(cycle=cycle).values("department")
    return ScopeChoices(
        list(Department.objects.filter(pk__in=with_filings).order_by("code")),
        list(DueForm.objects.filter(cycle=cycle).order_by("position").values_list("layout__key", "title")),
        [(state, State(state).label) for state in FROZEN],
    )
