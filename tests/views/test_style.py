"""Style sheets: each class has one meaning."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

BASE_DIR = Path(settings.BASE_DIR)
STATIC, TEMPLATES = BASE_DIR / "static", BASE_DIR / "templates"
# What one page loads together: the screen's sheets are one, the others are alone.
STYLES = {
    "screen": sorted((STATIC / "css").glob("*.css")),
    **{path.stem: [path] for path in sorted(STATIC.glob("*.css"))},
}
RULE = re.compile(r"([^{}]+)\{|\}")


def headings(text: str) -> list[tuple[str, str]]:
    """Selector of each rule, and the condition around it."""
    found, around = [], ""
    for match in RULE.finditer(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        heading = " ".join((match[1] or "").split())
        if heading.startswith("@media"):
            around, inside = heading, 0
        elif heading:
            found.append((around, heading))
            inside = 1
        else:
            inside -= 1
            around = "" if inside < 0 else around
    return found


@pytest.mark.parametrize("name", STYLES)
def test_no_rule_is_written_twice(name: str) -> None:
    """Of two rules with one selector in different places, the later would change pages of the earlier."""
    found = Counter(heading for path in STYLES[name] for heading in headings(path.read_text(encoding="utf-8")))
    assert len(found) > 1
    assert [one for one, times in found.items() if times > 1] == []


def test_a_rule_within_a_condition_is_another() -> None:
    text = "a { x: y } @media (b) { a { x: z } c { } } c { } a { }"
    assert Counter(headings(text)) == {("", "a"): 2, ("@media (b)", "a"): 1, ("@media (b)", "c"): 1, ("", "c"): 1}


CLASS = re.compile(r"\.([a-z][\w-]*)")
LINKED = re.compile(r"{% static '(css/[\w-]+\.css)' %}")
INCLUDED = re.compile(r'{% (?:include|extends) "([^"]+)"')


def classes_of(path: Path) -> set[str]:
    """The classes that a style sheet defines."""
    return {name for _, heading in headings(path.read_text(encoding="utf-8")) for name in CLASS.findall(heading)}


def template_text(name: str) -> str:
    """A template with all that it includes and extends."""
    path = TEMPLATES / name
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return text + "".join(template_text(one) for one in INCLUDED.findall(text))


def words_of_classes(text: str) -> set[str]:
    """Every class name in a class attribute, without template tags."""
    found = re.findall(r'class="((?:{[%{].*?[%}]}|[^"])*)"', text, re.DOTALL)
    return {word for value in found for word in re.sub(r"{[%{].*?[%}]}", " ", value).split()}


PAGES = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*.html")
    if path.read_text(encoding="utf-8").startswith('{% extends "base.html" %}')
)


def test_the_pages_are_found() -> None:
    assert len(PAGES) > 20
    assert {"filings/step.html", "filings/board.html", "registration/login.html"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_the_style_sheets_that_know_its_classes(name: str) -> None:
    """A class defined only in another page's style sheet has no effect."""
    text = template_text(name)
    linked = [STATIC / address for address in dict.fromkeys(LINKED.findall(text))]
    assert 4 <= len(linked) <= 5, "four that all pages share, and one of its own"
    known = set[str]().union(*(classes_of(path) for path in linked))
    others = set[str]().union(*(classes_of(path) for path in STYLES["screen"])) - known
    assert words_of_classes(text) & others == set()
