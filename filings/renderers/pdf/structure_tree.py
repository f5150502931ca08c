"""Writes the logical structure into a PDF: its elements, and the way back from page content to them (ParentTree)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pikepdf import Array, Dictionary, Name, NumberTree, String

from filings.renderers.pdf.document import PdfDocument
from filings.renderers.pdf.structure import Annotation, Attributes, Element, Mark

OWNERS = {"ColSpan": "Table", "RowSpan": "Table", "Scope": "Table", "ListNumbering": "List"}
"""The owner of each attribute in use (ISO 32000-1 §14.8.5)."""


class StructureTree:
    """The structure tree of a PDF. `root` is its topmost element, a Document.

    The pages to which an element refers must exist when it is written.
    """

    def __init__(self, document: PdfDocument) -> None:
        self.pdf = pdf = document.pdf
        self.tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.tree, K=Array()))
        self.tree.K = self.root
        self._pages = document.pages
        self._on_page: dict[int, dict[int, Any]] = defaultdict(dict)
        """The elements of the marks on each page."""
        self._copied: dict[int, Any] = {}
        """The same of pages from other PDFs, as PDF arrays."""
        self._of_annotations: list[tuple[Any, Any]] = []
        """Annotations with their elements."""
        self._attributes: dict[Attributes, Any] = {}

    def add(self, parent: Any, element: Element, first_page: int = 0) -> Any:
        """Write an element and all below it as the last one in `parent`; returns its object.

        The pages of its marks count from `first_page`.
        """
        made = self._write(element, parent, first_page)
        if "/K" not in parent:
            parent.K = Array()
        parent.K.append(made)
        return made

    def _write(self, element: Element, parent: Any, first_page: int) -> Any:
        entries: dict[str, Any] = {"/S": _name(element.tag), "/P": parent}
        if element.attributes:
            entries["/A"] = self._attribute_object(element.attributes)
        if element.title and not element.tag.startswith("H"):
            entries["/T"] = String(element.title)
        # An element that is one piece of content, as most cells are, is written at once: setting entries later is slow.
        if len(element.kids) == 1 and isinstance(mark := element.kids[0], Mark):
            page = mark.page + first_page
            entries |= {"/Pg": self._pages[page], "/K": mark.number}
            made = self._on_page[page][mark.number] = self.pdf.make_indirect(Dictionary(entries))
            return made
        made = self.pdf.make_indirect(Dictionary(entries))
        if kids := self._kids(element, made, first_page):
            made.K = Array(kids)
        return made

    def _kids(self, element: Element, made: Any, first_page: int) -> list[Any]:
        """What an element consists of, as PDF objects; its page is that of its first mark."""
        kids: list[Any] = []
        own_page = -1
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self._write(kid, made, first_page))
            elif isinstance(kid, Annotation):
                kids.append(self._reference(kid, made))
            else:
                page = kid.page + first_page
                if own_page < 0:
                    own_page = page
                    made.Pg = self._pages[page]
                kids.append(kid.number if page == own_page else self._mark_elsewhere(page, kid))
                self._on_page[page][kid.number] = made
        return kids

    def _mark_elsewhere(self, page: int, mark: Mark) -> Any:
        return Dictionary(Type=Name.MCR, Pg=self._pages[page], MCID=mark.number)

    def _reference(self, annotation: Annotation, made: Any) -> Any:
        """The reference to an annotation."""
        self._of_annotations.append((annotation.object, made))
        return Dictionary(Type=Name.OBJR, Obj=annotation.object, Pg=self._pages[annotation.page])

    def _attribute_object(self, attributes: Attributes) -> Any:
        """The attribute object of a cell or list; equal ones are written once."""
        if attributes not in self._attributes:
            values = {f"/{name}": Name("/" + value) if isinstance(value, str) else value for name, value in attributes}
            owner = Name("/" + OWNERS[attributes[0][0]])
            self._attributes[attributes] = self.pdf.make_indirect(Dictionary({"/O": owner, **values}))
        return self._attributes[attributes]

    def add_copied(self, parent: Any, tree: Any, first_page: int, count: int) -> None:
        """Write the structure of another PDF, whose `tree` is given and whose pages are here from `first_page` on."""
        document = tree.K
        for section in list(document.K) if isinstance(document.K, Array) else [document.K]:
            del section.P  # else all of the other tree would come along
            made = self.pdf.copy_foreign(section)
            made.P = parent
            if "/K" not in parent:
                parent.K = Array()
            parent.K.append(made)
        parents = NumberTree(tree.ParentTree)
        for number in range(count):
            self._copied[first_page + number] = self.pdf.copy_foreign(parents[number])

    def close(self) -> None:
        """Write the tree of parents, and make the tree that of the document. Call once, after the last element."""
        parents = NumberTree.new(self.pdf)
        for number, page in enumerate(self._pages):
            page.StructParents = number
            copied = self._copied.get(number)
            parents[number] = copied or self.pdf.make_indirect(Array(_in_order(self._on_page.get(number, {}))))
        for number, (annotation, made) in enumerate(self._of_annotations, len(self._pages)):
            annotation.StructParent = number
            parents[number] = made
        self.tree.ParentTree = parents.obj
        self.tree.ParentTreeNextKey = len(self._pages) + len(self._of_annotations)
        self.pdf.Root.StructTreeRoot = self.tree
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)


@cache
def _name(tag: str) -> Name:
    return Name("/" + tag)


def _in_order(elements: Mapping[int, Any]) -> Sequence[Any]:
    """The elements of a page by the numbers of their marks, which have no gaps."""
    return [elements[number] for number in range(len(elements))]
