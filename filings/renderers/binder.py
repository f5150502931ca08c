"""Binds finished sheets into one PDF: cover, contents, bookmarks, running page numbers, one subset of each font.

The sheets come without fonts (see `leaves`); each face is cut once for all of them. The same
sheets give the same bytes.
"""

from __future__ import annotations

import io
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from filings.renderers.faces import Glyph, faces
from filings.renderers.leaves import Leaf, Leaves, read_leaves
from filings.renderers.pen import PT_PER_MM, Pen, font_names, rule, squares

A4 = (210 * PT_PER_MM, 297 * PT_PER_MM)
LEFT, RIGHT, TOP, BOTTOM = (mm * PT_PER_MM for mm in (24, 186, 268, 30))
LINE = 18.0
"""Points from one line of the contents to the next."""
FOOT_LEFT, FOOT, SQUARE = (mm * PT_PER_MM for mm in (13, 4.5, 8.5))
"""Where the words and the square at the foot of a sheet begin, and how large the square is."""


@dataclass(frozen=True)
class Stamp:
    """What stands small at the foot of each page of a sheet: up to two lines, and the squares of a QR code."""

    lines: tuple[str, ...]
    squares: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Entry:
    """A sheet in a packet: its title and a word on its state for the contents, its kept pages, its foot."""

    title: str
    note: str
    load: Callable[[], bytes]
    stamp: Stamp | None = None


@dataclass(frozen=True)
class Chapter:
    """The sheets of one form."""

    title: str
    entries: tuple[Entry, ...]


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


@dataclass
class _Line:
    """A line of the contents, and the page it points to (counted from 1)."""

    level: int
    text: str
    note: str = ""
    page: int = 0


@dataclass
class _Book:
    """The document while it is put together."""

    pdf: Any = field(default_factory=pikepdf.new)
    pen: Pen = field(default_factory=Pen)
    glyphs: dict[str, dict[int, Glyph]] = field(default_factory=lambda: defaultdict(dict))
    fonts: dict[str, str] = field(default_factory=font_names)
    states: dict[str, dict[str, float]] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.resources = self.pdf.make_indirect(Dictionary())
        self.shared: dict[str, Any] = {}
        self.before = self.pdf.make_stream(b"q\n")

    def stream(self, deflated: bytes, **more: Any) -> Any:
        """A stream of bytes that are deflated already."""
        made = pikepdf.Stream(self.pdf, deflated)
        made.stream_dict = Dictionary(Filter=Name.FlateDecode, **more)
        return self.pdf.make_indirect(made)

    def page(self, size: tuple[float, float], contents: list[Any], resources: Any = None, links: Any = None) -> None:
        """Add a page."""
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(size[0], 6), round(size[1], 6)]),
            Resources=resources or self.resources,
            Contents=contents[0] if len(contents) == 1 else Array(contents),
        )
        if links:
            page.Annots = Array(links)
        self.pdf.pages.append(pikepdf.Page(page))
        self.count += 1


def bind(cover: Cover | None, volumes: Sequence[Volume]) -> bytes:
    """One PDF of everything; without a cover also without contents and page numbers."""
    book = _Book()
    sheets = [(entry, read_leaves(entry.load())) for _, _, entry in _entries(volumes)]
    lines = _lines(volumes, [len(leaves.pages) for _, leaves in sheets], 1 if cover else 0)
    if cover:
        _draw_cover(book, cover)
        _draw_contents(book, lines)
    for entry, leaves in sheets:
        _add_sheet(book, entry, leaves, numbered=cover is not None)
    _finish(book, cover.subject if cover else volumes[0].chapters[0].entries[0].title, lines)
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate
    book.pdf.save(out, deterministic_id=True, object_stream_mode=mode, compress_streams=True)
    return out.getvalue()


def _entries(volumes: Sequence[Volume]) -> Iterator[tuple[Volume, Chapter, Entry]]:
    for volume in volumes:
        for chapter in volume.chapters:
            for entry in chapter.entries:
                yield volume, chapter, entry


def _lines(volumes: Sequence[Volume], sizes: Sequence[int], front: int) -> list[_Line]:
    """The lines of the contents with the pages they point to; `front` is 1 when there is a cover before them."""
    lines: list[_Line] = []
    for volume in volumes:
        lines.append(_Line(0, volume.title))
        for chapter in volume.chapters:
            lines.append(_Line(1, chapter.title))
            lines += [_Line(2, entry.title, entry.note) for entry in chapter.entries]
    page = 1 + front + (len(_columns(lines)) if front else 0)
    rest, following = list(sizes), page
    for line in lines:
        line.page = following
        if line.level == 2:
            following += rest.pop(0)
    return lines


def _columns(lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines of the contents page by page; a heading never stands last."""
    most = int((TOP - 2.5 * LINE - BOTTOM) / LINE)
    pages: list[list[_Line]] = [[]]
    for line in lines:
        if len(pages[-1]) >= most:
            moved = []
            while len(pages[-1]) > 1 and pages[-1][-1].level < 2:
                moved.insert(0, pages[-1].pop())
            pages.append(moved)
        pages[-1].append(line)
    return pages


def _draw_cover(book: _Book, cover: Cover) -> None:
    pen, middle = book.pen, A4[0] / 2
    drawn = [pen.centred(middle, 700, cover.above, 16)] if cover.above else []
    y = 560.0
    for line in pen.lines(cover.subject, 26, RIGHT - LEFT, bold=True):
        drawn.append(pen.centred(middle, y, line, 26, bold=True))
        y -= 40
    y = min(y - 120, 330.0)
    for name, words in cover.facts:
        drawn.append(pen.text(LEFT + 60, y, name, 14, bold=True))
        for line in pen.lines(words, 14, RIGHT - LEFT - 190):
            drawn.append(pen.text(LEFT + 150, y, line, 14))
            y -= 26
    book.page(A4, [book.stream(zlib.compress(b"\n".join(drawn), 9))])


def _draw_contents(book: _Book, lines: Sequence[_Line]) -> None:
    for index, column in enumerate(_columns(lines)):
        drawn, links, y = [], [], TOP
        title = "目　录" if not index else "目　录（续）"
        drawn.append(book.pen.centred(A4[0] / 2, y, title, 18, bold=True))
        y -= 2.5 * LINE
        for line in column:
            drawn += _contents_line(book.pen, line, y)
            links.append((line.page, y))
            y -= LINE
        drawn.append(_number(book, book.count + 1, A4[0]))
        annotations = [_link(page, at) for page, at in links]
        book.page(A4, [book.stream(zlib.compress(b"\n".join(drawn), 9))], links=annotations)


def _contents_line(pen: Pen, line: _Line, y: float) -> Iterator[bytes]:
    size, bold = (11.0, True) if line.level == 0 else (10.5, line.level == 1)
    left = LEFT + 14 * line.level
    number = str(line.page)
    note = f"　{line.note}" if line.note else ""
    end = RIGHT - pen.width(number, size) - 6
    room = end - left - pen.width(note, 8.5) - 20
    text = pen.cut(line.text, size, room, bold)
    yield pen.text(left, y, text, size, bold)
    at = left + pen.width(text, size, bold)
    if note:
        yield pen.text(at, y, note, 8.5)
        at += pen.width(note, 8.5)
    if line.level == 2:
        dots = int((end - at - 6) / 5)
        yield b"q 0.5 G [0.8 4.2] 0 d 1 J " + rule(end - 5 * dots, y + 2, end, 0.8) + b" Q"
    yield pen.right(RIGHT, y, number, size)


def _link(page: int, y: float) -> Any:
    """A line of the contents as a link; the page it leads to is put in when it is there."""
    box = Array([round(LEFT, 2), round(y - 5, 2), round(RIGHT, 2), round(y + LINE - 5, 2)])
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, Border=Array([0, 0, 0]), Dest=Array([page]))


def _number(book: _Book, number: int, width: float) -> bytes:
    return b"0.25 g " + book.pen.right(width - FOOT_LEFT, FOOT + 8, f"总第 {number} 页", 8)


def _add_sheet(book: _Book, entry: Entry, leaves: Leaves, numbered: bool) -> None:
    book.fonts.update(leaves.fonts)
    book.states.update({name: dict(state) for name, state in leaves.states.items()})
    for face, glyphs in leaves.glyphs.items():
        known = book.glyphs[face]
        for number, glyph in glyphs.items():
            if number not in known or _rank(glyph) < _rank(known[number]):
                known[number] = glyph
    resources = _stamp_resources(book, entry.stamp)
    for leaf in leaves.pages:
        foot = _foot(book, entry.stamp, leaf, numbered)
        contents = [book.stream(leaf.content)]
        if foot:
            contents = [book.before, *contents, book.stream(zlib.compress(b"Q\n" + foot, 6))]
        book.page((leaf.width, leaf.height), contents, resources)


def _rank(glyph: Glyph) -> tuple[bool, str]:
    """Of characters that share a glyph the ordinary one is copied out: 一 rather than the radical ⼀."""
    return "⺀" <= glyph.text[:1] <= "⿟" or glyph.text[:1] >= "豈", glyph.text


def _foot(book: _Book, stamp: Stamp | None, leaf: Leaf, numbered: bool) -> bytes:
    drawn = []
    if stamp:
        left = FOOT_LEFT
        if stamp.squares:
            drawn.append(b"q %.2f 0 0 %.2f %.2f %.2f cm 0 g /QR Do Q" % (SQUARE, SQUARE, left, FOOT))
            left += SQUARE + 5
        for index, line in enumerate(reversed(stamp.lines)):
            drawn.append(b"0.25 g " + book.pen.text(left, FOOT + 4 + 9.5 * index, line, 6.5))
    if numbered:
        drawn.append(_number(book, book.count + 1, leaf.width))
    return b"\n".join(drawn)


def _stamp_resources(book: _Book, stamp: Stamp | None) -> Any:
    """The resources of a sheet's pages: those of all, and its own squares."""
    if not stamp or not stamp.squares:
        return book.resources
    side, bits = squares(stamp.squares)
    image = book.stream(
        zlib.compress(bits, 9), Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side, ImageMask=True,
        BitsPerComponent=1,
    )  # fmt: skip
    return book.pdf.make_indirect(
        Dictionary(Font=_shared(book, "Font"), ExtGState=_shared(book, "ExtGState"), XObject=Dictionary(QR=image))
    )


def _shared(book: _Book, name: str) -> Any:
    """A dictionary that all pages share; it is filled last."""
    if name not in book.shared:
        book.shared[name] = book.pdf.make_indirect(Dictionary())
        book.resources[f"/{name}"] = book.shared[name]
    return book.shared[name]


def _finish(book: _Book, title: str, lines: Sequence[_Line]) -> None:
    for face, glyphs in book.pen.glyphs.items():
        book.glyphs[face] = {**glyphs, **book.glyphs[face]}
    made = {face: _font(book, face, glyphs) for face, glyphs in sorted(book.glyphs.items()) if glyphs}
    shared = _shared(book, "Font")
    for name, face in sorted(book.fonts.items()):
        if face in made:
            shared[f"/{name}"] = made[face]
    states = _shared(book, "ExtGState")
    for name, state in sorted(book.states.items()):
        states[f"/{name}"] = Dictionary({f"/{key}": value for key, value in state.items()})
    pages = [page.obj for page in book.pdf.pages]
    for page in pages:
        for link in page.get("/Annots", []):
            link.Dest = Array([pages[int(link.Dest[0]) - 1], Name.XYZ, None, None, None])
    root = book.pdf.Root
    root.Lang, root.ViewerPreferences = String("zh-CN"), Dictionary(DisplayDocTitle=True)
    if len(lines) > 3:
        root.Outlines, root.PageMode = _outline(book, lines, pages), Name.UseOutlines
    book.pdf.docinfo["/Title"] = String(title)
    book.pdf.docinfo["/Producer"] = String("perfbudget")


def _font(book: _Book, name: str, glyphs: dict[int, Glyph]) -> Any:
    """The one font object of a face, with the glyphs of all sheets."""
    data, cff = faces()[name].subset(glyphs)
    extra = {"Subtype": Name.OpenType} if cff else {}
    tag = f"/{_tag(name)}+{name}"
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name(tag), Flags=4, FontBBox=Array([0, -288, 1000, 1160]), ItalicAngle=0,
        Ascent=1160, Descent=-288, CapHeight=1160, StemV=80, StemH=80,
    )  # fmt: skip
    descriptor["/FontFile3" if cff else "/FontFile2"] = book.stream(data, **extra)
    widths = Array()
    for number, glyph in sorted(glyphs.items()):
        widths.extend([number, Array([glyph.width])])
    system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0 if cff else Name.CIDFontType2, BaseFont=Name(tag),
        CIDSystemInfo=system, FontDescriptor=book.pdf.make_indirect(descriptor), W=widths,
        CIDToGIDMap=Name.Identity,
    )  # fmt: skip
    whole = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(tag), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([book.pdf.make_indirect(descendant)]), ToUnicode=book.stream(_to_unicode(glyphs)),
    )  # fmt: skip
    return book.pdf.make_indirect(whole)


def _tag(name: str) -> str:
    """Six letters that tell a subset from the whole face; ours may always be the same, as a file holds one of each."""
    return "".join(chr(65 + zlib.crc32(f"{name} {index}".encode()) % 26) for index in range(6))


def _to_unicode(glyphs: dict[int, Glyph]) -> bytes:
    pairs = [(number, glyph.text) for number, glyph in sorted(glyphs.items()) if glyph.text]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):
        batch = pairs[start : start + 100]
        lines.append(f"{len(batch)} beginbfchar")
        lines += [f"<{number:04x}> <{text.encode('utf-16-be').hex()}>" for number, text in batch]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return zlib.compress("\n".join(lines).encode(), 9)


@dataclass
class _Mark:
    """A bookmark with those under it."""

    line: _Line | None
    object: Any
    below: list[_Mark] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many bookmarks there are under it in all."""
        return sum(1 + mark.size for mark in self.below)


def _outline(book: _Book, lines: Sequence[_Line], pages: Sequence[Any]) -> Any:
    """The bookmarks: departments, under them forms, under these projects."""
    root = _Mark(None, book.pdf.make_indirect(Dictionary(Type=Name.Outlines)))
    path = [root]
    for line in lines:
        dest = Array([pages[line.page - 1], Name.XYZ, None, None, None])
        mark = _Mark(line, book.pdf.make_indirect(Dictionary(Title=String(line.text), Dest=dest)))
        path = [*path[: line.level + 1], mark]
        path[-2].below.append(mark)
    _tie(root)
    return root.object


def _tie(mark: _Mark) -> None:
    """Tie a bookmark to those under it; departments are open, forms are shut."""
    for index, below in enumerate(mark.below):
        below.object.Parent = mark.object
        if index:
            below.object.Prev = mark.below[index - 1].object
            mark.below[index - 1].object.Next = below.object
        _tie(below)
    if mark.below:
        mark.object.First, mark.object.Last = mark.below[0].object, mark.below[-1].object
        shown = len(mark.below)
        mark.object.Count = shown if mark.line is None or mark.line.level == 0 else -mark.size
