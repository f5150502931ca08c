"""Every PDF is PDF/A-2a and PDF/UA-1: a validator says so, and what it rests on is looked at without it."""

from __future__ import annotations

import io
from collections import Counter
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from pikepdf import Name

from filings.renderers.letter import render_letter
from filings.renderers.pdf.assemble import assemble_packet, assemble_sheet
from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume
from filings.renderers.pdf.fonts import load_fonts
from filings.renderers.pdf.sheet import render_sheet
from filings.renderers.stamp import Stamp, pack_modules
from filings.sheet.pages import PaginatedSheet
from tests.paper import kit
from tests.paper.kit import CASES, KEYS
from tests.paper.readers import READERS, complaints, copied_text
from tests.paper.structure_reader import Node, read_structure
from tests.paper.test_pdf_sheet import paper_of
from tests.paper.validator import failures

CODES = ["0001-ABCD-EFGH-JKMN"]
STAMP = Stamp(("某表　表样第 1 版", "第 1 稿", f"校验码 {CODES[0]}"), pack_modules([[1, 0, 1], [0, 1, 0], [1, 0, 0]]))
LETTER = """<!doctype html><html lang="zh-Hans"><head><title>审核意见书：某项目</title></head><body><h1>审核意见书</h1>
<p>你单位：</p><ol><li>甲</li><li>乙</li></ol>
<table><thead><tr><th scope="col">方面</th><th scope="col">意见</th></tr></thead>
<tbody><tr><th scope="row">完整性</th><td>可行</td></tr></tbody></table></body></html>"""


def final_sheet(key: str) -> bytes:
    return assemble_sheet(render_sheet(kit.outputs(key, "full").paper).pack(), "某表", STAMP, CODES)


def pages_of(key: str) -> int:
    return len(kit.outputs(key, "full").paper.pages)


def packet() -> bytes:
    """Drawn sheets and kept ones, upright and landscape, in two volumes."""
    drawn = [render_sheet(kit.outputs(key, "full").paper).pack() for key in KEYS]
    entries = [
        *(SheetEntry(key, "已送审", lambda data=data: data, STAMP) for key, data in zip(KEYS, drawn, strict=True)),
        *(SheetEntry(key, "", lambda key=key: final_sheet(key), pages=pages_of(key)) for key in KEYS),
    ]  # type: ignore[misc]
    chapters = [Chapter(f"表{number}", tuple(entries[number::2])) for number in range(2)]
    volumes = [Volume("䶮㛃街道", (chapters[0],)), Volume("某局", (chapters[1],))]
    return assemble_packet(Cover("某区2024年绩效目标", "某局", (("张数", "18"),)), volumes, CODES)


KINDS = {
    "final sheet": lambda: final_sheet(KEYS[0]),
    "draft": lambda: kit.bound(kit.outputs(KEYS[0], "full").paper, "草稿"),
    "what no font has": lambda: kit.bound(paper_of("甲กख乙 \ue000 a\u0301 \u200b คำ")),
    "packet": packet,
    "letter": lambda: render_letter(LETTER),
}


@cache
def made(kind: str) -> bytes:
    return KINDS[kind]()


@pytest.mark.parametrize("profile", ["2a", "ua1"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_conforms(kind: str, profile: str) -> None:
    assert failures(made(kind), profile) == []


@pytest.mark.parametrize("case", CASES)
def test_every_form_conforms(key: str, case: str) -> None:
    data = kit.outputs(key, case).pdf
    assert failures(data, "2a") == []
    assert failures(data, "ua1") == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_claims_and_what_they_presuppose(kind: str) -> None:
    data = made(kind)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked is True
        assert str(root.Lang) == "zh-CN"
        assert root.ViewerPreferences.DisplayDocTitle is True
        (intent,) = root.OutputIntents
        assert (intent.S, intent.DestOutputProfile.N) == (Name.GTS_PDFA1, 3)
        assert b"acsp" in intent.DestOutputProfile.read_bytes()[:64]
        assert "/Filter" not in root.Metadata.stream_dict
        metadata = pdf.open_metadata()
        assert metadata.pdfa_status == "2A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == str(pdf.docinfo.Title) != ""
        assert metadata.get("xmp:Identifier", set()) == (set(CODES) if kind in ("final sheet", "packet") else set())
        assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stands_behind_the_end(kind: str) -> None:
    assert made(kind).endswith(b"%%EOF\n")
    assert made(kind).count(b"%%EOF") == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "letter"])
def test_fonts_are_embedded_with_their_texts_and_the_metrics_of_their_face(kind: str) -> None:
    with pikepdf.open(io.BytesIO(made(kind))) as pdf:
        fonts = {str(font.BaseFont): font for page in pdf.pages for font in page.obj.Resources.Font.values()}
        for name, font in fonts.items():
            assert font.ToUnicode.read_bytes().count(b" beginbfchar\n")
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
            face = load_fonts()[name.partition("+")[2]]
            with TTFont(face.path, fontNumber=face.index, lazy=True) as read:
                per_em = 1000 / read["head"].unitsPerEm
                metrics = [read["hhea"].ascent * per_em, read["hhea"].descent * per_em]
                is_bold = read["OS/2"].usWeightClass >= 700
            assert [int(descriptor.Ascent), int(descriptor.Descent)] == pytest.approx(metrics, abs=2), name
            assert (int(descriptor.StemV) > 120) is is_bold
            assert 600 < int(descriptor.CapHeight) < 800


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "letter"])
def test_the_structure_has_all_content_once(kind: str) -> None:
    read = read_structure(made(kind))
    assert sorted(read.marks) == sorted(read.texts)
    assert len({*read.marks}) == len(read.marks)
    assert {*read.parents} == {*read.marks}


@pytest.mark.parametrize("program", ["Ghostscript", "PDFBox"])
@pytest.mark.parametrize("kind", ["final sheet", "draft", "packet", "letter"])
def test_other_programs_have_nothing_to_object_to(kind: str, program: str, tmp_path: Path) -> None:
    if not READERS[program].is_installed():
        pytest.skip(f"{READERS[program].package} is not installed")
    assert complaints(program, made(kind), tmp_path) == ""


def painted_text(paper: PaginatedSheet) -> str:
    """The text of a sheet of one page, in the order in which it is painted."""
    (only,) = paper.pages
    cells = (cell for part in only.slices for row in part.rows for cell in row.cells)
    return kit.squeezed("".join(line for cell in cells for line in cell.lines))


ONE_PAGE = [name for name in kit.demo_filings() if len(kit.demo_outputs(name).paper.pages) == 1][::6]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", ONE_PAGE)
def test_copied_text_is_in_reading_order_without_the_watermark(name: str, reader: str, tmp_path: Path) -> None:
    if not READERS[reader].is_installed():
        pytest.skip(f"{READERS[reader].package} is not installed")
    paper = kit.demo_outputs(name).paper
    copied = kit.squeezed(copied_text(reader, kit.bound(paper, "不许复制"), tmp_path))
    assert "不许复制" not in copied
    if reader == "Ghostscript":  # it puts words into lines by where they stand, whatever their order is
        assert Counter(painted_text(paper)) <= Counter(copied)
    else:
        assert painted_text(paper) in copied


@pytest.mark.parametrize("case", CASES)
def test_the_structure_says_what_the_form_says(key: str, case: str) -> None:
    """Every text once and in the order of the form, wherever pages break; blank cells are there, too."""
    made = kit.outputs(key, case)
    root = read_structure(made.pdf).root
    assert kit.squeezed(root.text) == kit.squeezed("".join(cell.text for cell in made.grid.cells()))
    panels = [panel for panel in made.grid.panels if panel.kind == "table" and panel.ruled]
    for panel, table in zip(panels, root.find("Table"), strict=True):
        drawn = [[(cell.columns, cell.rows) for cell in row.cells] for row in panel.rows]
        assert [[spans(cell) for cell in row.kids] for row in table.kids] == drawn


def spans(cell: Node) -> tuple[int, int]:
    return int(cell.attributes.get("ColSpan", 1)), int(cell.attributes.get("RowSpan", 1))
