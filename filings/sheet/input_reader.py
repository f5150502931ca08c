"""Reads the inputs of a layout file: `[cells]`, `[tables.NAME]`, and the `[fragments]` of included files."""

from __future__ import annotations

from dataclasses import replace

from filings.sheet.document import MAX_CELL_LENGTH, NAME, TABLES, Path, PathError
from filings.sheet.drawing import PIECE, VARIABLES
from filings.sheet.kinds import KINDS, MONEY_IN_YUAN
from filings.sheet.layout import CHOICE_SEPARATOR, InputSpec, RowSource, TableSpec
from filings.sheet.problems import Problem, add_problem, display_name, display_value
from filings.sheet.targets import read_with_columns, target_problem
from filings.sheet.toml_reader import TomlReader
from filings.sheet.toml_source import TomlSource

ALIGNMENTS = ("", "left", "center", "right")
MOST_BLANK_ROWS = 50
"""Most rows with which a table may start: more would fill pages that nobody has written yet."""
NAME_RULE = "不能作名字：请用小写字母、数字和 _，以字母开头，最多 40 字"


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
        add_problem(self.root.problems, Problem(source.file, line, reason))

    def require_known(self, names: tuple[str, ...], reader: TomlReader, key: str = "") -> None:
        """Note a problem for every name that is no cell."""
        for name in names:
            if name not in self.cells:
                reader.add_problem(f"[cells] 下没有单元格 {display_name(name)}", key)

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
            width=reader.get_number("width", int, inherited.width, 1, 12),
            multiple=reader.get("multiple", bool, inherited.multiple),
            numbered=reader.get("numbered", bool, inherited.numbered),
            max_length=reader.get_number("max_length", int, inherited.max_length, 1, MAX_CELL_LENGTH),
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
            reader.add_problem(f"{display_name(spec.name)} {NAME_RULE}")
        if spec.name in VARIABLES:
            reader.add_problem(f"{{{spec.name}}} 由系统填写，请给单元格另起名字")
        if not spec.label:
            reader.add_problem(f"{reader.path} 缺少 label：填报人看到的名称")
        if spec.path.name != spec.name and not spec.path.row and PIECE.search(spec.default):
            reader.add_problem("列的 default 每行相同，不能含 {…} 变量", "default")

    def _check_length(self, spec: InputSpec, reader: TomlReader) -> None:
        if "max_length" not in reader.data or not 1 <= spec.max_length <= MAX_CELL_LENGTH:
            return
        if len(spec.default) > spec.max_length:
            reader.add_problem(
                f"default 有 {len(spec.default)} 字，超过 max_length = {spec.max_length}，请改短或放宽", "max_length"
            )
        elif any(len(choice) > spec.max_length for choice in spec.choices):
            reader.add_problem(f"choices 中有的选项超过 max_length = {spec.max_length} 字，请改短或放宽", "max_length")

    def _check_choices(self, spec: InputSpec, reader: TomlReader) -> None:
        if spec.kind.key in ("choice", "boxes") and not spec.choices:
            reader.add_problem(f"{reader.path} 是选择项，却没有 choices")
        for key in ("multiple", "numbered"):
            if getattr(spec, key) and spec.kind.key != "boxes":
                reader.add_problem(f'{key} 只用于 kind = "boxes" 的单元格', key)
        if spec.multiple and any(CHOICE_SEPARATOR in choice for choice in spec.choices):
            reader.add_problem(f"可多选时，选项里不能有“{CHOICE_SEPARATOR}”：它用来隔开所选的各项", "choices")

    def _path(self, name: str, reader: TomlReader) -> Path:
        """The address of a cell: as `at` says, else the field of its name."""
        text = reader.get("at", str, name)
        try:
            return Path.parse(text)
        except PathError:
            reader.add_problem(f"at = {display_value(text)} 不是地址：请写名字，或 表[行].列", "at")
            return Path(name)

    def _table(self, name: str, reader: TomlReader) -> None:
        if not NAME.fullmatch(name):
            reader.add_problem(f"{display_name(name)} {NAME_RULE}")
            return
        self.places[name] = (reader.source, reader.line())
        for key in ("term", "beside"):
            self.places[f"{name}:{key}"] = (reader.source, reader.line(key))
        base = self._base(name, reader)
        default_of = name if name in TABLES else "items"
        of = reader.choice("of", tuple(TABLES), base.row_kind if base else default_of)
        inherited = base or TableSpec(name, TABLES[of], {})
        columns = self._order(reader, self._columns(name, reader, inherited))
        start, blank_rows = self._start(reader, inherited)
        self.tables[name] = TableSpec(
            name,
            reader.get("label", str, inherited.label),
            columns,
            start,
            self._fixed(name, reader) or inherited.fixed,
            of,
            reader.get("complete", bool, inherited.complete),
            self._source(reader, columns),
            # A table that is `like` another has shared cells of its own: a cell of the form is drawn in one place.
            self._shared_cells(reader, columns) or (inherited.shared_cells if inherited.name == name else {}),
            reader.get("term", str, inherited.term),
            blank_rows,
            self._goal(reader) or (inherited.goal if inherited.name == name else ""),
            reader.choice("required", ("", "rows"), self._required_of(inherited, name)) == "rows",
        )
        self._check_targets(self.tables[name])
        reader.refuse_unknown_keys()

    def _start(self, reader: TomlReader, inherited: TableSpec) -> tuple[str, int]:
        """Read `start`: with which rows a new document begins, and how many blank ones `"blank"` or a number means."""
        if type(reader.data.get("start")) is not int:
            blank_rows = 1 if "start" in reader.data else inherited.blank_rows
            return reader.choice("start", ("none", "blank", "tree"), inherited.start), blank_rows
        return "blank", reader.get_number("start", int, 1, 1, MOST_BLANK_ROWS)

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
                reader.add_problem(f"order 中的列 {display_name(column)} 没有说明", "order")
        return {column: columns[column] for column in order if column in columns} if order else columns

    def _base(self, name: str, reader: TomlReader) -> TableSpec | None:
        """The table from which this one inherits: the one it is `like`, else one of its name in an included file."""
        like = reader.get("like", str, "")
        if like and like not in self.tables:
            reader.add_problem(f"like 所指的表 {display_name(like)} 没有在前面说明", "like")
        return self.tables.get(like or name)

    def _source(self, reader: TomlReader, columns: dict[str, InputSpec]) -> RowSource | None:
        """Read `from = { layout = "place/form", columns = { name = "cell" } }`; None if the table has no such key."""
        if "from" not in reader.data:
            return None
        child = reader.child("from")
        cells = child.child("columns")
        source = RowSource(child.require("layout", str, "?"), {key: cells.get(key, str, "") for key in cells.data})
        if not source.columns:
            child.add_problem('from 缺少 columns = { 列 = "单元格" }：另一张表的哪个单元格填入哪一列')
        for column in source.columns:
            if column not in columns:
                child.add_problem(f"from.columns 中的列 {display_name(column)} 没有说明", "columns")
        child.refuse_unknown_keys()
        return source

    def _shared_cells(self, reader: TomlReader, columns: dict[str, InputSpec]) -> dict[str, str]:
        """Read `beside = { objective = "goal_name" }`: cells of the form that all rows share, by column."""
        child = reader.child("beside")
        shared_cells = {column: child.get(column, str, "") for column in child.data}
        for column, name in shared_cells.items():
            if column in columns:
                child.add_problem(f"{column} 已是这张表的列，不能再写进 beside", column)
            self.named_cells.append((name, child, column))
        return shared_cells

    def _fixed(self, name: str, reader: TomlReader) -> dict[str, dict[str, str]]:
        """The fixed rows under `[tables.NAME.rows]`: preset cells by row id."""
        fixed = {}
        for row_id, row in reader.children("rows"):
            fixed[row_id] = {key: row.get(key, str, "") for key in row.data}
            self.places[f"{name}[{row_id}]"] = (row.source, row.line())
        return fixed
