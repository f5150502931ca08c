"""Every rule that the database keeps by itself: it really refuses, and says so in Chinese where people meet it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from filings.models import (
    ROW_MODELS,
    Attachment,
    Chain,
    Cycle,
    Department,
    DueForm,
    Edit,
    Event,
    Filing,
    FundingSource,
    Jurisdiction,
    LayoutVersion,
    Membership,
    Packet,
    PacketFile,
    Person,
    Project,
    RateCount,
    Remark,
    Reply,
    Revision,
    SheetPresence,
)
from indicators.models import IndicatorCategory
from tests.factories import House, opened_cycle

NOW = timezone.now()


def twin(one: models.Model, **changes: Any) -> models.Model:
    """A new object like a stored one."""
    copy = type(one)._default_manager.get(pk=one.pk)
    copy.pk = None
    copy._state.adding = True
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def changed(one: models.Model, **changes: Any) -> models.Model:
    copy = type(one)._default_manager.get(pk=one.pk)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def edit(house: House, **more: Any) -> Edit:
    filing = house.filing()
    Edit.objects.create(
        jurisdiction=house.place, filing=filing, version=1, person=house.clerk, operation="op", changes=[]
    )
    return Edit(
        **{
            "jurisdiction": house.place,
            "filing": filing,
            "version": 2,
            "person": house.clerk,
            "operation": "op2",
            "changes": [],
            **more,
        }
    )


def revision(house: House) -> Revision:
    values: dict[str, Any] = {
        "jurisdiction": house.place, "filing": house.filing(), "number": 1, "layout": house.due.layout,
        "document": {}, "variables": {}, "sha256": "0" * 64, "person": house.clerk,
    }  # fmt: skip
    Revision.objects.create(**values)
    return Revision(**values)


def event(house: House, **more: Any) -> Event:
    filing = house.filing()
    values: dict[str, Any] = {
        "jurisdiction": house.place, "chain": Chain.objects.get(), "sequence": 2, "filing": filing,
        "action": "submit", "to_state": "submitted", "person": house.clerk, "at": NOW, "hash": "0" * 64,
    }  # fmt: skip
    return Event(**{**values, **more})


def remark(house: House, **more: Any) -> Remark:
    return Remark(jurisdiction=house.place, filing=house.filing(), person=house.reviewer, **{"text": "请改", **more})


def reply(house: House, **more: Any) -> Reply:
    values = {
        "kind": "reason",
        "code": "C01",
        "digest": "1",
        "message": "未填",
        "text": "不涉及",
        "person": house.clerk,
        **more,
    }
    return Reply(jurisdiction=house.place, filing=values.pop("filing", None) or house.filing(), **values)


def attachment(house: House, **more: Any) -> Attachment:
    values = {"kind": "依据", "name": "a.pdf", "size": 1, "sha256": "0" * 64, "person": house.clerk, **more}
    return Attachment(jurisdiction=house.place, filing=values.pop("filing", None) or house.filing(), **values)


def packet(house: House, **more: Any) -> Packet:
    return Packet(jurisdiction=house.place, cycle=house.cycle, person=house.admin, **more)


def packet_file(house: House) -> models.Model:
    one = packet(house)
    one.save()
    values = {"name": "甲.pdf", "path": "aa/b.pdf", "sha256": "0", "bytes": 1}
    return twin(PacketFile.objects.create(jurisdiction=house.place, packet=one, **values))


def department_filing(house: House) -> models.Model:
    filing = house.filing()
    Filing.objects.filter(pk=filing.pk).update(project=None)
    return twin(filing, project=None, ref="another")


def same_code(house: House) -> models.Model:
    project = house.project()
    Project.objects.filter(pk=project.pk).update(code="P1")
    return Project(jurisdiction=house.place, department=house.elsewhere, name="另一个", code="P1")


def source(house: House) -> models.Model:
    FundingSource.objects.create(jurisdiction=house.place, code="own", name="本级")
    return FundingSource(jurisdiction=house.place, code="own", name="另名")


def category(house: House, **more: Any) -> IndicatorCategory:
    parent = IndicatorCategory.objects.get(jurisdiction=house.place, code="output")
    values = {"code": "new", "name": "新指标", "canonical": "output.quality", "parent": parent, **more}
    return IndicatorCategory(jurisdiction=house.place, year=2026, **values)


BROKEN: dict[str, Callable[[House], models.Model]] = {
    "layout_version_once": lambda h: twin(h.due.layout),
    "cycle_once_per_year_and_round": lambda h: twin(h.cycle),
    "deadline_after_opening": lambda h: changed(h.cycle, deadline=h.cycle.opens_at),
    "cycle_year_plausible": lambda h: changed(h.cycle, year=1999),
    "form_due_once_per_cycle": lambda h: twin(h.due),
    "project_name_once_per_department": lambda h: twin(h.project()),
    "project_code_once_per_place": same_code,
    "funding_source_once_per_place": source,
    "one_filing_per_project_form_and_cycle": lambda h: twin(h.filing(), ref="another"),
    "one_filing_per_department_form_and_cycle": department_filing,
    "sent_filing_has_sender_and_time": lambda h: changed(h.filing(), state="submitted", submitted_at=NOW),
    "approved_filing_and_only_it_has_approval_time": lambda h: changed(
        h.filing(), state="approved", submitted_at=NOW, submitted_by=h.clerk
    ),
    "department_code_once_per_place": lambda h: twin(h.department, name="另名"),
    "department_not_its_own_parent": lambda h: changed(h.department, parent_id=h.department.pk),
    "login_name_once_in_any_case": lambda h: Person(username="TESTSHIRE.Clerk"),
    "membership_once": lambda h: twin(Membership.objects.get(person=h.clerk)),
    "office_roles_have_a_department": lambda h: Membership(person=h.nobody, role="clerk", jurisdiction=h.place),
    "filing_versions_count_up": lambda h: edit(h, version=1),
    "each_save_counts_once": lambda h: edit(h, operation="op"),
    "revision_numbers_count_up": revision,
    "one_log_per_department_and_cycle": lambda h: (h.filing(), twin(Chain.objects.get()))[1],
    "log_has_no_forks": lambda h: event(h, sequence=1),
    "return_and_reopen_say_why": lambda h: event(h, action="return", to_state="returned"),
    "remark_says_something": lambda h: remark(h, text=""),
    "answered_remark_has_an_answer": lambda h: remark(h, status="answered"),
    "reply_says_why": lambda h: reply(h, text=""),
    "one_reply_of_a_kind_to_a_finding": lambda h: (reply(h).save(), reply(h, filing=Filing.objects.get()))[1],
    "rate_counted_once_a_minute": lambda h: twin(RateCount.objects.create(key="k", minute=NOW)),
    "one_presence_of_a_person": lambda h: twin(
        SheetPresence.objects.create(filing=h.filing(), person=h.reviewer, at=NOW), at=NOW + timedelta(1)
    ),
    "attachment_once_per_class": lambda h: (attachment(h).save(), attachment(h, filing=Filing.objects.get()))[1],
    "packet_never_past_its_total": lambda h: packet(h, done=3, total=2),
    "packet_file_once_by_name": packet_file,
    "ready_packet_has_a_digest": lambda h: packet(h, status="ready"),
    "category_code_once_per_place_and_year": lambda h: category(h, code="output"),
    "category_name_once_under_its_parent": lambda h: category(h, name="数量指标"),
    "category_has_a_name": lambda h: category(h, name=""),
    **{
        f"{model.__name__.lower()}_row_id_once_per_table": lambda h, model=model: twin(  # type: ignore[misc]
            model._default_manager.create(jurisdiction=h.place, filing=h.filing(), row_id="twice", position=9),
            position=10,
        )
        for model in ROW_MODELS.values()
    },
}

CONSTRAINTS = {
    constraint.name: constraint
    for app in ("filings", "indicators")
    for model in apps.get_app_config(app).get_models()
    for constraint in model._meta.constraints
}


def test_every_constraint_of_the_models_is_tried_here() -> None:
    assert set(BROKEN) == set(CONSTRAINTS)
    assert len(CONSTRAINTS) >= 37


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_the_database_refuses(house: House, name: str) -> None:
    one = BROKEN[name](house)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        one.save()
    if connection.vendor == "postgresql" or isinstance(CONSTRAINTS[name], models.CheckConstraint):
        assert name in str(caught.value)
    else:
        assert "UNIQUE" in str(caught.value)


SAID = sorted(
    name for name, one in CONSTRAINTS.items() if one.violation_error_message != one.default_violation_error_message
)


@pytest.mark.parametrize("name", SAID)
def test_the_form_says_why_in_chinese(house: House, name: str) -> None:
    one = BROKEN[name](house)
    with pytest.raises(ValidationError) as caught:
        one.validate_constraints()
    assert str(CONSTRAINTS[name].violation_error_message) in caught.value.messages
    assert any("\u4e00" <= char <= "\u9fff" for char in "".join(caught.value.messages))


def test_rules_that_people_can_break_have_words() -> None:
    """The others guard what only code writes: journal, revisions, log and the ids of rows."""
    wordless = set(CONSTRAINTS) - set(SAID)
    assert {name for name in wordless if not name.endswith("_row_id_once_per_table")} == {
        "filing_versions_count_up", "each_save_counts_once", "revision_numbers_count_up",
        "one_log_per_department_and_cycle", "log_has_no_forks", "one_reply_of_a_kind_to_a_finding",
        "one_presence_of_a_person", "rate_counted_once_a_minute",
    }  # fmt: skip


def second_round(house: House) -> Cycle:
    dates = {"opens_at": NOW, "deadline": NOW + timedelta(1)}
    return Cycle(jurisdiction=house.place, year=2026, round=2, title="二", profile="", **dates)


def another_form_due(house: House) -> DueForm:
    version = LayoutVersion.objects.create(key="x", version=1, name="n", source="", sha256="")
    return DueForm(jurisdiction=house.place, cycle=house.cycle, layout=version, subject="project", title="t")


@pytest.mark.parametrize(
    "allowed",
    [
        lambda h: Project(jurisdiction=h.place, department=h.elsewhere, name=h.project().name),
        lambda h: Project(jurisdiction=h.place, department=h.department, name="无编码", code=""),
        lambda h: opened_cycle(h.place, 2027),
        second_round,
        lambda h: Membership(person=h.clerk, role="lead", jurisdiction=h.place, department=h.department),
        lambda h: Department(jurisdiction=Jurisdiction.objects.create(code="b", name="乙"), code="101", name="同码"),
        another_form_due,
        lambda h: changed(h.filing(), state="returned", submitted_at=NOW, submitted_by=h.clerk),
        lambda h: packet(h, done=2, total=2, status="ready", sha256="0"),
        lambda h: category(h, parent=IndicatorCategory.objects.get(code="benefit"), name="数量指标"),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_allowed(house: House, allowed: Callable[[House], models.Model]) -> None:
    one = allowed(house)
    one.validate_constraints()
    one.save()


@pytest.mark.parametrize("name", ["filings", "cycle", "department", "layout"])
def test_what_others_hang_on_cannot_be_deleted(house: House, name: str) -> None:
    filing = house.filing()
    target = {"filings": filing, "cycle": house.cycle, "department": house.department, "layout": house.due.layout}[name]
    with pytest.raises(models.ProtectedError):
        target.delete()
    assert Filing.objects.filter(pk=filing.pk).exists()


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
