"""An indicator row as the checks read it: its category, its bare name, and what its value says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from filings.sheet.document import Path, Row
from filings.sheet.grid import repeats_prefix
from filings.sheet.layout import TableSpec
from filings.sheet.profile import Profile
from indicators.number import fold
from indicators.target import TargetValue, parse_target, parse_target_cells
from indicators.taxonomy import Tree

PERCENT = ("%", "‰", "百分点", "个百分点", "百分比", "百分数")
HUNDREDTHS = ("%", "百分比", "百分数")
"""Units of a share of a whole; some systems offer 百分比 in their list of units."""
NONE_WORDS = frozenset({"无", "不适用", "不涉及", "没有", "-", "—", "/"})


@dataclass(frozen=True)
class Indicator:
    """One begun row: `category` is the canonical code or '', `name` without the words that the form prints."""

    table: TableSpec
    row: Row
    number_in_table: int
    category: str
    name: str
    value: TargetValue
    shared_cells: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    """Cells of the form that stand beside all rows of the table: address and text by the column they stand for."""

    def path(self, column: str) -> Path:
        """The address of one of its cells."""
        return (
            self.shared_cells[column][0] if column in self.shared_cells else Path(self.table.name, self.row.id, column)
        )

    def get(self, column: str) -> str:
        """The folded text of one of its cells."""
        return fold(self.text(column))

    def text(self, column: str) -> str:
        """The text of one of its cells as typed."""
        return self.shared_cells[column][1] if column in self.shared_cells else self.row.get(column)

    def has(self, column: str) -> bool:
        """Whether its table has such cells, in the rows or beside them."""
        return column in self.table.columns or column in self.shared_cells

    def within(self, *codes: str) -> bool:
        """Whether its category is one of these or below one of them."""
        return any(self.category == code or self.category.startswith(code + ".") for code in codes)

    @cached_property
    def normalized_name(self) -> str:
        """The name as it compares."""
        return without_spaces(self.name)

    @property
    def is_percent(self) -> bool:
        """Whether the value is a number of percent."""
        return self.value.number is not None and self.value.unit in PERCENT

    @property
    def is_cost(self) -> bool:
        """Whether it stands under cost, of either tree."""
        return self.within("cost", "output.cost")

    @property
    def display_value(self) -> str:
        """The value as a person typed it, its cells one after the other."""
        return self.value.text.strip()

    @cached_property
    def value_text(self) -> str:
        """What stands in the value cell itself, as it compares: 定性 in the cell of the operator is no part of it."""
        return without_spaces(self.row.get("value"))

    @property
    def is_blank(self) -> bool:
        """Whether it says that there is nothing of its category."""
        return self.normalized_name in NONE_WORDS or not self.normalized_name


def read_indicator(
    profile: Profile, table: TableSpec, number: int, row: Row, beside: Mapping[str, tuple[Path, str]]
) -> Indicator:
    """Read one row of a table of indicators."""
    columns = table.columns
    before = columns["name"].before if "name" in columns else ""
    if "operator" in columns or "unit" in columns:
        value = read_values(row.get("operator"), row.get("value"), row.get("unit"))
    else:
        value = read_value(row.get("value"))
    code = canonical_code(profile.tree, row.get("level1"), row.get("level2"))
    return Indicator(table, row, number, code, without_prefix(row.get("name"), before), value, beside)


read_value = lru_cache(maxsize=4096)(parse_target)
"""What a target value of one cell says; a save reads all rows again, and all but one are as they were."""

read_values = lru_cache(maxsize=4096)(parse_target_cells)
"""What a target value of several cells says: operator, number, unit."""


@lru_cache(maxsize=1024)
def canonical_code(tree: Tree, level1: str, level2: str) -> str:
    """The canonical code of two level names, '' for unknown ones."""
    return tree.code_of(level1, level2)


def without_prefix(text: str, before: str) -> str:
    """The text a person gave beyond the words that the form prints in front."""
    text = text.strip(" 　\n\t")
    if before and text and repeats_prefix(before, text):
        return fold(text).partition(fold(before.replace("{n}", ""))[-1:])[2].strip()
    return text


def without_spaces(text: str) -> str:
    """The text as it compares: folded, without blanks."""
    return "".join(fold(text).split())


@lru_cache(maxsize=256)
def compile_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of the words, the longest first; of no words, one that never matches."""
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)")


def find_word(words: tuple[str, ...], text: str) -> str:
    """The first of the words in a text, or ''."""
    match = compile_words(words).search(text)
    return match[0] if match else ""


def quote_list(words: Iterable[str], most: int = 3) -> str:
    """Some words as an enumeration in quotes."""
    words = list(dict.fromkeys(words))
    return "、".join(f"“{word}”" for word in words[:most]) + ("等" if len(words) > most else "")
