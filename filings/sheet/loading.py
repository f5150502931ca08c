"""Reads a layout file, with the common files it includes, and checks everything: each mistake with file and line."""

from __future__ import annotations

from collections.abc import Callable

from filings.sheet.blocks import Blocks
from filings.sheet.document import NAME
from filings.sheet.drawing import Piece, Slot
from filings.sheet.inputs import Inputs
from filings.sheet.layout import (
    Block,
    LastYearRule,
    Layout,
    LineBlock,
    Section,
    ShareRule,
    SumRule,
    TableBlock,
    TableSpec,
    TextBlock,
    TitleBlock,
)
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.reader import Reader
from filings.sheet.source import read_source

Fetch = Callable[[str], str]
"""Gives the text of an included file by its name; raises KeyError when there is none."""


def load_layout(file: str, text: str, fetch: Fetch) -> Layout:
    """The layout drawn by a file; raises LayoutError with every mistake found."""
    problems: list[Problem] = []
    source = read_source(file, text)
    layout = _Loader(Reader(source, "", source.data, problems), fetch).layout()
    if problems:
        raise LayoutError(problems)
    return layout


class _Loader:
    """Builds one layout; mistakes are noted on the way."""

    def __init__(self, root: Reader, fetch: Fetch) -> None:
        self.root = root
        self.inputs = Inputs(root)
        self.section_paths: list[str] = []
        for name in root.listing("include", str):
            self._include(name, fetch)
        self.inputs.read(root)
        self.drawn = Blocks(root, self.inputs)

    def _include(self, name: str, fetch: Fetch) -> None:
        """Take cells, tables and fragments of a common file."""
        try:
            source = read_source(name, fetch(name))
        except KeyError:
            self.root.fault(f"the included file {name!r} does not exist", "include")
            return
        reader = Reader(source, "", source.data, self.root.problems)
        self.inputs.read(reader)
        reader.done()

    def layout(self) -> Layout:
        """The whole layout."""
        root = self.root
        sections = tuple(self._section(reader) for reader in root.array("section"))
        layout = Layout(
            key=root.need("key", str, "?"),
            version=root.need("version", int, 1),
            name=root.need("name", str, "?"),
            subject=root.one_of("subject", ("project", "department"), "project"),
            origin=root.take("origin", str, ""),
            money_unit=root.one_of("money_unit", ("万元", "元"), "万元"),
            amount=root.take("amount", str, ""),
            page=self.drawn.page,
            blocks=self.drawn.blocks,
            cells=self.inputs.cells,
            tables=self._tables_in_use(sections),
            sections=sections,
            sums=tuple(self._sum(reader) for reader in root.array("sum")),
            together=tuple(self._together(reader) for reader in root.array("together")),
            shares=tuple(self._share(reader) for reader in root.array("share")),
            last_year=tuple(self._last_year(reader) for reader in root.array("last_year")),
        )
        root.done()
        self._check_whole(layout)
        return layout

    def _section(self, reader: Reader) -> Section:
        self.section_paths.append(reader.path)
        section = Section(
            reader.need("key", str, "?"),
            reader.need("title", str, "?"),
            reader.take("help", str, ""),
            reader.listing("cells", str),
            reader.listing("tables", str),
        )
        self.inputs.must_know(section.cells, reader, "cells")
        for name in section.tables:
            if name not in self.inputs.tables:
                reader.fault(f"there is no table {name!r} under [tables]", "tables")
        reader.done()
        return section

    def _sum(self, reader: Reader) -> SumRule:
        rule = SumRule(reader.need("total", str, "?"), reader.listing("parts", str))
        columns = [part for part in rule.parts if "." in part]
        for part in columns:
            table, _, column = part.partition(".")
            if column not in getattr(self.inputs.tables.get(table), "columns", ()):
                reader.fault(f"{part!r} is no TABLE.column that is described", "parts")
        self.inputs.must_know((rule.total, *(part for part in rule.parts if part not in columns)), reader)
        reader.done()
        return rule

    def _share(self, reader: Reader) -> ShareRule:
        rule = ShareRule(*(reader.need(key, str, "?") for key in ("cell", "part", "whole")))
        self.inputs.must_know((rule.cell, rule.part, rule.whole), reader)
        reader.done()
        return rule

    def _last_year(self, reader: Reader) -> LastYearRule:
        rule = LastYearRule(reader.need("cell", str, "?"), reader.need("source", str, "?"))
        self.inputs.must_know((rule.cell, rule.source), reader)
        reader.done()
        return rule

    def _tables_in_use(self, sections: tuple[Section, ...]) -> dict[str, TableSpec]:
        """Included tables that this form neither fills nor draws are not its own."""
        used = {name for section in sections for name in section.tables}
        used |= {spec.path.name for spec in self.inputs.cells.values() if spec.path.row}
        used |= set().union(*(_drawn_tables(block) for block in self.drawn.blocks))
        return {name: table for name, table in self.inputs.tables.items() if name in used}

    def _together(self, reader: Reader) -> tuple[str, ...]:
        names = reader.listing("cells", str)
        self.inputs.must_know(names, reader, "cells")
        reader.done()
        return names

    def _check_whole(self, layout: Layout) -> None:
        if layout.key != "?" and not NAME.fullmatch(layout.key.replace("-", "_").replace("/", "_")):
            self.root.fault(f"key {layout.key!r} may hold small letters, digits, - and /", "key")
        if not layout.blocks:
            self.root.fault("the layout draws nothing: it needs at least one [[block]]")
        if not layout.sections:
            self.root.fault("the layout has no [[section]]: people fill a form step by step")
        if layout.amount and layout.amount not in layout.cells:
            self.root.fault(f"amount names {layout.amount!r}, which is no cell", "amount")
        self._check_sections(layout)
        self._check_drawn(layout)

    def _check_sections(self, layout: Layout) -> None:
        placed = [name for section in layout.sections for name in (*section.cells, *section.tables)]
        seen: set[str] = set()
        for index, section in enumerate(layout.sections):
            for name in (*section.cells, *section.tables):
                if name in seen:
                    self.root.fault(f"{name!r} stands in two sections", self.section_paths[index])
                seen.add(name)
        drawn_tables = set().union(*(_drawn_tables(block) for block in layout.blocks))
        for name in (*layout.cells, *sorted(drawn_tables)):
            if name not in placed and (name not in layout.cells or name in _drawn_slots(layout)):
                self.inputs.fault(name, f"{name!r} is drawn but stands in no section, so nobody could fill it")
        keys = [section.key for section in layout.sections]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                self.root.fault(f"two sections have the same key {key!r}", f"{self.section_paths[index]}.key")

    def _check_drawn(self, layout: Layout) -> None:
        drawn = _drawn_slots(layout)
        for section in layout.sections:
            for name in section.cells:
                # Of a drawing that could not be read nobody knows what it draws.
                if name in layout.cells and name not in drawn and not self.drawn.unread:
                    self.inputs.fault(
                        name, f"{name!r} can be filled but is drawn nowhere, so it would never be printed"
                    )
        for spec in layout.cells.values():
            if spec.path.row:
                table = layout.tables.get(spec.path.name)
                if table is None or spec.path.row not in table.fixed:
                    where = f"[tables.{spec.path.name}.rows.{spec.path.row}]"
                    self.inputs.fault(spec.name, f"{spec.path} names a row that {where} does not describe")
                elif spec.path.column not in table.columns:
                    where = f"[tables.{spec.path.name}.columns]"
                    self.inputs.fault(spec.name, f"{spec.path} names a column that {where} does not describe")


def _drawn_slots(layout: Layout) -> set[str]:
    """Names of the cells (not columns) that some block draws."""
    slots: set[str] = set()
    for block in layout.blocks:
        for pieces in _piece_groups(block):
            slots.update(piece.name for piece in pieces if isinstance(piece, Slot))
    return slots


def _piece_groups(block: Block) -> list[tuple[Piece, ...]]:
    if isinstance(block, TitleBlock):
        return list(block.lines)
    if isinstance(block, LineBlock):
        return [block.left, block.middle, block.right]
    if isinstance(block, TextBlock):
        return [] if block.each else [line.pieces for line in block.lines]
    return [cell.pieces for row in block.rows if not row.table for cell in row.cells]


def _drawn_tables(block: Block) -> set[str]:
    """The tables whose rows a block draws."""
    if isinstance(block, TextBlock):
        return {block.each} - {""}
    return {row.table for row in block.rows if row.table} if isinstance(block, TableBlock) else set()
