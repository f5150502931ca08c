"""The style sheets: a class means one thing, whoever wrote it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

STYLES = sorted((Path(settings.BASE_DIR) / "static").glob("*.css"))
RULE = re.compile(r"([^{}]+)\{|\}")


def headings(text: str) -> list[tuple[str, str]]:
    """What each rule is for, and the condition around it."""
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


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_rule_is_written_twice(path: Path) -> None:
    """Two rules of one name in different places are two meanings: the later one spoils the earlier one's page."""
    assert [one for one, times in Counter(headings(path.read_text(encoding="utf-8"))).items() if times > 1] == []


def test_a_rule_within_a_condition_is_another() -> None:
    text = "a { x: y } @media (b) { a { x: z } c { } } c { } a { }"
    assert Counter(headings(text)) == {("", "a"): 2, ("@media (b)", "a"): 1, ("@media (b)", "c"): 1, ("", "c"): 1}
