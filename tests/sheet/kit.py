"""What tests of layout files share: the mistakes that loading names, and the line on which a text has some words."""

from __future__ import annotations

import pytest

from filings.sheet.loading import load_layout
from filings.sheet.problems import LayoutError, Problem


def problems(text: str, **includes: str) -> list[Problem]:
    """The mistakes for which a layout file is refused; the files it includes are given by name."""
    with pytest.raises(LayoutError) as caught:
        load_layout("plan.toml", text, {f"{name}.toml": one for name, one in includes.items()}.__getitem__)
    return caught.value.problems


def line_of(text: str, words: str) -> int:
    """The line on which a text first has some words."""
    assert words in text, words
    return text[: text.index(words)].count("\n") + 1
