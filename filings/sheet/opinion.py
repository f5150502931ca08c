"""The form of a reviewer's opinion (审核意见): criteria, their questions, and grades; a profile may set its own.

The default criteria, sub-items and grades are those of the ministry: 财预〔2015〕88号.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Criterion:
    """One criterion: its name, its questions, and the principles (R1 …) whose checks are relevant to it."""

    name: str
    asks: tuple[str, ...]
    principles: tuple[str, ...]


@dataclass(frozen=True)
class OpinionForm:
    """What a reviewer grades, and with which grades.

    `text` is the beginning of a new opinion; `{name}` in it is the project or department under review.
    """

    criteria: tuple[Criterion, ...]
    grades: tuple[str, ...]
    text: str


OPINION = OpinionForm(
    criteria=(
        Criterion("完整性", ("内容是否规范、完整，有无缺项错项", "目标是否明确、清晰"), ("R1", "R2", "R8", "R18")),
        Criterion(
            "相关性",
            ("目标是否与职责和规划相关", "指标是否科学，能反映核心产出和效果"),
            ("R3", "R4", "R5", "R10", "R12"),
        ),
        Criterion("适当性", ("目标是否合理，不偏低", "目标是否与资金匹配"), ("R6", "R7", "R9", "R13", "R14", "R17")),
        Criterion("可行性", ("目标能否按期实现", "条件是否具备，措施是否可行"), ("R11", "R15", "R16")),
    ),
    grades=("优", "良", "中", "差"),
    text="经审核，{name}的绩效目标",
)
