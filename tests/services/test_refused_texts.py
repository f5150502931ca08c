"""Refusals are codes with facts: each has words, none is unused, and no code reads the words back."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

from filings.services.errors import Refused
from filings.services.refused_texts import TEXTS, refused_text
from filings.sheet.edits import EditError

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for path in (ROOT / "filings").rglob("*.py") if "migrations" not in path.parts)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WRITTEN_IN_CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""Chinese words or signs."""
# `SubmissionBlocked` refuses by calling the constructor of Refused, with a code as all others do.
REFUSALS = {"Refused", "TextRefused", "EditError"}


class Refusal(NamedTuple):
    """One place that refuses: file and line, the code as written, and the names of the facts."""

    where: str
    code: ast.expr | None
    facts: frozenset[str]


def refusing_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS:
            yield node
        elif isinstance(node, ast.ClassDef) and REFUSALS & {getattr(base, "id", "") for base in node.bases}:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    yield call


def refusals() -> list[Refusal]:
    found = []
    for path in CODE:
        for call in refusing_calls(ast.parse(path.read_text(encoding="utf-8"))):
            facts = frozenset(keyword.arg or "**" for keyword in call.keywords) - {"path"}
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            found.append(Refusal(where, call.args[0] if call.args else None, facts))
    return found


# An edit's error becomes a refusal as it is: its code and facts are looked at where it is raised.
HANDED_ON = {"error.code"}
RAISED = [one for one in refusals() if not (one.code and ast.unparse(one.code) in HANDED_ON)]


def facts_of(text: str | Callable[..., str]) -> frozenset[str]:
    """The facts that a text takes."""
    if isinstance(text, str):
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    return frozenset(inspect.signature(text).parameters)


def test_refusals_are_found() -> None:
    assert len(RAISED) > 75
    assert {one.where.split(":")[0] for one in RAISED} >= {
        "filings/services/workflow.py", "filings/sheet/edits.py", "filings/views/autosave.py",
    }  # fmt: skip


@pytest.mark.parametrize("refusal", RAISED, ids=lambda one: one.where)
def test_every_refusal_has_a_code_with_exactly_its_facts(refusal: Refusal) -> None:
    assert isinstance(refusal.code, ast.Constant), "a code is a literal, so that it can be looked up"
    assert refusal.code.value in TEXTS
    assert refusal.facts == facts_of(TEXTS[refusal.code.value])


def test_no_text_is_unused() -> None:
    assert sorted(TEXTS.keys() - {ast.literal_eval(one.code) for one in RAISED if one.code}) == []


def test_texts_are_chinese_and_codes_are_words() -> None:
    texts = [text if isinstance(text, str) else text(*(1 for _ in facts_of(text))) for text in TEXTS.values()]
    assert [text for text in texts if not CHINESE.search(text)] == []
    assert [code for code in TEXTS if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []
    assert len({*texts}) >= len(texts) - 1, "two codes with the same words: is it one?"


def test_words_are_made_of_code_and_facts() -> None:
    refusal = Refused("fix_does_not_fit", reason="太长")
    words = "这条建议不能填入：太长。"
    assert (refusal.code, refusal.facts, str(refusal)) == ("fix_does_not_fit", {"reason": "太长"}, words)
    error = EditError("unknown_cell", "fax", cell="fax{0}")
    assert refused_text(error.code, error.facts) == "本表没有这个单元格：fax{0}", "a brace in a fact is a brace"


@pytest.mark.parametrize(
    ("errors", "unexplained", "words"),
    [
        (2, 0, "还有 2 处错误，改正后才能送审。"),
        (0, 3, "还有 3 处提示没有说明，改正或写明理由后才能送审。"),
        (1, 1, "还有 1 处错误，改正后才能送审。还有 1 处提示没有说明，改正或写明理由后才能送审。"),
    ],
)
def test_what_blocks_a_submission_is_counted(errors: int, unexplained: int, words: str) -> None:
    assert refused_text("submission_blocked", {"errors": errors, "unexplained": unexplained}) == words


# -- nothing reads a sentence back ---------------------------------------------------------------------------------

READERS = {
    "partition", "rpartition", "split", "rsplit", "startswith", "endswith", "removeprefix", "removesuffix", "find",
    "rfind", "index", "rindex", "match", "search", "fullmatch", "finditer", "findall", "sub", "count",
}  # fmt: skip


def chinese_constants() -> set[str]:
    """Names of constants that hold Chinese, anywhere in our code."""
    names = set()
    for path in CODE:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant | ast.Call) and is_chinese(value):
                names.add(target.id)
    return names


def is_chinese(node: ast.AST, names: frozenset[str] = frozenset()) -> bool:
    return any(
        (isinstance(one, ast.Constant) and isinstance(one.value, str) and WRITTEN_IN_CHINESE.search(one.value))
        or (isinstance(one, ast.Name) and one.id in names)
        for one in ast.walk(node)
    )


NAMES = frozenset(chinese_constants())


def sentence_readers(tree: ast.AST, names: frozenset[str]) -> Iterator[int]:
    """Lines that take a text apart at Chinese words, or compare it with them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
            if any(is_chinese(argument, names) for argument in node.args):
                yield node.lineno
        elif isinstance(node, ast.Compare):
            sides = [side for side in (node.left, *node.comparators) if isinstance(side, ast.Constant | ast.Name)]
            if any(is_chinese(side, names) for side in sides):
                yield node.lineno


@pytest.mark.parametrize(
    "path",
    [path for path in CODE if {"services", "views", "management", "models"} & set(path.parts)],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_sentence_is_taken_apart(path: Path) -> None:
    """Engine and checks read what people typed; these read what we said, and may read codes and data only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [f"{path.name}:{line}" for line in sentence_readers(tree, NAMES)] == []


def test_a_reader_of_sentences_would_be_found() -> None:
    names = frozenset({"ATTACHED"})
    for line in (
        "line.startswith(ATTACHED)", 'message.partition("，请")', 're.split("[：，]", name)',
        '"已被删除" in str(error)', 'str(error) == "没有"',
    ):  # fmt: skip
        assert list(sentence_readers(ast.parse(line), names)) == [1], line
    assert list(sentence_readers(ast.parse('", ".join(x); text.split(","); code == "C01"'), names)) == []


# What people paste carries the headings of their own tables: that is reading typed text, not our words.
PASTED = {"paste-plan.js"}
COMPARED = re.compile(
    r"(?:[!=]==?\s*|\b(?:indexOf|includes|startsWith|endsWith|match|test|search|split)\(\s*)[\"'`/][^\"'`\n]*[\u4e00-\u9fff]"
    r"|[\u4e00-\u9fff][^\"'`\n]*[\"'`/]\s*(?:[!=]==?|\.test\()"
)
NAMED = re.compile(r"const (\w+) = [\"'`/][^\"'`\n]*[\u4e00-\u9fff]")


def word_branches(script: str) -> list[str]:
    """Comparisons with Chinese words in a script, also by the name of a constant."""
    found = [match.group() for match in COMPARED.finditer(script)]
    for name in NAMED.findall(script):
        use = rf"[!=]==?\s*{name}\b|\b{name}\s*[!=]==?|(?:indexOf|includes|startsWith|endsWith|test|match)\({name}\b"
        found += re.findall(use, script)
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "js").glob("*.js")), ids=lambda path: path.name)
def test_no_script_branches_on_words(path: Path) -> None:
    if path.name not in PASTED:
        assert word_branches(path.read_text(encoding="utf-8")) == []


def test_a_script_that_branches_on_words_would_be_found() -> None:
    for script in (
        'const GONE = "已被删除";\nif (message.indexOf(GONE) > 0) return;',
        'if (answer.error === "没有权限") return;',
        'if ("没有权限" == answer.error) return;',
        "if (/已被删除/.test(message)) return;",
        'if (message.includes("删除")) return;',
    ):
        assert word_branches(script), script
    assert word_branches('show(error || "连不上服务器"); const WORDS = "登录已过期"; this.cause = WORDS;') == []
