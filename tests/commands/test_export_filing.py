"""export_filing: the same files as on the site, or the reason why not."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import unescape
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from filings.services.exports import CONTENT_TYPES
from filings.services.filing_files import export_filing
from filings.services.workflow import apply_transition
from tests.commands.kit import CommandResult, manage
from tests.factories import House, filled


def words_of(data: bytes, format_: str) -> str:
    """The text of the file, extracted by a library that did not write it."""
    if format_ == "xlsx":
        cells = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            header = re.search(r"<oddHeader>.*?</oddHeader>", parts.read("xl/worksheets/sheet1.xml").decode())
        return "".join(str(cell) for row in cells for cell in row) + unescape(header[0] if header else "")
    if format_ == "pdf":
        pdf = pypdfium2.PdfDocument(data)
        try:
            return "".join(page.get_textpage().get_text_range() for page in pdf).replace(" ", "")
        finally:
            pdf.close()
    return data.decode()


def export_to(file: Path | str, ref: str, format_: str) -> CommandResult:
    return manage("export_filing", ref, "--format", format_, "-o", str(file))


@pytest.mark.parametrize("format_", sorted(CONTENT_TYPES))
def test_each_format_holds_the_filing(house: House, tmp_path: Path, format_: str) -> None:
    filing = house.filing(filled(title="翠柳巷改造"))
    file = tmp_path / f"out.{format_}"
    result = export_to(file, filing.ref, format_)
    assert result.code == 0
    data = file.read_bytes()
    assert result.err == f"{file}: {len(data)} bytes\n"
    assert result.out == ""
    words = words_of(data, format_)
    assert "翠柳巷改造" in words
    assert "改造条数" in words
    assert ("草稿" in words) == (format_ != "json"), "a draft says so on the paper, not in the data"


def test_a_submitted_filing_has_the_same_bytes_as_on_the_site(house: House, tmp_path: Path) -> None:
    filing = house.filing()
    apply_transition(house.clerk, filing.pk, "submit")
    filing.refresh_from_db()
    for format_ in CONTENT_TYPES:
        export_to(tmp_path / "one", filing.ref, format_)
        assert (tmp_path / "one").read_bytes() == export_filing(filing, format_)
        assert "草稿" not in words_of((tmp_path / "one").read_bytes(), format_)


def test_standard_output_holds_the_file_and_nothing_else(house: House, capsysbinary: pytest.CaptureFixture) -> None:  # type: ignore[type-arg]
    """For pipes: messages must not be mixed into the file."""
    filing = house.filing()
    result = export_to("-", filing.ref, "json")
    captured = capsysbinary.readouterr()
    assert json.loads(captured.out)["ref"] == filing.ref
    assert (result.out, result.err, captured.err) == ("", "", b"")


@pytest.mark.django_db
@pytest.mark.parametrize("ref", ["none", "", "../etc", "'; drop table"])
def test_an_unknown_reference_names_list_filings(tmp_path: Path, ref: str) -> None:
    result = export_to(tmp_path / "out.pdf", ref, "pdf")
    assert result.code == 1
    assert result.err == f"there is no filing {ref!r}; manage.py list_filings shows all"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "reason"), [("none/out.json", "No such file"), ("", "Is a directory")])
def test_a_file_that_cannot_be_written(house: House, tmp_path: Path, name: str, reason: str) -> None:
    result = export_to(tmp_path / name, house.filing().ref, "json")
    assert result.code == 1
    assert result.err.startswith(f"cannot write {tmp_path / name}: {reason}")


def test_a_full_disk_is_said(house: House) -> None:
    result = export_to(Path("/dev/full"), house.filing().ref, "json")
    assert (result.code, result.err) == (1, "cannot write /dev/full: No space left on device")


def test_an_earlier_file_is_replaced(house: House, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("earlier", encoding="utf-8")
    export_to(tmp_path / "one.json", house.filing().ref, "json")
    assert json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))["place"] == "testshire"
    assert [path.name for path in tmp_path.iterdir()] == ["one.json"]


def test_an_unknown_format(house: House, tmp_path: Path) -> None:
    result = export_to(tmp_path / "out.doc", house.filing().ref, "doc")
    assert result.code == 1
    assert "invalid choice: 'doc'" in result.err
    assert not list(tmp_path.iterdir())
