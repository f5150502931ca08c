"""The logical structure of a document that is bound from other PDFs, and the way back from its pages (ParentTree)."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name, NumberTree, String

from filings.renderers.pdf.document import PdfDocument


class StructureTree:
    """The structure tree of a PDF. `root` is its topmost element, a Document."""

    def __init__(self, document: PdfDocument) -> None:
        self.pdf = pdf = document.pdf
        self.tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.tree, K=Array()))
        self.tree.K = self.root
        self._pages = document.pages
        self._of_pages: list[Any] = []
        """The elements of the marks on each page so far, as PDF arrays."""
        self._of_links: list[tuple[Any, Any]] = []
        """Links with their elements."""

    def add(self, parent: Any, tag: str, title: str) -> Any:
        """Write an element without content as the last one in `parent`; returns its object."""
        element = Dictionary(Type=Name.StructElem, S=Name("/" + tag), P=parent, T=String(title), K=Array())
        made = self.pdf.make_indirect(element)
        parent.K.append(made)
        return made

    def add_copied(self, parent: Any, tree: Any) -> None:
        """Write the structure of another PDF, whose pages are the last ones so far, as the last in `parent`."""
        document = tree.K
        for section in list(document.K) if isinstance(document.K, Array) else [document.K]:
            del section.P  # else all of the other tree would come along
            made = self.pdf.copy_foreign(section)
            made.P = parent
            parent.K.append(made)
        parents = NumberTree(tree.ParentTree)
        for number, page in enumerate(self._pages[len(self._of_pages) :]):
            self._of_pages.append(self.pdf.copy_foreign(parents[number]))
            for link in page.get("/Annots", ()):
                self._of_links.append((link, self.pdf.copy_foreign(parents[int(link.StructParent)])))

    def close(self) -> None:
        """Write the tree of parents, and make the tree that of the document. Call once, after the last element."""
        parents = NumberTree.new(self.pdf)
        for number, (page, elements) in enumerate(zip(self._pages, self._of_pages, strict=True)):
            page.StructParents = number
            parents[number] = elements
        for number, (link, element) in enumerate(self._of_links, len(self._pages)):
            link.StructParent = number
            parents[number] = element
        self.tree.ParentTree = parents.obj
        self.tree.ParentTreeNextKey = len(self._pages) + len(self._of_links)
        self.pdf.Root.StructTreeRoot = self.tree
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)
