"""Loads a layout from its file and the files it includes, and validates it: every mistake with file and line."""

from __future__ import annotations

from collections.abc import Callable

from filings.sheet.block_reader import BlockReader
from filings.sheet.input_reader import InputReader
from filings.sheet.layout import CopyRule, LastYearRule, Layout, Section, ShareRule, SumRule, TableSpec
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.suggested_meanings import suggest_meanings
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import read_source
from filings.sheet.validation import drawn_tables, validate_layout

FetchText = Callable[[str], str]
"""Function that returns the text of an included file by its name; raises KeyError if there is none."""


def load_layout(file: str, text: str, fetch: FetchText, *, trusted: bool = False) -> Layout:
    """Load the layout in `text`; raises LayoutError with every mistake found. `file` is its name in messages.

    With `trusted` the cross-checks of `validation.py` are skipped: a layout already in use was valid when it was taken
    into use, and rules added later must not stop its filings from being printed. A layout that says nowhere what a cell
    means is given what its labels suggest.
    """
    problems: list[Problem] = []
    source = read_source(file, text)
    loader = _LayoutLoader(TomlReader(source, "", source.data, problems), fetch)
    layout = loader.layout()
    if not trusted:
        loader.validate(layout)
    if problems:
        raise LayoutError(problems)
    return suggest_meanings(layout)


class _LayoutLoader:
    """Builds one layout and notes all mistakes in the `problems` of its reader; none of its methods raises."""

    def __init__(self, root: TomlReader, fetch: FetchText) -> None:
        self.root = root
        self.inputs = InputReader(root)
        self.section_paths: list[str] = []
        for name in root.get_list("include", str):
            self._include(name, fetch)
        self.inputs.read(root)
        for name, reader, key in self.inputs.named_cells:
            self.inputs.require_known((name,), reader, key)
        self.block_reader = BlockReader(root, self.inputs)

    def _include(self, name: str, fetch: FetchText) -> None:
        """Read the cells, tables and fragments of an included file."""
        try:
            source = read_source(name, fetch(name))
        except KeyError:
            self.root.add_problem(f"the included file {name!r} does not exist", "include")
            return
        reader = TomlReader(source, "", source.data, self.root.problems)
        self.inputs.read(reader)
        reader.refuse_unknown_keys()

    def layout(self) -> Layout:
        """Read the whole layout; what is missing has a default, and a problem where it is compulsory."""
        root = self.root
        sections = tuple(self._section(reader) for reader in root.array("section"))
        layout = Layout(
            key=root.require("key", str, "?"),
            version=root.require("version", int, 1),
            name=root.require("name", str, "?"),
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
        )
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
                reader.add_problem(f"there is no table {name!r} under [tables]", "tables")
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
            reader.add_problem(f"the parts of a sum in each row of {table!r} are columns of that table", "parts")
        reader.refuse_unknown_keys()
        return rule

    def _require_column(self, name: str, reader: TomlReader, key: str) -> None:
        """Note a problem if `TABLE.column` is not described."""
        table, _, column = name.partition(".")
        if column not in getattr(self.inputs.tables.get(table), "columns", ()):
            reader.add_problem(f"{name!r} is no TABLE.column that is described", key)

    def _copy(self, reader: TomlReader) -> CopyRule:
        rule = CopyRule(reader.require("cell", str, "?"), reader.require("source", str, "?"))
        self.inputs.require_known((rule.cell, rule.source), reader)
        if rule.cell == rule.source:
            reader.add_problem(f"{rule.cell!r} cannot follow itself", "source")
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
