"""The letter of a reviewer's opinion: complete, on as many pages as needed."""

from __future__ import annotations

from filings.services.opinions import save_opinion
from filings.services.verification import revision_code
from tests.factories import House, send
from tests.paper.kit import read_pdf, squeezed
from tests.views.kit import browser

GRADES = {"完整性": "优", "相关性": "良", "适当性": "中", "可行性": "良"}


def test_the_opinion_is_a_letter_with_every_word(house: House) -> None:
    filing = house.filing()
    send(house.clerk, filing.pk)
    words = {
        name: (grade, f"{name}的意见：{'目标明确、指标可考核，' * 30}第二行<b>&。") for name, grade in GRADES.items()
    }
    save_opinion(house.reviewer, filing.pk, words, "良", "经审核，同意。\n请于三日内补充测算依据。")
    response = browser(house.clerk).get(f"/filings/{filing.ref}/opinion.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    pages = read_pdf(response.content)
    text = "".join(page.text for page in pages)
    for _, line in words.values():
        assert squeezed(line) in text
    for part in ("绩效目标审核意见书", "本单位：", "综合等级：良", "请于三日内补充测算依据。", "审核人：", "校验码"):
        assert part in text
    assert revision_code(filing.revisions.get()) in text
    assert text.count("审核方面等级意见") == 2, "the head of the table stands on each of its pages"
    assert "审核人：" in pages[-1].text, "no page holds the foot alone"
    assert f"第{len(pages)}页共{len(pages)}页" in pages[-1].text
    assert browser(house.neighbour).get(f"/filings/{filing.ref}/opinion.pdf").status_code == 404


def test_without_an_opinion_there_is_no_letter(house: House) -> None:
    filing = house.filing()
    send(house.clerk, filing.pk)
    assert browser(house.reviewer).get(f"/filings/{filing.ref}/opinion.pdf").status_code == 404
    assert "意见书 PDF" not in browser(house.reviewer).get(f"/filings/{filing.ref}/opinion/").text
