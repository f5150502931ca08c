"""One word for each thing: every word of a public name is explained in docs/glossary.md.

A public name is the name of a module, package, class, function or method of ours that does not begin with `_`. It is
split at `_` and at capitals, digits are dropped, and inflections count as the word itself (`base` below).
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"
MOST_ENTRIES = 350


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Django's own terms, with those of what it speaks: HTTP, HTML, CSS, JSON and WSGI.
DJANGO = listed("""
    admin allowed anchor app argument atomic backend button choice clean command commit config connection constraint
    context create css database delete enqueue filter foreignkey formfield get handle host html invalid json login
    logout management meta middleware migration model password permission post query queryset ready request response
    savepoint secret session setting static string template transaction update upload url valid view web wsgi
""")

# Terms of PDF and PostScript, of typography, and of OpenType and its shaper HarfBuzz (hb).
PDF = listed("""
    advance annotation artifact baseline bookmark centred conformance element embed font footer front glyph hb header
    heading indent margin matter metric mm offset outline padding paginate paint paragraph pdf postscript resource shape
    stream structure subset tag toc wrap
""")

# Terms of Excel and of openpyxl, which writes its files.
EXCEL = listed("column coordinate height hyperlink style tab width workbook worksheet")

# Terms of PostgreSQL and SQLite, of backups, and of the encryption format age.
STORAGE = listed("""
    backup decrypt encrypt encryption identity manifest passphrase postgresql recipient restore snapshot sqlite
""")

VOCABULARIES = {"DJANGO": DJANGO, "PDF": PDF, "EXCEL": EXCEL, "STORAGE": STORAGE}

# Names that are not ours to choose.
EXEMPT = {
    "HashedFile.flush",  # stands for io.BufferedIOBase.flush
    "post_fork",  # the name that gunicorn calls
    "QueueMetrics.collect",  # the name that prometheus_client calls
    "WithoutValues.formatException",  # overrides logging.Formatter.formatException
    "_Archive.writestr",  # overrides zipfile.ZipFile.writestr
    "perfbudget",  # the name of the project
    "weasyprint",  # returns the library of that name
}


class Name(NamedTuple):
    text: str
    file: str


IRREGULAR = {
    "broken": "break", "children": "child", "drawn": "draw", "lost": "lose", "people": "person", "sent": "send",
}  # fmt: skip


def words_of(name: str) -> list[str]:
    """`WorkerPool` and `worker_pool` are worker and pool."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return [word for part in name.split("_") if (word := re.sub(r"\d", "", part).lower())]


def stems(word: str) -> Iterator[str]:
    """What an inflected word may come from: plural, -ed, -ing, -er, -or, in the spellings of English."""
    if word in IRREGULAR:
        yield IRREGULAR[word]
    for ending in ("s", "es", "ed", "ing", "er", "or", "ers", "ors"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2:
            continue
        if len(stem) > 2:
            yield stem
        if ending != "s":
            yield stem + "e"  # used, storing
        if ending not in ("s", "es") and stem[-1] == stem[-2]:
            yield stem[:-1]  # splitting
    if word.endswith(("ies", "ied")):
        yield word[:-3] + "y"


def base(word: str, allowed: Collection[str]) -> str | None:
    """The listed word that `word` is or is an inflection of; None for a word that nobody listed."""
    if word in allowed:
        return word
    found = next((stem for stem in stems(word) if stem in allowed), None)
    if found is None and word.startswith("un"):
        return base(word.removeprefix("un"), allowed)
    return found


def defined_names(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """The classes and functions of a module, and those of classes as `Class.name`; not what a function defines."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield inside + node.name
            yield from defined_names(node, f"{inside}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inside + node.name
        elif isinstance(node, ast.If | ast.Try):
            yield from defined_names(node, inside)


def sources() -> list[Path]:
    found = (path for folder in ("filings", "indicators", "perfbudget") for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def all_names() -> Iterator[Name]:
    for path in sources():
        file = path.relative_to(ROOT).as_posix()
        module = path.parent.name if path.stem == "__init__" else path.stem
        for name in (module, *defined_names(ast.parse(path.read_text(encoding="utf-8")))):
            yield Name(name, file)


def is_public(name: Name) -> bool:
    return not name.text.split(".")[-1].startswith("_") and name.text not in EXEMPT


def words_in(name: Name) -> list[str]:
    """Of a method its own name alone: that of its class is looked at by itself."""
    return words_of(name.text.split(".")[-1])


def glossary_tables() -> list[list[tuple[str, str, str]]]:
    """The rows of each table of the glossary: word, Chinese term, meaning."""
    tables: list[list[tuple[str, str, str]]] = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line == "| word | 中文 | meaning |":
            tables.append([])
        elif line.startswith("| ") and tables:
            word, chinese, meaning = (cell.strip() for cell in line.strip("|").split("|"))
            tables[-1].append((word, chinese, meaning))
    return tables


WRITTEN = list(all_names())
NAMES = [name for name in WRITTEN if is_public(name)]
ENTRIES = [entry for table in glossary_tables() for entry in table]
LISTED = {word for word, _, _ in ENTRIES}


def test_every_word_is_explained() -> None:
    allowed = LISTED.union(*VOCABULARIES.values())
    unknown = [
        f"{word!r} in {name.text} ({name.file}): use an existing word or add a line to docs/glossary.md"
        for name in NAMES
        for word in words_in(name)
        if base(word, allowed) is None
    ]
    assert not unknown, "\n".join(unknown)


def test_entries_are_few_sorted_and_say_something() -> None:
    tables = glossary_tables()
    assert len(tables) > 5
    assert len(ENTRIES) <= MOST_ENTRIES
    assert [word for word, _, meaning in ENTRIES if len(meaning) < 5 or meaning.lower() == word] == []
    assert sum(bool(chinese) for _, chinese, _ in ENTRIES) > 100
    for table in tables:
        words = [word for word, _, _ in table]
        assert words == sorted(words)
    assert len(LISTED) == len(ENTRIES), "a word is listed twice"


def test_listed_words_are_no_inflections_of_each_other() -> None:
    own_meaning = {"filing", "finding"}
    assert sorted(word for word in LISTED - own_meaning if base(word, LISTED - {word})) == []


def test_no_listed_word_is_dead() -> None:
    """Our own words go with the last name that uses them; what Django, PDF and Excel call things may be needed yet."""
    allowed = LISTED.union(*VOCABULARIES.values())
    used = {base(word, allowed) for name in NAMES for word in words_in(name)}
    assert sorted(LISTED - used) == [], "no public name uses these words of docs/glossary.md: delete their lines"
    lists = [LISTED, *VOCABULARIES.values()]
    assert len(allowed) == sum(map(len, lists)), "a word stands in two lists"
    assert sorted(EXEMPT - {name.text for name in WRITTEN}) == []


# Words that hid what they named, or were of our own invention. They stay away.
REFUSED = listed("""
    alone around asking bare beside between binder book box call carried carries carry deed deeds desk door drawn dues
    face faces figures follow followed follows fresh gathered held hold house judged keep keeps kept lacking late leaf
    leaves look looks measure mend mends owed pen per posts press recognised room said squeezed standing stated
    surroundings taken told volumes weighed wholeness
""")
# A layout file contains a drawing of its form, made of `|`, `<` and `^`: there drawn means exactly that.
DRAWN_IN_A_LAYOUT = {"DrawnCell", "DrawnRow", "drawn_tables"}


def test_refused_words_stay_away() -> None:
    """`post`, `volume` and `login_carryover` are other words: Django's method, a bound part, and the given name."""
    found = [
        f"{word!r} in {name.text} ({name.file})"
        for name in NAMES
        if name.text not in DRAWN_IN_A_LAYOUT
        for word in words_in(name)
        if word in REFUSED
    ]
    assert not found, "\n".join(found)
    assert not REFUSED & LISTED


# Django asks for these names; TextChoices inside a model are read with its name: Packet.Status, Remark.Status.
EVERYWHERE = {"Meta", "Command", "Migration", "Config"}


def defined_classes(tree: ast.Module) -> Iterator[str]:
    nested_choices = {
        id(inner)
        for outer in ast.walk(tree) if isinstance(outer, ast.ClassDef)
        for inner in outer.body if isinstance(inner, ast.ClassDef) and "TextChoices" in map(last_name, inner.bases)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name not in EVERYWHERE and id(node) not in nested_choices:
            yield node.name


def last_name(node: ast.expr) -> str:
    return ast.unparse(node).split(".")[-1]


def test_no_class_name_is_used_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        for name in defined_classes(ast.parse(path.read_text(encoding="utf-8"))):
            places[name].append(path.relative_to(ROOT).as_posix())
    twice = [f"{name}: {', '.join(files)}" for name, files in places.items() if len(files) > 1]
    assert not twice, "\n".join(twice)
    assert len(places) > 100


def test_enough_names_are_looked_at() -> None:
    assert len(NAMES) > 800
    texts = {name.text for name in NAMES}
    assert {"filings", "packets", "copy_forward", "Filing", "save_edits", "CellKind.normalize"} <= texts
    assert not any("migrations" in name.file for name in NAMES)


def test_base_is_strict() -> None:
    allowed = {"break", "child", "copy", "person", "save", "split", "store", "verify", "waive", "work"}
    inflected = {
        "broken": "break", "children": "child", "copies": "copy", "copied": "copy", "people": "person",
        "saving": "save", "splitting": "split", "stores": "store", "stored": "store", "unverified": "verify",
        "waiver": "waive", "unwaived": "waive", "workers": "work", "save": "save",
    }  # fmt: skip
    assert {word: base(word, allowed) for word in inflected} == inflected
    for word in ("frobnicate", "workbook", "verification", "restore", "person_", "cop", "savage", "un", "ing", ""):
        assert base(word, allowed) is None, word
    assert base("frobnicate", LISTED.union(*VOCABULARIES.values())) is None


def test_names_are_split_at_capitals_and_digits() -> None:
    assert words_of("HTTPServer2Pool") == ["http", "server", "pool"]
    assert words_of("merge_level1_findings") == ["merge", "level", "findings"]
    assert words_of("formatException") == ["format", "exception"]
