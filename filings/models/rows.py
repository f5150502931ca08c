"""The rows of a filing's tables: real tables, ordered, each row with an id that never changes.

`CELLS` names the cells of a document row that have a column of their own, as typed; any other cell that some layout
has goes to `extra`. Derived numbers have columns beyond these; they serve statistics and are never printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from filings.models.filing import Filing
from filings.models.organisation import Tenant
from indicators.amount_text import read_amount
from indicators.target import parse_target, parse_target_cells


class FilingRow(Tenant):
    """A row of a table of a filing: `table` and `row_id` are as in paths, `position` its place.

    A form may have several tables of one kind: long-term and annual indicators, say.
    """

    CELLS: ClassVar[tuple[str, ...]] = ()

    filing = models.ForeignKey(Filing, models.CASCADE, verbose_name="申报表", related_name="%(class)ss")
    table = models.CharField("表内部分", max_length=40)
    row_id = models.CharField("行编号", max_length=32)
    position = models.PositiveIntegerField("顺序")
    extra = models.JSONField("其他栏目", default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["filing", "table", "position"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "table", "row_id"], name="%(class)s_row_id_once_per_table"),
        ]

    def set_cells(self, cells: Mapping[str, str], money_unit: str = "万元") -> None:
        """Set the columns from the texts of a document row; `money_unit` is that of the form. Does not save."""
        for name in self.CELLS:
            setattr(self, name, cells.get(name, ""))
        self.extra = {name: text for name, text in cells.items() if name not in self.CELLS and text}
        self.derive(money_unit)

    def derive(self, money_unit: str) -> None:
        """Set the columns that are derived from the texts."""


def text() -> Any:
    """A column for typed text."""
    return models.TextField(blank=True, default="")


class Objective(FilingRow):
    """绩效目标, a performance goal; `term` is period or annual."""

    CELLS = ("term", "scope", "label", "text")
    term, scope, label, text = text(), text(), text(), text()

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "绩效目标"


class IndicatorRow(FilingRow):
    """绩效指标, a level-3 indicator; `category` is the canonical code from the place's tree, derived at each save."""

    CELLS = (
        "level1",
        "level2",
        "name",
        "operator",
        "value",
        "unit",
        "nature",
        "description",
        "basis",
        "weight",
    )
    level1, level2, name, operator, value = text(), text(), text(), text(), text()
    unit, nature, description, basis, weight = text(), text(), text(), text(), text()
    category = models.CharField("规范分类", max_length=40, blank=True, default="")
    target_kind = models.CharField("值的类型", max_length=12, blank=True, default="")
    target_operator = models.CharField("符号", max_length=1, blank=True, default="")
    target_number = models.DecimalField("数值", max_digits=24, decimal_places=6, null=True, blank=True)
    target_unit = models.CharField("单位", max_length=60, blank=True, default="")

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "绩效指标"
        indexes = [models.Index(fields=["jurisdiction", "category"])]

    def derive(self, money_unit: str) -> None:
        """Parse the target value, from its own cells for operator and unit where the form has them."""
        separate = self.operator or self.unit
        target = parse_target_cells(self.operator, self.value, self.unit) if separate else parse_target(self.value)
        self.target_kind, self.target_operator, self.target_unit = (
            target.kind,
            target.operator,
            target.unit[:60],
        )
        number = target.number
        self.target_number = number if number is not None and abs(number) < 10**17 else None


class MoneyRow(FilingRow):
    """A row with an amount; `amount_wan` is that in 万元, whatever the unit of the form; None where it is no amount."""

    amount_wan = models.DecimalField("金额（万元）", max_digits=20, decimal_places=6, null=True, blank=True)
    amount = text()

    class Meta(FilingRow.Meta):
        abstract = True

    def derive(self, money_unit: str) -> None:
        """Convert the amount to 万元."""
        money = read_amount(self.amount, money_unit)
        self.amount_wan = money.amount_wan if money and abs(money.amount_wan) < 10**13 else None


class FundingLine(MoneyRow):
    """资金: a line of funding; `source` is the code of a funding source of the place, or total; `scope` own or all."""

    CELLS = ("source", "scope", "label", "amount")
    source, scope, label = text(), text(), text()

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "资金"


class ExpenditureItem(MoneyRow):
    """支出明细及测算: a line of spending, with how its amount was calculated."""

    CELLS = ("content", "detail", "amount", "basis")
    content, detail, basis = text(), text(), text()

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "支出明细"


class PaymentStep(FilingRow):
    """资金支出计划: cumulative percent by a month's end."""

    CELLS = ("label", "percent")
    label, percent = text(), text()

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "支出计划"


class AssetItem(MoneyRow):
    """资产配置和采购: an asset to be provided or purchased."""

    CELLS = ("name", "quantity", "amount")
    name, quantity = text(), text()

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "资产与采购"


class WorkItem(FilingRow):
    """年度重点工作: a task of the year, who is responsible for it, and its goal."""

    CELLS = ("name", "responsible", "goal")
    name, responsible, goal = text(), text(), text()

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "工作任务"


class ItemRow(FilingRow):
    """A row of a table that only its own form has: all its cells are in `extra`."""

    class Meta(FilingRow.Meta):
        verbose_name = verbose_name_plural = "其他内容"


ROW_MODELS: Mapping[str, type[FilingRow]] = {
    "objectives": Objective,
    "indicators": IndicatorRow,
    "funding": FundingLine,
    "expenditures": ExpenditureItem,
    "payments": PaymentStep,
    "assets": AssetItem,
    "works": WorkItem,
    "items": ItemRow,
}
"""The model behind each kind of rows."""
