"""Canonical categories of performance indicators, and the local tree that a place prints.

The official sources, as the project's notes on the field record them, not checked against the documents
themselves (local rules differ and change yearly, so a tree is data of a place and a year and never a
constant):

* 财预〔2015〕88号, 中央部门预算绩效目标管理办法: output (quantity, quality, timeliness, cost), benefit
  (economic, social, ecological, sustainability), satisfaction of those served.
* 财预〔2021〕101号, 核心绩效目标和指标设置及取值指引(试行): cost becomes a level 1 of its own (economic,
  social, ecological); output keeps quantity, quality, timeliness; benefit keeps economic, social, ecological;
  satisfaction stays where it fits.
* `benefit.satisfaction` is in neither: some places file satisfaction as a level 2 of benefit.

The codes are the union of these, so that rows of one year find their place in the tree of the next.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from indicators.number import fold

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


_POINTS = re.compile(r"\([0-9.]+[分%]?\)$")


@dataclass(frozen=True, slots=True)
class Category:
    """One node of a local tree: `name` as printed, `code` unique in the tree, `parent_code` None at level 1.

    `canonical` is the key of `CANONICAL` that it means; left out, it is the code itself. Two local nodes may
    mean the same (生态效益 and 环境效益), and a local name may stand under another parent than its meaning
    does.
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
    """The categories of a place and a year, in the order in which the form prints them."""

    categories: tuple[Category, ...]

    def level1(self) -> tuple[Category, ...]:
        """Give the level-1 nodes in printed order."""
        return tuple(category for category in self.categories if category.parent_code is None)

    def children(self, code: str) -> tuple[Category, ...]:
        """Give the level-2 nodes under a level-1 code, in printed order; empty for an unknown code."""
        return tuple(category for category in self.categories if category.parent_code == code)

    def find(self, level1_name: str, level2_name: str) -> Category | None:
        """Find the node that a row's two names mean.

        The level-2 name decides, because filers misplace level 1 (社会效益指标 stands at level 1 of 19 real
        sheets); level 1 only chooses between equal level-2 names. A level-2 name that is empty or unknown
        gives the level-1 node, which a check can tell by its `parent_code` None; if that is unknown too,
        None.
        """
        named = self._named(level2_name, level=2)
        above = self._named(level1_name, level=1)
        if not named:
            return above[0] if above else None
        parents = {category.code for category in above}
        return next((category for category in named if category.parent_code in parents), named[0])

    def code_of(self, level1_name: str, level2_name: str) -> str:
        """Give the canonical code of what `find` finds, or "" if it finds nothing."""
        found = self.find(level1_name, level2_name)
        return found.canonical if found else ""

    def _named(self, name: str, *, level: int) -> tuple[Category, ...]:
        wanted = normalize_name(name)
        candidates = (category for category in self.categories if (category.parent_code is None) == (level == 1))
        return tuple(category for category in candidates if wanted and normalize_name(category.name) == wanted)


def normalize_name(name: str) -> str:
    """A name as it compares: folded, without blanks and line breaks (narrow cells have them), points and 指标.

    Some forms print the points of a class behind its name: 产出指标（50分）.
    """
    return _POINTS.sub("", "".join(fold(name).split())).removesuffix("指标")
