"""load_layout: stores a version and makes it due in a cycle; errors are reported and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from filings.models import Cycle, LayoutVersion
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


TOGETHER = "--place and --year go together, and --round with them"
KNOWN = "there are: --place testshire --year 2026 --round 1"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--place", "testshire"], TOGETHER),
        (["--year", "2026"], TOGETHER),
        (["--round", "2"], TOGETHER),
        (["--place", "nowhere", "--year", "2026"], f"'nowhere' has no cycle of 2026, round 1; {KNOWN}"),
        (["--place", "testshire", "--year", "1999"], f"'testshire' has no cycle of 1999, round 1; {KNOWN}"),
        (
            ["--place", "testshire", "--year", "2026", "--round", "2"],
            f"'testshire' has no cycle of 2026, round 2; {KNOWN}",
        ),
    ],
)
def test_a_cycle_that_is_not_there(house: House, file: Path, words: list[str], reason: str) -> None:
    result = manage("load_layout", str(file), *words)
    assert (result.code, result.out, result.err) == (1, "", reason)
    assert due(house) == [("testshire/plan", 1, "表")]
    assert LayoutVersion.objects.count() == 1, "nothing is stored"


def test_the_round_says_in_which_cycle(house: House, file: Path) -> None:
    """An adjustment in the same year is another cycle, whichever was opened first."""
    second = Cycle.objects.create(
        jurisdiction=house.place, year=2026, round=2, title="调整", profile=house.cycle.profile,
        opens_at=house.cycle.opens_at, deadline=house.cycle.deadline,
    )  # fmt: skip
    result = manage("load_layout", str(file), "--place", "testshire", "--year", "2026", "--round", "2")
    assert (result.code, second.due_forms.get().layout.key) == (0, "testshire/other")
    assert due(house) == [("testshire/plan", 1, "表")]


def test_several_files_are_stored_together(house: House, file: Path) -> None:
    third = file.with_name("third.toml")
    third.write_text(LAYOUT.replace("testshire/plan", "testshire/third"), encoding="utf-8")
    result = manage("load_layout", str(file), str(third), "--place", "testshire", "--year", "2026")
    assert (result.code, len(result.out.splitlines())) == (0, 4)
    assert [key for key, _, _ in due(house)] == ["testshire/other", "testshire/plan", "testshire/third"]
    assert manage("load_layout", str(file), str(third), "--title", "名").err == "--title is for one FILE"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAYOUT.replace('kind = "phone"', 'kind = "fax"'), "1 mistakes"),
        ("key = ", "1 mistakes"),
        (None, "No such file or directory"),
        (LAYOUT.replace("试用绩效目标表", "新名"), "version 1 is in use"),
        (LAYOUT.replace("version = 1", "version = 2"), "本批次已有 1 张表按第 1 版填报"),
    ],
    ids=["mistake", "no TOML", "no file", "in use", "being filled"],
)
def test_one_bad_file_keeps_all_out(house: House, file: Path, text: str | None, words: str) -> None:
    """Also when the mistake shows only in the database, after the first file was stored."""
    house.filing()
    bad = file.with_name("bad.toml")
    if text is not None:
        bad.write_text(text, encoding="utf-8")
    result = manage("load_layout", str(file), str(bad), "--place", "testshire", "--year", "2026")
    assert (result.code, result.out) == (1, "")
    assert words in result.err
    assert LayoutVersion.objects.count() == 1
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
