"""The scope of a packet: departments, forms, states and variant; and who may request one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from filings.models import EDITABLE, Cycle, Department, DueForm, Filing, FilingQuerySet, Person, Role, State
from filings.services.access import has_role_in_place

FROZEN = tuple(state for state in State.values if state not in EDITABLE)
"""States in which a filing's last revision is printed; in the others its draft would be."""


@dataclass(frozen=True)
class PacketScope:
    """What a packet should contain; without departments or forms it is all of them, and `drafts` adds editable filings.

    Departments are given by their code, forms by the key of their layout. Stored as JSON under the names of these
    fields.
    """

    departments: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    states: tuple[str, ...] = (State.APPROVED.value,)
    public: bool = False
    drafts: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> PacketScope:
        """The scope from the data in a packet's row. Raises TypeError where it has an unknown name."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(**values)

    def data(self) -> dict[str, Any]:
        """The scope as JSON-ready data, with sorted values: equal scopes give equal data."""
        return {name: sorted(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def filings(self, cycle: Cycle) -> FilingQuerySet:
        """The filings of a cycle that are in the scope."""
        states = {*self.states} & {*FROZEN} | ({*EDITABLE} if self.drafts else set())
        condition = Q(cycle=cycle, state__in=states)
        if self.departments:
            condition &= Q(department__code__in=self.departments)
        if self.forms:
            condition &= Q(layout__key__in=self.forms)
        return Filing.objects.filter(condition)


def may_build(person: Person, cycle: Cycle) -> bool:
    """Whether the person may request packets of a cycle: admins of its place."""
    return has_role_in_place(person, (Role.ADMIN,), cycle.jurisdiction_id)


@dataclass(frozen=True)
class ScopeChoices:
    """The choices that the page and the command offer for a cycle; states with their Chinese names."""

    departments: list[Department]
    forms: list[tuple[str, str]]
    """Key of the layout and title, in official order."""
    states: list[tuple[str, str]]


def scope_choices(cycle: Cycle) -> ScopeChoices:
    """The departments with filings in a cycle, its forms, and the states that can be requested. Two queries."""
    with_filings = Filing.objects.filter(cycle=cycle).values("department")
    return ScopeChoices(
        list(Department.objects.filter(pk__in=with_filings).order_by("code")),
        list(DueForm.objects.filter(cycle=cycle).order_by("position").values_list("layout__key", "title")),
        [(state, State(state).label) for state in FROZEN],
    )
