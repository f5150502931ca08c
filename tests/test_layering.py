"""The house stays in order: imports run downward, places and forms are data, and each rule has one room."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from filings.renderers.pdf.sheet import code_files

ROOT = Path(__file__).resolve().parents[1]
CODE = sorted(
    path for folder in ("filings", "indicators", "perfbudget") for path in (ROOT / folder).rglob("*.py")
)  # fmt: skip

# Which rooms a room may import, beside itself. docs/design.md shows the same table to people.
MAY_IMPORT = {
    "indicators": set(),
    "indicators/apps.py": set(),
    "indicators/models.py": {"indicators", "perfbudget/compiled_query.py"},
    "indicators/admin.py": {"indicators/models.py"},
    "filings/sheet/": {"indicators"},
    "filings/checks/": {"filings/sheet/", "indicators"},
    "filings/renderers/": {"filings/checks/", "filings/sheet/", "perfbudget/files.py"},
    "filings/models/": {"filings/sheet/", "indicators"},
    "perfbudget/files.py": set(),
    "perfbudget/compiled_query.py": set(),
    "perfbudget/compiled_writes.py": set(),
    "perfbudget": {"perfbudget/files.py", "perfbudget/compiled_query.py"},
    "filings/services/": {
        "filings/models/", "filings/renderers/", "filings/checks/", "filings/sheet/",
        "indicators/models.py", "indicators", "perfbudget", "perfbudget/files.py", "perfbudget/compiled_query.py",
        "perfbudget/compiled_writes.py",
    },
    "filings/views/": {
        "filings/services/", "filings/models/", "filings/renderers/", "filings/checks/", "filings/sheet/", "indicators",
        "perfbudget",
    },
    "filings/management/": {
        "filings/services/", "filings/models/", "filings/renderers/", "filings/checks/", "filings/sheet/",
    },
    "filings/urls.py": {"filings/views/"},
    "filings/apps.py": {"filings/services/"},
    "filings/admin.py": {
        "filings/services/", "filings/models/", "filings/sheet/", "indicators/admin.py", "indicators/models.py",
    },
}  # fmt: skip
PURE = ("filings/sheet/", "filings/checks/", "indicators")


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in CODE}


def room_of(module: str) -> str:
    """The longest name in the table that the module lies in."""
    place = "/".join(module.split(".")) + (".py" if MODULES[module].name != "__init__.py" else "/")
    return max((room for room in MAY_IMPORT if place.startswith(room)), key=len, default=place)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere in it, also inside functions, with dots resolved."""
    package = module_of(path).split(".") if path.name == "__init__.py" else module_of(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            name = base if node.level else str(node.module)
            below = [f"{name}.{alias.name}" for alias in node.names if f"{name}.{alias.name}" in MODULES]
            yield from below or [name]


EDGES = [
    (module, target)
    for module, path in MODULES.items()
    if "migrations" not in path.parts
    for target in imported(path)
]  # fmt: skip
OURS = [(module, target) for module, target in EDGES if target in MODULES]


def test_the_reader_of_imports_sees_them() -> None:
    """Else every test below would pass on an empty list."""
    assert ("filings.services.log", "filings.models") in OURS
    assert ("filings.services.workflow", "filings.services.log") in OURS, "from PACKAGE import MODULE"
    assert ("filings.renderers.letter", "weasyprint") in EDGES, "inside a function"
    assert {room for room in MAY_IMPORT if room.endswith("/")} <= {room_of(module) for module in MODULES}


def test_imports_run_downward() -> None:
    upward = [
        f"{module} imports {target}"
        for module, target in OURS
        if room_of(module) != room_of(target) and room_of(target) not in MAY_IMPORT.get(room_of(module), set())
    ]
    assert upward == []


def test_nothing_else_of_ours_is_imported() -> None:
    """A name that starts like ours but is no module is a mistake or a module made at run time."""
    tops = ("filings.", "indicators.", "perfbudget.")
    assert [edge for edge in EDGES if edge[1].startswith(tops) and edge[1] not in MODULES] == []


def test_there_are_no_cycles() -> None:
    """Neither between rooms, by the table, nor between modules, as they are."""
    list(TopologicalSorter(MAY_IMPORT).static_order())
    graph: dict[str, set[str]] = {}
    for module, target in OURS:
        # A package's own __init__ gathers its modules; that they lie in it is no import of it.
        if not target.startswith(f"{module}."):
            graph.setdefault(module, set()).add(target)
    list(TopologicalSorter(graph).static_order())


PURE_LIBRARIES = {("filings.checks.similar", "rapidfuzz")}
"""Libraries without state that one module of a pure room uses."""


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_need_python_alone(room: str) -> None:
    """No Django, no renderer's library, no model: the engine can be tested and reused as plain functions."""
    foreign = [
        (module, target)
        for module, target in EDGES
        if room_of(module) == room and target not in MODULES and target.split(".")[0] not in sys.stdlib_module_names
    ]
    assert [edge for edge in foreign if (edge[0], edge[1].split(".")[0]) not in PURE_LIBRARIES] == []


@pytest.mark.parametrize("library", ["weasyprint", "openpyxl", "crispy_forms", "uharfbuzz", "fontTools", "pikepdf"])
def test_only_renderers_know_their_libraries(library: str) -> None:
    assert {room_of(module) for module, target in EDGES if target.split(".")[0] == library} == {"filings/renderers/"}


def test_the_manual_shows_the_same_table() -> None:
    """docs/design.md names the rooms by their last word, such as `services`."""
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(filings/[a-z]+/)` \|[^|]*\| ([^|]*) \|$", text, re.MULTILINE)
    shown = {room: set(re.findall(r"\w+", words)) for room, words in rows if room in MAY_IMPORT}
    allowed = {room: {one.split("/")[1 if "filings" in one else 0] for one in MAY_IMPORT[room]} for room in shown}
    assert shown == allowed
    assert len(shown) == 6


WRITES = {
    "save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "asave", "acreate", "adelete", "aupdate", "raw", "execute", "select_for_update",
}  # fmt: skip


@pytest.mark.parametrize("room", ["filings/views/", "filings/management/"])
def test_only_services_write(room: str) -> None:
    """Guards, locks and the log are in the services: who writes past them is neither checked nor recorded."""
    found = []
    for path in (path for module, path in MODULES.items() if room_of(module) == room):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                query = "objects" in ast.unparse(node.func.value)
                if node.func.attr in WRITES or (node.func.attr == "update" and query):
                    found.append(f"{path.name}:{node.lineno}: {ast.unparse(node.func)}")
    assert found == []
    assert not [module for module, target in EDGES if room_of(module) == room and target == "django.db.transaction"]


def test_the_engine_stays_in_small_files() -> None:
    long = {
        path.name: lines
        for path in (ROOT / "filings" / "sheet").glob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


# -- places and forms are data -------------------------------------------------------------------------------------

LAYOUTS, DEMO = ROOT / "filings" / "layouts", ROOT / "filings" / "demo"
SOURCES = [
    path
    for folder in ("filings", "indicators", "perfbudget", "templates", "static")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".html", ".js", ".css", ".svg", ".txt") and "vendor" not in path.parts
    and not path.is_relative_to(LAYOUTS) and not path.is_relative_to(DEMO)
]  # fmt: skip
# What national rules and our own screens call things, whichever form is filled.
COMMON = {
    "一级指标", "二级指标", "三级指标", "绩效指标", "绩效目标", "指标值", "组织机构代码", "项目名称", "单位名称",
    "支出明细", "填报单位", "资金总额", "资金来源", "项目类别", "项目编码",
}  # fmt: skip


def place_words() -> set[str]:
    """Everything that names a demo place: codes and their parts, names and their parts, offices, log-in names."""
    words: set[str] = set()
    for path in DEMO.glob("*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        words |= {data["place"], *data["place"].split("-"), data["division_code"]}
        for name in (data["name"], data["department"]["name"]):
            words |= {part for part in re.split(r"自治区|省|市|区|县|人民政府|街道办事处", name) if len(part) > 1}
        words |= {person["login"].split(".")[0] for person in data["people"]}
    return words | {path.name for path in LAYOUTS.iterdir() if path.is_dir() and path.name != "common"}


def form_words() -> set[str]:
    """Every label, step title and name of a real form, and its key."""
    words: set[str] = set()
    for path in LAYOUTS.glob("*/*.toml"):
        text = path.read_text(encoding="utf-8")
        words |= set(re.findall(r'\b(?:label|title) = "([^"]+)"', text))
        if path.name != "profile.toml":
            words |= {str(tomllib.loads(text).get(key, "")) for key in ("key", "name")}
    return {word for word in words if len(word) > 3} - COMMON


def test_the_words_to_look_for_are_found() -> None:
    assert {"kunming", "yinchuan", "昆明", "呈贡", "银川", "永宁", "530114", "luolong"} <= place_words()
    assert {"主管部门", "项目实施计划", "yinchuan-yongning/project-target"} <= form_words()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_place_is_named_in_code(path: Path) -> None:
    """A new place is a folder of layouts; a place in the code would be a rule for one and a trap for the others."""
    text = path.read_text(encoding="utf-8").lower()
    assert sorted(word for word in place_words() if word in text) == []


def shown_text(path: Path) -> str:
    """What a file says to people or compares with: of Python its strings without docstrings, else all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in statements]
    return "\n".join(str(node.value) for node in strings)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_form_is_known_to_code(path: Path) -> None:
    """Labels stand in layout files alone: the same cell has another name in the next place."""
    text = shown_text(path)
    assert sorted(word for word in form_words() if word in text) == []


# -- the tree as a whole -------------------------------------------------------------------------------------------

NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"}


def tree(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in NOT_OURS and not path.is_symlink():
            yield from tree(path)
        elif path.is_file():
            yield path


def test_nothing_leans_on_a_folder_outside() -> None:
    """A checkout elsewhere has no neighbours."""
    beside = re.compile(rb"\.\./" + rb"shared|/work/" + rb"shared")
    assert [str(path) for path in tree() if beside.search(path.read_bytes())] == []
    assert [str(path) for path in ROOT.rglob("*") if path.is_symlink() and not NOT_OURS & set(path.parts)] == []


def test_the_map_in_the_readme_shows_every_room() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    start, end = re.search(r"## Code map\n+", readme), readme.index("Imports run downward only")
    assert start
    shown = readme[start.end() : end]
    folders = [
        path.name for top in (ROOT, ROOT / "filings") for path in sorted(top.iterdir())
        if path.is_dir() and path.name not in NOT_OURS and not path.name.startswith(".") and path.name != "migrations"
    ]  # fmt: skip
    assert len(folders) > 10
    assert [name for name in folders if f"{name}/" not in shown] == []
    named = re.findall(r"^ +(\w+/)|(?<=  )(\w+/)", shown, re.MULTILINE)
    assert [name for pair in named for name in pair if name and name.rstrip("/") not in folders] == []


def test_commands_in_the_readme_exist() -> None:
    """The other way round than tests/test_docs.py: no row names a command that is gone."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("## Commands") : readme.index("## Production")]
    cells = [line.split("|")[1] for line in table.split("\n") if line.startswith("| `")]
    named = re.findall(r"`([a-z]+(?:_[a-z]+)*)[ `]", "\n".join(cells))
    own = {path.stem for path in (ROOT / "filings/management/commands").glob("[a-z]*.py")}
    assert {"serve", "seed_demo"} <= set(named)
    assert set(named) - own == {"createsuperuser"}


def test_cached_pages_depend_on_all_code_that_draws_them() -> None:
    """A change of any of it must not leave pages in the cache that earlier code drew."""
    reached, waiting = set(), {"filings.renderers.pdf.sheet"}
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting |= {target for source, target in OURS if source == module} - reached
    files = {MODULES[module] for module in reached if MODULES[module].name != "__init__.py"}
    assert len(files) > 20
    # How bytes get to the disk does not change them.
    assert files - {MODULES["perfbudget.files"]} <= set(code_files())
