"""Canonical categories of performance indicators, and the indicator tree of a jurisdiction and year.

Local rules differ and change yearly, so a tree is data and never a constant. The canonical categories are the union
of these official sources, so that rows of one year find their category in the tree of the next (cited from secondary
sources, not checked against the documents themselves):

* 财预〔2015〕88号, 中央部门预算绩效目标管理办法: output (quantity, quality, timeliness, cost), benefit
  (economic, social, ecological, sustainability), beneficiary satisfaction.
* 财预〔2021〕101号, 核心绩效目标和指标设置及取值指引(试行): cost becomes a level 1 of its own (economic,
  social, ecological); output keeps quantity, quality, timeliness; benefit keeps economic, social, ecological;
  satisfaction stays where it fits.
* `benefit.satisfaction` is in neither: some jurisdictions file satisfaction as a level 2 of benefit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from indicators.number import normalize_width

CANONICAL: Mapping[str, str] = MappingProxyType(
    {
        "cost": "Cost",
        "cost.economic": "Economic cost",
        "cost.social": "Social cost: harm to society",
        "cost.ecological": "Ecological cost: harm to the environment",
        "output": "Output",
        "output.quantity": "How much is delivered",
        "output.quality": "How well it is delivered",
        "output.timeliness": "When it is delivered",
        "output.cost": "What the output costs (cost as a part of output)",
        "benefit": "Benefit",
        "benefit.economic": "Economic benefit",
        "benefit.social": "Social benefit",
        "benefit.ecological": "Ecological benefit",
        "benefit.sustainability": "Lasting effect",
        "benefit.satisfaction": "Satisfaction, filed as a part of benefit",
        "satisfaction": "Satisfaction",
        "satisfaction.beneficiary": "Satisfaction of those served",
    }
)
"""Canonical codes (`level1.level2`) and what they mean."""


_POINTS = re.compile(r"\([0-9.]+[分%]?\)$")
LONGEST_KEPT = 100
"""Characters of a name whose normal form is kept."""


@dataclass(frozen=True, slots=True)
class Category:
    """One node of a local tree: `name` as printed, `code` unique in the tree, `parent_code` None at level 1.

    `canonical` is the key of `CANONICAL` that it corresponds to, by default its code. Two local nodes may have the
    same (生态效益 and 环境效益), and a local node may have another parent than its canonical category.
    """

    code: str
    name: str
    parent_code: str | None = None
    canonical: str = ""

    def __post_init__(self) -> None:
        if not self.canonical:
            object.__setattr__(self, "canonical", self.code)


@dataclass(frozen=True, slots=True)
class Tree:
    """The categories of a jurisdiction and year, in printed order."""

    categories: tuple[Category, ...]

    def level1(self) -> tuple[Category, ...]:
        """The level-1 nodes in printed order."""
        return tuple(category for category in self.categories if category.parent_code is None)

    def children(self, code: str) -> tuple[Category, ...]:
        """The level-2 nodes under a level-1 code, in printed order; () for an unknown code."""
        return tuple(category for category in self.categories if category.parent_code == code)

    def find(self, level1_name: str, level2_name: str) -> Category | None:
        """The node that the two names of a row mean.

        The level-2 name decides, because filers often name the wrong level 1 (19 real sheets have 社会效益指标
        there); of equal level-2 names (…… under two parents) level 1 decides. If the level-2 name is empty, unknown,
        or of several nodes under other parents, the result is the level-1 node (its `parent_code` is None); if that is
        unknown too, None.
        """
        named = self._named(level2_name, level=2)
        above = self._named(level1_name, level=1)
        parents = {category.code for category in above}
        own = next((category for category in named if category.parent_code in parents), None)
        if own or len(named) == 1:
            return own or named[0]
        return above[0] if above else None

    def code_of(self, level1_name: str, level2_name: str) -> str:
        """The canonical code of the node that `find` returns, "" if there is none."""
        category = self.find(level1_name, level2_name)
        return category.canonical if category else ""

    def _named(self, name: str, *, level: int) -> tuple[Category, ...]:
        normalized = normalize_name(name)
        candidates = (category for category in self.categories if (category.parent_code is None) == (level == 1))
        return tuple(category for category in candidates if normalized and normalize_name(category.name) == normalized)


def normalize_name(name: str) -> str:
    """A category name as it is compared: folded, without white space, points in brackets, and a final 指标.

    Narrow cells have line breaks in names, and some forms print the points of a category: 产出指标（50分）.
    """
    return _normalize_short(name) if len(name) <= LONGEST_KEPT else _normalize(name)


def _normalize(name: str) -> str:
    return _POINTS.sub("", "".join(normalize_width(name).split())).removesuffix("指标")


_normalize_short = lru_cache(maxsize=4096)(_normalize)
"""The names of a tree are compared with each row of a sheet; texts that are no names would only fill the memory."""
