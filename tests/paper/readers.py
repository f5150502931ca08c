"""Five programs that show PDFs, and what each of them puts where a word stands: as much ink as the others, alike.

A file that one program shows rightly may be blank, or show other characters, in one that keeps to the standard where
the first one guesses. So every word is looked for in all of them, at the place where poppler finds its text.

How ink is measured: pages are drawn with smooth edges at DPI, and ink is the sum of darkness of the pixels of a box, in
pixels that were wholly black. Counts of dark pixels would jump with every program's way to smooth an edge; the sum is
the area of the glyphs and stays. Boxes are those of words, without the upper and lower edge of the type, so that no
border lies in one: programs draw hairlines as they like. Likeness is that of blurred pages, as edges and places differ
by parts of a pixel: the sum of all differences, beside the ink. A watermark lies under other words and is too light to
weigh beside them: of its grey, the area far from any edge is measured.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, median_low
from typing import NamedTuple
from xml.etree import ElementTree

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

DPI = 108
NEAR = 0.3
"""How far a program's ink may be from the median of all, as a share of it.

The most that is seen is 0.17, of a `1` of 6.5 points in Ghostscript, and 0.05 of words as large as those of a form.
"""
BLUR = 2
"""By how many pixels a page is blurred before words are compared."""
UNLIKE = 0.4
"""Share of a word's ink in which programs may differ. The same word differs by up to 0.28, others by 0.5 and more."""
SAME_GREY = 3
"""By how much, of 255, programs may show a grey lighter or darker."""
TRIM = 0.14
"""Share of a word's box left out above and below: it is higher than its glyphs, and reaches into the next line."""
JARS = ("pdfbox2-tools", "pdfbox2", "fontbox2", "commons-logging")
JAVA_FOLDER = Path("/usr/share/java")

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in points from the upper left corner of the page."""


class Word(NamedTuple):
    """A word that stands on a page; the first page is 0."""

    page: int
    text: str
    box: Box


class Reader(NamedTuple):
    """A program: the package to install, whether it is here, and what draws a file's pages in a folder."""

    package: str
    is_installed: Callable[[], bool]
    draw: Callable[[Path, Path], list[Image.Image]]


def _run(*command: object) -> str:
    return _ran(*command).stdout


def _ran(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True, timeout=120)


def _images(folder: Path, stem: str) -> list[Image.Image]:
    """The images that a program wrote: their names end in the number of the page."""

    def number(path: Path) -> int:
        return int(re.findall(r"\d+", path.stem)[-1])

    return [Image.open(path).convert("L") for path in sorted(folder.glob(f"{stem}-*"), key=number)]


def _mupdf(file: Path, folder: Path) -> list[Image.Image]:
    _run("mutool", "draw", "-q", "-r", DPI, "-c", "gray", "-o", folder / "mupdf-%d.pgm", file)
    return _images(folder, "mupdf")


def _poppler(file: Path, folder: Path) -> list[Image.Image]:
    _run("pdftoppm", "-r", DPI, "-gray", file, folder / "poppler")
    return _images(folder, "poppler")


def _pdfium(file: Path, folder: Path) -> list[Image.Image]:
    with pypdfium2.PdfDocument(file) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in document]


def _ghostscript(file: Path, folder: Path) -> list[Image.Image]:
    smooth = ("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4")
    out = folder / "ghostscript-%d.pgm"
    _run("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pgmraw", f"-r{DPI}", *smooth, "-o", out, file)
    return _images(folder, "ghostscript")


def _pdfbox(file: Path, folder: Path) -> list[Image.Image]:
    _run(*_pages_by_pdfbox(folder, DPI), "-color", "gray", "-prefix", folder / "pdfbox-", file)
    return _images(folder, "pdfbox")


def _pages_by_pdfbox(folder: Path, dpi: int) -> tuple[object, ...]:
    """The beginning of the command that draws pages with PDFBox."""
    return (*_pdfbox_tool(folder, "PDFToImage"), "-format", "png", "-dpi", dpi)


def _pdfbox_tool(folder: Path, tool: str) -> tuple[object, ...]:
    # The first compiler alone halves the time of so short a run; the list of the system's fonts goes into the folder.
    java = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")
    jars = ":".join(str(JAVA_FOLDER / f"{name}.jar") for name in JARS)
    return (*java, f"-Dpdfbox.fontcache={folder}", "-cp", jars, f"org.apache.pdfbox.tools.{tool}")


def copied_text(name: str, data: bytes, folder: Path) -> str:
    """All text of a PDF as a program copies it, in the order in which it stands in the file if it can."""
    file = folder / "file.pdf"
    file.write_bytes(data)
    if name == "pdfium":
        with pypdfium2.PdfDocument(file) as document:
            return "".join(page.get_textpage().get_text_range() for page in document).replace("\ufffe", "-")
    commands: dict[str, tuple[object, ...]] = {
        "poppler": ("pdftotext", "-raw", file, "-"),
        "MuPDF": ("mutool", "draw", "-q", "-F", "txt", file),
        "Ghostscript": ("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=txtwrite", "-o", "-", file),
        "PDFBox": (*_pdfbox_tool(folder, "ExtractText"), "-console", "-encoding", "UTF-8", file),
    }
    return _run(*commands[name])


def complaints(name: str, data: bytes, folder: Path) -> str:
    """What Ghostscript or PDFBox has to object to in a PDF while it draws all pages; '' for nothing."""
    file = folder / "file.pdf"
    file.write_bytes(data)
    if name == "Ghostscript":
        done = _ran("gs", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=nullpage", file)
        told = [line for line in done.stdout.splitlines() if re.search("warning|error|invalid", line, re.IGNORECASE)]
        return "\n".join([*told, done.stderr.strip()]).strip()
    return _ran(*_pages_by_pdfbox(folder, 10), "-prefix", folder / "page-", file).stderr.strip()


def _has(program: str) -> Callable[[], bool]:
    return lambda: shutil.which(program) is not None


def _has_pdfbox() -> bool:
    return shutil.which("java") is not None and all((JAVA_FOLDER / f"{name}.jar").exists() for name in JARS)


READERS: Mapping[str, Reader] = {
    "MuPDF": Reader("mupdf-tools", _has("mutool"), _mupdf),
    "poppler": Reader("poppler-utils", _has("pdftoppm"), _poppler),
    "pdfium": Reader("pypdfium2", lambda: True, _pdfium),
    "Ghostscript": Reader("ghostscript", _has("gs"), _ghostscript),
    "PDFBox": Reader("libpdfbox2-java and default-jre-headless", _has_pdfbox, _pdfbox),
}


def installed_readers() -> list[str]:
    """The programs that are installed here."""
    return [name for name, reader in READERS.items() if reader.is_installed()]


def draw_pages(data: bytes, folder: Path, names: Collection[str] = ()) -> dict[str, list[Image.Image]]:
    """The pages of a PDF as grey images, by the name of the program: of all that are here, or of those named."""
    file = folder / "file.pdf"
    file.write_bytes(data)
    with ThreadPoolExecutor(2) as pool:
        drawn = {name: pool.submit(READERS[name].draw, file, folder) for name in names or installed_readers()}
        return {name: job.result() for name, job in drawn.items()}


def words_of(data: bytes, folder: Path) -> Iterator[Word]:
    """The words of a PDF, as poppler finds them. None crosses the border of a cell: too much room is beside it."""
    file = folder / "words.pdf"
    file.write_bytes(data)
    root = ElementTree.fromstring(_run("pdftotext", "-bbox-layout", file, "-"))
    for number, page in enumerate(root.iterfind(".//{*}page")):
        for word in page.iterfind(".//{*}word"):
            left, top, right, bottom = (float(word.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax"))
            cut = (bottom - top) * TRIM
            yield Word(number, word.text or "", (left, top + cut, right, bottom - cut))


def ink_in(page: Image.Image, box: Box) -> float:
    """The ink in a box of a page: the area of all that is drawn there, in pixels."""
    return _darkness(ImageChops.invert(_cut_out(page, box)))


def _cut_out(page: Image.Image, box: Box) -> Image.Image:
    left, top, right, bottom = (round(edge * DPI / 72) for edge in box)
    return page.crop((left, top, right, bottom))


def _darkness(image: Image.Image) -> float:
    """The sum of an image's values, as a number of pixels that have the highest one."""
    return sum(value * count for value, count in enumerate(image.histogram())) / 255


def area_of_grey(page: Image.Image, grey: int) -> int:
    """The number of squares of 4 pixels a side that have this grey throughout: none lies on the edge of a glyph."""
    near = page.point(lambda value: 255 * (abs(value - grey) <= SAME_GREY))
    return near.reduce(4).histogram()[255]


def far_from_median(amounts: Mapping[str, float]) -> list[str]:
    """The programs whose amount is not within NEAR of the median of all, or is none."""
    middle = median(amounts.values())
    return [name for name, amount in amounts.items() if amount <= 0 or abs(amount - middle) > NEAR * middle]


def faults(drawn: Mapping[str, list[Image.Image]], words: Iterable[Word]) -> list[str]:
    """What some program shows otherwise than the others, or does not show, as `PROGRAM: page N: WORD`."""
    counts = {name: len(pages) for name, pages in drawn.items()}
    if len(set(counts.values())) > 1:
        return [f"{name}: {count} pages" for name, count in counts.items()]
    blurred = {name: [page.filter(ImageFilter.BoxBlur(BLUR)) for page in pages] for name, pages in drawn.items()}
    found = []
    for word in words:
        ink = {name: ink_in(pages[word.page], word.box) for name, pages in drawn.items()}
        shapes = {name: _cut_out(pages[word.page], word.box) for name, pages in blurred.items()}
        far = {*far_from_median(ink), *unlike_the_others(shapes, median(ink.values()))}
        found += [f"{name}: page {word.page + 1}: {word.text}" for name in sorted(far)]
    return found


def unlike_the_others(shapes: Mapping[str, Image.Image], ink: float) -> list[str]:
    """The programs whose picture of a word is unlike those of half of the others; `ink` is what the word has of it."""
    found = []
    for name, shape in shapes.items():
        others = [other for other_name, other in shapes.items() if other_name != name]
        if others and median_low(_darkness(ImageChops.difference(shape, other)) for other in others) > UNLIKE * ink:
            found.append(name)
    return found
