"""The structure of a packet: volumes of departments, chapters of forms, sheets, and the texts of the cover."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from filings.renderers.stamp import Stamp


@dataclass(frozen=True)
class SheetEntry:
    """A form in a packet: title, note on its state ('' for none) for the contents, and its stamp.

    `load` returns the packed pages, or if `pages` is given the PDF of a final paper with so many; it is called once.
    """

    title: str
    note: str
    load: Callable[[], bytes]
    stamp: Stamp | None = None
    pages: int = 0


@dataclass(frozen=True)
class Chapter:
    """The sheets of one form."""

    title: str
    entries: tuple[SheetEntry, ...]


@dataclass(frozen=True)
class Volume:
    """The chapters of one department, in official order."""

    title: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Cover:
    """The texts of the cover from top to bottom; `subject` is also the document's title, `facts` are (name, text)."""

    subject: str
    above: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def sheet_entries(volumes: Sequence[Volume]) -> Iterator[SheetEntry]:
    """All sheets in order."""
    for volume in volumes:
        for chapter in volume.chapters:
            yield from chapter.entries
