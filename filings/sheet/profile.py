"""The profile of a jurisdiction and year: the rules that are in no form.

They are the indicator tree, operators, due forms, and the severities, word lists and limits of checks. A profile is
read from `profile.toml` in the jurisdiction's folder of layouts; every mistake is reported with file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from filings.sheet.opinion import OPINION, Criterion, OpinionForm
from filings.sheet.problems import LayoutError, Problem, display_name, display_value
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import read_source
from filings.sheet.word_lists import LIMIT_BOUNDS, LIMITS, WORDS
from indicators.taxonomy import CANONICAL, Category, Tree

SEVERITIES = ("error", "warning", "note", "off")
"""What a finding of a check may count as, the worst first."""


@dataclass(frozen=True)
class DueFormSpec:
    """A form that is due in each cycle: from each project or each department (`subject`), with these attachments."""

    layout: str
    subject: str
    title: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """The rules of one jurisdiction and year.

    `weight_total` is the sum of all indicator weights, None where forms have no weights. `required_categories` and
    `weights` (shares set by the bureau) are by canonical code. `severities` are those that differ from a check's own,
    by the check's code.
    """

    place: str
    year: int
    tree: Tree
    operators: tuple[str, ...]
    money_unit: str
    weight_total: int | None
    required_categories: tuple[str, ...]
    due: tuple[DueFormSpec, ...]
    severities: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: WORDS)
    limits: Mapping[str, Decimal] = field(default_factory=lambda: LIMITS)
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    opinion: OpinionForm = OPINION

    def severity(self, code: str, default: str) -> str:
        """The severity of a check's findings here: error, warning, note or off; `default` if the profile sets none."""
        return self.severities.get(code, default)

    def categories(self) -> list[tuple[str, str]]:
        """(level-1, level-2) names of the tree in printed order."""
        return [
            (level1.name, level2.name) for level1 in self.tree.level1() for level2 in self.tree.children(level1.code)
        ]


MAX_CATEGORIES, MAX_DUE, MAX_CRITERIA = 500, 200, 20
MAX_WORDS = 2_000
"""Most words of a list, those that it adds to included."""
MAX_WEIGHT = 1_000


def load_profile(file: str, text: str, *, place: str = "", year: int = 0) -> Profile:
    """Load the profile in `text`; raises LayoutError with every mistake found. `file` is its name in messages.

    If `place` and `year` are given, the profile must be of this place and year.
    """
    problems: list[Problem] = []
    source = read_source(file, text)
    root = TomlReader(source, "", source.data, problems)
    total = root.get_number("weight_total", int, 0, 0, MAX_WEIGHT)
    # Profiles of release 0.1 may have this key; nothing uses it.
    root.get_number("decimals", int, 2, 0, 6)
    profile = Profile(
        place=root.require("place", str, "?"),
        year=root.require_number("year", int, 0, 2000, 2100),
        tree=Tree(tuple(_category(reader) for reader in root.array("category", MAX_CATEGORIES))),
        operators=root.get_list("operators", str),
        money_unit=root.choice("money_unit", ("万元", "元"), "万元"),
        weight_total=total or None,
        required_categories=root.get_list("required_categories", str),
        due=tuple(_due(reader) for reader in root.array("due", MAX_DUE)),
        severities=_severities(root.child("severity")),
        words=_words(root.child("words")),
        limits={**LIMITS, **_numbers(root.child("limits"), LIMIT_BOUNDS)},
        weights=_numbers(root.child("weights"), dict.fromkeys(CANONICAL, (0, MAX_WEIGHT))),
        opinion=_opinion(root.child("opinion")),
    )
    _check_tree(profile.tree, root)
    for code in profile.required_categories:
        if code not in CANONICAL:
            reason = f"required_categories 中的 {display_name(code)} 不是指标类别；可用：{'、'.join(CANONICAL)}"
            root.add_problem(reason, "required_categories")
    _check_owner(profile, root, place, year)
    root.refuse_unknown_keys()
    if problems:
        raise LayoutError(problems)
    return profile


def _check_owner(profile: Profile, root: TomlReader, place: str, year: int) -> None:
    """The profile is of the place and year in which it is to apply; '' and 0 admit any."""
    if place and profile.place not in (place, "?"):
        root.add_problem(f"place 应为本行政区的代号 {place}，而不是 {display_value(profile.place)}", "place")
    if year and profile.year not in (year, 0):
        root.add_problem(f"year 应与批次的年度 {year} 一致，而不是 {profile.year}", "year")


def _check_tree(tree: Tree, root: TomlReader) -> None:
    """Codes are unique, and a parent is described before its children."""
    known: set[str] = set()
    for index, category in enumerate(tree.categories):
        if category.code in known:
            root.add_problem(f"指标类别 {display_name(category.code)} 写了两次", f"category.{index}.code")
        if category.parent_code and category.parent_code not in known:
            reason = f"上级 {display_name(category.parent_code)} 没有在前面说明"
            root.add_problem(reason, f"category.{index}.parent")
        known.add(category.code)


def _category(reader: TomlReader) -> Category:
    code, parent = reader.require("code", str, "?"), reader.get("parent", str, "")
    canonical = reader.get("canonical", str, code)
    if canonical not in CANONICAL:
        key = "canonical" if "canonical" in reader.data else "code"
        reason = f"没有标准类别 {display_name(canonical)}，请用 canonical 指明；可用：{'、'.join(CANONICAL)}"
        reader.add_problem(reason, key)
    category = Category(code, reader.require("name", str, "?"), parent or None, canonical)
    reader.refuse_unknown_keys()
    return category


def _due(reader: TomlReader) -> DueFormSpec:
    due = DueFormSpec(
        reader.require("layout", str, "?"),
        reader.choice("subject", ("project", "department"), "project"),
        reader.get("title", str, "", 100),
        reader.get_list("attachments", str),
    )
    reader.refuse_unknown_keys()
    return due


def _opinion(reader: TomlReader) -> OpinionForm:
    """The form of a reviewer's opinion; what the file leaves out is taken from the ministry's form."""
    criteria = tuple(_criterion(criterion) for criterion in reader.array("criterion", MAX_CRITERIA))
    form = OpinionForm(
        criteria or OPINION.criteria,
        reader.get_list("grades", str) or OPINION.grades,
        reader.get("text", str, OPINION.text),
    )
    reader.refuse_unknown_keys()
    return form


def _criterion(reader: TomlReader) -> Criterion:
    principles = reader.get_list("principles", str)
    criterion = Criterion(reader.require("name", str, "?"), reader.get_list("asks", str), principles)
    reader.refuse_unknown_keys()
    return criterion


def _severities(reader: TomlReader) -> dict[str, str]:
    return {code: reader.choice(code, SEVERITIES, "error") for code in reader.data}


def _words(reader: TomlReader) -> dict[str, tuple[str, ...]]:
    """The word lists; one in the file replaces the default, or adds to it if its first entry is "+"."""
    words = dict(WORDS)
    for name, default in WORDS.items():
        own = reader.get_list(name, str, MAX_WORDS)
        if name in reader.data:
            words[name] = default + own[1:] if own[:1] == ("+",) else own
    reader.refuse_unknown_keys()
    return words


def _numbers(reader: TomlReader, bounds: Mapping[str, tuple[float, float]]) -> dict[str, Decimal]:
    """The numbers that a table sets for some of the names in `bounds`, within these; any other key is a problem."""
    numbers = {
        name: Decimal(str(reader.get_number(name, float, low, low, high)))
        for name, (low, high) in bounds.items()
        if name in reader.data
    }
    reader.read_keys.update(bounds)  # so that the message about an unknown key lists all that are known
    reader.refuse_unknown_keys()
    return numbers
