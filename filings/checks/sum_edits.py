"""Whether edits leave the sums of a form right: told from the sums that their cells are in, without reading the others.

Each of hundreds of empty totals has a fix of its own; to read the whole form again for each would take minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from filings.sheet.derived import ROUNDS, FilledParts, document_sums, read_parts, sum_text
from filings.sheet.document import Document, Path
from filings.sheet.edits import SetCell
from filings.sheet.layout import InputSpec, Layout
from filings.sheet.text_limits import is_valid_text
from indicators.number import add_numbers

Texts = Mapping[Path, str]
"""Texts of the cells that change, by address; all others are as the document has them."""
NO_TEXTS: Texts = {}


class DocumentSums:
    """The sums of a document. Its cells are read once; a text that changes is then exchanged in what the parts make.

    `tolerance` is how far a total may be from its sum.
    """

    def __init__(self, layout: Layout, document: Document, tolerance: Decimal) -> None:
        self._layout, self._document, self._tolerance = layout, document, tolerance
        self._sums = list(document_sums(layout, document))
        self._parts = [
            read_parts(((document.value(path), spec) for path, spec in one.parts), one.total) for one in self._sums
        ]
        self._by_total: dict[Path, list[int]] = defaultdict(list)
        self._by_part: dict[Path, list[tuple[int, InputSpec]]] = defaultdict(list)
        for number, one in enumerate(self._sums):
            self._by_total[one.path].append(number)
            for path, spec in one.parts:
                self._by_part[path].append((number, spec))
        self._right, self._wrong = self._judge(range(len(self._sums)), NO_TEXTS)
        self._suggestions: dict[Path, str] = {}
        self._copied = self._sources_of_other_rules()

    def _sources_of_other_rules(self) -> frozenset[Path]:
        """The cells that copies and shares read for cells that are in a sum."""
        rules = [(rule.cell, rule.source) for rule in self._layout.copies]
        rules += [(rule.cell, source) for rule in self._layout.shares for source in (rule.part, rule.whole)]
        cells = self._layout.cells
        in_sums = self._by_total.keys() | self._by_part.keys()
        return frozenset(cells[source].path for cell, source in rules if cells[cell].path in in_sums)

    def stay_right(self, edits: Sequence[SetCell]) -> bool:
        """Whether each edit fits its cell, no sum would be wrong that was not, and no right one have another total.

        No where a copy or a share would have to be followed: what comes of it is not worked out.
        """
        if not all(self._fits(edit.path, edit.value, NO_TEXTS) for edit in edits):
            return False
        changed = {edit.path: edit.value for edit in edits if edit.value != self._document.value(edit.path)}
        texts = self._with_followers(changed)
        numbers = {number for path in texts for number in (*self._by_total.get(path, ()), *self._sums_with(path))}
        right, wrong = self._judge(numbers, texts)
        was_right = {number: self._right[number] for number in numbers if number in self._right}
        return was_right.items() <= right.items() and wrong <= self._wrong and self._copied.isdisjoint(texts)

    def _sums_with(self, part: Path) -> list[int]:
        return [number for number, _ in self._by_part.get(part, ())]

    def _judge(self, numbers: Iterable[int], texts: Texts) -> tuple[dict[int, Decimal], set[int]]:
        """Of some sums the totals in 万元 of those that are right, and the numbers of those that are wrong or empty."""
        right: dict[int, Decimal] = {}
        wrong: set[int] = set()
        for number in numbers:
            one, parts = self._sums[number], self._parts_with(number, texts)
            total = one.total.kind.amount(self._text(one.path, texts))
            if parts.count == parts.unreadable or (total is None and not parts.amount):
                continue
            if total is not None and abs(total - parts.amount) <= self._tolerance:
                right[number] = total
            else:
                wrong.add(number)
        return right, wrong

    def _with_followers(self, edited: Texts) -> Texts:
        """The edited texts, and those of the totals that would follow them as `update_derived` lets them."""
        texts, followed = dict(edited), dict(edited)
        for _ in range(ROUNDS):
            totals = {self._sums[number].path for path in followed for number in self._sums_with(path)} - edited.keys()
            followed = {path: self._followed(path, texts) for path in totals}
            followed = {path: text for path, text in followed.items() if text != self._text(path, texts)}
            texts |= followed
        return texts

    def _followed(self, total: Path, texts: Texts) -> str:
        """The text of a total after its parts changed: the new sum if it is empty or holds the last one."""
        now, last = self._text(total, texts), self._last_suggestion(total)
        if total not in texts and now not in ("", last):
            return now
        new = self._suggestion(total, texts)
        return now if total not in texts and new == last else new

    def _last_suggestion(self, total: Path) -> str:
        """The text that is suggested for a total before anything changes."""
        if total not in self._suggestions:
            self._suggestions[total] = self._suggestion(total, NO_TEXTS)
        return self._suggestions[total]

    def _suggestion(self, total: Path, texts: Texts) -> str:
        """The text that the last rule with a sum suggests for a total, '' if none does or it does not fit the cell."""
        sums = [sum_text(self._sums[n].total, self._parts_with(n, texts)) for n in reversed(self._by_total[total])]
        text = next(filter(None, sums), "")
        return text if self._fits(total, text, texts) else ""

    def _parts_with(self, number: int, texts: Texts) -> FilledParts:
        """The filled parts of a sum with the texts that change."""
        total, parts = self._sums[number].total, self._parts[number]
        changed = [(path, spec) for path in texts for other, spec in self._by_part.get(path, ()) if other == number]
        if not changed:
            return parts
        was = read_parts(((self._document.value(path), spec) for path, spec in changed), total)
        now = read_parts(((texts[path], spec) for path, spec in changed), total)
        return FilledParts(
            add_numbers((parts.amount, now.amount, was.amount.copy_negate())),
            parts.count + now.count - was.count,
            parts.unreadable + now.unreadable - was.unreadable,
            parts.without_unit + now.without_unit - was.without_unit,
        )

    def _text(self, path: Path, texts: Texts) -> str:
        return texts[path] if path in texts else self._document.value(path)

    def _fits(self, path: Path, text: str, texts: Texts) -> bool:
        return is_valid_text(self._layout, path, text, self._text(path, texts))
