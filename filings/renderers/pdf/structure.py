"""The logical structure of a document, as screen readers and converters see it, and the page content that it refers to.

Content that says something belongs to an element, everything else is an artifact (ISO 32000-1 §14.8, ISO 14289-1 §7.1):
borders, page headers and footers, watermarks, and what is repeated where a table continues on another page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Mark(NamedTuple):
    """A marked part of page content: the page, counted from 0, and the number of the part on it (its MCID)."""

    page: int
    number: int


Attributes = tuple[tuple[str, int | str], ...]
"""The names and values of attributes."""


class LinkMark(NamedTuple):
    """A link as part of an element: its page, counted from 0, and its number among the links of that page."""

    page: int
    number: int


@dataclass(slots=True)
class Element:
    """An element: its standard structure type, what it consists of in reading order, and the attributes of a cell.

    `attributes` are those of a table's cells or of a list. `title` names a section, or is the text of a heading.
    """

    tag: str
    kids: list[Element | Mark | LinkMark] = field(default_factory=list)
    attributes: Attributes = ()
    title: str = ""

    def add(self, kid: Element) -> Element:
        """Append an element and return it."""
        self.kids.append(kid)
        return kid

    def marks(self) -> Iterator[Mark]:
        """All marked content of the element, in reading order."""
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.marks()
            elif isinstance(kid, Mark):
                yield kid

    def headings(self) -> Iterator[tuple[int, Element]]:
        """The headings in it with their levels from 1, in reading order."""
        if self.title and self.tag[0] == "H" and self.tag[1:].isdigit():
            yield int(self.tag[1:]), self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.headings()


class TaggedContent:
    """The content of a page under construction, each part of it marked. `page` counts from 0."""

    def __init__(self, page: int) -> None:
        self.page = page
        self.operators: list[bytes] = []
        self._count = 0

    def add(self, element: Element, operators: Iterable[bytes]) -> None:
        """Paint a part of an element; nothing is marked where there is nothing to paint."""
        if painted := list(filter(None, operators)):
            element.kids.append(Mark(self.page, self._count))
            self.operators.append(b"/%s <</MCID %d>> BDC" % (element.tag.encode(), self._count))
            self.operators += painted
            self.operators.append(b"EMC")
            self._count += 1

    def add_artifact(self, operators: Iterable[bytes], kind: str = "") -> None:
        """Paint what is no content: a Header, Footer or Watermark as `kind`, else a mere part of the layout."""
        if painted := list(filter(None, operators)):
            self.operators += [_artifact(kind), *painted, b"EMC"]


def _artifact(kind: str) -> bytes:
    if kind:
        return b"/Artifact <</Type/Pagination/Subtype/%s>> BDC" % kind.encode()
    return b"/Artifact <</Type/Layout>> BDC"
