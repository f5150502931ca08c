"""Codes and files lead back to what was printed; strangers learn of approved sheets alone."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from filings.models import Filing, Person, Revision
from filings.services.drafts import save_edits
from filings.services.file_verification import VerifiedFile, read_codes, verify_file
from filings.services.filing_files import export_filing
from filings.services.packets import PacketScope, create_packet, run_build
from filings.services.packets.cache import cache_path
from filings.services.stamps import qr_code
from filings.services.verification import revision_code, verification_code, verify_code
from filings.services.workflow import apply_transition
from tests.factories import House, put, send
from tests.paper.kit import read_pdf


def verified(data: bytes, person: Person | None = None) -> VerifiedFile:
    return verify_file(io.BytesIO(data), person)


def sent(house: House, *steps: str) -> tuple[Filing, str]:
    filing = house.filing()
    send(house.clerk, filing.pk)
    for step in steps:
        apply_transition(house.reviewer, filing.pk, step, words="请改")
    filing.refresh_from_db()
    return filing, revision_code(Revision.objects.select_related("filing").get(filing=filing))


@given(st.integers(1, 2**40), st.text("abcdef23456", min_size=16, max_size=16), st.integers(1, 50))
def test_codes_are_read_aloud_in_groups_of_four(pk: int, ref: str, number: int) -> None:
    code = verification_code(pk, ref, number, "0" * 64)
    groups = code.split("-")
    assert {len(group) for group in groups} == {4}
    assert len(groups) >= 4
    assert not set(code) & set("ILOU")
    assert code != verification_code(pk, ref, number + 1, "0" * 64)


def test_a_code_leads_to_its_revision_however_it_is_typed(house: House) -> None:
    filing, code = sent(house, "approve")
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("0", "O").replace("1", "l"), f" {code} "):
        answer = verify_code(typed, None)
        assert answer
        assert (answer.code, answer.form, answer.year) == (code, "试用绩效目标表", 2026)
        assert (answer.department, answer.subject, answer.state) == ("本单位", filing.subject_name, "已审核")
        assert answer.approved == filing.approved_at
        assert answer.filing is None


@pytest.mark.parametrize("typed", ["", "0", "x" * 100, "0001-AAAA-AAAA-AAAA", "ZZZZ" * 6, "校验码", "\x00"])
def test_other_codes_lead_nowhere(house: House, typed: str) -> None:
    sent(house, "approve")
    assert verify_code(typed, house.admin) is None


def test_one_wrong_sign_leads_nowhere(house: House) -> None:
    _, code = sent(house, "approve")
    for at, sign in enumerate(code):
        if sign != "-":
            wrong = code[:at] + ("7" if sign != "7" else "8") + code[at + 1 :]
            assert verify_code(wrong, house.admin) is None


@pytest.mark.parametrize("steps", [(), ("start_review",), ("return",)])
def test_what_is_not_approved_is_told_only_to_who_may_see_it(house: House, steps: tuple[str, ...]) -> None:
    filing, code = sent(house, *steps)
    assert verify_code(code, None) is None
    assert verify_code(code, house.neighbour) is None
    for person in (house.clerk, house.reviewer, house.auditor):
        answer = verify_code(code, person)
        assert answer
        assert answer.filing == filing


def test_a_draft_that_was_replaced_says_so(house: House) -> None:
    filing, code = sent(house, "return")
    save_edits(house.clerk, filing.pk, filing.version, "changed-01", [put("title", "改后")])
    send(house.clerk, filing.pk)
    apply_transition(house.reviewer, filing.pk, "approve")
    assert verify_code(code, None) is None
    answer = verify_code(code, house.clerk)
    assert answer
    assert answer.state == "已被第 2 稿取代"
    assert answer.approved is None


@pytest.mark.parametrize("format_", ["pdf", "xlsx"])
def test_a_single_sheet_carries_its_code(house: House, format_: str) -> None:
    filing, code = sent(house, "approve")
    data = export_filing(filing, format_)
    assert read_codes(io.BytesIO(data)) == [code]
    assert data == export_filing(filing, format_)
    answer = verified(data)
    assert (answer.file, answer.same) == (None, True)
    assert [one.code for one in answer.answers] == [code]
    if format_ == "pdf":
        assert all(f"校验码{code}" in page.text for page in read_pdf(data))
        with pikepdf.open(io.BytesIO(data)) as document:
            assert document.check_pdf_syntax() == []


def test_the_file_of_a_packet_is_known_byte_for_byte(house: House) -> None:
    _, code = sent(house, "approve")
    packet = create_packet(house.cycle, PacketScope())
    run_build(packet.pk)
    for file in packet.files.all():
        data = cache_path(file.path).read_bytes()
        known = verified(data)
        assert known.file == file
        changed = verified(data + b" ") if not file.name.endswith((".zip", ".xlsx")) else verified(b"%" + data)
        assert changed.file is None
        if "/" in file.name:
            assert [one.code for one in known.answers] == [code]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x00" * 100, b"%perfbudget 0001-AAAA-AAAA-AAAA"])
def test_any_other_file_is_no_match(house: House, data: bytes) -> None:
    answer = verified(data)
    assert (answer.file, answer.answers) == (None, [])


def test_the_page_tells_strangers_and_asks_them_not_to_hurry(house: House) -> None:
    filing, code = sent(house, "approve")
    client = Client()
    page = client.get("/verify/", {"code": code}).content.decode()
    assert filing.subject_name in page
    assert filing.ref not in page
    assert "没有查到" in client.get("/verify/", {"code": "0001-AAAA-AAAA-AAAA"}).content.decode()
    answers = [client.get("/verify/", {"code": code}).status_code for _ in range(40)]
    assert answers[-1] == 429
    client.force_login(house.clerk, "filings.services.accounts.PersonBackend")
    page = client.get("/verify/", {"code": code}).content.decode()
    assert filing.ref in page


def posted(client: Client, data: bytes, name: str = "表.pdf") -> tuple[int, str]:
    upload = io.BytesIO(data)
    upload.name = name
    answer = client.post("/verify/", {"file": upload})
    return answer.status_code, answer.content.decode()


def test_files_are_taken_from_users_only(house: House) -> None:
    filing, code = sent(house, "approve")
    data = export_filing(filing, "pdf")
    anonymous = Client()
    blank = anonymous.get("/verify/").content.decode()
    assert 'type="file"' not in blank
    assert '<a href="/login/?next=/verify/">登录</a>后上传文件核验' in blank
    assert 'name="code"' in blank
    status, page = posted(anonymous, data)
    assert (status, code in page) == (403, False)
    assert "请登录后上传文件核验" in page
    client = Client()
    client.force_login(house.neighbour, "filings.services.accounts.PersonBackend")
    assert 'type="file"' in client.get("/verify/").content.decode()
    status, page = posted(client, data)
    assert (status, code in page) == (200, True)


@pytest.mark.parametrize("format_", ["pdf", "xlsx"])
def test_a_genuine_sheet_and_one_with_a_changed_byte_are_told_apart(house: House, format_: str) -> None:
    filing, code = sent(house, "approve")
    data = export_filing(filing, format_)
    at = 20 if format_ == "pdf" else data.index(b"xl/workbook.xml") - 20  # a byte of a date in a zip entry
    forged = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    assert (verified(data).same, verified(forged).same) == (True, False)
    assert [one.code for one in verified(forged).answers] == [code]
    client = Client()
    client.force_login(house.clerk, "filings.services.accounts.PersonBackend")
    (_, genuine), (_, changed) = (posted(client, one, f"表.{format_}") for one in (data, forged))
    assert "与系统生成的这张表逐字节一致" in genuine
    assert "与系统现在生成的这张表不一致" in changed
    assert "逐字节一致" not in changed


def test_a_reopened_sheet_says_that_it_was_approved(house: House) -> None:
    filing, code = sent(house, "approve")
    apply_transition(house.admin, filing.pk, "reopen", words="数字有误")
    for person in (None, house.neighbour, house.clerk, house.admin):
        answer = verify_code(code, person)
        assert answer
        assert (answer.state, answer.approved) == ("曾审核通过，已重新开放", None)
        assert (answer.filing is not None) == (person in (house.clerk, house.admin))
    filing.refresh_from_db()
    save_edits(house.clerk, filing.pk, filing.version, "changed-02", [put("title", "改后")])
    send(house.clerk, filing.pk)
    second = revision_code(Revision.objects.select_related("filing").get(filing=filing, number=2))
    # Strangers learn nothing of what is on its way: neither that there is a second draft nor its number.
    assert [one.state for one in (verify_code(code, None), verify_code(code, house.clerk)) if one] == [
        "曾审核通过，已重新开放"
    ] * 2
    assert verify_code(second, None) is None
    apply_transition(house.reviewer, filing.pk, "approve")
    old, new = verify_code(code, None), verify_code(second, None)
    assert old
    assert new
    assert (old.state, new.state) == ("曾审核通过，已被第 2 稿取代", "已审核")


# -- the QR code, read by a program that knows nothing of us --------------------------------------------------------


def scan_codes(pdf: bytes, dpi: int, turned: float = 0.0) -> list[set[str]]:
    """The texts of the QR codes on each page, scanned at so many dots to the inch, the paper lying askew."""
    with pypdfium2.PdfDocument(pdf) as document:
        pictures = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    askew = (picture.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255) for picture in pictures)
    return [{code.text for code in zxingcpp.read_barcodes(picture)} for picture in askew]


@pytest.mark.parametrize("address", ["", "https://jixiao.example.gov.cn"])
@pytest.mark.parametrize(("dpi", "turned"), [(150, 0.0), (200, 3.0), (300, 180.0)])
def test_the_printed_square_leads_to_the_page_that_verifies(
    house: House, settings: Any, address: str, dpi: int, turned: float
) -> None:
    settings.ADDRESS = address
    filing, code = sent(house, "approve")
    (texts,) = scan_codes(export_filing(filing, "pdf"), dpi, turned)
    assert texts == {f"{address}/verify/?code={code}" if address else code}
    answer = Client().get("/verify/", {"code": code})
    assert code in answer.text


def test_a_draft_says_what_it_is_and_carries_no_code(house: House) -> None:
    filing = house.filing()
    data = export_filing(filing, "pdf")
    assert "试用绩效目标表表样第1版草稿，未送审" in read_pdf(data)[0].text
    assert scan_codes(data, 150) == [set()]


def test_any_code_is_read_whatever_its_squares(house: House) -> None:
    """The mask is not chosen by what it makes of a code: some hundred codes all must be readable."""
    for number in range(1, 200):
        code = verification_code(number**3, "ref", number, "0" * 64)
        square = qr_code(code)
        picture = Image.frombytes("1", (square.side, square.side), square.bits)
        (found,) = zxingcpp.read_barcodes(ImageOps.expand(picture.convert("L"), 4, 255).resize((180, 180), 0))
        assert found.text == code
