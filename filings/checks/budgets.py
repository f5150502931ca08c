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


def find_budget(subject: CheckSubject, project: str) -> Budget | None:
    """The budget of a project that rows name, or of the form if `project` is ''; None if it is not stated."""
    return _project_budget(subject, project) if project else _form_budget(subject)


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


def _project_budget(subject: CheckSubject, project: str) -> Budget | None:
    """What the rows of a project say of its budget, else the only amount of a row that is named as the project."""
    for path, column, text in (*_own_budgets(subject, project), *_named_budgets(subject, project)):
        amount = column.kind.amount(text)
        if amount and amount > 0:
            return Budget(amount, frozenset({amount}), (path,))
    return None


def _own_budgets(subject: CheckSubject, project: str) -> Iterator[tuple[Path, InputSpec, str]]:
    """The budget cells in the rows of a project."""
    for indicator in subject.indicators:
        if indicator.project == project and "budget" in indicator.table.columns:
            yield indicator.path("budget"), indicator.table.columns["budget"], indicator.text("budget")


def _named_budgets(subject: CheckSubject, project: str) -> Iterator[tuple[Path, InputSpec, str]]:
    """The amounts of rows with the name of a project in tables with one column of money."""
    for table, _, row in subject.grid_rows():
        columns = subject.layout.tables[table].columns
        money = [column for column in columns.values() if column.kind.key == "money"]
        if len(money) == 1 and "name" in columns and without_spaces(row.get("name")) == without_spaces(project):
            yield Path(table, row.id, money[0].name), money[0], row.get(money[0].name)
