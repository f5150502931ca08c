"""The examples of docs/layouts.md, completed, loaded and drawn; `python -m tests.manual` draws them anew."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filings.sheet.grid import LayoutVariables, build_grid
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.plain_text import render_text
from filings.sheet.sample import sample_document

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "layouts.md"
EXAMPLE = re.compile(r"^```toml\n(.*?)^```\n(?:^```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
TREE = [("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标")]
HEAD = 'key = "place/example"\nversion = 1\nname = "例表"\nsubject = "project"\n'


@dataclass(frozen=True)
class Example:
    """A piece of a layout in the manual, the line it begins on, and how the manual says that it is drawn ('': not)."""

    line: int
    text: str
    drawing: str

    @property
    def is_profile(self) -> bool:
        """Whether it is of a profile and not of a layout."""
        return "place" in tomllib.loads(self.text)

    @property
    def layout(self) -> Layout:
        """The layout; a piece gets a head and one step for all that can be filled."""
        text = self.text if "key" in tomllib.loads(self.text) else HEAD + self.text + _step(tomllib.loads(self.text))
        return load_layout(f"layouts.md, example in line {self.line}", text, _included)

    def drawn(self) -> str:
        """The form as text, filled with sample texts."""
        layout = self.layout
        setting = LayoutVariables(2026, "某市", "某局", "某项目", layout.name, 1, tuple(TREE))
        lines = render_text(build_grid(layout, sample_document(layout, TREE), setting)).splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines)


def examples(manual: str) -> Iterator[Example]:
    """Every example of the manual."""
    for found in EXAMPLE.finditer(manual):
        yield Example(manual.count("\n", 0, found.start()) + 2, found[1], found[2] or "")


def _step(data: dict[str, dict[str, object]]) -> str:
    like = {str(table.get("like")) for table in data.get("tables", {}).values() if isinstance(table, dict)}
    tables = [name for name, table in data.get("tables", {}).items() if isinstance(table, dict) and "rows" not in table]
    cells = ", ".join(f'"{name}"' for name in data.get("cells", {}))
    filled = ", ".join(f'"{name}"' for name in tables if name not in like)
    return f'\n[[section]]\nkey = "all"\ntitle = "全部"\ncells = [{cells}]\ntables = [{filled}]\n'


def _included(name: str) -> str:
    return (ROOT / "filings" / "layouts" / name).read_text(encoding="utf-8")


def redrawn(manual: str) -> str:
    """The manual with its drawings as the engine draws them."""
    for one in list(examples(manual)):
        before = f"```toml\n{one.text}```\n```text\n"
        manual = (
            manual.replace(f"{before}{one.drawing}```\n", f"{before}{one.drawn()}```\n") if before in manual else manual
        )
    return manual


if __name__ == "__main__":
    FILE.write_text(redrawn(FILE.read_text(encoding="utf-8")), encoding="utf-8")
