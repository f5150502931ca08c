"""The money that indicators of cost are compared with: that of the form, or of one of the projects in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from filings.checks.finding import CheckSubject
from filings.checks.indicator_rows import without_spaces
from filings.sheet.document import Path
from filings.sheet.layout import InputSpec

_NEARLY = Decimal("0.9")


@dataclass(frozen=True)
class Budget:
    """An amount above zero in 万元, all amounts that a cost could repeat (itself included), and the cells it is in."""

    amount: Decimal
    repeatable: frozenset[Decimal]
    cells: tuple[Path, ...]


def find_budgets(subject: CheckSubject) -> dict[str, Budget]:
    """The budgets that are stated: of the form under '', and of each project that rows name under its name."""
    budgets = {"": form} if (form := _form_budget(subject)) else {}
    if subject.projects != ("",):
        stated = [*_own_budgets(subject), *_named_budgets(subject)]
        budgets |= {project: budget for project, budget in reversed(stated) if budget}
    return budgets


def _form_budget(subject: CheckSubject) -> Budget | None:
    """The amount of the form, else its first one; a cost could repeat every amount of at least 90 % of it."""
    stated = [spec.kind.amount(text) for spec, text in subject.fields() if spec.kind.key == "money"]
    amounts = [amount for amount in stated if amount]
    spec = subject.layout.cells.get(subject.layout.amount)
    own = spec.kind.amount(subject.document.value(spec.path)) if spec else None
    budget = own or next(iter(amounts), None)
    if not budget or budget < 0:
        return None
    repeatable = frozenset(amount for amount in amounts if not own or amount >= own * _NEARLY)
    return Budget(budget, repeatable | {budget}, (spec.path,) if spec else ())


def _own_budgets(subject: CheckSubject) -> Iterator[tuple[str, Budget | None]]:
    """What the rows of each project say of its budget."""
    for indicator in subject.indicators:
        if indicator.project and "budget" in indicator.table.columns:
            column = indicator.table.columns["budget"]
            yield indicator.project, _single(indicator.path("budget"), column, indicator.text("budget"))


def _named_budgets(subject: CheckSubject) -> Iterator[tuple[str, Budget | None]]:
    """The amounts of rows that are named as a project, in tables with one column of money."""
    projects = {without_spaces(project): project for project in subject.projects}
    for table, row in subject.rows:
        columns = subject.layout.tables[table].columns
        money = [column for column in columns.values() if column.kind.key == "money"]
        project = projects.get(without_spaces(row.get("name"))) if "name" in columns and len(money) == 1 else None
        if project:
            yield project, _single(Path(table, row.id, money[0].name), money[0], row.get(money[0].name))


def _single(path: Path, column: InputSpec, text: str) -> Budget | None:
    """The budget in one cell, None if that holds no amount above zero."""
    amount = column.kind.amount(text)
    return Budget(amount, frozenset({amount}), (path,)) if amount and amount > 0 else None
