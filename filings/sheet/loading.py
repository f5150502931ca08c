"""Loads a layout from its file and the files it includes, and validates it: every mistake with file and line."""

from __future__ import annotations

from collections.abc import Callable

from filings.sheet.block_reader import BlockReader
from filings.sheet.date_rules import read_date_rule
from filings.sheet.input_reader import InputReader
from filings.sheet.layout import Layout, Section, TableSpec
from filings.sheet.layout_rules import CopyRule, LastYearRule, ShareRule, SumRule
from filings.sheet.problems import LayoutError, Problem, display_name
from filings.sheet.suggested_meanings import suggest_meanings
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import read_source
from filings.sheet.validation import check_parts, drawn_tables, validate_layout

MAX_INCLUDES = 10
"""Most files that a layout includes. Included files include none, so that there is one level of them."""
MAX_SECTIONS = 60
MAX_VERSION = 2_000_000_000
"""What the database's column holds."""

FetchText = Callable[[str], str]
"""Function that returns the text of an included file by its name; raises KeyError if there is none."""


def load_layout(file: str, text: str, fetch: FetchText, *, trusted: bool = False) -> Layout:
    """Load the layout in `text`; raises LayoutError with every mistake found. `file` is its name in messages.

    With `trusted` the cross-checks of `validate_layout` are skipped, and what is beyond a bound stays or is cut to it:
    a layout already in use was valid when it was taken into use, and rules added later must not stop its filings from
    being printed; `find_warnings` tells such bounds. A layout that says nowhere what a cell means is given what its
    labels suggest.
    """
    problems: list[Problem] = []
    loader = _LayoutLoader(file, text, fetch, problems, [] if trusted else None)
    layout = loader.layout()
    if not trusted:
        loader.validate(layout)
    if problems:
        raise LayoutError(problems)
    return suggest_meanings(layout)


def find_warnings(file: str, text: str, fetch: FetchText) -> list[Problem]:
    """What the author should mend though a layout in use works: columns too narrow for their values, broken bounds.

    Raises LayoutError only if the text, or one that it includes, is no TOML.
    """
    excesses: list[Problem] = []
    loader = _LayoutLoader(file, text, fetch, [], excesses)
    loader.layout()
    return list(dict.fromkeys([*excesses, *loader.block_reader.warnings]))  # what is repeated is told once


class _LayoutLoader:
    """Builds one layout and notes all its mistakes in `problems`, and in `excesses` what is beyond a bound.

    Without `excesses` that is a mistake like any other. Only a file that is no TOML, the layout's own or one that it
    includes, raises LayoutError.
    """

    def __init__(
        self, file: str, text: str, fetch: FetchText, problems: list[Problem], excesses: list[Problem] | None
    ) -> None:
        source = read_source(file, text, excesses)
        self.root = root = TomlReader(source, "", source.data, problems, excesses)
        self.inputs = InputReader(root)
        self.section_paths: list[str] = []
        for name in root.get_list("include", str, MAX_INCLUDES):
            self._include(name, fetch)
        self.inputs.read(root)
        for name, reader, key in self.inputs.named_cells:
            self.inputs.require_known((name,), reader, key)
        self.block_reader = BlockReader(root, self.inputs)

    def _include(self, name: str, fetch: FetchText) -> None:
        """Read the cells, tables and fragments of an included file."""
        try:
            source = read_source(name, fetch(name), self.root.excesses)
        except (KeyError, OSError, ValueError) as error:  # no such file, or no name that a file can have
            if isinstance(error, LayoutError):
                raise
            self.root.add_problem(f"没有可引用的文件 {display_name(name)}", "include")
            return
        reader = self.root.reader_of(source, "", source.data)
        self.inputs.read(reader)
        reader.refuse_unknown_keys()

    def layout(self) -> Layout:
        """Read the whole layout; what is missing has a default, and a problem where it is compulsory."""
        root = self.root
        sections = tuple(self._section(reader) for reader in root.array("section", MAX_SECTIONS))
        layout = Layout(
            key=root.require("key", str, "?", 100),
            version=root.require_number("version", int, 1, 1, MAX_VERSION),
            name=root.require("name", str, "?", 100),
            subject=root.choice("subject", ("project", "department"), "project"),
            origin=root.get("origin", str, ""),
            money_unit=root.choice("money_unit", ("万元", "元"), "万元"),
            amount=root.get("amount", str, ""),
            page=self.block_reader.page,
            blocks=self.block_reader.blocks,
            cells=self.inputs.cells,
            tables=self._tables_in_use(sections),
            sections=sections,
            sums=tuple(self._sum(reader) for reader in root.array("sum")),
            all_or_none=tuple(self._together(reader) for reader in root.array("together")),
            shares=tuple(self._share(reader) for reader in root.array("share")),
            last_year=tuple(self._last_year(reader) for reader in root.array("last_year")),
            copies=tuple(self._copy(reader) for reader in root.array("follow")),
            dates=tuple(read_date_rule(reader, self.inputs) for reader in root.array("period")),
        )
        check_parts(layout, root)
        root.refuse_unknown_keys()
        return layout

    def validate(self, layout: Layout) -> None:
        """Note the mistakes that can be found only once the whole file has been read."""
        validate_layout(layout, self.root, self.inputs, self.section_paths, readable=not self.block_reader.unreadable)

    def _section(self, reader: TomlReader) -> Section:
        self.section_paths.append(reader.path)
        section = Section(
            reader.require("key", str, "?"),
            reader.require("title", str, "?"),
            reader.get("help", str, ""),
            reader.get_list("cells", str),
            reader.get_list("tables", str),
        )
        self.inputs.require_known(section.cells, reader, "cells")
        for name in section.tables:
            if name not in self.inputs.tables:
                reader.add_problem(f"[tables] 下没有表 {display_name(name)}", "tables")
        reader.refuse_unknown_keys()
        return section

    def _sum(self, reader: TomlReader) -> SumRule:
        rule = SumRule(reader.require("total", str, "?"), reader.get_list("parts", str))
        for key, names in (("total", (rule.total,)), ("parts", rule.parts)):
            for name in names:
                if "." in name:
                    self._require_column(name, reader, key)
                else:
                    self.inputs.require_known((name,), reader)
        table = rule.total.partition(".")[0]
        if "." in rule.total and any(part.partition(".")[0] != table or "." not in part for part in rule.parts):
            reader.add_problem(f"每行求和时，parts 都应是表 {display_name(table)} 的列", "parts")
        reader.refuse_unknown_keys()
        return rule

    def _require_column(self, name: str, reader: TomlReader, key: str) -> None:
        """Note a problem if `TABLE.column` is not described."""
        table, _, column = name.partition(".")
        if column not in getattr(self.inputs.tables.get(table), "columns", ()):
            reader.add_problem(f"{display_name(name)} 不是已说明的 表.列", key)

    def _copy(self, reader: TomlReader) -> CopyRule:
        rule = CopyRule(reader.require("cell", str, "?"), reader.require("source", str, "?"))
        self.inputs.require_known((rule.cell, rule.source), reader)
        if rule.cell == rule.source:
            reader.add_problem(f"{display_name(rule.cell)} 不能取自己的值", "source")
        reader.refuse_unknown_keys()
        return rule

    def _share(self, reader: TomlReader) -> ShareRule:
        rule = ShareRule(*(reader.require(key, str, "?") for key in ("cell", "part", "whole")))
        self.inputs.require_known((rule.cell, rule.part, rule.whole), reader)
        reader.refuse_unknown_keys()
        return rule

    def _last_year(self, reader: TomlReader) -> LastYearRule:
        rule = LastYearRule(reader.require("cell", str, "?"), reader.require("source", str, "?"))
        self.inputs.require_known((rule.cell, rule.source), reader)
        reader.refuse_unknown_keys()
        return rule

    def _tables_in_use(self, sections: tuple[Section, ...]) -> dict[str, TableSpec]:
        """The tables that the form fills or draws; included files may describe others, which are dropped."""
        used = {name for section in sections for name in section.tables}
        used |= {spec.path.name for spec in self.inputs.cells.values() if spec.path.row}
        used |= set().union(*(drawn_tables(block) for block in self.block_reader.blocks))
        return {name: table for name, table in self.inputs.tables.items() if name in used}

    def _together(self, reader: TomlReader) -> tuple[str, ...]:
        names = reader.get_list("cells", str)
        self.inputs.require_known(names, reader, "cells")
        reader.refuse_unknown_keys()
        return names
