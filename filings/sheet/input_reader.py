"""Reads what can be filled: `[cells]`, `[tables.NAME]` and the fragments that included files give."""

from __future__ import annotations

from dataclasses import replace

from filings.sheet.document import NAME, TABLES, Path, PathError
from filings.sheet.drawing import PIECE, VARIABLES
from filings.sheet.kinds import KINDS, YUAN
from filings.sheet.layout import BETWEEN, InputSpec, RowSource, TableSpec
from filings.sheet.problems import Problem
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import TomlSource

ALIGNMENTS = ("", "left", "center", "right")


class InputReader:
    """The cells and tables of a layout, gathered from its file and the files it includes; later files win."""

    def __init__(self, root: TomlReader) -> None:
        self.root = root
        self.yuan = root.data.get("money_unit") == "元"
        self.cells: dict[str, InputSpec] = {}
        self.tables: dict[str, TableSpec] = {}
        self.fragments: dict[str, TomlReader] = {}
        self.places: dict[str, tuple[TomlSource, int]] = {}
        self.beside: list[tuple[str, TomlReader]] = []
        """Names that tables call cells of the form; whether they are shows when all cells are read."""

    def read(self, reader: TomlReader) -> None:
        """Take over the cells, tables and fragments of one file."""
        for name, cell in reader.children("cells"):
            self.cells[name] = self._input(name, cell, table="")
            self.places[name] = (reader.source, cell.line())
        for name, table in reader.children("tables"):
            self._table(name, table)
        self.fragments.update(reader.children("fragments"))

    def add_problem(self, name: str, reason: str) -> None:
        """Note a mistake at the line where a cell or table is described."""
        source, line = self.places.get(name, (self.root.source, 1))
        self.root.problems.append(Problem(source.file, line, reason))

    def require_known(self, names: tuple[str, ...], reader: TomlReader, key: str = "") -> None:
        """Note every name that is no cell."""
        for name in names:
            if name not in self.cells:
                reader.add_problem(f"there is no cell {name!r} under [cells]", key)

    def _input(self, name: str, reader: TomlReader, table: str, base: InputSpec | None = None) -> InputSpec:
        kind = reader.choice("kind", tuple(KINDS), base.kind.key if base else "line")
        spec = InputSpec(
            name=name,
            path=Path(table, "", name) if table else self._path(name, reader),
            kind=YUAN if kind == "money" and self.yuan else KINDS[kind],
            label=reader.get("label", str, base.label if base else ""),
            required=reader.get("required", bool, base.required if base else False),
            help=reader.get("help", str, base.help if base else ""),
            before=reader.get("before", str, base.before if base else ""),
            after=reader.get("after", str, base.after if base else ""),
            default=reader.get("default", str, base.default if base else ""),
            choices=reader.get_list("choices", str) or (base.choices if base else ()),
            align=reader.choice("align", ALIGNMENTS, base.align if base else ""),
            merge=reader.get("merge", bool, base.merge if base else False),
            width=reader.get("width", int, base.width if base else 12),
            multiple=reader.get("multiple", bool, base.multiple if base else False),
            numbered=reader.get("numbered", bool, base.numbered if base else False),
            personal=reader.get("personal", bool, base.personal if base else kind == "phone"),
        )
        self._check_input(spec, reader)
        self._check_choices(spec, reader)
        reader.reject_unknown_keys()
        return spec

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

    def _check_choices(self, spec: InputSpec, reader: TomlReader) -> None:
        if spec.kind.key in ("choice", "boxes") and not spec.choices:
            reader.add_problem(f"{reader.path} is a choice without choices")
        for key in ("multiple", "numbered"):
            if getattr(spec, key) and spec.kind.key != "boxes":
                reader.add_problem(f"{key} is for cells of the kind boxes", key)
        if spec.multiple and any(BETWEEN in choice for choice in spec.choices):
            reader.add_problem(
                f"with several ticks no choice may hold {BETWEEN!r}, which stands between them", "choices"
            )

    def _path(self, name: str, reader: TomlReader) -> Path:
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
        base = self._base(name, reader)
        of = reader.choice("of", tuple(TABLES), base.of if base else name if name in TABLES else "items")
        columns = dict(base.columns) if base else {}
        for column, spec in reader.children("columns"):
            columns[column] = self._input(column, spec, name, columns.get(column))
            self.places[f"{name}.{column}"] = (spec.source, spec.line())
        columns = {column: replace(spec, path=Path(name, "", column)) for column, spec in columns.items()}
        order = reader.get_list("order", str)
        for column in order:
            if column not in columns:
                reader.add_problem(f"order names the column {column!r}, which is not described", "order")
        if order:
            columns = {column: columns[column] for column in order if column in columns}
        self.tables[name] = TableSpec(
            name,
            reader.get("label", str, base.label if base else TABLES[of]),
            columns,
            reader.choice("start", ("none", "blank", "tree"), base.start if base else "none"),
            self._fixed(reader) or (base.fixed if base else {}),
            of,
            reader.get("complete", bool, base.complete if base else False),
            self._source(reader, columns),
            self._shared_cells(reader, columns) or (base.shared_cells if base and base.name == name else {}),
        )
        reader.reject_unknown_keys()

    def _base(self, name: str, reader: TomlReader) -> TableSpec | None:
        """The table that this one starts from: the one it is `like`, or one of its name in an included file."""
        like = reader.get("like", str, "")
        if like and like not in self.tables:
            reader.add_problem(f"like names {like!r}, which is no table described above", "like")
        return self.tables.get(like or name)

    def _source(self, reader: TomlReader, columns: dict[str, InputSpec]) -> RowSource | None:
        """`from = { layout = "place/form", columns = { name = "cell" } }`"""
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
        child.reject_unknown_keys()
        return source

    def _shared_cells(self, reader: TomlReader, columns: dict[str, InputSpec]) -> dict[str, str]:
        """`beside = { objective = "goal_name" }`: the cells of the form that stand beside all rows."""
        child = reader.child("beside")
        beside = {column: child.get(column, str, "") for column in child.data}
        for column, name in beside.items():
            if column in columns:
                child.add_problem(f"{column!r} is a column of the rows: it cannot stand beside them too", column)
            self.beside.append((name, child))
        return beside

    def _fixed(self, reader: TomlReader) -> dict[str, dict[str, str]]:
        fixed = {}
        for row_id, row in reader.children("rows"):
            fixed[row_id] = {key: row.get(key, str, "") for key in row.data}
        return fixed
