"""After any change the findings carried over are those of a check from the beginning."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from filings.checks import CheckSubject, Finding, SheetChecks, check_changes, run_checks
from filings.checks import run as runner
from filings.checks.reads import CHECKS, EACH, Check
from filings.sheet.derived import update_derived
from filings.sheet.document import Document, Path
from filings.sheet.edits import AddRow, DeleteRow, Edit, EditError, MoveRow, SetCell, apply_edits
from filings.sheet.layout import Layout
from tests.checks.kit import PLACES, real, row, sheet
from tests.thoroughness import times

STEPS = times(gate=12, nightly=400)
TEXTS = (
    *("", "", "无", "2021年", "≥95%", "约10个", "1.2.3", "3万元", "12", "0", "按时完成", "（", "＞5", "100%", "满意度"),
    *(
        "质量达标率",
        "产出指标",
        "数量指标",
        "成本指标",
        "0951-123",
        "\ue000",
        "⼀",
        "5*3=16元",
        "1、甲2、乙4、丁",
        "完成完成",
    ),
)


def random_edits(layout: Layout, document: Document, chance: random.Random) -> list[Edit]:
    """One save: mostly of a single cell, sometimes of several, or of rows."""
    free = [name for name in layout.placed_tables if layout.tables[name].columns]
    kind = chance.choice(["cell"] * 12 + ["add", "delete", "move"])
    if kind == "cell" or not free:
        return [random_cell(layout, document, chance) for _ in range(chance.choice([1, 1, 1, 3]))]
    table = chance.choice(free)
    rows = [row.id for row in document.rows(table) if row.id not in layout.tables[table].fixed]
    if kind == "add" or not rows:
        like = dict(chance.choice(document.rows(table)).cells) if document.rows(table) else {}
        cells = tuple((name, text) for name, text in like.items() if name in layout.tables[table].columns)
        return [AddRow(table, f"n{chance.randrange(10**9)}", chance.choice([*rows, "", None]), cells)]
    if kind == "delete":
        return [DeleteRow(table, chance.choice(rows))]
    return [MoveRow(table, chance.choice(rows), chance.choice([*rows, ""]))]


def random_cell(layout: Layout, document: Document, chance: random.Random) -> SetCell:
    """A cell that gets the text of another one, or one of those that checks look for."""
    cells = [spec.path for spec in layout.inputs()]
    for table, rows in document.tables.items():
        if table in layout.tables:
            cells += [Path(table, row.id, column) for row in rows for column in layout.tables[table].columns]
    path = chance.choice([cell for cell in cells if layout.spec(cell)])
    others = [text for _, text in document.cells()]
    text = chance.choice([chance.choice(TEXTS), chance.choice(others or [""]), document.value(path)[:-1]])
    return SetCell(path, text)


def saved(layout: Layout, document: Document, chance: random.Random) -> Document:
    """The document after a save, as the service makes it."""
    after = document
    for edit in random_edits(layout, document, chance):
        try:
            after = apply_edits(layout, after, [edit])
        except EditError:
            continue
    return update_derived(layout, document, after)


@pytest.mark.parametrize("place", PLACES)
def test_findings_carried_over_are_those_found_anew(place: str) -> None:
    chance = random.Random(place)
    for first in real(place):
        known = run_checks(first)
        for step in range(STEPS):
            document = saved(first.layout, known.subject.document, chance)
            subject = replace(known.subject, document=document)
            known, anew = check_changes(known, subject), run_checks(replace(subject))
            for check in CHECKS:
                assert Counter(known.found[check]) == Counter(anew.found[check]), (check.__name__, step)
            assert known.findings == anew.findings
            assert known.subject.indicators == anew.subject.indicators


def named_runs(known: SheetChecks, path: str, text: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many target values each check that is run for a change of one cell is given, by the name of the check."""
    given: dict[str, int] = {}

    def noticed(check: Check, subject: CheckSubject, *_: object) -> list[Finding]:
        given[check.__name__] = len(subject.indicators)
        return list(check(subject))

    monkeypatch.setattr(runner, "_run_safely", noticed)
    document = apply_edits(known.subject.layout, known.subject.document, [SetCell(Path.parse(path), text)])
    check_changes(known, replace(known.subject, document=document))
    return given


def test_only_checks_that_read_what_changed_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(number, "output.quantity", f"清扫街道{number}", "≥5次") for number in range(30)]
    known = run_checks(sheet(*rows, phone="0951-1234567", title="街道清扫"))
    given = named_runs(known, "indicators[r7].value", "≥6次", monkeypatch)
    assert "required_fields" not in given
    assert "units_in_cells" not in given
    assert given["rate_unit"] == given["vague_numbers"] == 1, "those that judge a value alone see that one only"
    assert given["repeated_names"] == 30
    given = named_runs(known, "title", "街道清扫与保洁", monkeypatch)
    assert {"required_fields", "broken_texts"} <= given.keys()
    assert not {"rate_unit", "repeated_names", "missing_cells"} & given.keys()


def test_a_check_judges_at_most_one_kind_of_things_alone() -> None:
    assert len(CHECKS) > 70
    assert all(len(reads & EACH.keys()) <= 1 for reads in CHECKS.values())


def test_another_profile_or_form_is_checked_from_the_beginning() -> None:
    known = run_checks(sheet(row(1, "output.quantity", "清扫街道", "约5次")))
    stricter = replace(known.subject, profile=replace(known.subject.profile, severities={"C42": "error"}))
    assert check_changes(known, stricter).findings == run_checks(stricter).findings != known.findings


def test_findings_of_a_row_stand_in_the_order_of_its_cells() -> None:
    """The second of its cells was mistaken before the first."""
    known = run_checks(sheet(row(0, "output.quantity", "清扫街道数", "完成完成次", description="每周")))
    document = known.subject.document
    for cell in ("indicators[r0].name", "indicators[r0].description"):
        document = apply_edits(known.subject.layout, document, [SetCell(Path.parse(cell), "完成完成")])
        subject = replace(known.subject, document=document)
        known = check_changes(known, subject)
        assert known.findings == run_checks(replace(subject)).findings
