"""Sets up places: the jurisdiction, its departments and people, and a cycle with the forms due in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from filings.models import (
    BUREAU_ROLES,
    Cycle,
    Department,
    DueForm,
    FundingSource,
    Jurisdiction,
    Membership,
    Person,
    Project,
)
from filings.services.layouts import LAYOUTS, store_layout
from filings.services.transactions import start_transaction
from filings.sheet.profile import load_profile
from indicators.models import save_tree


@dataclass(frozen=True)
class Account:
    """An account of a place: login name, the person's name, and role."""

    login: str
    name: str
    role: str


def open_cycle(
    jurisdiction: Jurisdiction, year: int, title: str, opens_at: datetime, deadline: datetime, round_: int = 1
) -> Cycle:
    """Open a cycle of a place and year with its profile, indicator tree and due forms, as the place's files have them.

    A cycle that is there already keeps its title, times and profile; forms that are missing in it are added. A version
    of a layout that filings use stays as it is stored, whatever its file says by now. The layouts are stored first,
    each in a transaction of its own, then all the rest in one. Raises LayoutError, OSError.
    """
    path = LAYOUTS / jurisdiction.code / "profile.toml"
    text = path.read_text(encoding="utf-8")
    profile = load_profile(str(path), text)
    layouts = [store_layout(_layout_file(due.layout), keep_used=True) for due in profile.due]
    with start_transaction():
        cycle, _ = Cycle.objects.get_or_create(
            jurisdiction=jurisdiction,
            year=year,
            round=round_,
            defaults={"title": title, "opens_at": opens_at, "deadline": deadline, "profile": text},
        )
        save_tree(jurisdiction.pk, year, profile.tree)
        for position, (due, layout) in enumerate(zip(profile.due, layouts, strict=True)):
            DueForm.objects.get_or_create(
                jurisdiction=jurisdiction,
                cycle=cycle,
                layout=layout,
                defaults={"subject": due.subject, "title": due.title, "position": position},
            )
    return cycle


def _layout_file(key: str) -> Path:
    """The file of a layout by its key."""
    return LAYOUTS / f"{key}.toml"


def create_place(data: Mapping[str, Any], password: str) -> tuple[Cycle, Department, list[Account]]:
    """Create a place as a demo file describes it: jurisdiction, department, people, funding sources and an open cycle.

    What is there already is left as it is. All but the cycle is written in one transaction; see `open_cycle`.
    """
    with start_transaction():
        jurisdiction, _ = Jurisdiction.objects.get_or_create(
            code=data["place"], defaults={"name": data["name"], "division_code": data["division_code"]}
        )
        described = data["department"]
        department, _ = Department.objects.get_or_create(
            jurisdiction=jurisdiction, code=described["code"], defaults={"name": described["name"]}
        )
        for position, source in enumerate(data["funding_sources"]):
            FundingSource.objects.get_or_create(
                jurisdiction=jurisdiction, code=source["code"], defaults={"name": source["name"], "position": position}
            )
        accounts = [_account(jurisdiction, department, person, password) for person in data["people"]]
    deadline = (timezone.localtime() + timedelta(days=45)).replace(hour=18, minute=0, second=0, microsecond=0)
    cycle = open_cycle(jurisdiction, data["year"], data["cycle"], timezone.now(), deadline)
    return cycle, department, accounts


def _account(jurisdiction: Jurisdiction, department: Department, data: Mapping[str, str], password: str) -> Account:
    """Create a person and the membership where they are missing; an admin may enter Django's admin site too."""
    person = Person.objects.filter(username=data["login"]).first()
    if person is None:
        person = Person.objects.create_user(data["login"], password=password, full_name=data["name"])
        person.is_staff = data["role"] == "admin"
        person.save(update_fields=["is_staff"])
    bureau = data["role"] in BUREAU_ROLES
    Membership.objects.get_or_create(
        person=person, role=data["role"], jurisdiction=jurisdiction, department=None if bureau else department
    )
    return Account(data["login"], data["name"], data["role"])


def get_or_create_project(department: Department, name: str) -> Project:
    """The department's project of a name, created if it has none."""
    project, _ = Project.objects.get_or_create(
        jurisdiction_id=department.jurisdiction_id, department=department, name=name
    )
    return project


def first_clerk(department: Department) -> Person:
    """The clerk of a department who was entered first. Raises Person.DoesNotExist."""
    return Person.objects.filter(memberships__department=department, memberships__role="clerk").order_by("pk")[:1].get()


def get_due_form(cycle: Cycle, layout_key: str) -> DueForm:
    """The due form of a cycle by the key of its layout. Raises DueForm.DoesNotExist."""
    return cycle.due_forms.select_related("layout").get(layout__key=layout_key)
