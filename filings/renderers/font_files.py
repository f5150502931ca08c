"""The fonts of the paper: Noto CJK, cut once to the characters that forms use.

A PDF made with the whole fonts pays 390 KB and 0.13 s for 65,000 glyph slots; with the cut ones a fraction.
The whole fonts stay reachable behind them for rare characters in names, behind these Hanazono, which has all of
GB 18030-2022 (Noto has half of it), and DejaVu for the tick boxes that no Chinese font has. fontconfig is told of
these files and no others, so that a page does not depend on what else a machine happens to have installed.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import combining
from xml.sax.saxutils import escape

from perfbudget.files import write_atomically

SONG = '"PB Song","Noto Serif CJK SC","HanaMinB","DejaVu Sans","Noto Sans CJK SC"'
HEI = '"PB Hei","Noto Sans CJK SC","HanaMinB","DejaVu Sans"'

# Raise it when anything below changes what ends up in a font file.
PUBLIC = 0o644
"""Permissions of the font files: they hold nothing of anybody, and other users may serve with them."""
RECIPE = 1

# Blocks beyond GB2312 that official forms draw on: punctuation, signs, units, boxes, circled numbers.
BLOCKS = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x370, 0x3FF),  # Greek
    (0x2010, 0x205E),  # punctuation, ‰ ′ ″ ※
    (0x2070, 0x20BF),  # superscripts, currencies
    (0x2100, 0x27BF),  # ℃ № Ⅷ → ≥ ≤ √ ① ─ □ ▲ ✓
    (0x3000, 0x303F),
    (0x3200, 0x33FF),  # ㈠ ㊿ ㎡ ㎏
    (0xFF01, 0xFF65),  # full width
    (0xFFE0, 0xFFE6),
)
# Kerning, ligatures and vertical setting are left out: a line is then exactly as wide as the sum of its
# characters, which is what sheet/measure reckons with.
DROPPED_TABLES = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
FONT_ROOTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class FontSubset(NamedTuple):
    """One font file to make: from which collection and face, under which name."""

    source: str
    face: str
    family: str
    style: str

    @property
    def postscript(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}"


FONT_SUBSETS = (
    FontSubset("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", "PB Song", "Regular"),
    FontSubset("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC", "PB Song", "Bold"),
    FontSubset("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", "PB Hei", "Regular"),
    FontSubset("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC", "PB Hei", "Bold"),
)
ADVANCES_HEAD = '''"""Advance widths of the paper's fonts in 1/1000 em.

Made by `manage.py build_fonts --advances FILE`; tests compare it with the fonts.

Every character of the cut fonts that is not listed is one em wide.
"""

from typing import Final


def _table(by_width: dict[int, str]) -> dict[str, int]:
    return {char: width for width, chars in by_width.items() for char in chars}

'''
HANAZONO = "HanaMinB.ttf"
DEJAVU = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


class FontsMissingError(RuntimeError):
    """A font the paper needs is not there; the message names the remedy."""


def characters() -> frozenset[str]:
    """Every character the cut fonts carry."""
    codes = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    blocks = (chr(code) for first, last in BLOCKS for code in range(first, last + 1))
    return frozenset("".join(code.decode("gb2312", "ignore") for code in codes)).union(blocks)


def build_fonts(target: Path) -> bool:
    """Cut the fonts into `target` and describe them in fonts.conf; False when they are there already."""
    sources = {name: find_font(name) for name in (*(cut.source for cut in FONT_SUBSETS), HANAZONO, *DEJAVU)}
    stamp, recipe = target / "stamp.json", _recipe(sources)
    if _read(stamp) == recipe and all(_subset_path(target, cut).exists() for cut in FONT_SUBSETS):
        return False
    target.mkdir(parents=True, exist_ok=True)
    for cut in FONT_SUBSETS:
        write_atomically(_subset_path(target, cut), _subset_font(sources[cut.source], cut), PUBLIC)
    write_atomically(target / "fonts.conf", _fonts_conf(target, sources.values()).encode(), PUBLIC)
    # Last, so that a build cut short is done again.
    write_atomically(stamp, recipe.encode(), PUBLIC)
    return True


def use_fonts() -> None:
    """Point fontconfig at the fonts of the paper. To be called before anything is laid out."""
    config = _folder() / "fonts.conf"
    if not config.exists():
        raise FontsMissingError(f"{config} is missing: run `manage.py build_fonts` (make setup does)")
    wanted = str(config)
    if os.environ.get("FONTCONFIG_FILE") == wanted:
        return
    if "weasyprint" in sys.modules:
        # It may have read the system's fonts by now, and pages would differ from machine to machine.
        raise RuntimeError("use_fonts() must run before weasyprint is first imported")
    os.environ["FONTCONFIG_FILE"] = wanted


def font_files() -> tuple[Path, ...]:
    """The cut files: PB Song Regular, Bold, PB Hei Regular, Bold."""
    return tuple(_subset_path(_folder(), cut) for cut in FONT_SUBSETS)


@cache
def font_digest() -> str:
    """Changes when any font of the paper does: part of the key under which finished pages are kept."""
    digest = hashlib.sha256()
    try:
        for path in (_folder() / "stamp.json", *font_files()):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    except FileNotFoundError as missing:
        raise FontsMissingError(f"{missing.filename} is missing: run `manage.py build_fonts`") from None
    return digest.hexdigest()


def find_font(name: str) -> Path:
    """The font file of this name among the folders where systems keep fonts."""
    for root in FONT_ROOTS:
        for path in sorted(Path(root).expanduser().rglob(name)):
            return path
    raise FontsMissingError(
        f"the font file {name} was not found under {', '.join(FONT_ROOTS)}; "
        "install the packages fonts-noto-cjk, fonts-hanazono and fonts-dejavu-core"
    )


def advance_widths(folder: Path, cut: FontSubset) -> dict[str, int]:
    """Widths (1/1000 em) of those characters that are not one em wide, as sheet/advances.py lists them."""
    from fontTools.ttLib import TTFont

    # What Noto lacks is drawn by DejaVu. Boxes and ticks only: forms hold no other of its signs.
    with TTFont(find_font(DEJAVU[cut.style == "Bold"]), lazy=True) as dejavu:
        widths = dict(_widths(dejavu, "☐☑☒✔✗✘"))
    with TTFont(_subset_path(folder, cut), lazy=True) as own:
        widths |= dict(_widths(own, sorted(characters())))
    return {char: width for char, width in sorted(widths.items()) if width != 1000}


def advances_module(folder: Path) -> str:
    """The text of sheet/advances.py: characters by width, as 700 single lines would hide the pattern."""
    lines = [ADVANCES_HEAD]
    for name, cut in (("SERIF", FONT_SUBSETS[0]), ("SANS_BOLD", FONT_SUBSETS[3])):
        widths = advance_widths(folder, cut)
        lines.append(f"\n{name}: Final[dict[str, int]] = _table(\n    {{\n")
        for width in sorted(set(widths.values())):
            chars = "".join(char for char in widths if widths[char] == width)
            lines.append(f"        {width}: {_literal(chars)},\n")
        lines.append("    }\n)\n")
    return "".join(lines)


def _literal(chars: str) -> str:
    """A Python string, with marks that cannot stand alone (combining, invisible) escaped."""
    body = ""
    for char in chars:
        if not char.isprintable() or combining(char):
            body += f"\\u{ord(char):04x}"
        else:
            body += "\\\\" if char == "\\" else char
    # In the quotes that the formatter would choose.
    return f"'{body}'" if '"' in body else f'"{body}"'


def _widths(font: Any, wanted: Iterable[str]) -> Iterator[tuple[str, int]]:
    names, metrics = font.getBestCmap(), font["hmtx"].metrics
    em = font["head"].unitsPerEm
    for char in wanted:
        if ord(char) in names:
            yield char, round(metrics[names[ord(char)]][0] * 1000 / em)


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.FONT_DIR)


def _subset_path(target: Path, cut: FontSubset) -> Path:
    return target / f"{cut.postscript}.otf"


def _recipe(sources: dict[str, Path]) -> str:
    """What the build depends on. Sizes stand for contents: hashing 100 MB at each start is too much."""
    sizes = {name: path.stat().st_size for name, path in sources.items()}
    return json.dumps({"recipe": RECIPE, "sources": sizes}, indent=1, sort_keys=True)


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def font_index(path: Path, family: str) -> int:
    """Which face of a collection is the simplified Chinese one; the first is Japanese."""
    from fontTools.ttLib import TTCollection

    with TTCollection(path, lazy=True) as collection:
        for index, font in enumerate(collection.fonts):
            if font["name"].getDebugName(1) == family:
                return index
    raise FontsMissingError(f"{path} holds no face named {family}")


def _subset_font(source: Path, cut: FontSubset) -> bytes:
    import uharfbuzz as hb

    face = hb.Face(hb.Blob.from_file_path(str(source)), font_index(source, cut.face))
    wanted = hb.SubsetInput()
    # Without hints and shared subroutines: weasyprint drops the first and cuts faster without the second.
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
    wanted.unicode_set.clear()
    wanted.unicode_set.update(ord(char) for char in characters())
    wanted.layout_feature_tag_set.clear()
    for tag in DROPPED_TABLES:
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    return _finished(hb.subset(face, wanted).blob.data, cut)


def _finished(data: bytes, cut: FontSubset) -> bytes:
    """The cut font under its own name and with a Chinese dash."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    # Keeping the time of the original makes the same bytes of the same source, on any day.
    # Outlines pass through unread: writing them anew costs 5 s a font, for a name inside that nobody sees.
    font = TTFont(BytesIO(data), recalcTimestamp=False)
    _rename(font["name"], cut)
    for table in font["cmap"].tables:
        # The dash at U+2014 is the western one: low, 0.9 em, a gap inside "——". The one of Chinese print, an
        # em wide and joined, is only reached by a ligature; the line of the box signs looks the same.
        if 0x2500 in table.cmap:
            table.cmap[0x2014] = table.cmap[0x2500]
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _rename(table: Any, cut: FontSubset) -> None:
    """Its own name, or fontconfig would not tell the cut font from the whole one."""
    kept = {number: table.getDebugName(number) for number in (0, 5, 13, 14)}  # copyright, version, licence
    names = {
        1: cut.family,
        2: cut.style,
        3: f"{cut.postscript};{RECIPE}",
        4: f"{cut.family} {cut.style}".removesuffix(" Regular"),
        6: cut.postscript,
    }
    table.names = []
    for number, text in sorted((kept | names).items()):
        if text:
            table.setName(text, number, 3, 1, 0x409)


def _fonts_conf(target: Path, sources: Iterable[Path]) -> str:
    """fontconfig's rules: these files, by name, and nothing else."""
    originals = sorted({str(path) for path in sources})
    folders = sorted({str(Path(path).parent) for path in originals})
    home = str(target.resolve())
    lines = [f"  <dir>{escape(folder)}</dir>" for folder in (home, *folders)]
    accepted = (f"{home}/*.otf", *originals)
    lines += [f"  <cachedir>{escape(home)}/cache</cachedir>", "  <selectfont>"]
    lines += ["    <rejectfont><glob>*</glob></rejectfont>"]
    lines += [f"    <acceptfont><glob>{escape(path)}</glob></acceptfont>" for path in accepted]
    lines += ["  </selectfont>"]
    for generic, families in (("serif", SONG), ("sans-serif", HEI), ("monospace", HEI)):
        prefer = "".join(f"<family>{name}</family>" for name in families.replace('"', "").split(","))
        lines.append(f"  <alias><family>{generic}</family><prefer>{prefer}</prefer></alias>")
    head = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
    return head + "\n".join(lines) + "\n</fontconfig>\n"
