"""What clerks type: texts of the length and kind that the real sheets have, each different from all others."""

from __future__ import annotations

from random import Random

SUBJECTS = (
    "社区环境整治",
    "老旧小区改造",
    "基层消防演练",
    "居家养老服务",
    "背街小巷保洁",
    "网格员培训",
    "困难群众慰问",
)
VERBS = ("完成", "组织开展", "按季度推进", "全年实施", "分批落实")
ENDS = ("，群众满意度明显提高", "，资金按进度支付", "，验收后交付使用", "", "，并建立台账备查")
UNITS = ("次", "户", "人", "条", "%", "平方米", "万元")


LEAST_VALUE = 100_000
"""Above those of the real sheets: a clerk whose 95th value was ≥95% typed what was there, and nothing was saved."""


def text_for(path: str, number: int, random: Random) -> str:
    """A text for the cell at a path; `number` makes it differ from what was there and from what any earlier one wrote.

    A save that changes nothing is acknowledged and not journalled.
    """
    column = path.rpartition(".")[2]
    if column == "amount" or "amount" in column or column in ("total", "price", "quantity"):
        return f"{random.randrange(1, 400)}.{number % 1_000_000:06d}"
    if column == "value":
        return f"≥{LEAST_VALUE + number}{random.choice(UNITS)}"
    return f"{random.choice(VERBS)}{random.choice(SUBJECTS)}{number}项{random.choice(ENDS)}"
