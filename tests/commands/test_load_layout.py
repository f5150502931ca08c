"""load_layout: stores a version and makes it due in a cycle; errors are reported and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from filings.models import LayoutVersion
from tests.commands.kit import manage
from tests.factories import LAYOUT, House

OTHER = LAYOUT.replace("testshire/plan", "testshire/other")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "other.toml"
    path.write_text(OTHER, encoding="utf-8")
    return path


def due(house: House) -> list[tuple[str, int, str]]:
    forms = house.cycle.due_forms.order_by("layout__key", "layout__version")
    return list(forms.values_list("layout__key", "layout__version", "title"))


def test_a_file_becomes_a_version_once(house: House, file: Path) -> None:
    first, second = manage("load_layout", str(file)), manage("load_layout", str(file))
    version = LayoutVersion.objects.get(key="testshire/other")
    assert first.out == second.out == f"testshire/other version 1 {version.sha256[:12]}\n"
    assert (first.code, version.source) == (0, OTHER)
    assert due(house) == [("testshire/plan", 1, "表")]


def test_it_is_made_due_in_a_cycle(house: House, file: Path) -> None:
    result = manage("load_layout", str(file), "--place", "testshire", "--year", "2026", "--title", "春季表")
    assert (result.code, result.out.splitlines()[1].startswith("due in ")) == (0, True)
    assert due(house) == [("testshire/other", 1, "春季表"), ("testshire/plan", 1, "表")]


def test_a_version_being_filled_stays_due(house: House, file: Path) -> None:
    house.filing()
    file.write_text(LAYOUT.replace("version = 1", "version = 2"), encoding="utf-8")
    result = manage("load_layout", str(file), "--place", "testshire", "--year", "2026")
    assert result.code == 1
    assert "本批次已有 1 张表按第 1 版填报" in result.err
    assert due(house) == [("testshire/plan", 1, "表")]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--place", "testshire"], "--place and --year go together"),
        (["--year", "2026"], "--place and --year go together"),
        (["--place", "nowhere", "--year", "2026"], "nowhere has no cycle 2026"),
        (["--place", "testshire", "--year", "1999"], "testshire has no cycle 1999"),
    ],
)
def test_a_cycle_that_is_not_there(house: House, file: Path, words: list[str], reason: str) -> None:
    result = manage("load_layout", str(file), *words)
    assert (result.code, result.err) == (1, reason)
    assert due(house) == [("testshire/plan", 1, "表")]


def test_mistakes_are_named_with_file_and_line(house: House, file: Path) -> None:
    file.write_text(OTHER.replace('kind = "phone"', 'kind = "fax"').replace("{rest}", "{reste}"), encoding="utf-8")
    result = manage("load_layout", str(file))
    line = OTHER[: OTHER.index('kind = "phone"')].count("\n") + 1
    assert result.code == 1
    assert f"{file}:{line}: cells.phone.kind must be one of" in result.err
    assert result.err.endswith("mistakes")
    assert LayoutVersion.objects.count() == 1


def test_a_version_in_use_may_not_change(house: House, file: Path) -> None:
    house.filing()
    file.write_text(LAYOUT.replace("试用绩效目标表", "新名"), encoding="utf-8")
    result = manage("load_layout", str(file))
    assert result.code == 1
    assert "version 1 is in use" in result.err


@pytest.mark.django_db
def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = manage("load_layout", str(tmp_path / "none.toml"))
    assert (result.code, result.err) == (1, f"{tmp_path / 'none.toml'}: No such file or directory")
    assert manage("load_layout", str(tmp_path)).code == 1
