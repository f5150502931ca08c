"""check_layout: prints the form, or each error with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from filings.services.layouts import LAYOUTS
from tests.commands.kit import manage
from tests.factories import LAYOUT, PROFILE
from tests.sheet.kit import line_of

REAL = sorted(path for path in LAYOUTS.glob("*/*.toml") if path.parent.name != "common")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A copy of the test layout next to its profile."""
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "plan.toml").write_text(LAYOUT, encoding="utf-8")
    return tmp_path / "plan.toml"


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_own_files_are_valid(path: Path) -> None:
    result = manage("check_layout", str(path))
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"{path}: good\n")


def test_the_blank_form_is_printed(plan: Path) -> None:
    """Title, cells with rules, and a row for each category, in lines of equal width."""
    out = manage("check_layout", str(plan)).out
    for words in ("2026年", "试用表", "名目", "总额", "产出指标", "社会效益指标"):
        assert words in out
    assert "{" not in out, "what a person fills is blank, what the system knows is filled"
    assert out.count("数量指标") == 1


def test_without_a_profile_the_categories_are_stand_ins(plan: Path) -> None:
    (plan.parent / "profile.toml").unlink()
    result = manage("check_layout", str(plan))
    assert result.code == 0
    assert "一级指标" in result.out
    assert "产出指标" not in result.out


def test_an_error_is_printed_with_file_and_line(plan: Path) -> None:
    broken = LAYOUT.replace("{phone}", "{fax}")
    plan.write_text(broken, encoding="utf-8")
    result = manage("check_layout", str(plan))
    first = result.err.splitlines()[0]
    assert result.code == 1
    assert result.out == ""
    assert first == f"{plan}:{line_of(broken, '{fax}')}: 画了 {{fax}}，但 [cells] 下没有说明"
    assert result.err.endswith("2 mistakes"), "the cell that is now drawn nowhere is the other one"


def test_a_mistake_in_an_included_file_names_that_file(plan: Path) -> None:
    (plan.parent / "shared.toml").write_text("[cells]\n\nfax = { labell = '传真' }\n", encoding="utf-8")
    plan.write_text(LAYOUT.replace("version = 1", 'version = 1\ninclude = ["shared.toml"]'), encoding="utf-8")
    result = manage("check_layout", str(plan), "--includes", str(plan.parent))
    assert result.code == 1
    assert "shared.toml:3: " in result.err


def test_an_error_in_the_profile_of_the_folder(plan: Path) -> None:
    profile = plan.with_name("profile.toml")
    profile.write_text(PROFILE.replace("year = 2026", 'year = "2026"'), encoding="utf-8")
    for file in (plan, profile):
        result = manage("check_layout", str(file))
        assert result.code == 1
        assert result.err.startswith(f"{profile}:2: ")


@pytest.mark.parametrize("name", ["rules-2026.toml", "plan.toml"])
def test_a_profile_is_known_by_its_content(plan: Path, name: str) -> None:
    (plan.parent / "profile.toml").unlink()
    profile = plan.with_name(name)
    profile.write_text(PROFILE, encoding="utf-8")
    assert manage("check_layout", str(profile)).out == f"{profile}: good\n"
    profile.write_text(PROFILE.replace("year = 2026", 'year = "2026"'), encoding="utf-8")
    result = manage("check_layout", str(profile))
    assert (result.code, result.err.startswith(f"{profile}:2: year 应为整数")) == (1, True)
    assert "block" not in result.err


def test_a_layout_is_known_by_its_content(plan: Path) -> None:
    """Also under the name that profiles have."""
    other = plan.with_name("profile.toml")
    other.write_text(LAYOUT, encoding="utf-8")
    result = manage("check_layout", str(other))
    assert (result.code, "试用表" in result.out) == (0, True)


def test_all_files_are_read_before_it_fails(plan: Path) -> None:
    """Errors in one file do not hide those of the next."""
    bad = plan.with_name("bad.toml")
    bad.write_text("version = ", encoding="utf-8")
    gone, gbk = plan.with_name("none.toml"), plan.with_name("gbk.toml")
    gbk.write_bytes("# 绩效".encode("gb18030"))
    result = manage("check_layout", str(bad), str(gone), str(gbk), str(plan), str(plan.parent))
    assert result.code == 1
    assert f"{plan}: good" in result.out
    lines = result.err.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [str(bad), str(gone), str(gbk), str(plan.parent)]
    assert lines[-1] == "4 mistakes"


def test_a_column_too_narrow_for_its_values_is_a_warning(plan: Path) -> None:
    text = LAYOUT.replace("widths_mm = [40, 40, 40, 40]", "widths_mm = [40, 8, 40, 40]")
    assert text != LAYOUT
    plan.write_text(text, encoding="utf-8")
    result = manage("check_layout", str(plan))
    assert result.code == 0
    assert f"{plan}:{line_of(text, '{total}')}: warning: {{total}} 这一格只有 5.2 mm 可写字" in result.err
    assert result.out.startswith(f"{plan}: good\n")


def test_quiet_prints_errors_only(plan: Path) -> None:
    assert manage("check_layout", "--quiet", str(plan)).out == ""


def test_meanings_read_out_of_labels_are_printed(plan: Path) -> None:
    """No mistake: the file is good, and says less than it could."""
    result = manage("check_layout", str(plan))
    assert (result.code, result.err) == (0, "")
    assert "no means in this file: read out of its labels; check them" in result.out
    assert '  year_goal 试用当年目标: 目标（means = "goal"）' in result.out


def test_labels_that_suggest_a_meaning_are_printed_where_the_file_gives_them_none(plan: Path) -> None:
    plan.write_text(LAYOUT.replace('"试用名目"', '"试用名目", means = "project"'), encoding="utf-8")
    result = manage("check_layout", str(plan))
    assert (result.code, result.err) == (0, "")
    assert "read out of its labels" not in result.out
    assert "year_goal 试用当年目标: looks as if it should say means\n" in result.out
