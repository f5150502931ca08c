"""The scripts that need no page, run by the Node that comes with Playwright: no npm, no network."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCRIPTS = ROOT / "static" / "js"
FILES = sorted(HERE.glob("*.test.js"))
FEWEST = 80
"""Tests that there are at least: a file that is not found, or runs nothing, must not pass unseen."""


@pytest.fixture(scope="module")
def report() -> ElementTree.Element:
    """What Node's test runner says of all script tests."""
    node, _ = compute_driver_executable()
    line = [node, "--test", "--test-reporter=junit", *map(str, FILES)]
    ran = subprocess.run(line, cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert ran.stdout.startswith("<?xml"), ran.stdout + ran.stderr
    return ElementTree.fromstring(ran.stdout)


def names(cases: list[ElementTree.Element]) -> list[str]:
    return [case.get("name", "") for case in cases]


def test_the_scripts_do_what_their_tests_say(report: ElementTree.Element) -> None:
    cases = list(report.iter("testcase"))
    failed = [
        f"{case.get('name')}: {(fault.text or fault.get('message') or '').strip()}"
        for case in cases
        for fault in case.findall("failure")
    ]
    assert not failed, "\n\n".join(failed)
    assert len(cases) >= FEWEST
    assert names([case for case in cases if case.findall("skipped")]) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_tests_has_run(report: ElementTree.Element, path: Path) -> None:
    written = set(re.findall(r'^  it\("([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
    assert written
    assert written <= set(names(list(report.iter("testcase"))))


IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["']\./([^"']+)["'];$""", re.MULTILINE)
PAGE = re.compile(r"\b(?:document|window|localStorage|HTML\w*Element|Element)\b")


def test_the_tools_are_named_exactly_and_without_an_address_of_a_registry() -> None:
    """The lock file must serve whoever installs, from the registry that he has."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert len(wanted) >= 5
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    addresses = [one["resolved"] for one in locked.values() if "resolved" in one]
    assert [one for one in addresses if not one.startswith("https://registry.npmjs.org/")] == []
    assert [name for name, one in locked.items() if name and "integrity" not in one] == []


def imported_by(name: str) -> set[str]:
    """A script and all that it imports."""
    found: set[str] = set()
    wanted = [name]
    while wanted:
        here = wanted.pop()
        if here not in found:
            found.add(here)
            wanted += IMPORT.findall((SCRIPTS / here).read_text(encoding="utf-8"))
    return found


def test_no_script_is_left_over() -> None:
    """Every file is a page's script or imported by one; types.js holds types only."""
    entries = ("step.js", "written-texts.js", "review-queue.js", "packet-progress.js")
    used = set[str]().union(*(imported_by(name) for name in entries))
    assert {path.name for path in SCRIPTS.glob("*.js")} == used | {"types.js"}


def test_no_script_leaves_anything_in_the_window() -> None:
    """Modules share what they export, nothing else."""
    for path in SCRIPTS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(?:window|globalThis|self)\.\w+\s*=[^=]", text), path.name


@pytest.mark.parametrize(
    "name",
    [
        "edit-queue",
        "conflict-merging",
        "clipboard-block",
        "paste-plan",
        "grid-moves",
        "undo-history",
        "choice-words",
        "text-limits",
    ],
)
def test_logic_stands_apart_from_the_page(name: str) -> None:
    """What the tests above import needs no document, not even by what it imports itself."""
    for file in imported_by(f"{name}.js"):
        text = (SCRIPTS / file).read_text(encoding="utf-8")
        code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        code = re.sub(r"//.*", "", code)
        assert not PAGE.search(code), file
