"""The admin's layout pages: upload with errors by line, preview, and making a form due."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import openpyxl
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from filings.models import LayoutVersion
from filings.services.new_filings import start_filing
from filings.sheet.toml_source import MAX_CHARACTERS
from tests.factories import LAYOUT, House, build_house, opened_cycle
from tests.paper.kit import shown
from tests.views.kit import browser

OTHER = LAYOUT.replace("testshire/plan", "testshire/other").replace("试用绩效目标表", "新来的表")
SECOND = LAYOUT.replace("version = 1", "version = 2").replace("试用绩效目标表", "第二版的表")


@pytest.fixture
def admin(house: House) -> Client:
    return browser(house.admin)


def upload(client: Client, content: bytes | str, name: str = "plan.toml") -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/layouts/", {"file": SimpleUploadedFile(name, data)}, follow=True)


def listed_problems(answer: HttpResponse) -> list[tuple[int, str]]:
    """Line and reason of the errors that the page lists."""
    found = re.findall(r'<a href="#line-(\d+)">第 \d+ 行</a>：(.*?)</li>', answer.content.decode())
    return [(int(line), reason) for line, reason in found]


def versions() -> list[tuple[str, int, str]]:
    return list(LayoutVersion.objects.order_by("key", "version").values_list("key", "version", "name"))


# -- going in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["file", "text", "file of Windows"])
def test_a_valid_file_is_stored_and_shown(admin: Client, how: str) -> None:
    windows = OTHER.replace("\n", "\r\n")
    if how == "text":
        answer = admin.post("/layouts/", {"text": windows}, follow=True)
    else:
        answer = upload(admin, OTHER if how == "file" else b"\xef\xbb\xbf" + windows.encode())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "已存入“新来的表”第 1 版" in page
    assert answer.redirect_chain == [(f"/layouts/{LayoutVersion.objects.get(key='testshire/other').pk}/", 302)]
    assert LayoutVersion.objects.get(key="testshire/other").source.strip() == OTHER.strip()
    assert "新来的表" in admin.get("/layouts/").content.decode()


def test_mistakes_are_shown_by_line_with_what_was_typed(admin: Client) -> None:
    broken = OTHER.replace('kind = "phone"', 'kind = "fax"').replace("{rest}", "{reste}")
    answer = admin.post("/layouts/", {"text": broken})
    assert answer.status_code == 422
    lines = broken.split("\n")
    at = [number for number, line in enumerate(lines, 1) if "fax" in line or "{reste}" in line]
    assert {line for line, _ in listed_problems(answer)} >= set(at)
    page = answer.content.decode()
    assert f"有 {len(listed_problems(answer))} 处错误，没有存入" in page
    typed = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert typed
    assert html.unescape(typed[1]) == broken
    for number in at:
        assert f'<li id="line-{number}" class="error">' in page
    assert versions() == [("testshire/plan", 1, "试用绩效目标表")]


def test_a_broken_file_is_reported_by_name(admin: Client) -> None:
    answer = upload(admin, "key = ", "我的表.toml")
    assert answer.status_code == 422
    assert "我的表.toml 有 1 处错误" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("", 1, "缺少必填的键"),
        ("# 绩效\nname = '绩效'\n".encode("gb18030"), 1, "不是 UTF-8"),
        (f'name = "x"\n# {"长" * MAX_CHARACTERS}', 1, "文件超过 400000 字"),
        (f'name = "xx"\n# {"长" * 2 * MAX_CHARACTERS}', 1, "文件超过 400000 字"),
        ("a = '\0'", 1, "不符合 TOML 语法"),
        ("a = " + "[" * 3000, 1, "不符合 TOML 语法"),
        (b"PK\x03\x04" + b"\xff" * 99, 1, "不是 UTF-8"),
    ],
    ids=["empty", "gb18030", "too long", "cut within a character", "control", "deep", "binary"],
)
def test_a_file_that_is_no_layout_is_reported_as_a_file_error(
    admin: Client, content: bytes | str, line: int, reason: str
) -> None:
    answer = upload(admin, content)
    assert answer.status_code == 422
    assert any(one == line and reason in words for one, words in listed_problems(answer)), listed_problems(answer)


def test_a_long_text_may_be_typed(admin: Client) -> None:
    """The length limit of cells does not apply to files."""
    answer = admin.post("/layouts/", {"text": OTHER + "# 说明\n" * 10_000}, follow=True)
    assert answer.status_code == 200
    assert ("testshire/other", 1, "新来的表") in versions()


def test_markup_in_a_file_is_text(admin: Client) -> None:
    page = admin.post("/layouts/", {"text": 'name = "<script>x</script>"\n</textarea><b>'}).content.decode()
    assert "<script>x" not in page
    assert "</textarea><b>" not in page


@pytest.mark.parametrize("key", ["elseshire/plan", "testshire2/plan", "plan"])
def test_the_key_must_begin_with_an_own_jurisdiction(admin: Client, key: str) -> None:
    build_house("elseshire")
    before = versions()
    answer = upload(admin, LAYOUT.replace("testshire/plan", key).replace("version = 1", "version = 9"))
    assert answer.status_code == 422
    assert "必须以 testshire/ 开头" in listed_problems(answer)[0][1]
    assert versions() == before


def test_only_admins_see_or_upload_layouts(house: House) -> None:
    pk = house.due.layout.pk
    for who in ("clerk", "lead", "reviewer", "auditor", "nobody"):
        client = browser(house.people[who])
        for url in ("/layouts/", f"/layouts/{pk}/", f"/layouts/{pk}/sample.pdf"):
            assert client.get(url).status_code == 404, (who, url)
        assert upload(client, OTHER).status_code == 404
    foreign = browser(build_house("elseshire").admin)
    assert foreign.get(f"/layouts/{pk}/").status_code == 404
    assert versions() == [("testshire/plan", 1, "试用绩效目标表")]


def test_an_included_file_of_ours_may_be_used(admin: Client) -> None:
    text = OTHER.replace("version = 1", 'version = 1\ninclude = ["common/indicators.toml"]')
    text = text.replace("[tables.indicators]\n", '[tables.indicators]\norder = ["level1", "level2", "name", "value"]\n')
    assert upload(admin, text).status_code == 200
    escape = text.replace("common/indicators.toml", "../../perfbudget/settings.py").replace("other", "third")
    assert "没有可引用的文件" in listed_problems(upload(admin, escape))[0][1]


# -- versions ------------------------------------------------------------------------------------------------------


def test_a_version_in_use_may_not_change(admin: Client, house: House) -> None:
    changed = LAYOUT.replace("试用绩效目标表", "偷改的表")
    assert upload(admin, changed).status_code == 200  # nobody fills it yet
    upload(admin, LAYOUT)
    house.filing()
    answer = upload(admin, changed)
    assert answer.status_code == 422
    assert "第 1 版已有填报，不能改动" in listed_problems(answer)[0][1]
    assert upload(admin, LAYOUT).status_code == 200  # the same again is no change
    assert upload(admin, SECOND).status_code == 200
    assert versions() == [("testshire/plan", 1, "试用绩效目标表"), ("testshire/plan", 2, "第二版的表")]


def make_due(client: Client, pk: int, cycle: int, title: str = "") -> str:
    answer = client.post(f"/layouts/{pk}/", {"cycle": cycle, "title": title}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(house: House) -> list[tuple[str, int, str]]:
    forms = house.cycle.due_forms.order_by("position", "pk").select_related("layout")
    return [(form.layout.key, form.layout.version, form.title) for form in forms]


def test_a_form_is_made_due_and_filled(admin: Client, house: House) -> None:
    upload(admin, OTHER)
    new = LayoutVersion.objects.get(key="testshire/other")
    assert "已列入" in make_due(admin, new.pk, house.cycle.pk, "  春季表 ")
    make_due(admin, new.pk, house.cycle.pk)
    assert titles(house) == [("testshire/plan", 1, "表"), ("testshire/other", 1, "春季表")]
    tasks = browser(house.clerk).get("/tasks/").content.decode()
    assert "春季表" in tasks
    form = house.cycle.due_forms.get(layout=new)
    assert start_filing(house.clerk, house.cycle, form, house.department, house.project()).layout == new
    assert "已有填报，不再改动" in admin.get(f"/layouts/{new.pk}/").content.decode()


def test_a_new_version_replaces_one_without_filings(admin: Client, house: House) -> None:
    upload(admin, OTHER)
    make_due(admin, LayoutVersion.objects.get(key="testshire/other").pk, house.cycle.pk)
    upload(admin, SECOND)
    make_due(admin, LayoutVersion.objects.get(version=2).pk, house.cycle.pk)
    assert sorted(titles(house)) == [("testshire/other", 1, "新来的表"), ("testshire/plan", 2, "第二版的表")]


def test_a_version_that_is_being_filled_is_not_replaced(admin: Client, house: House) -> None:
    house.filing()
    upload(admin, SECOND)
    second = LayoutVersion.objects.get(version=2)
    assert "本批次已有 1 张表按第 1 版填报" in make_due(admin, second.pk, house.cycle.pk)
    assert titles(house) == [("testshire/plan", 1, "表")]
    later = opened_cycle(house.place, 2027, deadline=timezone.now() + timedelta(days=400))
    assert "已列入" in make_due(admin, second.pk, later.pk)


def test_only_cycles_of_the_forms_own_place(admin: Client, house: House) -> None:
    foreign = build_house("elseshire")
    for cycle in (foreign.cycle.pk, 0, "x"):
        assert admin.post(f"/layouts/{house.due.layout.pk}/", {"cycle": cycle}).status_code == 404


# -- trying on -----------------------------------------------------------------------------------------------------


def test_the_form_is_shown_blank_and_filled(admin: Client, house: House) -> None:
    url = f"/layouts/{house.due.layout.pk}/"
    blank, full = (admin.get(url + more).content.decode() for more in ("", "?fill=1"))
    for page in (blank, full):
        assert "2026年示例单位试用表" in page
        assert "社会效益指标" in page
    assert "≥95%" in full
    assert "≥95%" not in blank


def test_the_sample_opens_as_pdf_and_workbook(admin: Client, house: House) -> None:
    url = f"/layouts/{house.due.layout.pk}/sample."
    pdf, book = admin.get(f"{url}pdf"), admin.get(f"{url}xlsx")
    assert pdf["Content-Disposition"] == 'attachment; filename="testshire-plan-1.pdf"'
    with pypdfium2.PdfDocument(pdf.content) as opened:
        words = re.sub(r"\s", "", "".join(one.get_textpage().get_text_range() for one in opened))
    cells = [shown(cell) for row in openpyxl.load_workbook(io.BytesIO(book.content)).active for cell in row]
    for typed in ("12.50", "≥95%", "0951-1234567", "示例试用名目"):
        assert typed in words
        assert typed in cells
    assert admin.get(f"{url}html").status_code == 404


# -- what the cells mean -------------------------------------------------------------------------------------------

MEANT = OTHER.replace('label = "试用名目"', 'label = "试用名目", means = "project_name"')


def meanings(admin: Client, content: str) -> str:
    """What the page of an uploaded form says of the meaning of its cells."""
    page = upload(admin, content).content.decode()
    section = re.search(r'<section class="card" id="meanings">(.*?)</section>', page, re.DOTALL)
    assert section
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section[1])))


def test_meanings_read_out_of_labels_are_shown_as_such(admin: Client) -> None:
    shown = meanings(admin, OTHER)
    assert "系统按名称推测，请核对，并在下一版表样里写明" in shown
    assert '试用名目 title 说明是哪个项目的标题、子项（means = "project"）' in shown
    assert '试用长期目标 long_goal 目标（means = "goal"）、年度跨度（means = "year_span"）' in shown


def test_meanings_of_the_file_are_shown_and_the_missing_ones(admin: Client) -> None:
    shown = meanings(admin, MEANT)
    assert "推测" not in shown
    assert '试用名目 title 项目名称（means = "project_name"）' in shown
    assert "却没有写 means ：试用长期目标（ long_goal ）、试用当年目标（ year_goal ）。" in shown


def test_a_form_that_nothing_is_known_of_says_so(admin: Client) -> None:
    plain = (
        OTHER.replace("试用长期目标", "甲").replace("试用当年目标", "乙").replace(', default = "{year}年{project}"', "")
    )
    assert "没有单元格写明含义" in meanings(admin, plain)


def test_an_unknown_meaning_is_a_mistake_with_its_line(admin: Client) -> None:
    broken = MEANT.replace('"project_name"', '"projekt"')
    (problem,) = listed_problems(admin.post("/layouts/", {"text": broken}))
    assert problem[0] == broken[: broken.index("projekt")].count("\n") + 1
    assert "projekt" in problem[1]


def test_columns_too_narrow_for_their_values_are_told_with_their_line(admin: Client) -> None:
    narrow = OTHER.replace("widths_mm = [40, 40, 40, 40]", "widths_mm = [40, 8, 40, 40]")
    line = narrow[: narrow.index("{total}")].count("\n") + 1
    page = upload(admin, narrow).content.decode()
    assert f"第 {line} 行：{{total}} 这一格只有 5.2 mm 可写字" in page
    assert 'id="warnings"' in page
    assert 'id="warnings"' not in upload(admin, OTHER).content.decode()


# -- forms that would stop the site --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("[page]\n", "[page]\nsmallest_pt = -1e9\n", 8, "page.smallest_pt 应在 0 至 24 之间，而不是 -1000000000.0"),
        ("     | 名目", "999999999mm | 名目", 18, "行高 999999999mm 应大于 0，不超过 420mm"),
        ("[20, 20, 20, 20]", "[nan, 20, 20, 20]", 8, "page.margins_mm 的每一项应在 0 至 150 之间，而不是 nan"),
        ("     | 名目", "| 甲 | 乙 | 丙 | 丁 |\n" * 2_000 + "| 名目", 17, "这一块有 2006 行，最多 500 行"),
        ("     | 名目", "250mm | 甲 | 乙 | 丙 | 丁 |\n" * 210 + "| 名目", 1, "这张表超过 200 页"),
    ],
    ids=["smallest type", "height", "margins", "lines", "pages"],
)
def test_a_form_that_would_stop_the_site_is_refused(admin: Client, old: str, new: str, line: int, reason: str) -> None:
    text = OTHER.replace(old, new, 1)
    assert text != OTHER
    answer = upload(admin, text)
    assert answer.status_code == 422
    found = [(at, html.unescape(words)) for at, words in listed_problems(answer)]
    assert any(at == line and words.startswith(reason) for at, words in found), found
    assert versions() == [("testshire/plan", 1, "试用绩效目标表")]


def test_a_stored_form_that_is_too_large_has_no_preview(admin: Client, house: House) -> None:
    """It was stored before there were limits, or there are more categories than when it was stored."""
    text = LAYOUT.replace("     | 名目", "250mm | 甲 | 乙 | 丙 | 丁 |\n" * 210 + "| 名目")
    LayoutVersion.objects.update(source=text, sha256="c" * 64)
    url = f"/layouts/{house.due.layout.pk}/"
    for address in (url, f"{url}?fill=1"):
        answer = admin.get(address)
        assert answer.status_code == 200
        assert "无法预览：这张表超过 200 页" in answer.content.decode()
    for format_ in ("pdf", "xlsx"):
        answer = admin.get(f"{url}sample.{format_}", follow=True)
        assert answer.redirect_chain == [(url, 302)]
        assert "无法预览：这张表超过 200 页" in answer.content.decode()
