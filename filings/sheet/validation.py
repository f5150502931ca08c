"""Cross-checks of a complete layout: every input is drawn, and belongs to exactly one section."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from filings.sheet.document import NAME
from filings.sheet.drawing import Piece, Placeholder
from filings.sheet.input_reader import InputReader
from filings.sheet.layout import Block, InputSpec, Layout, LineBlock, TableBlock, TableSpec, TextBlock, TitleBlock
from filings.sheet.layout_words import COLUMNS, MEANINGS, ROW_WORDS, TERMS
from filings.sheet.toml_reader import TomlReader


def validate_layout(
    layout: Layout, root: TomlReader, inputs: InputReader, section_paths: list[str], readable: bool
) -> None:
    """Note every mistake that can be found only once the whole file has been read. Raises nothing.

    `section_paths` are the key paths of the layout's sections, for line numbers. If some drawing is not `readable`,
    it is not known what it draws: then no input is reported as drawn nowhere.
    """
    if layout.key != "?" and not NAME.fullmatch(layout.key.replace("-", "_").replace("/", "_")):
        root.add_problem(f"key {layout.key!r} may hold small letters, digits, - and /", "key")
    if not layout.blocks:
        root.add_problem("the layout draws nothing: it needs at least one [[block]]")
    if not layout.sections:
        root.add_problem("the layout has no [[section]]: people fill a form step by step")
    if layout.amount and layout.amount not in layout.cells:
        root.add_problem(f"amount names {layout.amount!r}, which is no cell", "amount")
    _check_sections(layout, root, section_paths)
    _check_placed(layout, inputs)
    _check_addresses(layout, inputs)
    _check_words(layout, inputs)
    if readable:
        _check_drawn(layout, root, inputs)
        _check_columns(layout, inputs)


def drawn_tables(block: Block) -> set[str]:
    """Names of the tables whose rows a block draws."""
    if isinstance(block, TextBlock):
        return {block.each} - {""}
    return {row.table for row in block.rows if row.table} if isinstance(block, TableBlock) else set()


def _check_sections(layout: Layout, root: TomlReader, section_paths: list[str]) -> None:
    """Each cell and table is in one section only, and sections have different keys."""
    seen: set[str] = set()
    keys: set[str] = set()
    for section, path in zip(layout.sections, section_paths, strict=True):
        for name in (*section.cells, *section.tables):
            if name in seen:
                root.add_problem(f"{name!r} stands in two sections", path)
            seen.add(name)
        if section.key in keys:
            root.add_problem(f"two sections have the same key {section.key!r}", f"{path}.key")
        keys.add(section.key)


def _check_placed(layout: Layout, inputs: InputReader) -> None:
    """Every input that is drawn belongs to a section."""
    placed = {name for section in layout.sections for name in (*section.cells, *section.tables)}
    tables = set().union(*(drawn_tables(block) for block in layout.blocks))
    drawn = _drawn_cells(layout)
    for name in (*layout.cells, *sorted(tables)):
        if name not in placed and (name not in layout.cells or name in drawn):
            inputs.add_problem(name, f"{name!r} is drawn but stands in no section, so nobody could fill it")


def _check_drawn(layout: Layout, root: TomlReader, inputs: InputReader) -> None:
    """Every cell is drawn; of those in included files only the ones that a section fills must be."""
    drawn = _drawn_cells(layout)
    placed = {name for section in layout.sections for name in section.cells}
    for name in layout.cells:
        own = inputs.places[name][0] is root.source
        if name not in drawn and (own or name in placed):
            inputs.add_problem(name, f"{name!r} can be filled but is drawn nowhere, so it would never be printed")


def _check_columns(layout: Layout, inputs: InputReader) -> None:
    """Every column of a table is drawn: in the lines of its rows, or as a cell that lives in a fixed row."""
    drawn = {column for block in layout.blocks for column in _drawn_columns(block, layout)}
    drawn |= {(spec.path.name, spec.path.column) for spec in layout.cells.values() if spec.path.row}
    for table in layout.tables.values():
        missing = [column for column in table.columns if (table.name, column) not in drawn]
        if missing and len(missing) == len(table.columns):
            inputs.add_problem(table.name, f"{table.name!r} can be filled but is drawn nowhere")
            continue
        for column in missing:
            inputs.add_problem(_place_name(table, column, inputs), _undrawn_reason(table, column))


def _place_name(table: TableSpec, column: str, inputs: InputReader) -> str:
    """Key of `inputs.places` for a column: its own, or that of its table if it is inherited from another table."""
    own = f"{table.name}.{column}"
    return own if own in inputs.places else table.name


def _undrawn_reason(table: TableSpec, column: str) -> str:
    return (
        f"the column {column!r} of {table.name!r} can be filled but is drawn nowhere, so it would never be printed: "
        "draw it, or leave it out with order = […]"
    )


def _check_addresses(layout: Layout, inputs: InputReader) -> None:
    """The address of a cell in a fixed row names a row and a column that are described."""
    for spec in layout.cells.values():
        if not spec.path.row:
            continue
        table = layout.tables.get(spec.path.name)
        if table is None or spec.path.row not in table.fixed:
            where = f"[tables.{spec.path.name}.rows.{spec.path.row}]"
            inputs.add_problem(spec.name, f"{spec.path} names a row that {where} does not describe")
        elif spec.path.column not in table.columns:
            where = f"[tables.{spec.path.name}.columns]"
            inputs.add_problem(spec.name, f"{spec.path} names a column that {where} does not describe")


def _check_words(layout: Layout, inputs: InputReader) -> None:
    """Every word that carries meaning is one that checks know: of cells, columns, tables, and rows printed by name."""
    for name, spec in layout.cells.items():
        _check_input_words(spec, name, inputs)
    for table in layout.tables.values():
        _check_word("term", table.term, TERMS, f"{table.name}:term", inputs)
        for column, spec in table.columns.items():
            _check_input_words(spec, _place_name(table, column, inputs), inputs)
        for column in table.shared_cells:
            _check_word("beside 中的列", column, COLUMNS, f"{table.name}:beside", inputs)
        for row_id, preset in table.fixed.items():
            place = f"{table.name}[{row_id}]"
            place = place if place in inputs.places else table.name
            for key, text in preset.items():
                if key not in table.columns:
                    _check_word("行的键", key, ROW_WORDS, place, inputs)
                    _check_word(key, text, ROW_WORDS.get(key, ()), place, inputs)


def _check_input_words(spec: InputSpec, place: str, inputs: InputReader) -> None:
    for word in spec.means:
        _check_word("means", word, MEANINGS, place, inputs)
    _check_word("term", spec.term, TERMS, place, inputs)


def _check_word(key: str, word: str, known: Collection[str], place: str, inputs: InputReader) -> None:
    """Note a problem for a word that is none of those `known`; without any known ones every word is good."""
    if word and known and word not in known:
        inputs.add_problem(place, f"{key}“{word}”没有含义，可用的有：{'、'.join(known)}")


def _drawn_cells(layout: Layout) -> set[str]:
    """Names of the cells (not of columns) that some block draws."""
    return {
        piece.name
        for block in layout.blocks
        for pieces, table in _piece_groups(block)
        for piece in pieces
        if isinstance(piece, Placeholder) and piece.name not in _columns(layout, table)
    }


def _drawn_columns(block: Block, layout: Layout) -> Iterator[tuple[str, str]]:
    """The (table, column) pairs that a block draws."""
    for pieces, table in _piece_groups(block):
        for piece in pieces:
            if isinstance(piece, Placeholder) and piece.name in _columns(layout, table):
                yield table, piece.name


def _columns(layout: Layout, table: str) -> Mapping[str, InputSpec]:
    return layout.tables[table].columns if table in layout.tables else {}


def _piece_groups(block: Block) -> list[tuple[tuple[Piece, ...], str]]:
    """The pieces that a block draws, each group with the name of the table whose row it is part of, or ''."""
    if isinstance(block, TitleBlock):
        return [(line, "") for line in block.lines]
    if isinstance(block, LineBlock):
        return [(pieces, "") for pieces in (block.left, block.middle, block.right)]
    if isinstance(block, TextBlock):
        return [(line.pieces, block.each) for line in block.lines]
    return [(cell.pieces, row.table) for row in block.rows for cell in row.cells]
