"""Cross-checks of a complete layout: every input is drawn, and belongs to exactly one section."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from filings.sheet.document import NAME
from filings.sheet.drawing import Piece, Placeholder
from filings.sheet.input_reader import InputReader
from filings.sheet.layout import Block, InputSpec, Layout, LineBlock, TableBlock, TableSpec, TextBlock, TitleBlock
from filings.sheet.layout_words import COLUMNS, MEANINGS, ROW_WORDS, TERMS
from filings.sheet.problems import display_name, display_value
from filings.sheet.toml_reader import TomlReader


def validate_layout(
    layout: Layout, root: TomlReader, inputs: InputReader, section_paths: list[str], readable: bool
) -> None:
    """Note every mistake that can be found only once the whole file has been read. Raises nothing.

    `section_paths` are the key paths of the layout's sections, for line numbers. If some drawing is not `readable`,
    it is not known what it draws: then no input is reported as drawn nowhere.
    """
    if layout.key != "?" and not NAME.fullmatch(layout.key.replace("-", "_").replace("/", "_")):
        root.add_problem(f"key {display_value(layout.key)} 只能用小写字母、数字、- 和 /，以字母开头，最多 40 字", "key")
    _check_sections(layout, root, section_paths)
    _check_placed(layout, inputs)
    _check_addresses(layout, inputs)
    _check_words(layout, inputs)
    if readable:
        _check_drawn(layout, root, inputs)
        _check_columns(layout, inputs)
        _check_sums(layout, inputs)


def check_parts(layout: Layout, root: TomlReader) -> None:
    """Note what would keep any page from showing the form at all; asked of layouts in use too."""
    if not layout.blocks:
        root.add_problem("表样没有内容：至少要有一个 [[block]]")
    if not layout.sections:
        root.add_problem("表样没有 [[section]]：填报要分步进行")
    if layout.amount and layout.amount not in layout.cells:
        root.add_problem(f"amount 所指的 {display_name(layout.amount)} 不是单元格", "amount")


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
                root.add_problem(f"{name} 写在了两个 section 里", path)
            seen.add(name)
        if section.key in keys:
            root.add_problem(f"两个 section 的 key 同为 {display_name(section.key)}", f"{path}.key")
        keys.add(section.key)


def _check_placed(layout: Layout, inputs: InputReader) -> None:
    """Every input that is drawn belongs to a section."""
    placed = {name for section in layout.sections for name in (*section.cells, *section.tables)}
    tables = set().union(*(drawn_tables(block) for block in layout.blocks))
    drawn = _drawn_cells(layout)
    for name in (*layout.cells, *sorted(tables)):
        if name not in placed and (name not in layout.cells or name in drawn):
            inputs.add_problem(name, f"{name} 画在表上，却不在任何 section 里，没有人能填")


def _check_drawn(layout: Layout, root: TomlReader, inputs: InputReader) -> None:
    """Every cell is drawn; of those in included files only the ones that a section fills must be."""
    drawn = _drawn_cells(layout)
    placed = {name for section in layout.sections for name in section.cells}
    for name in layout.cells:
        own = inputs.places[name][0] is root.source
        if name not in drawn and (own or name in placed):
            inputs.add_problem(name, f"{name} 可以填写，却没有画在表上，打印时会漏掉")


def _check_columns(layout: Layout, inputs: InputReader) -> None:
    """Every column of a table is drawn: in the lines of its rows, or as a cell that lives in a fixed row."""
    drawn = {column for block in layout.blocks for column in _drawn_columns(block, layout)}
    drawn |= {(spec.path.name, spec.path.column) for spec in layout.cells.values() if spec.path.row}
    for table in layout.tables.values():
        missing = [column for column in table.columns if (table.name, column) not in drawn]
        if missing and len(missing) == len(table.columns):
            inputs.add_problem(table.name, f"{table.name} 可以填写，却没有画在表上")
            continue
        for column in missing:
            inputs.add_problem(_place_name(table, column, inputs), _undrawn_reason(table, column))


def _check_sums(layout: Layout, inputs: InputReader) -> None:
    """Every column that a sum names is of a table that the form uses."""
    names = (name for rule in layout.sums for name in (rule.total, *rule.parts) if "." in name)
    for table in dict.fromkeys(name.partition(".")[0] for name in names):
        if table in inputs.tables and table not in layout.tables:
            inputs.add_problem(table, f"[[sum]] 要合计 {table}，它却没有画在表上，也不在任何 section 里")


def _place_name(table: TableSpec, column: str, inputs: InputReader) -> str:
    """Key of `inputs.places` for a column: its own, or that of its table if it is inherited from another table."""
    own = f"{table.name}.{column}"
    return own if own in inputs.places else table.name


def _undrawn_reason(table: TableSpec, column: str) -> str:
    return f"表 {table.name} 的列 {column} 可以填写，却没有画在表上，打印时会漏掉：请画上，或用 order = […] 去掉"


def _check_addresses(layout: Layout, inputs: InputReader) -> None:
    """The address of a cell in a fixed row names a row and a column that are described."""
    for spec in layout.cells.values():
        if not spec.path.row:
            continue
        table = layout.tables.get(spec.path.name)
        if table is None or spec.path.row not in table.fixed:
            where = f"[tables.{spec.path.name}.rows.{spec.path.row}]"
            inputs.add_problem(spec.name, f"{spec.path} 所指的行没有在 {where} 下说明")
        elif spec.path.column not in table.columns:
            where = f"[tables.{spec.path.name}.columns]"
            inputs.add_problem(spec.name, f"{spec.path} 所指的列没有在 {where} 下说明")


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
