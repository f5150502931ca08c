"""The words of findings: made from code, case and facts where a finding is shown, never stored or read back."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from filings.checks.finding import Finding
from filings.checks.indicator_rows import without_prefix
from filings.checks.message_texts import MESSAGES
from filings.checks.rules import RULES, Rule
from filings.sheet.document import Document, Path
from filings.sheet.edits import Edit
from filings.sheet.kinds import PHONE_RULE
from filings.sheet.layout import Layout

LONGEST_QUOTE = 60
"""Characters of a typed text that a message quotes; a longer one is cut, for a list of findings stays readable."""
LONGEST_NAME = 24
"""Characters of the name of a row that stands for the row."""


@dataclass(frozen=True)
class FindingText:
    """A finding as people read it: label of its cell, message with the remedy, and the row it lies in.

    `short_message` leaves out the words that name the row, for display beside the cell; `fact` the remedy as well.
    `row_number` counts the free rows of the table from 1; it is 0, and `row_name` '', where the finding is in none.
    `fix_text` is the new text of the cell, where the fix changes no other cell: then nothing has to be shown before.
    """

    finding: Finding
    label: str
    message: str
    short_message: str
    row_number: int = 0
    row_name: str = ""
    fact: str = ""
    fix_text: str = ""

    @property
    def place(self) -> str:
        """Its row in the table, for a line that names the column before; the label of a cell in no row."""
        named = f"“{self.row_name[:LONGEST_NAME]}”" if self.row_name else ""
        return f"第 {self.row_number} 行{named}" if self.row_number else self.label

    @property
    def rule(self) -> Rule:
        """The rule of the check: title, remedy, help."""
        return RULES[self.finding.code]

    @property
    def digest(self) -> str:
        """The digest of the texts that it rests on."""
        return self.finding.digest

    @property
    def code(self) -> str:
        """The code of the check."""
        return self.finding.code

    @property
    def path(self) -> str:
        """The address of the cell, the name of the table, or '' for the whole form."""
        return self.finding.path

    @property
    def severity(self) -> str:
        """error, warning or note."""
        return self.finding.severity

    @property
    def fix(self) -> tuple[Edit, ...]:
        """The edits that would remove the mistake."""
        return self.finding.fix

    @property
    def fix_label(self) -> str:
        """The label of the button that applies the fix."""
        text = self.finding.fix_text
        if not text:
            return "按建议修改…"
        return f"改为“{text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + '…'}”"


def describe(layout: Layout, document: Document, findings: Iterable[Finding]) -> list[FindingText]:
    """The words of findings about a document of this layout, in their order."""
    words = _Words(layout, document, LONGEST_QUOTE)
    return [words.describe(finding) for finding in findings]


def messages_of_release_0_2(layout: Layout, document: Document, finding: Finding) -> set[str]:
    """The messages under which releases up to 0.2 stored replies to this finding: uncut, with and without the row."""
    text = _Words(layout, document, None).describe(finding)
    now, then = _OTHER_WORDS_THEN.get(finding.code, ("", ""))
    return {message.replace(now, then) for message in (text.message, text.short_message)}


_OTHER_WORDS_THEN = {
    "C55": (RULES["C55"].remedy, "请填写总额或核对是否填错了行"),
    "C69": (PHONE_RULE, "电话号码应为 7 位以上数字，如 0991-1234567"),
}
"""What has other words since, by code: now and then."""


class _Words(string.Formatter):
    """Fills the facts of a finding into its words; quotes at most `longest` characters of a text (None: all)."""

    def __init__(self, layout: Layout, document: Document, longest: int | None) -> None:
        self.layout, self.document, self.longest = layout, document, longest
        self._numbers: dict[str, dict[str, int]] = {}

    def describe(self, finding: Finding) -> FindingText:
        """The words of one finding."""
        facts = dict(finding.facts)
        path = _address(finding.path)
        number, name = self._row_number(path), self._row_name(path)
        label = facts.setdefault("label", self._label(path, finding.path))
        words = MESSAGES[f"{finding.code}.{finding.case}" if finding.case else finding.code]
        context = {"row_number": number, "row_name": name, "place": self._place(path, number, str(label)), **facts}
        fact = self.vformat(words, (), context)
        short = f"{fact}，{RULES[finding.code].remedy}。"
        in_row = number and "{row_number}" not in words and "{place}" not in words
        message = f"第 {number} 行“{self._cut(name)}”：{short}" if in_row else short
        own_text = "" if self.layout.is_source(path) else finding.fix_text
        return FindingText(finding, str(label), message, short, number, name, fact, own_text)

    def format_field(self, value: Any, format_spec: str) -> str:
        """A fact as words: `label`, `labels`, `added` (＋) and `row` of addresses, `quoted3` and `joined` of a list.

        Else as is; a list that is `joined` may be one text, as in the findings that release 0.3 stored.
        """
        match format_spec:
            case "row":
                return str(self._row_number(_address(value)))
            case "label":
                return self.layout.label(_address(value))
            case "labels" | "added":
                labels = [self.layout.label(_address(part)) for part in value]
                return self._listed(labels, joined="、" if format_spec == "labels" else "＋")
            case "joined" if not isinstance(value, str):
                return "、".join(self._cut(word) for word in value)
            case "" | "joined":
                return self._cut(str(value))
        return self._listed(value, most=int(format_spec.removeprefix("quoted")))

    def _listed(self, words: Sequence[str], *, most: int = 0, joined: str = "、") -> str:
        """The words without duplicates as a quoted enumeration; beyond `most` (0: no limit) they end in 等."""
        words = list(dict.fromkeys(self._cut(word) for word in words))
        return joined.join(f"“{word}”" for word in words[: most or None]) + ("等" if 0 < most < len(words) else "")

    def _cut(self, text: str) -> str:
        return text if self.longest is None or len(text) <= self.longest else f"{text[: self.longest]}……"

    def _label(self, path: Path, address: str) -> str:
        table = self.layout.tables.get(address)
        return table.label if table else self.layout.label(path)

    def _place(self, path: Path, number: int, label: str) -> str:
        """The label of a cell; of a cell in a free row with table and row before it, of a row its table."""
        table = self.layout.tables.get(path.name) if path.row else None
        if not table or table.fixed.get(path.row) is not None:
            return label
        return " ".join(filter(None, (table.label, f"第 {number} 行" if number else "", label if path.column else "")))

    def _row_number(self, path: Path) -> int:
        """The number of a free row in its table, 0 for a fixed row and for what is in none."""
        if not path.row:
            return 0
        if path.name not in self._numbers:
            fixed = self.layout.tables[path.name].fixed if path.name in self.layout.tables else {}
            free = [row.id for row in self.document.rows(path.name) if row.id not in fixed]
            self._numbers[path.name] = {row_id: number for number, row_id in enumerate(free, 1)}
        return self._numbers[path.name].get(path.row, 0)

    def _row_name(self, path: Path) -> str:
        """The name of the row that a cell lies in, without the words that the form prints in front of it."""
        row = self.document.row(path.name, path.row) if path.row else None
        table = self.layout.tables.get(path.name)
        name = table.columns.get("name") if table else None
        return without_prefix(row.get("name"), name.before if name else "") if row else ""


def _address(text: str) -> Path:
    """The parts of an address: of a cell, or of a whole row (`table[row]`), for which no column is named."""
    name, bracket, rest = text.partition("[")
    row, _, column = rest.partition("].")
    return Path(name, row.removesuffix("]"), column) if bracket else Path(name)


def group_key(text: FindingText) -> str:
    """What findings of one check and column have in common: `C35:indicators.value`; of one cell `C01:project_name`.

    A page shows such findings as one line with its rows, and one reason answers the line. A cell of a row that the form
    prints by name is by itself: its column is no more than what such rows, each of its own meaning, are stored in.
    """
    address = _address(text.path)
    return f"{text.code}:{address.name}.{address.column}" if text.row_number else f"{text.code}:{text.path}"
