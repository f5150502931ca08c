"""What is bound: departments, their forms, their sheets, and the words around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from filings.renderers.stamp import Stamp


@dataclass(frozen=True)
class SheetEntry:
    """A sheet in a packet: its title and a word on its state for the contents, its kept pages, its foot."""

    title: str
    note: str
    load: Callable[[], bytes]
    stamp: Stamp | None = None


@dataclass(frozen=True)
class Chapter:
    """The sheets of one form."""

    title: str
    entries: tuple[SheetEntry, ...]


@dataclass(frozen=True)
class Volume:
    """The forms of one department, in official order."""

    title: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Cover:
    """The words of the cover from top to bottom; `subject` is also the document's title."""

    subject: str
    above: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def sheet_entries(volumes: Sequence[Volume]) -> Iterator[SheetEntry]:
    """All sheets in order."""
    for volume in volumes:
        for chapter in volume.chapters:
            yield from chapter.entries
