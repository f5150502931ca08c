"""`[[period]]` of a layout file: which two dates are the first and the last day of something, and in which year."""

from __future__ import annotations

from collections.abc import Iterator

from filings.sheet.document import Document, Path
from filings.sheet.input_reader import InputReader
from filings.sheet.layout import InputSpec, Layout
from filings.sheet.layout_rules import DATE_YEARS, DateRule
from filings.sheet.toml_reader import TomlReader


def read_date_rule(reader: TomlReader, inputs: InputReader) -> DateRule:
    """Read one `[[period]]`; every mistake becomes a problem of the reader."""
    begin, end = reader.get("begin", str, ""), reader.get("end", str, "")
    rule = DateRule(begin, end, reader.choice("year", DATE_YEARS, "inside"))
    for key, name in (("begin", begin), ("end", end)):
        spec = _input(inputs, name) if name else None
        if name and spec is None:
            reader.add_problem(f"{key} 所指的 {name} 不是 [cells] 下的单元格，也不是已说明的 表.列", key)
        elif spec and spec.kind.key != "date":
            reader.add_problem(f'{key} 所指的 {name} 不是日期：请写 kind = "date"', key)
    if not begin and not end:
        reader.add_problem("[[period]] 要写 begin（开始日期的单元格）或 end（结束日期的单元格）")
    elif begin == end:
        reader.add_problem("begin 和 end 不能是同一格", "end")
    elif begin and end and _table(begin) != _table(end):
        reader.add_problem("begin 和 end 应当都是单元格，或者是同一张表的两列", "end")
    reader.refuse_unknown_keys()
    return rule


def _input(inputs: InputReader, name: str) -> InputSpec | None:
    """The cell of a name, or the column that `TABLE.column` names."""
    table = inputs.tables.get(_table(name))
    return table.columns.get(name.partition(".")[2]) if table else inputs.cells.get(name)


def _table(name: str) -> str:
    """The table of `TABLE.column`, '' for a cell."""
    return name.partition(".")[0] if "." in name else ""


def date_paths(layout: Layout, document: Document, rule: DateRule) -> Iterator[tuple[Path | None, Path | None]]:
    """The addresses of begin and end: of the cells, or of the columns in each row. None for one that is not asked for.

    Nothing where the layout has no such table.
    """
    table = _table(rule.begin or rule.end)
    if table:
        names = [name.partition(".")[2] for name in (rule.begin, rule.end)]
        for row in document.rows(table) if table in layout.tables else ():
            begin, end = (Path(table, row.id, name) if name else None for name in names)
            yield begin, end
    else:
        begin, end = (layout.cells[name].path if name else None for name in (rule.begin, rule.end))
        yield begin, end
