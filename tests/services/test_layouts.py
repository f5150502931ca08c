"""Layout files on their way into the database: found, compared, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from filings.models import LayoutVersion
from filings.services.layouts import compiled_layout, cycle_profile, read_layout_file, read_profile_file, store_layout
from filings.services.new_filings import start_filing
from filings.sheet.problems import LayoutError
from indicators.models import IndicatorCategory
from tests.factories import LAYOUT, PROFILE, House, filled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(LAYOUT.replace("testshire/plan", "testshire/other"), encoding="utf-8")
    return path


def reasons(error: pytest.ExceptionInfo[LayoutError]) -> list[tuple[str, int, str]]:
    return [(Path(problem.file).name, problem.line, problem.reason) for problem in error.value.problems]


@pytest.mark.django_db
def test_a_layout_is_taken_in_once(file: Path) -> None:
    first, second = store_layout(file), store_layout(file)
    assert first.pk == second.pk
    assert (first.key, first.version, first.name, first.source) == (
        "testshire/other",
        1,
        "试用绩效目标表",
        file.read_text(encoding="utf-8"),
    )
    assert compiled_layout(first) is compiled_layout(second)


@pytest.mark.django_db
def test_a_layout_that_nobody_filled_may_still_change(file: Path) -> None:
    first = store_layout(file)
    file.write_text(file.read_text(encoding="utf-8").replace("试用绩效目标表", "新名"), encoding="utf-8")
    second = store_layout(file)
    assert (first.pk, second.name) == (second.pk, "新名")
    assert compiled_layout(second).name == "新名"
    assert second.sha256 != first.sha256


def test_a_layout_in_use_needs_a_new_version(house: House, file: Path) -> None:
    file.write_text(LAYOUT, encoding="utf-8")
    due = house.due
    assert store_layout(file).pk == due.layout.pk
    start_filing(house.clerk, house.cycle, due, house.department, house.project(), document=filled())
    file.write_text(LAYOUT.replace("试用绩效目标表", "新名"), encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        store_layout(file)
    assert reasons(caught) == [("plan.toml", 1, "version 1 is in use and may not change: give the file a new version")]
    file.write_text(LAYOUT.replace("试用绩效目标表", "新名").replace("version = 1", "version = 2"), encoding="utf-8")
    assert store_layout(file).version == 2
    assert LayoutVersion.objects.filter(key="testshire/plan").count() == 2


def test_a_layout_in_use_is_kept_where_that_is_asked_for(house: House, file: Path) -> None:
    """Opening a cycle takes what is stored: our own files may say more by now than when they were taken in."""
    start_filing(house.clerk, house.cycle, house.due, house.department, house.project(), document=filled())
    stored = house.due.layout
    file.write_text(LAYOUT.replace("试用绩效目标表", "新名"), encoding="utf-8")
    kept = store_layout(file, keep_used=True)
    assert (kept.pk, kept.sha256, kept.source) == (stored.pk, stored.sha256, stored.source)
    file.write_text(LAYOUT.replace("version = 1", "version = x"), encoding="utf-8")
    with pytest.raises(LayoutError):
        store_layout(file, keep_used=True)


@pytest.mark.parametrize("name", ["../secret.toml", "/etc/passwd", "folder", "none.toml", "folder/../../secret.toml"])
def test_includes_stay_in_their_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.toml").write_text("[cells]\n", encoding="utf-8")
    inside = tmp_path / "layouts"
    (inside / "folder").mkdir(parents=True)
    path = inside / "plan.toml"
    path.write_text(f'version = 1\ninclude = ["{name}"]\n', encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        read_layout_file(path, inside)
    assert ("plan.toml", 2, f"the included file {name!r} does not exist") in reasons(caught)


@pytest.mark.parametrize("broken", ["plan.toml", "common.toml"])
def test_a_file_in_another_encoding_is_a_problem_of_that_file(tmp_path: Path, broken: str) -> None:
    (tmp_path / "plan.toml").write_text('include = ["common.toml"]\n', encoding="utf-8")
    (tmp_path / "common.toml").write_text("[cells]\n", encoding="utf-8")
    (tmp_path / broken).write_bytes('# 绩效\nname = "x"\n'.encode("gb18030"))
    with pytest.raises(LayoutError) as caught:
        read_layout_file(tmp_path / "plan.toml", tmp_path)
    assert [(file, line) for file, line, reason in reasons(caught) if "not UTF-8" in reason] == [(broken, 1)]


def test_a_profile_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_bytes("# 绩效".encode("gb18030"))
    with pytest.raises(LayoutError, match="not UTF-8"):
        read_profile_file(path)
    path.write_text(PROFILE, encoding="utf-8")
    assert read_profile_file(path).place == "testshire"


def test_the_tree_of_a_cycle_is_the_one_that_an_admin_left(house: House) -> None:
    IndicatorCategory.objects.filter(jurisdiction=house.place, code="output.quantity").update(name="数量")
    assert ("产出指标", "数量") in cycle_profile(house.cycle).categories()
