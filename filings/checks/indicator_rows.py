"""Indicator rows as the checks read them: canonical category, name without printed words, parsed target value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from filings.sheet.document import Path, Row
from filings.sheet.layout import TableSpec
from filings.sheet.printed_rows import text_after_prefix
from filings.sheet.profile import Profile
from indicators.number import NUMBER, normalize_width, parse_money, parse_number
from indicators.target import TargetValue, parse_target, parse_target_cells
from indicators.taxonomy import Tree, normalize_name

PERCENT = ("%", "‰", "百分点", "个百分点", "百分比", "百分数")
HUNDREDTHS = ("%", "百分比", "百分数")
"""Units of hundredths. Some filing systems offer 百分比 in their list of units."""
NONE_WORDS = frozenset({"无", "不适用", "不涉及", "没有", "-", "—", "/"})

# Blanks before something else, from their first one only, so that a long run of them is read once.
BLANKS = r"(?:(?<!\s)\s++)?"
VALUE_IN_NAME = re.compile(
    rf"{BLANKS}(?:(?<![≥≤><=])[≥≤><=]++|不低于|不少于|不小于|不超过|不高于|不大于|大于|小于|达到)\s*{NUMBER}\s*[%‰]?[^0-9，,。；;、]{{0,3}}$"
)
NUMBERED = re.compile(
    r"^(?:指标\s*[0-9一二三四五六七八九十]{1,2}\s*[:：、.．]|[(（][0-9]{1,2}[)）]|[0-9]{1,2}[、.．](?![0-9])|[①-⑳])\s*"
)

UNIT_COST = re.compile(r"单价|标准|[人户亩生床车]均|单位(?:成本|造价|面积|产品)|单[个次台套件]")
"""What names of the price of one unit say."""
COUNTED = re.compile(r"(?:人数|人次|数量|个数|户数|次数|件数|总数|数)$")
"""How names of what is counted end."""


@dataclass(frozen=True)
class Indicator:
    """One target value with its row, or a started row without a value.

    `category` is the canonical code ("output.quantity"), '' if the level names are unknown. `name` lacks the words that
    the form prints in front of it. `number_in_table` counts free rows from 1, and is 0 elsewhere. Where a row has
    several target values, `table` and `row` are as this one sees them: columns named by what they mean to it. `term`
    ("annual" or "period"), `project` and `objective` say with which others it is judged.
    """

    table: TableSpec
    row: Row
    number_in_table: int
    category: str
    name: str
    value: TargetValue
    shared_cells: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    """Cells of the form that serve all rows of the table: column → (address, text)."""
    own_paths: Mapping[str, Path] = field(default_factory=dict)
    """Addresses of its cells that are not simply those of the columns: column → address."""
    printed: frozenset[str] = frozenset()
    """Columns whose texts the form prints, so that nobody can change them."""
    term: str = "annual"
    project: str = ""
    objective: str = ""

    def path(self, column: str) -> Path:
        """The address of one of its cells; of a shared cell the address of that cell."""
        if column in self.shared_cells:
            return self.shared_cells[column][0]
        return self.own_paths.get(column) or Path(self.table.name, self.row.id, column)

    def get(self, column: str) -> str:
        """The text of one of its cells in folded form (half-width characters, unified signs)."""
        return normalize_width(self.text(column))

    def text(self, column: str) -> str:
        """The text of one of its cells as typed, '' if it is not filled."""
        return self.shared_cells[column][1] if column in self.shared_cells else self.row.get(column)

    def has(self, column: str) -> bool:
        """Whether its table has this column or a cell shared by all rows for it."""
        return column in self.table.columns or column in self.shared_cells

    def within(self, *codes: str) -> bool:
        """Whether its category is one of these codes or below one of them."""
        return self.category in codes or self.category.startswith(_below(codes))

    @cached_property
    def normalized_name(self) -> str:
        """The name folded and without white space, for comparison."""
        return without_spaces(self.name)

    @cached_property
    def is_count(self) -> bool:
        """Whether it counts something exactly (人数, 个数 …): a number without operator or with =."""
        has_number = self.value.number is not None and self.value.operator in ("", "=")
        return has_number and bool(COUNTED.search(self.normalized_name))

    @cached_property
    def category_key(self) -> str:
        """The name as names of categories are compared."""
        return normalize_name(self.name)

    @cached_property
    def group(self) -> tuple[str, str, str, str]:
        """With which others it is counted: table, project, term, and objective without white space."""
        return self.table.name, self.project, self.term, without_spaces(self.objective)

    @cached_property
    def objective_group(self) -> tuple[str, str, str]:
        """The term, the project and the objective that it serves, wherever its table stands in the form."""
        return self.term, without_spaces(self.project), without_spaces(self.table.goal or self.objective)

    @cached_property
    def amount(self) -> Decimal | None:
        """The money that the value says, in 万元; None if it says none, or the price of one unit."""
        number, unit = self.value.number, self.value.unit
        money = parse_money(f"{number:f}{unit}") if number is not None and unit and not self.value.per_unit else None
        return money.amount_wan if money else None

    @cached_property
    def is_unit_cost(self) -> bool:
        """Whether its value is the price of one unit (单价, 人均 …), which is what cost indicators are for."""
        return bool(self.value.number) and bool(self.value.per_unit or UNIT_COST.search(self.normalized_name))

    @cached_property
    def weight(self) -> Decimal | None:
        """The weight of the row in points, None if it cannot be read."""
        return parse_number(self.get("weight").removesuffix("分").removesuffix("%"))

    @cached_property
    def weight_path(self) -> Path:
        """The address of its weight, which several values of a row may share."""
        return self.path("weight")

    @cached_property
    def plain_name(self) -> str:
        """The normalized name without a number before it and a value behind it, which do not belong there."""
        return VALUE_IN_NAME.sub("", NUMBERED.sub("", self.normalized_name))

    @cached_property
    def is_percent(self) -> bool:
        """Whether the value is a number with a percent unit, percentage points and ‰ included."""
        return self.value.number is not None and self.value.unit in PERCENT

    @cached_property
    def is_cost(self) -> bool:
        """Whether its category is cost, at level 1 (财预〔2021〕101号) or below output (财预〔2015〕88号)."""
        return self.within("cost", "output.cost")

    @cached_property
    def display_value(self) -> str:
        """The value as typed: operator, value and unit joined."""
        return self.value.text.strip()

    @cached_property
    def row_key(self) -> tuple[str, str]:
        """Name and value as rows of several sheets are compared."""
        return self.normalized_name, without_spaces(self.display_value).lstrip("=")

    @cached_property
    def value_text(self) -> str:
        """The text of the value cell alone, folded and without white space; operator and unit columns are left out."""
        return without_spaces(self.row.get("value"))

    @cached_property
    def is_blank(self) -> bool:
        """Whether the name is empty or says that there is no such indicator (无, 不适用 …)."""
        return self.normalized_name in NONE_WORDS or not self.normalized_name


def read_indicator(
    profile: Profile | None, table: TableSpec, number: int, row: Row, shared_cells: Mapping[str, tuple[Path, str]]
) -> Indicator:
    """Parse one row of an indicator table; `shared_cells` are those of the table: column → (address, text).

    Without a profile it has no category.
    """
    columns = table.columns
    before = columns["name"].before if "name" in columns else ""
    # A row that the form prints by name may have them without an input.
    printed = row.id in table.fixed and (row.get("operator") or row.get("unit"))
    if "operator" in columns or "unit" in columns or printed:
        value = read_values(row.get("operator"), row.get("value"), row.get("unit"))
    else:
        value = read_value(row.get("value"))
    code = category_code(profile.tree, row.get("level1"), row.get("level2")) if profile else ""
    return Indicator(table, row, number, code, without_prefix(row.get("name"), before), value, shared_cells)


read_value = lru_cache(maxsize=4096)(parse_target)
"""`parse_target` with a cache: each save parses all rows again, though only one has changed."""

read_values = lru_cache(maxsize=4096)(parse_target_cells)
"""`parse_target_cells` (operator, value and unit in columns of their own) with a cache."""


@lru_cache(maxsize=256)
def _below(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What the codes of all categories below some others begin with."""
    return tuple(f"{code}." for code in codes)


@lru_cache(maxsize=1024)
def category_code(tree: Tree, level1: str, level2: str) -> str:
    """The canonical category code of two level names, '' if the tree of the place has no such category."""
    return tree.code_of(level1, level2)


def without_prefix(text: str, before: str) -> str:
    """The stripped text without the words `before` that the form prints in front of it, if it repeats them."""
    text = text.strip(" 　\n\t")
    return text_after_prefix(before, text) if before else text


def without_spaces(text: str) -> str:
    """The text folded and without white space, for comparison."""
    return "".join(normalize_width(text).split())


@lru_cache(maxsize=256)
def compile_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that matches any of the words, the longest first; without words it never matches."""
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)")


def find_word(words: tuple[str, ...], text: str) -> str:
    """The first of the words that occurs in a text, '' if none does."""
    match = compile_words(words).search(text)
    return match[0] if match else ""
