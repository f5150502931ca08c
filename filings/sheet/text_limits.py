"""How long the text of a cell may become: limits by kind and by what the layout says.

The limits hold for edits alone. A text that is stored already and longer (from an earlier version of the program or
of the form) is read, printed, exported and submitted as it is; an edit may make it shorter step by step, since each
step of that is saved by itself, but never longer or as long with other words.
"""

from __future__ import annotations

from filings.sheet.document import Path, text_error
from filings.sheet.layout import Layout


def is_within_limit(layout: Layout, path: Path, text: str, stored: str = "") -> bool:
    """Whether a text is short enough for an edit to put it into a cell that holds `stored`."""
    return len(text) <= layout.text_limit(path) or text == stored or len(text) < len(stored)


def is_valid_text(layout: Layout, path: Path, text: str, stored: str = "") -> bool:
    """Whether an edit may put a text into a cell: by its length, and by characters that can be stored."""
    return is_within_limit(layout, path, text, stored) and not text_error(text)
