"""Checks know cells by what the layout says they mean: no label is read, and old layouts are checked as they were."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from filings.checks import CheckSubject, Finding, check_department_sheets, check_sheet
from filings.sheet.document import Document, Row
from filings.sheet.layout import Layout
from filings.sheet.layout_words import COLUMNS, MEANINGS, ROW_WORDS
from filings.sheet.loading import load_layout
from tests.checks.kit import FILINGS, PLACES, RICH, real, row, rules

CHECKS = sorted(path for path in (FILINGS / "checks").glob("*.py") if path.stem not in ("messages", "message_texts"))


# -- no label is read ----------------------------------------------------------------------------------------------


def parts_of(path: Path) -> Iterator[tuple[ast.AST, set[int]]]:
    """Every node of a module, with the nodes that stand as values in a dict: facts that are only handed on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    dicts = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    facts = {id(inner) for node in dicts for value in node.values for inner in ast.walk(value)}
    yield from ((node, facts) for node in ast.walk(tree))


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_no_check_reads_a_label(path: Path) -> None:
    """A label, a help text or a default is for people; it may be handed on as a fact, and never decides anything."""
    read = [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for node, facts in parts_of(path)
        if isinstance(node, ast.Attribute) and node.attr in ("label", "help") and id(node) not in facts
    ]
    assert read == []


def is_name(node: ast.expr) -> bool:
    """Whether an expression is a name or label of a cell, column or table, not what a person typed."""
    if isinstance(node, ast.Name):
        return node.id in ("name", "table", "column", "label")
    of_layout = not (isinstance(node, ast.Attribute) and ast.unparse(node.value) == "indicator")
    names = ("default", "name", "column", "label", "help", "key")
    return of_layout and isinstance(node, ast.Attribute) and node.attr in names


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_no_check_looks_for_a_word_within_a_name(path: Path) -> None:
    """Neither `"period" in table.name` nor `"{project}" in spec.default`: a name is whole, or it means nothing."""
    looked_for = [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for node, _ in parts_of(path)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn)
        if any(is_name(right) for right in node.comparators)
    ]  # fmt: skip
    assert looked_for == []


def looks_into_labels(path: Path) -> bool:
    """Whether a module looks for words within labels: `"x" in spec.label`, `spec.label.endswith("x")`."""
    return any(
        (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], ast.In)
            and "label" in last_words(node.comparators[0])
        )
        or (isinstance(node, ast.Attribute) and node.attr.endswith("swith") and "label" in last_words(node.value))
        for node, _ in parts_of(path)
    )


def last_words(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_one_module_alone_looks_into_labels() -> None:
    """Services, renderers and the engine do not either: that is kept for layouts which cannot say what they mean."""
    modules = [path for path in FILINGS.rglob("*.py") if "migrations" not in path.parts]
    assert [path.stem for path in modules if looks_into_labels(path)] == ["suggested_meanings"]


def test_every_column_that_a_check_reads_is_in_the_vocabulary() -> None:
    read = {
        node.args[0].value
        for path in CHECKS
        for node, _ in parts_of(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        and node.func.attr in ("get", "text", "has", "path")
        and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
        and ast.unparse(node.func.value).split(".")[-1] in ("row", "indicator")
    }  # fmt: skip
    assert {"name", "value", "weight", "last_year", "content"} <= read
    assert read <= {*COLUMNS, *ROW_WORDS}


# -- old layouts are checked as they were --------------------------------------------------------------------------


@cache
def without_words(key: str) -> Layout:
    """A real form as release 0.1 had it: its file says nowhere what a cell means."""
    folder = FILINGS / "layouts"
    text = (folder / f"{key}.toml").read_text("utf-8")
    text = re.sub(r', means = (?:"[a-z_]+"|\[[^\]]*\])', "", text)
    text = re.sub(r'(label = "[^"]*"), term = "[a-z]+"', r"\1", text)
    text = re.sub(r'^term = "[a-z]+"\n', "", text, flags=re.MULTILINE)
    assert "means" not in text
    return load_layout(key, text, lambda name: (folder / name).read_text("utf-8"), trusted=True)


PIECES = (
    "", "1", "999999", "18.5万元", "35元", "。", "，", "的", "无", "2019年", "2018年度", "2023-2025年",
    "2020年-2021年目标", "2022.1.1-2023.12.31", "2021年计划完成", "人大立法规划", "上年无此项目。",
    "工程采购", "居民群众", "某某项目的", "目标2：",
)  # fmt: skip


def mutated(document: Document, chance: random.Random) -> Document:
    """The document with every eighth text replaced, lengthened, cut or copied from another cell."""
    texts = [text for _, text in document.cells() if text]

    def changed(text: str) -> str:
        if chance.random() < 0.85:
            return text
        piece = chance.choice(PIECES)
        return chance.choice([text + piece, piece, piece + text, chance.choice(texts), text[:-1]])

    fields = {name: changed(text) for name, text in document.fields.items()}
    tables = {
        name: tuple(Row(one.id, {column: changed(text) for column, text in one.cells.items()}) for one in rows)
        for name, rows in document.tables.items()
    }
    return replace(document, fields=fields, tables=tables)


def all_findings(subjects: list[CheckSubject]) -> list[list[Finding]]:
    return [
        [*check_sheet(one), *crossing]
        for one, crossing in zip(subjects, check_department_sheets(subjects), strict=True)
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("place", PLACES)
def test_the_nine_forms_are_checked_as_before_they_said_what_they_mean(place: str, seed: int) -> None:
    """Seed 0 is the filings as they are, the others are mutated."""
    chance = random.Random(f"{place} {seed}")
    documents = [mutated(one.document, chance) if seed else one.document for one in real(place)]
    now = [replace(one, document=document) for one, document in zip(real(place), documents, strict=True)]
    before = [replace(one, layout=without_words(one.layout.key)) for one in now]
    assert not any(one.layout.has_suggested_meanings for one in now)
    assert all(one.layout.has_suggested_meanings for one in before)
    found = all_findings(now)
    assert found == all_findings(before)
    assert any(found)


# -- every word does something -------------------------------------------------------------------------------------

PLAIN = re.sub(r'label = "(试用名称|所属名称|项目代号|上年结果)"', 'label = "某格"', RICH).replace(
    ', default = "{project}"', ""
)
PURCHASE = "设备采购费"


def form(**means: str) -> Layout:
    """The made-up sheet with these words at its cells; the labels suggest nothing."""
    text = PLAIN.replace('label = "试用三级"', 'label = "试用三级", means = "any_year"')
    for name, words in means.items():
        text = re.sub(rf'^({name} = \{{ .*?)(label = "[^"]*")', rf'\1\2, means = "{words}"', text, flags=re.MULTILINE)
    return load_layout("plain.toml", text, {}.__getitem__)


ROWS = (
    row(1, "output.quantity", "采购设备数量", "3台", last_year="4"),
    row(2, "benefit.social", "受益家庭数量", "5户"),
)


def codes_with(layout: Layout, fields: dict[str, str], funding: dict[str, str]) -> set[str]:
    tables = {"indicators": ROWS, "funding": tuple(Row(name, {"amount": text}) for name, text in funding.items())}
    document = Document("testshire/rich", 1, {"before": "有", **fields}, tables)
    return {f"{finding.code} {finding.path}" for finding in check_sheet(CheckSubject(layout, document, rules()))}


@pytest.mark.parametrize(
    ("word", "cell", "text", "finding"),
    [
        ("project_name", "title", PURCHASE, "C09 indicators"),
        ("project_name", "title", "2019年采购", "C65 title"),
        ("project_name", "title", "道路工程。", "C70 title"),
        ("project", "title", PURCHASE, "C09 indicators"),
        ("project", "title", "道路工程的", "C70 title"),
        ("name", "title", "服务群众中心", "C08 indicators"),
        ("name", "title", "2019年中心", "C65 title"),
        ("goal", "basis", "方便群众办事", "C08 indicators"),
        ("year_span", "basis", "2019-2021年", "C65 basis"),
        ("budget_year", "title", "2019年度", "C65 title"),
        ("project_code", "code", "A_1", "C69 code"),
        ("last_year_result", "before", "上年无此项目", "C14 indicators[r1].last_year"),
    ],
)  # fmt: skip
def test_a_meaning_lets_a_check_speak(word: str, cell: str, text: str, finding: str) -> None:
    assert finding in codes_with(form(**{cell: word}), {cell: text}, {})
    assert finding not in codes_with(form(), {cell: text}, {})


def titled(*words: str) -> Layout:
    """The made-up sheet whose title means this."""
    listed = ", ".join(f'"{word}"' for word in words)
    text = PLAIN.replace('title = { label = "某格"', f'title = {{ label = "某格", means = [{listed}]')
    assert text != PLAIN
    return load_layout("plain.toml", text, {}.__getitem__)


def test_a_meaning_lets_a_check_be_silent() -> None:
    fields = {"title": "2019年人大办公室", "basis": "承担立法规划和立法后评估的工作"}
    assert "C68 basis" in codes_with(titled("goal"), fields, {})
    assert "C68 basis" not in codes_with(titled("department"), fields, {})
    assert {"C65 title"} == codes_with(titled("name"), fields, {}) & {"C65 title", "C68 basis"}
    assert not codes_with(titled("name", "any_year"), fields, {}) & {"C65 title", "C68 basis"}


def test_amounts_are_compared_by_what_they_mean() -> None:
    amounts = {"total": "5", "grant": "9万元"}
    told = codes_with(form(total="total_budget", grant="annual_budget"), {}, amounts)
    assert "C63 funding[grant].amount" in told
    assert "C63 funding[grant].amount" not in codes_with(form(total="total_budget"), {}, amounts)
    assert "C61 funding[grant].amount" in told
    assert "C61 funding[grant].amount" not in codes_with(form(grant="with_unit"), {}, amounts)


def test_the_project_expenditure_is_compared_with_the_projects() -> None:
    """Of a department's form; which cell it is stands in the layout."""
    text = PLAIN.replace('subject = "project"', 'subject = "department"').replace(
        'label = "试用拨款"', 'label = "试用拨款", means = "project_expenditure"'
    )
    whole = load_layout("plain.toml", text, {}.__getitem__)
    own = CheckSubject(whole, Document("x", 1, {}, {"funding": (Row("grant", {"amount": "7"}),)}), rules())
    project = CheckSubject(form(), Document("x", 1, {}, {"funding": (Row("total", {"amount": "2"}),)}), rules())
    first, *_ = check_department_sheets([own, project, project])
    assert [(one.code, one.path, one.case) for one in first] == [("C59", "funding[grant].amount", "sum")]
    silent = replace(own, layout=form())
    assert not any(one.code == "C59" for one in check_department_sheets([silent, project, project])[0])


def test_every_meaning_is_tried() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [word for word in MEANINGS if f'"{word}"' not in text] == []
