"""The profile of a jurisdiction and year: the rules that are in no form.

They are the indicator tree, operators, due forms, and the severities, word lists and limits of checks. A profile is
read from `profile.toml` in the jurisdiction's folder of layouts; every mistake is reported with file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from filings.sheet.opinion import OPINION, Criterion, OpinionForm
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import read_source
from filings.sheet.word_lists import LIMITS, WORDS
from indicators.taxonomy import CANONICAL, Category, Tree

SEVERITIES = ("error", "warning", "note", "off")


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


def load_profile(file: str, text: str) -> Profile:
    """Load the profile in `text`; raises LayoutError with every mistake found. `file` is its name in messages."""
    problems: list[Problem] = []
    source = read_source(file, text)
    root = TomlReader(source, "", source.data, problems)
    total = root.get("weight_total", int, 0)
    # Profiles of release 0.1 may have this key; nothing uses it.
    root.get("decimals", int, 2)
    profile = Profile(
        place=root.require("place", str, "?"),
        year=root.require("year", int, 0),
        tree=Tree(tuple(_category(reader) for reader in root.array("category"))),
        operators=root.get_list("operators", str),
        money_unit=root.choice("money_unit", ("万元", "元"), "万元"),
        weight_total=total or None,
        required_categories=root.get_list("required_categories", str),
        due=tuple(_due(reader) for reader in root.array("due")),
        severities=_severities(root.child("severity")),
        words=_words(root.child("words")),
        limits={**LIMITS, **_numbers(root.child("limits"), tuple(LIMITS))},
        weights=_numbers(root.child("weights"), tuple(CANONICAL)),
        opinion=_opinion(root.child("opinion")),
    )
    _check_tree(profile.tree, root)
    for code in profile.required_categories:
        if code not in CANONICAL:
            root.add_problem(f"required_categories names {code!r}, which is no category", "required_categories")
    root.refuse_unknown_keys()
    if problems:
        raise LayoutError(problems)
    return profile


def _check_tree(tree: Tree, root: TomlReader) -> None:
    """Codes are unique, and a parent is described before its children."""
    known: set[str] = set()
    for index, category in enumerate(tree.categories):
        if category.code in known:
            root.add_problem(f"the category {category.code!r} stands twice", f"category.{index}.code")
        if category.parent_code and category.parent_code not in known:
            root.add_problem(f"the parent {category.parent_code!r} is not described above", f"category.{index}.parent")
        known.add(category.code)


def _category(reader: TomlReader) -> Category:
    code, parent = reader.require("code", str, "?"), reader.get("parent", str, "")
    canonical = reader.get("canonical", str, code)
    if canonical not in CANONICAL:
        reader.add_problem(f"there is no canonical category {canonical!r}; known: {', '.join(CANONICAL)}", "code")
    category = Category(code, reader.require("name", str, "?"), parent or None, canonical)
    reader.refuse_unknown_keys()
    return category


def _due(reader: TomlReader) -> DueFormSpec:
    due = DueFormSpec(
        reader.require("layout", str, "?"),
        reader.choice("subject", ("project", "department"), "project"),
        reader.get("title", str, ""),
        reader.get_list("attachments", str),
    )
    reader.refuse_unknown_keys()
    return due


def _opinion(reader: TomlReader) -> OpinionForm:
    """The form of a reviewer's opinion; what the file leaves out is taken from the ministry's form."""
    criteria = tuple(_criterion(criterion) for criterion in reader.array("criterion"))
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
        own = reader.get_list(name, str)
        if name in reader.data:
            words[name] = default + own[1:] if own[:1] == ("+",) else own
    reader.refuse_unknown_keys()
    return words


def _numbers(reader: TomlReader, names: tuple[str, ...]) -> dict[str, Decimal]:
    """The numbers that a table sets for some of `names`; any other key is a problem."""
    numbers = {name: Decimal(str(reader.get(name, float, 0.0))) for name in names if name in reader.data}
    reader.read_keys.update(names)  # so that the message about an unknown key lists all that are known
    reader.refuse_unknown_keys()
    return numbers
