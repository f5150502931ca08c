"""The demo: real filings of real places, as the product's own services store and judge them."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from django.apps import apps

from filings.checks import Finding
from filings.models import Chain, Event, Filing, LayoutVersion, Membership, Person, Role
from filings.services.checking import check_filings, check_with_related
from filings.services.demo import DEMO, demo_password, seed_demo
from filings.services.documents import load_documents
from filings.services.filing_files import export_data
from filings.services.importing import import_filing
from filings.services.layouts import compiled_layout
from filings.services.log import verify_chain
from filings.sheet.document import digest, document_to_data

FILES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DEMO.glob("*.json"))]
ENTRIES = [entry for data in FILES for entry in data["filings"]]
PASSWORD = "demo-words-0815"


@pytest.fixture
def demo(db: None) -> list[Filing]:
    """All filings of the demo."""
    list(seed_demo(PASSWORD))
    query = Filing.objects.select_related("jurisdiction", "cycle", "department", "layout", "project")
    return list(query.order_by("pk"))


def counts() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for app in ("filings", "indicators")
        for model in apps.get_app_config(app).get_models()
    }


def test_it_has_filings_of_several_places() -> None:
    assert len(FILES) == 5
    assert len(ENTRIES) == 54


def test_seeding_again_adds_nothing(demo: list[Filing]) -> None:
    before = counts()
    assert [(count, new) for _, _, count, new in seed_demo("another-password")] == [
        (len(data["filings"]), 0) for data in FILES
    ]
    assert counts() == before
    assert Person.objects.get(username=FILES[0]["people"][0]["login"]).check_password(PASSWORD)


def test_seeding_again_keeps_layouts_of_an_earlier_release_that_filings_use(demo: list[Filing]) -> None:
    used = {filing.layout_id for filing in demo}
    for version in LayoutVersion.objects.filter(pk__in=used):
        source = version.source.replace('required = "rows"\n', "")
        LayoutVersion.objects.filter(pk=version.pk).update(source=source, sha256=digest([source, version.includes]))
    before = list(LayoutVersion.objects.order_by("pk").values_list("pk", "sha256"))
    assert sum(new for _, _, _, new in seed_demo("another-password")) == 0
    assert list(LayoutVersion.objects.order_by("pk").values_list("pk", "sha256")) == before


def test_a_filing_that_was_deleted_comes_back_alone(db: None) -> None:
    list(seed_demo(PASSWORD))
    gone = Filing.objects.order_by("pk")[3]
    name, place = gone.subject_name, gone.jurisdiction.name
    Event.objects.filter(filing=gone).delete()
    gone.delete()
    assert {found: new for found, _, _, new in seed_demo(PASSWORD)} == {
        data["name"]: int(data["name"] == place) for data in FILES
    }
    assert Filing.objects.filter(project__name=name).count() == 1


def found_in(filings: list[Filing]) -> dict[int, list[Finding]]:
    """All findings of all filings, by primary key."""
    return {pk: checked.findings for pk, checked in check_with_related(filings).items()}


def test_the_forms_of_an_earlier_release_stay_as_they_are_stored(demo: list[Filing]) -> None:
    """Its files said nowhere what a cell means: seeding again changes no version in use, and finds the same."""
    before = found_in(demo)
    words = r', means = (?:"[a-z_]+"|\[[^\]]*\])|(?<="), term = "[a-z]+"(?=,)|\nterm = "[a-z]+"'
    for version in LayoutVersion.objects.all():
        source = re.sub(words, "", version.source)
        assert source != version.source
        LayoutVersion.objects.filter(pk=version.pk).update(source=source, sha256=digest([source, version.includes]))
    stored = list(LayoutVersion.objects.order_by("pk").values_list("pk", "key", "source", "sha256"))
    assert {new for _, _, _, new in seed_demo(PASSWORD)} == {0}
    assert list(LayoutVersion.objects.order_by("pk").values_list("pk", "key", "source", "sha256")) == stored
    assert all(compiled_layout(version).has_suggested_meanings for version in LayoutVersion.objects.all())
    query = Filing.objects.select_related("jurisdiction", "cycle", "department", "layout", "project")
    assert found_in(list(query.order_by("pk"))) == before


def test_every_filing_is_stored_as_it_was_published(demo: list[Filing]) -> None:
    documents = load_documents(demo)
    stored = {
        (f.jurisdiction.code, f.layout.key, f.project.name if f.project else ""): document_to_data(documents[f.pk])
        for f in demo
    }
    assert len(stored) == len(ENTRIES)
    for data in FILES:
        for entry in data["filings"]:
            assert stored[data["place"], entry["document"]["layout"], entry["project"]] == entry["document"]


def test_each_place_has_everybody(demo: list[Filing]) -> None:
    for data in FILES:
        roles = Membership.objects.filter(jurisdiction__code=data["place"]).values_list("role", flat=True)
        assert set(roles) == set(Role.values)
    assert Person.objects.filter(is_superuser=True).count() == 0


def test_the_real_filings_have_their_errors(demo: list[Filing]) -> None:
    """Among them two sheets whose own total is empty over filled parts, as they were published."""
    found = check_filings(demo)
    errors = [
        (filing.jurisdiction.code, one.code, one.path)
        for filing in demo
        for one in found[filing.pk]
        if one.severity == "error"
    ]
    assert Counter(errors)["yinchuan-yongning", "C55", "funding[total_own].amount"] == 2


def test_every_filing_survives_export_and_load(demo: list[Filing]) -> None:
    exported = [json.loads(json.dumps(export_data(filing))) for filing in demo]
    for filing, data in zip(demo, exported, strict=True):
        loaded, outcome = import_filing(data)
        assert (loaded.pk, outcome) == (filing.pk, "unchanged")
        assert export_data(loaded) == data
    assert Filing.objects.filter(version__gt=0).count() == 0, "what is equal is no change"


def test_a_filing_loads_into_an_empty_place(demo: list[Filing]) -> None:
    exported = [json.loads(json.dumps(export_data(filing))) for filing in demo]
    Event.objects.all().delete()
    Chain.objects.all().delete()
    Filing.objects.all().delete()
    for data in exported:
        loaded, outcome = import_filing(data)
        assert outcome == "new"
        assert export_data(loaded) == {**data, "ref": loaded.ref}
    assert Filing.objects.count() == len(ENTRIES)


def test_the_logs_are_whole(demo: list[Filing]) -> None:
    assert [list(verify_chain(chain)) for chain in Chain.objects.all()] == [[]] * len(FILES)


def test_layouts_are_taken_in_once(demo: list[Filing]) -> None:
    assert LayoutVersion.objects.count() == len({entry["document"]["layout"] for entry in ENTRIES})


def test_the_password_is_made_once_and_kept_for_the_owner_alone(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.VAR_DIR = tmp_path / "var"
    first = demo_password()
    assert demo_password() == first
    assert len(first) >= 12
    assert (settings.VAR_DIR / "demo-password").stat().st_mode & 0o077 == 0
    settings.VAR_DIR = tmp_path / "other"
    assert demo_password() != first
