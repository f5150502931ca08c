"""The font files of printed forms: Noto CJK, subset once to the characters that forms use.

A PDF made with the whole fonts costs 390 KB and 0.13 s for 65,000 glyph slots. The whole fonts remain available as
fallback for rare characters in names, then Hanazono, which covers all of GB 18030-2022 (Noto covers half of it), and
DejaVu for tick boxes, which no Chinese font has. fontconfig is restricted to these files, so that a page does not
depend on the fonts installed on a machine.
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

from filings.renderers.glyph_widths import state_widths
from perfbudget.files import write_atomic_file

SONG = '"PB Song","Noto Serif CJK SC","HanaMinB","DejaVu Sans","Noto Sans CJK SC"'
HEI = '"PB Hei","Noto Sans CJK SC","HanaMinB","DejaVu Sans"'

PUBLIC = 0o644
"""Permissions of the font files: they hold no personal data, and the server may run as another user."""
RECIPE = 4
"""Version of the build: raise it when a change below changes the font files."""

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
# Without kerning, ligatures and vertical writing a line is exactly as wide as the sum of its characters, which is
# what sheet/line_breaking computes with.
DROPPED_TABLES = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
FONT_ROOTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class FontSubset(NamedTuple):
    """A font file to build: source collection and family in it, and the family and style name of the subset."""

    source: str
    source_family: str
    family: str
    style: str

    @property
    def postscript(self) -> str:
        """The PostScript name, such as PBSong-Regular."""
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
    """A required font is missing; the message says what to install or run."""


def characters() -> frozenset[str]:
    """Every character of the font subsets: GB2312 and BLOCKS."""
    codes = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    blocks = (chr(code) for first, last in BLOCKS for code in range(first, last + 1))
    return frozenset("".join(code.decode("gb2312", "ignore") for code in codes)).union(blocks)


def build_fonts(target: Path) -> bool:
    """Build the font subsets and fonts.conf in `target`; False if they are up to date.

    Raises FontsMissingError if a source font is not installed.
    """
    sources = {name: find_font(name) for name in (*(subset.source for subset in FONT_SUBSETS), HANAZONO, *DEJAVU)}
    stamp, recipe = target / "stamp.json", _recipe(sources)
    if _read(stamp) == recipe and all(_subset_path(target, subset).exists() for subset in FONT_SUBSETS):
        return False
    target.mkdir(parents=True, exist_ok=True)
    for subset in FONT_SUBSETS:
        write_atomic_file(_subset_path(target, subset), _subset_font(sources[subset.source], subset), PUBLIC)
    write_atomic_file(target / "fonts.conf", _fonts_conf(target, sources.values()).encode(), PUBLIC)
    # Last, so that an interrupted build is repeated.
    write_atomic_file(stamp, recipe.encode(), PUBLIC)
    return True


def use_fonts() -> None:
    """Point fontconfig at the fonts of printed forms; call it before anything is laid out.

    Raises FontsMissingError if they are not built, and RuntimeError if WeasyPrint has been imported already.
    """
    config = _folder() / "fonts.conf"
    if not config.exists():
        raise FontsMissingError(f"{config} is missing: run `manage.py build_fonts` (make setup does)")
    wanted = str(config)
    if os.environ.get("FONTCONFIG_FILE") == wanted:
        return
    if "weasyprint" in sys.modules:
        # It may have read the fonts of the system already, and pages would differ between machines.
        raise RuntimeError("use_fonts() must run before weasyprint is first imported")
    os.environ["FONTCONFIG_FILE"] = wanted


def font_files() -> tuple[Path, ...]:
    """The paths of the font subsets: PB Song Regular and Bold, PB Hei Regular and Bold."""
    return tuple(_subset_path(_folder(), subset) for subset in FONT_SUBSETS)


@cache
def font_digest() -> str:
    """Hexadecimal digest of the font subsets, for cache keys. Raises FontsMissingError if they are not built."""
    digest = hashlib.sha256()
    try:
        for path in (_folder() / "stamp.json", *font_files()):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    except FileNotFoundError as missing:
        raise FontsMissingError(f"{missing.filename} is missing: run `manage.py build_fonts`") from None
    return digest.hexdigest()


def find_font(name: str) -> Path:
    """The path of a font file in the system's font folders; raises FontsMissingError if it is not installed."""
    for root in FONT_ROOTS:
        for path in sorted(Path(root).expanduser().rglob(name)):
            return path
    raise FontsMissingError(
        f"the font file {name} was not found under {', '.join(FONT_ROOTS)}; "
        "install the packages fonts-noto-cjk, fonts-hanazono and fonts-dejavu-core"
    )


def advance_widths(folder: Path, subset: FontSubset) -> dict[str, int]:
    """Widths in 1/1000 em of the characters that are not one em wide, as in sheet/advances.py."""
    from fontTools.ttLib import TTFont

    # Tick boxes come from DejaVu; forms use no other characters that Noto lacks.
    with TTFont(find_font(DEJAVU[subset.style == "Bold"]), lazy=True) as dejavu:
        widths = dict(_widths(dejavu, "☐☑☒✔✗✘"))
    with TTFont(_subset_path(folder, subset), lazy=True) as font:
        widths |= dict(_widths(font, sorted(characters())))
    return {char: width for char, width in sorted(widths.items()) if width != 1000}


def advances_module(folder: Path) -> str:
    """The source of sheet/advances.py. Characters are grouped by width: one a line would be 700 lines."""
    lines = [ADVANCES_HEAD]
    for name, subset in (("SERIF", FONT_SUBSETS[0]), ("SANS_BOLD", FONT_SUBSETS[3])):
        widths = advance_widths(folder, subset)
        lines.append(f"\n{name}: Final[dict[str, int]] = _table(\n    {{\n")
        for width in sorted(set(widths.values())):
            chars = "".join(char for char in widths if widths[char] == width)
            lines.append(f"        {width}: {_literal(chars)},\n")
        lines.append("    }\n)\n")
    return "".join(lines)


def _literal(chars: str) -> str:
    """A Python string literal; combining and invisible characters are escaped."""
    escaped = ""
    for char in chars:
        if not char.isprintable() or combining(char):
            escaped += f"\\u{ord(char):04x}"
        else:
            escaped += "\\\\" if char == "\\" else char
    # In the quotes that the formatter would choose.
    return f"'{escaped}'" if '"' in escaped else f'"{escaped}"'


def _widths(font: Any, wanted: Iterable[str]) -> Iterator[tuple[str, int]]:
    names, metrics = font.getBestCmap(), font["hmtx"].metrics
    em = font["head"].unitsPerEm
    for char in wanted:
        if ord(char) in names:
            yield char, round(metrics[names[ord(char)]][0] * 1000 / em)


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.FONT_DIR)


def _subset_path(target: Path, subset: FontSubset) -> Path:
    return target / f"{subset.postscript}.otf"


def _recipe(sources: dict[str, Path]) -> str:
    """What the build depends on. File sizes stand in for contents: hashing 100 MB at each start takes too long."""
    sizes = {name: path.stat().st_size for name, path in sources.items()}
    return json.dumps({"recipe": RECIPE, "sources": sizes}, indent=1, sort_keys=True)


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def font_index(path: Path, family: str) -> int:
    """The index of a font family in a collection (the first is Japanese); raises FontsMissingError if there is none."""
    from fontTools.ttLib import TTCollection

    with TTCollection(path, lazy=True) as collection:
        for index, font in enumerate(collection.fonts):
            if font["name"].getDebugName(1) == family:
                return index
    raise FontsMissingError(f"{path} has no font family {family}")


def _subset_font(source: Path, subset: FontSubset) -> bytes:
    import uharfbuzz as hb

    face = hb.Face(hb.Blob.from_file_path(str(source)), font_index(source, subset.source_family))
    wanted = hb.SubsetInput()
    # WeasyPrint drops hints anyway, and subsets faster without shared subroutines. PDFs show glyph numbers as CIDs: a
    # charset that numbers the glyphs otherwise, as the source's does, leaves strict readers without Chinese characters.
    flags = hb.SubsetFlags
    wanted.flags = flags.NO_HINTING | flags.DESUBROUTINIZE | flags.CFF_IDENTITY_CHARSET
    wanted.unicode_set.clear()
    wanted.unicode_set.update(ord(char) for char in characters())
    wanted.layout_feature_tag_set.clear()
    for tag in DROPPED_TABLES:
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    return _finished(hb.subset(face, wanted).blob.data, subset)


def _finished(data: bytes, subset: FontSubset) -> bytes:
    """Give a subset its own name, widths that every reader understands, and the em dash of Chinese print."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    # The time stamp of the original is kept, so that the same source gives the same bytes.
    # Outlines are not decoded, which takes 5 s a font.
    font = TTFont(BytesIO(data), recalcTimestamp=False)
    state_widths(font["CFF "].cff[0])
    _rename(font["name"], subset)
    for table in font["cmap"].tables:
        # The glyph of U+2014 is the western dash: low, 0.9 em, with a gap in "——". The Chinese one, an em wide and
        # joined, can only be reached by a ligature; the horizontal box-drawing line looks the same.
        if 0x2500 in table.cmap:
            table.cmap[0x2014] = table.cmap[0x2500]
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _rename(table: Any, subset: FontSubset) -> None:
    """Set the names: without names of its own fontconfig would confuse the subset with the whole font."""
    kept = {number: table.getDebugName(number) for number in (0, 5, 13, 14)}  # copyright, version, licence
    names = {
        1: subset.family,
        2: subset.style,
        3: f"{subset.postscript};{RECIPE}",
        4: f"{subset.family} {subset.style}".removesuffix(" Regular"),
        6: subset.postscript,
    }
    table.names = []
    for number, text in sorted((kept | names).items()):
        if text:
            table.setName(text, number, 3, 1, 0x409)


def _fonts_conf(target: Path, sources: Iterable[Path]) -> str:
    """The fontconfig file: exactly these font files and the generic families."""
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
