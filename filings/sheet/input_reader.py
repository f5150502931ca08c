"""Reads the inputs of a layout file: `[cells]`, `[tables.NAME]`, and the `[fragments]` of included files."""

from __future__ import annotations

from dataclasses import replace

from filings.sheet.document import MAX_CELL_LENGTH, NAME, TABLES, Path, PathError
from filings.sheet.drawing import PIECE, VARIABLES
from filings.sheet.kinds import KINDS, MONEY_IN_YUAN
from filings.sheet.layout import CHOICE_SEPARATOR, InputSpec, RowSource, TableSpec
from filings.sheet.problems import Problem
from filings.sheet.targets import read_with_columns, target_problem
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import TomlSource

ALIGNMENTS = ("", "left", "center", "right")


class InputReader:
    """Collects the cells, tables and fragments of a layout from its own file and the files that it includes.

    A file read later changes or replaces what earlier ones describe. `places` are the file and line of each cell,
    table, column (`TABLE.column`), row printed by name (`TABLE[row]`) and key of a table (`TABLE:key`), for messages
    about mistakes found later.
    """

    def __init__(self, root: TomlReader) -> None:
        self.root = root
        self.yuan = root.data.get("money_unit") == "元"
        self.cells: dict[str, InputSpec] = {}
        self.tables: dict[str, TableSpec] = {}
        self.fragments: dict[str, TomlReader] = {}
        self.places: dict[str, tuple[TomlSource, int]] = {}
        self.named_cells: list[tuple[str, TomlReader, str]] = []
        """Cells that tables name, with reader and key, for a check when all cells have been read."""

    def read(self, reader: TomlReader) -> None:
        """Add the cells, tables and fragments of one file."""
        for name, cell in reader.children("cells"):
            self.cells[name] = self._input(name, cell, table="")
            self.places[name] = (reader.source, cell.line())
        for name, table in reader.children("tables"):
            self._table(name, table)
        self.fragments.update(reader.children("fragments"))

    def add_problem(self, name: str, reason: str) -> None:
        """Note a mistake at the line where a cell, table or column is described; line 1 if it is described nowhere."""
        source, line = self.places.get(name, (self.root.source, 1))
        self.root.problems.append(Problem(source.file, line, reason))

    def require_known(self, names: tuple[str, ...], reader: TomlReader, key: str = "") -> None:
        """Note a problem for every name that is no cell."""
        for name in names:
            if name not in self.cells:
                reader.add_problem(f"there is no cell {name!r} under [cells]", key)

    def _input(self, name: str, reader: TomlReader, table: str, base: InputSpec | None = None) -> InputSpec:
        """One cell, or one column of `table`; what the file leaves out is taken from `base`, else from the defaults."""
        inherited = base or InputSpec(name, Path(name), KINDS["line"], label="")
        kind = reader.choice("kind", tuple(KINDS), inherited.kind.key)
        spec = InputSpec(
            name=name,
            path=Path(table, "", name) if table else self._path(name, reader),
            kind=MONEY_IN_YUAN if kind == "money" and self.yuan else KINDS[kind],
            label=reader.get("label", str, inherited.label),
            required=reader.get("required", bool, inherited.required),
            help=reader.get("help", str, inherited.help),
            before=reader.get("before", str, inherited.before),
            after=reader.get("after", str, inherited.after),
            default=reader.get("default", str, inherited.default),
            choices=reader.get_list("choices", str) or inherited.choices,
            align=reader.choice("align", ALIGNMENTS, inherited.align),
            merge=reader.get("merge", bool, inherited.merge),
            width=reader.get("width", int, inherited.width),
            multiple=reader.get("multiple", bool, inherited.multiple),
            numbered=reader.get("numbered", bool, inherited.numbered),
            max_length=reader.get("max_length", int, inherited.max_length),
            means=self._means(reader) or inherited.means,
            term=reader.get("term", str, inherited.term),
            with_columns=read_with_columns(reader, inherited.with_columns) if table else {},
            # Telephone numbers are personal data unless the file says otherwise.
            personal=reader.get("personal", bool, base.personal if base else kind == "phone"),
        )
        self._check_input(spec, reader)
        self._check_length(spec, reader)
        self._check_choices(spec, reader)
        reader.refuse_unknown_keys()
        return spec

    def _means(self, reader: TomlReader) -> tuple[str, ...]:
        """What an input means: one word, or a list of several."""
        one = isinstance(reader.data.get("means"), str)
        return (reader.get("means", str, ""),) if one else reader.get_list("means", str)

    def _check_input(self, spec: InputSpec, reader: TomlReader) -> None:
        if not NAME.fullmatch(spec.name):
            reader.add_problem(f"{spec.name!r} is no name: small letters, digits and _, beginning with a letter")
        if spec.name in VARIABLES:
            reader.add_problem(f"{{{spec.name}}} is filled in by the system: give the cell another name")
        if not spec.label:
            reader.add_problem(f"{reader.path} has no label: the words by which people know the cell")
        if not 1 <= spec.width <= 12:
            reader.add_problem("width must be 1 to 12 twelfths of the step's breadth", "width")
        if spec.path.name != spec.name and not spec.path.row and PIECE.search(spec.default):
            reader.add_problem("the default of a column is the same in every row: it takes no variables", "default")

    def _check_length(self, spec: InputSpec, reader: TomlReader) -> None:
        if "max_length" not in reader.data:
            return
        if not 1 <= spec.max_length <= MAX_CELL_LENGTH:
            reader.add_problem(f"max_length 应为 1 到 {MAX_CELL_LENGTH} 的整数：这一格最多可填的字数", "max_length")
        elif len(spec.default) > spec.max_length:
            reader.add_problem(
                f"default 有 {len(spec.default)} 字，超过 max_length = {spec.max_length}，请改短或放宽", "max_length"
            )
        elif any(len(choice) > spec.max_length for choice in spec.choices):
            reader.add_problem(f"choices 中有的选项超过 max_length = {spec.max_length} 字，请改短或放宽", "max_length")

    def _check_choices(self, spec: InputSpec, reader: TomlReader) -> None:
        if spec.kind.key in ("choice", "boxes") and not spec.choices:
            reader.add_problem(f"{reader.path} is a choice without choices")
        for key in ("multiple", "numbered"):
            if getattr(spec, key) and spec.kind.key != "boxes":
                reader.add_problem(f"{key} is for cells of the kind boxes", key)
        if spec.multiple and any(CHOICE_SEPARATOR in choice for choice in spec.choices):
            reader.add_problem(
                f"with several ticks no choice may hold {CHOICE_SEPARATOR!r}, which stands between them", "choices"
            )

    def _path(self, name: str, reader: TomlReader) -> Path:
        """The address of a cell: as `at` says, else the field of its name."""
        text = reader.get("at", str, name)
        try:
            return Path.parse(text)
        except PathError:
            reader.add_problem(f"at = {text!r} is no address: write a name, or TABLE[ROW].COLUMN", "at")
            return Path(name)

    def _table(self, name: str, reader: TomlReader) -> None:
        if not NAME.fullmatch(name):
            reader.add_problem(f"{name!r} is no name: small letters, digits and _, beginning with a letter")
            return
        self.places[name] = (reader.source, reader.line())
        for key in ("term", "beside"):
            self.places[f"{name}:{key}"] = (reader.source, reader.line(key))
        base = self._base(name, reader)
        default_of = name if name in TABLES else "items"
        of = reader.choice("of", tuple(TABLES), base.row_kind if base else default_of)
        inherited = base or TableSpec(name, TABLES[of], {})
        columns = self._order(reader, self._columns(name, reader, inherited))
        self.tables[name] = TableSpec(
            name,
            reader.get("label", str, inherited.label),
            columns,
            reader.choice("start", ("none", "blank", "tree"), inherited.start),
            self._fixed(name, reader) or inherited.fixed,
            of,
            reader.get("complete", bool, inherited.complete),
            self._source(reader, columns),
            # A table that is `like` another has shared cells of its own: a cell of the form is drawn in one place.
            self._shared_cells(reader, columns) or (inherited.shared_cells if inherited.name == name else {}),
            reader.get("term", str, inherited.term),
            self._goal(reader) or (inherited.goal if inherited.name == name else ""),
            reader.choice("required", ("", "rows"), self._required_of(inherited, name)) == "rows",
        )
        self._check_targets(self.tables[name])
        reader.refuse_unknown_keys()

    def _goal(self, reader: TomlReader) -> str:
        """Read `goal = "CELL"`: the goal that the indicators of a table measure; '' if the table has no such key."""
        name = reader.get("goal", str, "")
        if name:
            self.named_cells.append((name, reader, "goal"))
        return name

    def _required_of(self, inherited: TableSpec, name: str) -> str:
        """What an included file said of this table; one that is only `like` another is required on its own."""
        return "rows" if inherited.rows_required and inherited.name == name else ""

    def _check_targets(self, table: TableSpec) -> None:
        for column in table.columns:
            if problem := target_problem(table, column):
                place = f"{table.name}.{column}"
                self.add_problem(place if place in self.places else table.name, problem)

    def _columns(self, name: str, reader: TomlReader, inherited: TableSpec) -> dict[str, InputSpec]:
        """The inherited columns and those that the file describes or changes, all with paths in this table."""
        columns = dict(inherited.columns)
        for column, spec in reader.children("columns"):
            columns[column] = self._input(column, spec, name, columns.get(column))
            self.places[f"{name}.{column}"] = (spec.source, spec.line())
        return {column: replace(spec, path=Path(name, "", column)) for column, spec in columns.items()}

    def _order(self, reader: TomlReader, columns: dict[str, InputSpec]) -> dict[str, InputSpec]:
        """The columns that `order` names, in its order; all of them if there is none."""
        order = reader.get_list("order", str)
        for column in order:
            if column not in columns:
                reader.add_problem(f"order names the column {column!r}, which is not described", "order")
        return {column: columns[column] for column in order if column in columns} if order else columns

    def _base(self, name: str, reader: TomlReader) -> TableSpec | None:
        """The table from which this one inherits: the one it is `like`, else one of its name in an included file."""
        like = reader.get("like", str, "")
        if like and like not in self.tables:
            reader.add_problem(f"like names {like!r}, which is no table described above", "like")
        return self.tables.get(like or name)

    def _source(self, reader: TomlReader, columns: dict[str, InputSpec]) -> RowSource | None:
        """Read `from = { layout = "place/form", columns = { name = "cell" } }`; None if the table has no such key."""
        if "from" not in reader.data:
            return None
        child = reader.child("from")
        cells = child.child("columns")
        source = RowSource(child.require("layout", str, "?"), {key: cells.get(key, str, "") for key in cells.data})
        if not source.columns:
            child.add_problem('from needs columns = { COLUMN = "cell" }: which cell of the other form goes where')
        for column in source.columns:
            if column not in columns:
                child.add_problem(f"from.columns names the column {column!r}, which is not described", "columns")
        child.refuse_unknown_keys()
        return source

    def _shared_cells(self, reader: TomlReader, columns: dict[str, InputSpec]) -> dict[str, str]:
        """Read `beside = { objective = "goal_name" }`: cells of the form that all rows share, by column."""
        child = reader.child("beside")
        shared_cells = {column: child.get(column, str, "") for column in child.data}
        for column, name in shared_cells.items():
            if column in columns:
                child.add_problem(f"{column!r} is a column of the rows: it cannot stand beside them too", column)
            self.named_cells.append((name, child, column))
        return shared_cells

    def _fixed(self, name: str, reader: TomlReader) -> dict[str, dict[str, str]]:
        """The fixed rows under `[tables.NAME.rows]`: preset cells by row id."""
        fixed = {}
        for row_id, row in reader.children("rows"):
            fixed[row_id] = {key: row.get(key, str, "") for key in row.data}
            self.places[f"{name}[{row_id}]"] = (row.source, row.line())
        return fixed
