"""Forms that share one description: of it, each keeps what it draws, as the loader asks."""

from __future__ import annotations

import re

DESCRIBED = re.compile(r"^(\w+) = \{ label", re.MULTILINE)


def described(head: str, blocks: str) -> str:
    """The description without the columns that the blocks do not draw, and without tables that keep none."""
    parts = re.split(r"^(?=\[)", head, flags=re.MULTILINE)
    kept = [_columns(part, blocks) if re.match(r"\[tables\.\w+\.columns\]", part) else part for part in parts]
    gone = {name for part in kept for name in re.findall(r"^\[tables\.(\w+)\.columns\]\n\Z", part)}
    kept = [part for part in kept if not any(part.startswith(f"[tables.{name}") for name in gone)]
    return re.sub(r"^tables = \[(.*)\]$", lambda found: _names(found[1], gone), "".join(kept), flags=re.MULTILINE)


def _columns(part: str, blocks: str) -> str:
    table = part.split(".")[1]
    slots = set(re.findall(r"\{(\w+)\}", blocks)) if re.search(rf"\b{table}\b", blocks) else set()
    lines = part.splitlines(keepends=True)
    return "".join(line for line in lines if not (found := DESCRIBED.match(line)) or found[1] in slots)


def _names(listed: str, gone: set[str]) -> str:
    return f"tables = [{', '.join(one for one in listed.split(', ') if one.strip(chr(34)) not in gone)}]"
