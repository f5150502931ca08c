"""文字完整: placeholders, missing words, doubled punctuation, numbering, copied texts (C30, C67, C68, C70, C71)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, islice, pairwise
from typing import NamedTuple

from filings.checks.finding import CheckSubject, Facts, Finding
from filings.checks.indicator_rows import compile_words, find_word, without_spaces
from filings.checks.similar import diff_parts, find_similar, is_similar, missing_part
from filings.sheet.document import Path
from filings.sheet.layout import InputSpec
from indicators.number import RADICALS, normalize_width

DOUBLED = re.compile(r"([。，；、！？,;])\s*\1+|。[，；、]|[，；、]。|，、|、，|；，|，；")
REPEATED = re.compile(r"([^\d\s，,。；;、：:（）()*_.…-]{3,12}?)\1")
BLANKS = re.compile(r"[*＊_]{2,}")
STRAY = re.compile(r"[\u4e00-\u9fff]\s+(and|or|the|of)\s+[\u4e00-\u9fff]")
TWICE = re.compile(r"((?!(.)\2)[\u4e00-\u9fff]{2})\1(?![力站队员化率度量者费部办点类])")
FIXED_REPEATS = re.compile(r"^(.)\1+$")
PAIRS = ("（）", "《》", "“”", "〔〕", "【】")
NUMBERS = re.compile(r"(?:^|[\s。；;：:，,是])([0-9]{1,2})\s*[、.．：:）)](?![0-9])")
ROW_NUMBER = re.compile(r"([0-9０-９]{1,2})[、.．]")
"""The number that a name begins with: 1、 or １．"""
MARKS = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
UNFINISHED = re.compile(r"(?:[的与及、，,：:（(或各该其按]|[^调平规完修齐工]整|[^平共总温调缓柔饱随祥谐]和)$")
GARBLED = re.compile("[\ufffd\ue000-\uf8ff\U00030000-\U0010ffff]|锟斤拷|烫烫烫")
"""Private-use characters, those beyond GB 18030-2022, and the usual results of decoding with a wrong encoding."""
LONG = 12
MOST_GOALS = 50
"""Among how many goals of a form the one is sought that an indicator may mean: more than any real form has."""
NAMES = frozenset({"name", "project_name"})
"""Meanings of cells that hold a name."""


def paragraph_texts(subject: CheckSubject) -> list[tuple[Path, InputSpec, str]]:
    """The filled cells of running text (multi-line kinds)."""
    return [(path, spec, text) for path, spec, text in subject.texts if spec.kind.multiline]


def broken_texts(subject: CheckSubject) -> Iterator[Finding]:
    """C70 文字残缺、占位符、重复标点: placeholders, doubled marks, repeated words, unpaired brackets, typing errors."""
    words = subject.profile.words
    typos = dict(pair.split("=", 1) for pair in words["typos"] if "=" in pair)
    placeholders = tuple(word for word in words["placeholders"] if len(word) > 1 and word not in ("同上", "示例"))
    wrong_spellings = tuple(typos)
    for path, spec, text in subject.texts:
        if spec.kind.key not in ("text", "line", "target"):
            continue
        if len(text) > 1 and (reason := _broken(text, words["placeholders"], placeholders)):
            yield subject.cell_finding("C70", path, reason[0], facts={"word": reason[1]})
        elif match := TWICE.search(text):
            fix = text.replace(match[0], match[1])
            yield subject.cell_finding("C70", path, "twice_running", facts={"word": match[1]}, fix=fix, severity="note")
        elif wrong := find_word(wrong_spellings, text):
            facts = {"word": wrong, "right": typos[wrong]}
            yield subject.cell_finding("C70", path, "typo", facts=facts, fix=text.replace(wrong, typos[wrong]))


@lru_cache(maxsize=4096)
def _broken(text: str, placeholders: tuple[str, ...], long_ones: tuple[str, ...]) -> tuple[str, str] | None:
    """The case of C70 and the word that shows it, None if nothing is broken."""
    plain = without_spaces(text)
    if plain in placeholders:
        return "only", text.strip()
    blank = BLANKS.search(text)
    if word := find_word(long_ones, text) or (blank[0] if blank else ""):
        return "placeholder", word
    if match := DOUBLED.search(text):
        return "marks", match[0]
    if (match := REPEATED.search(text)) and not FIXED_REPEATS.match(match[1]):
        return "twice", match[1]
    if match := STRAY.search(text):
        return "english", match[1]
    for pair in PAIRS:
        if text.count(pair[0]) != text.count(pair[1]) and pair != "（）":
            return "pair", pair
    brackets = [normalize_width(text).count(sign) for sign in "()"]
    if brackets[0] > brackets[1]:
        return "bracket", "（"
    return None


def unprintable_characters(subject: CheckSubject) -> Iterator[Finding]:
    """C70: a cell has characters that no font of the printed form has (private use, wrong encoding)."""
    for path, _, text in subject.texts:
        if match := GARBLED.search(text):
            sign = match[0] if len(match[0]) > 1 else f"{match[0]}（U+{ord(match[0]):04X}）"
            yield subject.cell_finding("C70", path, "garbled", facts={"sign": sign})


def similar_characters(subject: CheckSubject) -> Iterator[Finding]:
    """C70: a cell has radicals in place of the characters that they look like, as texts out of a PDF have them."""
    for path, _, text in subject.texts:
        if signs := [sign for sign in text if sign in RADICALS]:
            fix = "".join(RADICALS.get(sign, sign) for sign in text)
            facts = {"sign": f"{signs[0]}（U+{ord(signs[0]):04X}）", "right": RADICALS[signs[0]]}
            yield subject.cell_finding("C70", path, "radical", facts=facts, fix=fix, severity="note")


class _Paragraph(NamedTuple):
    """A text of the form without punctuation, and whether it is of the "annual" or the "period" goal ('': neither)."""

    path: Path
    spec: InputSpec
    text: str
    term: str


def missing_words(subject: CheckSubject) -> Iterator[Finding]:
    """C70 文字残缺, C30 名称前后不一致: of two nearly equal texts one lacks some words or has other ones."""
    for longer, shorter in _similar_paragraphs(subject):
        same_term = shorter.term and shorter.term == longer.term
        if same_term and (missing := missing_part(longer.text, shorter.text)):
            yield subject.cell_finding("C70", shorter.path, "missing", facts={"other": longer.path, "missing": missing})
        elif is_similar(longer.text, shorter.text, 0.93):
            difference = diff_parts(longer.text, shorter.text)
            yield subject.cell_finding(
                "C30", shorter.path, "nearly", facts={"other": longer.path, "difference": difference}
            )


def _similar_paragraphs(subject: CheckSubject) -> Iterator[tuple[_Paragraph, _Paragraph]]:
    """Pairs of different long texts of similar length that are not of different terms, the longer one first."""
    paragraphs = [
        _Paragraph(spec.path, spec, MARKS.sub("", _without_number(text)), _term(subject, spec.path, spec))
        for spec, text in subject.fields()
        if spec.kind.multiline
    ]
    long_ones = [paragraph for paragraph in paragraphs if len(paragraph.text) >= LONG]
    for first, second in combinations(long_ones, 2):
        if first.text == second.text or (first.term and second.term and first.term != second.term):
            continue
        longer, shorter = (first, second) if len(first.text) >= len(second.text) else (second, first)
        if len(shorter.text) >= 0.6 * len(longer.text):
            yield longer, shorter


def truncated_names(subject: CheckSubject) -> Iterator[Finding]:
    """C70: a name ends in the middle of a phrase or with a full stop, or lacks the last character of another name."""
    for spec, text in subject.fields():
        is_name = not NAMES.isdisjoint(spec.means)
        if (is_name or "project" in spec.means) and UNFINISHED.search(text.strip()):
            yield subject.cell_finding("C70", spec.path, "unfinished", facts={"end": text.strip()[-1]})
        elif is_name and text.strip().endswith("。"):
            yield subject.cell_finding("C70", spec.path, "full_stop", fix=text.strip().rstrip("。"))
    for indicator in subject.indicators:
        if UNFINISHED.search(indicator.name):
            yield subject.indicator_finding(
                "C70", indicator, "name", "name_unfinished", facts={"end": indicator.name[-1]}
            )
    by_beginning = {
        indicator.normalized_name[:-1]: indicator.normalized_name
        for indicator in subject.indicators
        if indicator.normalized_name[-1:] not in "数率度性额量人次费值"
    }
    for indicator in subject.indicators:
        other = by_beginning.get(indicator.normalized_name, "")
        if other and len(indicator.normalized_name) >= 6:
            facts = {"name": indicator.name, "other": other, "sign": other[-1]}
            yield subject.indicator_finding("C70", indicator, "name", "name_cut", facts=facts, fix=other)


def row_numbers(subject: CheckSubject) -> Iterator[Finding]:
    """C71 序号跳号: the numbers in the names of the rows of a table skip or repeat."""
    for table in dict.fromkeys((*subject.layout.placed_tables, *subject.layout.tables)):
        numbered = [
            (row, int(match[1]))
            for row in subject.document.rows(table)
            if (match := ROW_NUMBER.match(row.cells.get("name", "").lstrip()))
        ]
        wrong = _out_of_order([number for _, number in numbered])
        if len(numbered) > 2 and wrong:
            row = numbered[wrong[2]][0]
            facts: Facts = {"name": row.get("name"), "before": wrong[0], "after": wrong[1]}
            yield subject.cell_finding("C71", Path(table, row.id, "name"), "rows", facts=facts)


def numbers_in_texts(subject: CheckSubject) -> Iterator[Finding]:
    """C71 序号跳号: the numbers in a text skip or repeat."""
    for path, spec, text in subject.texts:
        numbers = [int(number) for number in NUMBERS.findall(normalize_width(text))] if spec.kind.multiline else []
        if len(numbers) > 2 and numbers[0] == 1 and (wrong := _out_of_order(numbers)):
            yield subject.cell_finding("C71", path, facts={"before": wrong[0], "after": wrong[1]})


def _out_of_order(numbers: list[int]) -> tuple[int, int, int] | None:
    """The first number that does not follow its predecessor: (predecessor, number, its index); None if all do."""
    for index, (before, after) in enumerate(pairwise(numbers), 1):
        if after not in (before + 1, 1):
            return before, after, index
    return None


def copied_goal(subject: CheckSubject) -> Iterator[Finding]:
    """C67 两栏照抄: the annual goal is (nearly) the same text as the period goal."""
    limit = float(subject.profile.limits["similarity_percent"]) / 100
    goals = [
        _Paragraph(path, spec, MARKS.sub("", _without_number(text)), _term(subject, path, spec))
        for path, spec, text in paragraph_texts(subject)
        # All others have no term: those of rows that people add are as their column.
        if spec.term or (path.row and path.row in subject.layout.tables[path.name].fixed)
    ]
    periods = _PeriodGoals([goal for goal in goals if goal.term == "period"])
    for goal in goals:
        if goal.term == "annual" and goal.text and (other := periods.copied_by(goal, limit)):
            case = "same" if goal.text == other.text else "nearly"
            yield subject.cell_finding("C67", goal.path, case, facts={"other": other.path})


class _PeriodGoals:
    """The period goals of a form, to find the one that an annual goal is a copy of.

    Those of two rows of a table are copies only if they are equal: a form may have two thousand rows with both.
    """

    def __init__(self, goals: list[_Paragraph]) -> None:
        self._all = goals
        self._by_row: dict[tuple[str, str], list[_Paragraph]] = defaultdict(list)
        self._by_text: dict[str, _Paragraph] = {}
        for goal in goals:
            self._by_row[_free_row(goal)].append(goal)
            self._by_text.setdefault(goal.text, goal)

    def copied_by(self, annual: _Paragraph, ratio: float) -> _Paragraph | None:
        """The first goal that is alike to an annual one to at least `ratio`; None if there is none."""
        row, text = _free_row(annual), annual.text
        near = [*self._by_row[NO_ROW], *self._by_row[row]] if row != NO_ROW else self._all
        alike = (goal for goal in near if text == goal.text or (len(text) > 5 and is_similar(text, goal.text, ratio)))
        return next(alike, self._by_text.get(text))


NO_ROW = ("", "")


def _free_row(goal: _Paragraph) -> tuple[str, str]:
    """Table and id of the row that people added in which a goal stands; NO_ROW for a cell that the form prints."""
    return NO_ROW if goal.spec.path == goal.path else (goal.path.name, goal.path.row)


def copied_fields(subject: CheckSubject) -> Iterator[Finding]:
    """C67 两栏照抄: two different fields of running text (basis and plan) have the same words."""
    seen: dict[str, InputSpec] = {}
    for spec, text in subject.fields():
        plain = MARKS.sub("", text)
        if spec.path.row or not spec.kind.multiline or len(plain) < 10:
            continue
        if (first := seen.setdefault(plain, spec)) is not spec:
            yield subject.cell_finding("C67", spec.path, "word_for_word", facts={"other": first.path})


def goal_names(subject: CheckSubject) -> Iterator[Finding]:
    """C30 名称前后不一致: an indicator names a goal that the form does not have."""
    labels = {
        row.get("label").strip(): row.get("term")
        for table, rows in subject.document.tables.items()
        if (spec := subject.layout.tables.get(table)) and spec.row_kind == "objectives" and "label" in spec.columns
        for row in rows
        if row.get("label").strip()
    }
    if not labels:
        return
    names = dict(enumerate(islice(labels, MOST_GOALS)))
    nearest: dict[str, str] = {}
    for indicator in subject.indicators:
        goal = indicator.text("objective").strip()
        if goal and goal not in labels:
            if goal not in nearest:
                nearest[goal] = names[find_similar(goal, names)[0] or 0]
            near = nearest[goal]
            yield subject.indicator_finding(
                "C30", indicator, "objective", "goal", facts={"goal": goal, "near": near}, fix=near
            )


def similar_names(subject: CheckSubject) -> Iterator[Finding]:
    """C30 名称前后不一致: two short fields differ in exactly one character that is no digit."""
    short = [
        (spec, without_spaces(text))
        for spec, text in subject.fields()
        if spec.kind.key in ("line", "text") and 5 <= len(without_spaces(text)) <= 40
    ]
    for (spec, text), (other, name) in combinations(short, 2):
        if len(text) != len(name) or text == name or spec.path.row or other.path.row:
            continue
        apart = [(a, b) for a, b in zip(text, name, strict=True) if a != b]
        if len(apart) == 1 and not any(sign.isdigit() for sign in apart[0]):
            facts: Facts = {
                "text": name,
                "other": spec.path,
                "other_text": text,
                "signs": f"{apart[0][1]}／{apart[0][0]}",
            }
            yield subject.cell_finding("C30", other.path, "one_sign", facts=facts)


def duties_of_other_department(subject: CheckSubject) -> Iterator[Finding]:
    """C68 职责照搬其他单位: duties of a people's congress in the form of another department; once for each row."""
    words = subject.profile.words["foreign_duties"]
    own = "".join(text for spec, text in subject.fields() if not {*NAMES, "department"}.isdisjoint(spec.means))
    if "人大" in own or "人民代表大会" in own:
        return
    pattern, seen = compile_words(words), set[str]()
    for path, _, text in paragraph_texts(subject):
        row = path.row or path.name
        if (word := pattern.search(text)) and row not in seen:
            seen.add(row)
            yield subject.cell_finding("C68", path, facts={"word": word[0]})


def _without_number(text: str) -> str:
    """The text without a leading number (目标1：, 2、)."""
    return re.sub(r"^(?:目标\s*+[0-9]*+\s*+[:：]|[0-9]{1,2}\s*[.．、])", "", text.strip())


def _term(subject: CheckSubject, path: Path, spec: InputSpec) -> str:
    """What the goal in a cell is set for ("annual", "period" or ''), as its row says, else the cell or its column."""
    table = subject.layout.tables.get(path.name) if path.row else None
    preset = table.fixed.get(path.row, {}).get("term", "") if table else ""
    column = table.columns.get(path.column) if table else None
    return preset or spec.term or (column.term if column else "")
