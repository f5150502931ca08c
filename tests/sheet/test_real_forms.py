"""The forms and profiles that come with the product: all keep the same contract."""

from __future__ import annotations

from pathlib import Path as File

import pytest

from filings.services.layouts import LAYOUTS, read_layout_file
from filings.sheet.layout import Layout, TableBlock, TextBlock
from filings.sheet.profile import load_profile

REAL = sorted(path for path in LAYOUTS.glob("*/*.toml") if path.name != "profile.toml" and path.parent.name != "common")
PROFILES = sorted(LAYOUTS.glob("*/profile.toml"))


def test_there_are_real_forms() -> None:
    assert len(REAL) >= 2
    assert len(PROFILES) >= 2


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
class TestRealForm:
    """The same contract for every form that comes with the product."""

    @pytest.fixture
    def real(self, path: File) -> Layout:
        return read_layout_file(path)[0]

    def test_its_key_is_where_it_lies(self, real: Layout, path: File) -> None:
        assert real.key == f"{path.parent.name}/{path.stem}"
        assert real.version >= 1
        assert real.origin

    def test_every_cell_is_filled_in_exactly_one_step_and_printed(self, real: Layout, path: File) -> None:
        placed = [name for section in real.sections for name in section.cells]
        assert sorted(placed) == sorted(real.cells)

    def test_no_two_cells_share_an_address(self, real: Layout, path: File) -> None:
        paths = [spec.path for spec in real.cells.values()]
        assert len(set(paths)) == len(paths)

    def test_sums_and_amount_are_of_money(self, real: Layout, path: File) -> None:
        names = [name for rule in real.sums for name in (rule.total, *rule.parts)] + [real.amount] * bool(real.amount)
        columns = [name.partition(".") for name in names if "." in name]
        specs = [real.cells[name] for name in names if "." not in name]
        specs += [real.tables[table].columns[column] for table, _, column in columns]
        assert {spec.kind.key for spec in specs} <= {"money"}

    def test_its_profile_is_due_for_it(self, real: Layout, path: File) -> None:
        rules = load_profile("profile.toml", (path.parent / "profile.toml").read_text(encoding="utf-8"))
        assert real.key in [due.layout for due in rules.due]
        assert rules.place == path.parent.name
        assert {due.subject for due in rules.due if due.layout == real.key} == {real.subject}

    def test_it_draws_only_one_way(self, real: Layout, path: File) -> None:
        assert read_layout_file(path)[0] == real
        assert any(isinstance(block, TableBlock | TextBlock) for block in real.blocks)


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.parent.name)
def test_the_profile_of_a_real_place_loads(path: File) -> None:
    rules = load_profile(str(path), path.read_text(encoding="utf-8"))
    assert rules.categories()
    assert all((path.parent.parent / f"{due.layout}.toml").is_file() for due in rules.due)
