"""How long the text of a cell may become: limits by kind and by what the layout says, and the refusal in words.

The limits hold for edits alone. A text that is stored already and longer (from an earlier version of the program or
of the form) is read, printed, exported and submitted as it is; an edit may make it shorter step by step, since each
step of that is saved by itself, but never longer or as long with other words.
"""

from __future__ import annotations

from filings.sheet.document import Path, text_error
from filings.sheet.layout import Layout


def limit_error(layout: Layout, path: Path, text: str, stored: str = "") -> str:
    """Why a text is too long for its cell, in Chinese; '' if it is not, or if an edit may put it there all the same.

    `stored` is what the cell holds before the edit.
    """
    limit = layout.text_limit(path)
    if len(text) <= limit or text == stored or len(text) < len(stored):
        return ""
    spec = layout.input_at(path)
    label = spec.label if spec else str(path)
    stays = f"（已保存的 {len(stored)} 字可以保留或逐步改短）" if len(stored) > limit else ""
    return f"“{label}”最多 {limit} 字，现在有 {len(text)} 字，请删去 {len(text) - limit} 字后再保存{stays}"


def cell_error(layout: Layout, path: Path, text: str, stored: str = "") -> str:
    """Why an edit cannot put a text into a cell, in Chinese: its length, or characters that cannot be stored."""
    return limit_error(layout, path, text, stored) or text_error(text)
