"""What a screen reader finds in a PDF: its structure with the text of each element, read by pikepdf alone."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, NumberTree

TO_UNICODE = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")
Mark = tuple[int, int]
"""A page from 0 and a number of marked content on it."""


@dataclass
class Node:
    """An element: its type, attributes, title, elements below it, and its text with that of all below in order."""

    tag: str
    attributes: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    kids: list[Node] = field(default_factory=list)
    own: str = ""

    @property
    def text(self) -> str:
        """All text of the element."""
        return self.own + "".join(kid.text for kid in self.kids)

    def walk(self) -> Iterator[Node]:
        """The element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def find(self, *tags: str) -> list[Node]:
        """The elements of these types."""
        return [node for node in self.walk() if node.tag in tags]

    def lines(self, level: int = 0) -> Iterator[str]:
        """The structure as indented lines, for people to read."""
        notes = "".join(f" {name}={value}" for name, value in self.attributes.items())
        yield f"{'  ' * level}{self.tag}{notes}{f' “{self.title}”' if self.title else ''}: {self.own}".rstrip(": ")
        for kid in self.kids:
            yield from kid.lines(level + 1)


@dataclass
class TaggedPdf:
    """A PDF with its structure; `texts` are those of all marked content, `artifacts` what is none."""

    pdf: Any
    texts: dict[Mark, str]
    artifacts: str
    root: Node
    marks: list[Mark]
    """The marks that elements refer to, in reading order."""
    parents: dict[Mark, Any]
    """What the tree of parents says of each mark: the element's object."""


def read_structure(data: bytes) -> TaggedPdf:
    """The structure of a PDF and its texts."""
    pdf = pikepdf.open(io.BytesIO(data))
    texts, artifacts = {}, []
    for number, page in enumerate(pdf.pages):
        for mark, text in _marked_texts(page):
            if mark is None:
                artifacts.append(text)
            else:
                texts[number, mark] = text
    reader = _Reader(pdf, texts)
    root = reader.node(pdf.Root.StructTreeRoot.K)
    return TaggedPdf(pdf, texts, "".join(artifacts), root, reader.marks, _parents(pdf))


class _Reader:
    def __init__(self, pdf: Any, texts: dict[Mark, str]) -> None:
        self.texts = texts
        self.pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self.marks: list[Mark] = []

    def node(self, element: Any) -> Node:
        attributes = {
            str(key)[1:]: str(value).lstrip("/") for key, value in element.get("/A", {}).items() if key != "/O"
        }
        node = Node(str(element.S)[1:], attributes, str(element.get("/T", "")))
        kids = element.get("/K", Array())
        for kid in list(kids) if isinstance(kids, Array) else [kids]:
            if isinstance(kid, int):
                self._add(node, element.Pg, kid)
            elif isinstance(kid, Dictionary) and "/MCID" in kid:
                self._add(node, kid.get("/Pg", element.get("/Pg")), int(kid.MCID))
            elif isinstance(kid, Dictionary) and kid.get("/Type") != "/OBJR":
                assert kid.P.objgen == element.objgen, "an element knows another parent"
                node.kids.append(self.node(kid))
        return node

    def _add(self, node: Node, page: Any, number: int) -> None:
        mark = self.pages[page.objgen], number
        self.marks.append(mark)
        node.own += self.texts[mark]


def _parents(pdf: Any) -> dict[Mark, Any]:
    tree = NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    return {
        (number, mark): element
        for number, page in enumerate(pdf.pages)
        for mark, element in enumerate(tree[int(page.obj.StructParents)])
    }


def _marked_texts(page: Any) -> Iterator[tuple[int | None, str]]:
    """The texts of a page by their marks, None for artifacts. Content that is neither fails."""
    fonts = {str(name): _unicode(font) for name, font in page.obj.Resources.Font.items()}
    texts: dict[int | None, list[str]] = defaultdict(list)
    nested: list[tuple[str, int | None, str]] = []
    font = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            properties = operands[1] if name == "BDC" else Dictionary()
            mark = int(properties.MCID) if "/MCID" in properties else nested[-1][1] if nested else None
            nested.append((str(operands[0]), mark, str(properties.get("/ActualText", ""))))
            if "/MCID" in properties:
                texts[mark] = []
            if nested[-1][2]:
                texts[mark].append(nested[-1][2])
        elif name == "EMC":
            nested.pop()
        elif name == "Tf":
            font = str(operands[0])
        elif name == "Tj":
            assert nested, "text that is neither content nor artifact"
            if not nested[-1][2]:
                texts[nested[-1][1]].append(_decoded(bytes(operands[0]), fonts[font]))
        elif name in ("S", "f", "Do", "B"):
            assert nested, f"{name} outside of content and artifacts"
    yield from ((mark, "".join(parts)) for mark, parts in texts.items())


def _unicode(font: Any) -> dict[int, str]:
    found = TO_UNICODE.findall(font.ToUnicode.read_bytes())
    return {int(number, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for number, text in found}


def _decoded(shown: bytes, glyphs: dict[int, str]) -> str:
    return "".join(glyphs[int.from_bytes(shown[at : at + 2])] for at in range(0, len(shown), 2))
