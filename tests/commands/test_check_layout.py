"""check_layout: whoever draws a form sees it drawn, or the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from filings.services.layouts import LAYOUTS
from tests.commands.kit import manage
from tests.factories import LAYOUT, PROFILE

REAL = sorted(path for path in LAYOUTS.glob("*/*.toml") if path.parent.name != "common")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The made-up form beside its profile."""
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "plan.toml").write_text(LAYOUT, encoding="utf-8")
    return tmp_path / "plan.toml"


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_own_files_are_good(path: Path) -> None:
    ran = manage("check_layout", str(path))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{path}: good\n")


def test_the_blank_form_is_drawn(plan: Path) -> None:
    """Title, ruled cells, and a row for each category of the place, in lines of one breadth."""
    out = manage("check_layout", str(plan)).out
    for words in ("2026年", "试用表", "名目", "总额", "产出指标", "社会效益指标"):
        assert words in out
    assert "{" not in out, "what a person fills is blank, what the system knows is filled"
    assert out.count("数量指标") == 1


def test_without_a_profile_the_categories_are_stand_ins(plan: Path) -> None:
    (plan.parent / "profile.toml").unlink()
    ran = manage("check_layout", str(plan))
    assert ran.code == 0
    assert "一级指标" in ran.out
    assert "产出指标" not in ran.out


def test_a_mistake_is_said_with_file_and_line(plan: Path) -> None:
    broken = LAYOUT.replace("{phone}", "{fax}")
    plan.write_text(broken, encoding="utf-8")
    ran = manage("check_layout", str(plan))
    first = ran.err.splitlines()[0]
    assert ran.code == 1
    assert ran.out == ""
    assert first == f"{plan}:{line_of(broken, '{fax}')}: {{fax}} is drawn but not described under [cells]"
    assert ran.err.endswith("2 mistakes"), "the cell that is now drawn nowhere is the other one"


def test_a_mistake_in_an_included_file_names_that_file(plan: Path) -> None:
    (plan.parent / "shared.toml").write_text("[cells]\n\nfax = { labell = '传真' }\n", encoding="utf-8")
    plan.write_text(LAYOUT.replace("version = 1", 'version = 1\ninclude = ["shared.toml"]'), encoding="utf-8")
    ran = manage("check_layout", str(plan), "--includes", str(plan.parent))
    assert ran.code == 1
    assert "shared.toml:3: " in ran.err


def test_a_mistake_in_the_profile_beside(plan: Path) -> None:
    profile = plan.with_name("profile.toml")
    profile.write_text(PROFILE.replace("year = 2026", 'year = "2026"'), encoding="utf-8")
    for file in (plan, profile):
        ran = manage("check_layout", str(file))
        assert ran.code == 1
        assert ran.err.startswith(f"{profile}:2: ")


def test_all_files_are_read_before_it_fails(plan: Path) -> None:
    """One bad file must not hide what is wrong in the next."""
    bad = plan.with_name("bad.toml")
    bad.write_text("version = ", encoding="utf-8")
    gone, gbk = plan.with_name("none.toml"), plan.with_name("gbk.toml")
    gbk.write_bytes("# 绩效".encode("gb18030"))
    ran = manage("check_layout", str(bad), str(gone), str(gbk), str(plan), str(plan.parent))
    assert ran.code == 1
    assert f"{plan}: good" in ran.out
    lines = ran.err.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [str(bad), str(gone), str(gbk), str(plan.parent)]
    assert lines[-1] == "4 mistakes"


def test_quiet_says_only_what_is_wrong(plan: Path) -> None:
    assert manage("check_layout", "--quiet", str(plan)).out == ""
