"""Writes pages with their logical structure as a PDF without fonts, from which they are copied into documents.

It is written as text, since most of it are the elements of table cells: made one by one through a library, they would
take longer than all of the drawing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from filings.renderers.pdf.structure import Attributes, Element, LinkMark, Mark

OWNERS = {"ColSpan": "Table", "RowSpan": "Table", "Scope": "Table", "ListNumbering": "List"}
"""The owner of each attribute in use (ISO 32000-1 §14.8.5)."""
PRINTED = 4
"""The flag of annotations that are printed with their page, as PDF/A demands (ISO 19005-2 §6.3.2)."""


@dataclass(frozen=True)
class PageLink:
    """A link: its box on the page in points, the page of the whole document to which it leads, from 1, and its text."""

    box: tuple[float, float, float, float]
    target: int
    text: str


@dataclass(frozen=True)
class PageContent:
    """A page: width and height in points, its deflated content stream, and its links."""

    width: float
    height: float
    content: bytes
    links: tuple[PageLink, ...] = ()


def write_pages(pages: Sequence[PageContent], structure: Element) -> bytes:
    """The bytes of a PDF with these pages and their structure.

    The destination of a link is the number of a page of the whole document, which a binder has still to replace.
    """
    return PageWriter(pages).write(structure)


class PageWriter:
    """The objects of a PDF under construction, as text; the number of each is its place in the list, from 1.

    Each content stream comes after all other objects.
    """

    def __init__(self, pages: Sequence[PageContent]) -> None:
        self._pages = pages
        self._texts: list[str] = ["", "", "", ""]
        self._page_numbers = [self._add("") for _ in pages]
        self._links = [[self._add("") for _ in page.links] for page in pages]
        self._on_page: list[dict[int, int]] = [{} for _ in pages]
        """The elements of the marks on each page."""
        self._of_links: dict[int, int] = {}
        """The elements of the links."""
        self._attributes: dict[Attributes, int] = {}

    def write(self, structure: Element) -> bytes:
        """The bytes of the PDF."""
        document = self._add("")
        root = self._write(structure, document)
        self._texts[document - 1] = f"<</S/Document/P 3 0 R/K[{root} 0 R]>>"
        parents = [self._add(f"[{_references(_in_order(marks))}]") for marks in self._on_page]
        links = [link for of_page in self._links for link in of_page]
        numbered = [*parents, *(self._of_links[link] for link in links)]
        kids = _references(self._page_numbers)
        self._texts[:4] = [
            "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 3 0 R>>",
            f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>",
            f"<</Type/StructTreeRoot/K {document} 0 R/ParentTree 4 0 R>>",
            f"<</Nums[{' '.join(f'{key} {number} 0 R' for key, number in enumerate(numbered))}]>>",
        ]
        key = len(self._pages)
        for index, (page, own) in enumerate(zip(self._pages, self._links, strict=True)):
            self._texts[self._page_numbers[index] - 1] = self._page(index, page, own)
            for link, number in zip(page.links, own, strict=True):
                self._texts[number - 1] = _link(link, key)
                key += 1
        return _file(self._texts, [page.content for page in self._pages])

    def _page(self, index: int, page: PageContent, links: Sequence[int]) -> str:
        # Links are reached by the tab key in the order of the structure (ISO 14289-1 §7.18.3).
        annotations = f"/Annots[{_references(links)}]/Tabs/S" if links else ""
        box = f"/MediaBox[0 0 {round(page.width, 6)} {round(page.height, 6)}]"
        content = len(self._texts) + index + 1
        return f"<</Type/Page/Parent 2 0 R{box}/Resources<<>>/Contents {content} 0 R{annotations}>>"

    def _add(self, text: str) -> int:
        self._texts.append(text)
        return len(self._texts)

    def _write(self, element: Element, parent: int) -> int:
        """Write an element and all below it; returns its number."""
        number = self._add("")
        kids, page = [], -1
        for kid in element.kids:
            if isinstance(kid, Mark):
                self._on_page[kid.page][kid.number] = number
                # The page of an element is that of its first mark.
                page = kid.page if page < 0 else page
                kids.append(str(kid.number) if kid.page == page else self._mark_elsewhere(kid))
            elif isinstance(kid, LinkMark):
                kids.append(self._reference(kid, number))
            else:
                kids.append(f"{self._write(kid, number)} 0 R")
        entries = f"/S/{element.tag}/P {parent} 0 R"
        if page >= 0:
            entries += f"/Pg {self._page_numbers[page]} 0 R"
        if kids:
            entries += f"/K {kids[0]}" if len(kids) == 1 else f"/K[{' '.join(kids)}]"
        if element.attributes:
            entries += f"/A {self._attribute_object(element.attributes)} 0 R"
        if element.title and not element.tag.startswith("H"):
            entries += f"/T {_text_string(element.title)}"
        self._texts[number - 1] = f"<<{entries}>>"
        return number

    def _mark_elsewhere(self, mark: Mark) -> str:
        return f"<</Type/MCR/Pg {self._page_numbers[mark.page]} 0 R/MCID {mark.number}>>"

    def _reference(self, mark: LinkMark, element: int) -> str:
        """The reference to a link."""
        link = self._links[mark.page][mark.number]
        self._of_links[link] = element
        return f"<</Type/OBJR/Obj {link} 0 R/Pg {self._page_numbers[mark.page]} 0 R>>"

    def _attribute_object(self, attributes: Attributes) -> int:
        """The number of the attribute object of a cell or list; equal ones are written once."""
        if attributes not in self._attributes:
            self._attributes[attributes] = self._add(_attributes_text(attributes))
        return self._attributes[attributes]


@cache
def _attributes_text(attributes: Attributes) -> str:
    values = (f"/{name}/{value}" if isinstance(value, str) else f"/{name} {value}" for name, value in attributes)
    return f"<</O/{OWNERS[attributes[0][0]]}{''.join(values)}>>"


def _link(link: PageLink, key: int) -> str:
    """The annotation of a link, whose element is number `key` of the tree of parents."""
    box = " ".join(f"{edge:.2f}" for edge in link.box)
    return (
        f"<</Type/Annot/Subtype/Link/Rect[{box}]/Border[0 0 0]/F {PRINTED}/Dest[{link.target}]"
        f"/Contents {_text_string(link.text)}/StructParent {key}>>"
    )


def _text_string(text: str) -> str:
    return f"<{'feff' + text.encode('utf-16-be').hex()}>"


def _references(numbers: Sequence[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _in_order(elements: dict[int, int]) -> Sequence[int]:
    """The elements of a page by the numbers of their marks, which have no gaps."""
    return [elements[number] for number in range(len(elements))]


def _file(texts: Sequence[str], streams: Sequence[bytes]) -> bytes:
    """A PDF of objects, in one object stream, and of deflated streams, which are numbered after them."""
    parts, offsets = [b"%PDF-1.7\n"], []
    at = len(parts[0])
    for number, (entries, data) in enumerate(_streams(texts, streams), len(texts) + 1):
        head = f"{number} 0 obj\n<</Length {len(data)}/Filter/FlateDecode{entries}>>stream\n".encode()
        parts += [head, data, b"\nendstream endobj\n"]
        offsets.append(at)
        at += len(head) + len(data) + 18
    holder = len(texts) + len(offsets)
    size = holder + 2
    inside = b"".join(struct.pack(">BIH", 2, holder, index) for index in range(len(texts)))
    outside = b"".join(struct.pack(">BIH", 1, offset, 0) for offset in (*offsets, at))
    rows = b"\0\0\0\0\0\xff\xff" + inside + outside
    entries = f"/Type/XRef/Size {size}/W[1 4 2]/Root 1 0 R/Length {len(rows)}"
    parts.append(f"{size - 1} 0 obj\n<<{entries}>>stream\n".encode() + rows)
    parts.append(f"\nendstream endobj\nstartxref\n{at}\n%%EOF\n".encode())
    return b"".join(parts)


def _streams(texts: Sequence[str], streams: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """The streams of a file with the entries of their dictionaries; the last one holds the other objects."""
    yield from (("", stream) for stream in streams)
    places, at = [], 0
    for number, text in enumerate(texts, 1):
        places.append(f"{number} {at}")
        at += len(text) + 1
    head = " ".join(places) + "\n"
    objects = f"{head}{chr(10).join(texts)}".encode("ascii")
    yield f"/Type/ObjStm/N {len(texts)}/First {len(head)}", zlib.compress(objects, 3)
