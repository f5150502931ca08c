"""Final papers: written once at approval, the same bytes for ever, bound into packets, told when damaged."""

from __future__ import annotations

import io
import logging

import pikepdf
import pytest

from filings.models import AppendOnly, Filing, FinalPaper, Revision
from filings.services.drafts import save_edits
from filings.services.errors import Refused
from filings.services.exports import export_revision, printable_revision
from filings.services.file_verification import read_codes, verify_file
from filings.services.filing_files import export_filing
from filings.services.final_papers import (
    revisions_without_paper,
    store_final_paper,
    write_final_paper,
    write_missing_final_papers,
)
from filings.services.packets import PacketScope, create_packet, run_build
from filings.services.stored_files import store_file, stored_path
from filings.services.verification import revision_code
from filings.services.workflow import apply_transition
from tests.commands.kit import manage
from tests.factories import House, put, send
from tests.paper.structure_reader import read_structure
from tests.paper.validator import failures
from tests.services.kit import moved
from tests.services.packets.kit import built, pdf_text

FILE = "101 本单位/101 本单位.pdf"


def newest(filing: Filing) -> Revision:
    return Revision.objects.select_related("layout", "filing").filter(filing=filing).order_by("-number")[0]


def drawn_now(filing: Filing) -> bytes:
    revision = newest(filing)
    return export_revision(printable_revision(revision), revision, "pdf")


def damage(paper: FinalPaper) -> None:
    path = stored_path(paper.sha256)
    path.write_bytes(path.read_bytes()[:-100])


def test_approval_writes_the_paper_once(house: House, django_capture_on_commit_callbacks: object) -> None:
    filing = moved(house, "submit")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        apply_transition(house.reviewer, filing.pk, "approve")
    paper = FinalPaper.objects.get(revision=newest(filing))
    assert stored_path(paper.sha256).stat().st_size == paper.size
    assert write_final_paper.func(paper.revision_id) == paper.sha256
    assert FinalPaper.objects.count() == 1


def test_an_approved_sheet_keeps_its_bytes_whatever_would_be_drawn_now(
    house: House, settings: pytest.FixtureRequest
) -> None:
    filing = moved(house, "submit", "approve")
    kept = export_filing(filing, "pdf")
    settings.ADDRESS = "https://moved.example"  # type: ignore[attr-defined]
    assert drawn_now(filing) != kept
    assert export_filing(filing, "pdf") == kept
    answer = verify_file(io.BytesIO(kept), house.clerk)
    assert (answer.same, [one.code for one in answer.answers]) == (True, [revision_code(newest(filing))])
    assert verify_file(io.BytesIO(drawn_now(filing)), house.clerk).same is False


def test_each_approved_revision_has_its_own_paper(house: House) -> None:
    filing = moved(house, "submit", "approve")
    first = export_filing(filing, "pdf")
    apply_transition(house.admin, filing.pk, "reopen", words="请改")
    filing.refresh_from_db()
    assert export_filing(filing, "pdf") != first, "it is a draft again"
    save_edits(house.clerk, filing.pk, filing.version, "changed-01", [put("title", "改后")])
    send(house.fresh("clerk"), filing.pk)
    apply_transition(house.fresh("reviewer"), filing.pk, "approve")
    filing.refresh_from_db()
    second = export_filing(filing, "pdf")
    assert read_codes(io.BytesIO(first)) != read_codes(io.BytesIO(second))
    assert [len(read) for read in (first, second)] == [paper.size for paper in FinalPaper.objects.order_by("revision")]


def test_a_paper_is_neither_changed_nor_deleted(house: House) -> None:
    paper = store_final_paper(newest(moved(house, "submit", "approve")))
    with pytest.raises(AppendOnly):
        paper.save()
    with pytest.raises(AppendOnly):
        paper.delete()


def test_sheets_approved_by_an_earlier_release_get_their_papers(house: House) -> None:
    """Those that are approved, once each, as their last revision."""
    filings = [moved(house, "submit", "approve") for _ in range(3)]
    moved(house, "submit")
    apply_transition(house.admin, filings[0].pk, "reopen", words="请改")
    store_final_paper(newest(filings[1]))
    assert revisions_without_paper() == [newest(filings[2]).pk]
    assert write_missing_final_papers.func() == 1
    assert revisions_without_paper() == []
    assert write_missing_final_papers.func() == 0


def test_a_damaged_paper_is_told_and_not_drawn_anew(house: House, caplog: pytest.LogCaptureFixture) -> None:
    filing = moved(house, "submit", "approve")
    paper = store_final_paper(newest(filing))
    damage(paper)
    with caplog.at_level(logging.ERROR), pytest.raises(Refused, match="备份") as refused:
        export_filing(filing, "pdf")
    assert (refused.value.code, paper.sha256 in caplog.text) == ("final_paper_damaged", True)
    packet = create_packet(house.cycle, PacketScope())
    run_build(packet.pk)
    packet.refresh_from_db()
    assert (packet.status, "备份" in packet.fault) == ("failed", True)
    stored_path(paper.sha256).unlink()
    with pytest.raises(Refused, match="备份"):
        export_filing(filing, "pdf")


def test_the_command_tells_which_papers_are_whole(house: House) -> None:
    filings = [moved(house, "submit", "approve") for _ in range(3)]
    papers = [store_final_paper(newest(filing)) for filing in filings[:2]]
    whole = manage("verify_final_papers")
    assert (whole.code, whole.out.splitlines()) == (
        0,
        ["2 final papers, nothing wrong", "1 approved sheets have none yet: the background work writes it"],
    )
    damage(papers[0])
    broken = manage("verify_final_papers")
    assert broken.code == 1
    assert f"{filings[0].ref} revision 1: the file" in broken.err
    assert "1 faults in 2 final papers" in broken.err
    assert manage("verify_final_papers", filings[1].ref).code == 0
    assert manage("verify_final_papers", filings[0].ref).code == 1
    assert "no final paper of nothing" in manage("verify_final_papers", "nothing").err
    stored_path(papers[0].sha256).unlink()
    assert "is missing" in manage("verify_final_papers", filings[0].ref).err


def test_the_command_looks_into_the_paper(house: House) -> None:
    """Bytes that are those that were kept, and yet are not what they should be."""
    revision, other = (newest(moved(house, "submit", "approve")) for _ in range(2))
    drawn = export_revision(printable_revision(other), other, "pdf")
    for data, fault in ((drawn, "have not the code"), (b"%PDF-1.7 nothing", "cannot be read")):
        FinalPaper.objects.all()._raw_delete("default")
        FinalPaper.objects.create(
            jurisdiction=house.place, revision=revision, sha256=store_file(data), size=len(data), pages=1, release="0"
        )
        assert fault in manage("verify_final_papers").err


def test_packets_bind_the_papers(house: House) -> None:
    """Their pages, their structure, and none of what would be drawn now."""
    filings = [moved(house, "submit", "approve") for _ in range(2)]
    papers = [export_filing(filing, "pdf") for filing in filings]
    moved(house, "submit")
    packet = built(house, states=("submitted", "approved"))[FILE]
    with pikepdf.open(io.BytesIO(packet)) as bound:
        streams = {bytes(one.read_raw_bytes()) for one in bound.objects if isinstance(one, pikepdf.Stream)}
        for data in papers:
            with pikepdf.open(io.BytesIO(data)) as paper:
                assert {bytes(part.read_raw_bytes()) for part in paper.pages[0].Contents} <= streams
    read = read_structure(packet)
    sheets = [node.text for node in read.root.find("Sect") if node.find("Table") and node.kids[0].tag == "H1"]
    assert (len(sheets), sheets[:2]) == (3, [read_structure(data).root.text for data in papers])
    assert sorted(read.marks) == sorted(read.texts)
    for profile in ("2a", "ua1"):
        assert failures(packet, profile) == []


def test_a_paper_from_other_font_files_keeps_its_fonts(house: House) -> None:
    """Glyphs have other numbers in other font files: such a paper shows what it showed, with the fonts it has."""
    filing = moved(house, "submit", "approve")
    data = export_filing(filing, "pdf")
    before = pdf_text(built(house)[FILE])
    with pikepdf.open(io.BytesIO(data)) as paper:
        for font in paper.pages[0].obj.Resources.Font.values():
            name = str(font.BaseFont).partition("+")[2]
            for part in (font, font.DescendantFonts[0]):
                part.BaseFont = pikepdf.Name(f"/OLDOLD+{name}")
            font.DescendantFonts[0].FontDescriptor.FontName = pikepdf.Name(f"/OLDOLD+{name}")
        out = io.BytesIO()
        paper.save(out)
    FinalPaper.objects.all()._raw_delete("default")
    revision, old = newest(filing), out.getvalue()
    FinalPaper.objects.create(
        jurisdiction=house.place, revision=revision, sha256=store_file(old), size=len(old), pages=1, release="0"
    )
    packet = built(house)[FILE]
    assert pdf_text(packet) == before
    with pikepdf.open(io.BytesIO(packet)) as bound:
        names = {str(font.BaseFont)[1:7] for page in bound.pages for font in page.obj.Resources.Font.values()}
    assert len(names) > 1
    assert "OLDOLD" in names
    assert failures(packet, "2a") == []


def test_the_public_variant_has_no_paper_in_it(house: House) -> None:
    """Papers have personal data."""
    filing = moved(house, "submit", "approve")
    data = export_filing(filing, "pdf")
    published = built(house, public=True)[FILE]
    with pikepdf.open(io.BytesIO(data)) as paper:
        own = bytes(paper.pages[0].Contents[0].read_raw_bytes())
    with pikepdf.open(io.BytesIO(published)) as bound:
        assert own not in {bytes(one.read_raw_bytes()) for one in bound.objects if isinstance(one, pikepdf.Stream)}


def test_files_issued_before_are_still_known(house: House) -> None:
    """Before release 0.4 the codes stood behind the end of the file."""
    filing = moved(house, "submit", "approve")
    code = revision_code(newest(filing))
    old = b"%PDF-1.5\n...\n%%EOF\n%perfbudget " + code.encode() + b"\n"
    answer = verify_file(io.BytesIO(old), house.clerk)
    assert ([one.code for one in answer.answers], answer.same) == ([code], None)


def test_a_seal_added_behind_leaves_the_code(house: House) -> None:
    filing = moved(house, "submit", "approve")
    data = export_filing(filing, "pdf")
    sealed = data + b"9 0 obj\n<< /Type /Sig >>\nendobj\n" + b" " * 100_000 + b"\n%%EOF\n"
    assert read_codes(io.BytesIO(sealed)) == [revision_code(newest(filing))]
    assert verify_file(io.BytesIO(sealed), house.clerk).same is False
