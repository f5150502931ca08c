"""Checks of one row: a case in the words of real filings that is reported, and a similar one that is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filings.checks import check_sheet
from filings.sheet.document import Row
from tests.checks.kit import COST, QUALITY, QUANTITY, SATISFIED, SOCIAL, TIME, codes, one, row, sheet

# code, category, name, value, other cells
SPEAK: list[tuple[str, str, str, str, dict[str, str]]] = [
    ("C03", QUANTITY, "清扫次数", "——", {}),
    ("C10", SOCIAL, "无", "无", {}),
    ("C16", QUANTITY, "数量指标", "≥6户", {}),
    ("C16", SOCIAL, "社会效益", "提高", {}),
    ("C19", SATISFIED, "群众满意度>90%", "90%", {}),
    ("C19", QUANTITY, "培训人数不少于50人", "≥50人", {}),
    ("C20", SOCIAL, "切实提高全社会火灾防范水平", "≥3级", {}),
    ("C20", TIME, "按期完成县里下达的工作", "12月底前", {}),
    ("C20", SOCIAL, "推动文明守礼的社会新风尚。", "较上年多3次", {}),
    ("C20", QUANTITY, "辖区重点道路、一般道路、社区道路清扫保洁面积覆盖率、道路", "≥3条", {}),
    ("C21", QUALITY, "群众来访事项办理及时性", "=100%", {}),
    ("C22", SOCIAL, "居民生活环境舒适满意度", "≥95%", {}),
    ("C23", SOCIAL, "设备验收合格率", "≥95%", {}),
    ("C23", QUANTITY, "辖区重大安全生产事故发生数", "=0起", {}),
    ("C24", QUANTITY, "支付公用经费数量", "10万元", {}),
    ("C26", QUALITY, "补助发放准确率", "40人", {}),
    ("C26", COST, "社保成本控制率", "≤202.63万元", {}),
    ("C26", TIME, "执法办案及时率", "及时", {}),
    ("C27", SOCIAL, "影响生态环境的改善", "影响生态环境的改善", {}),
    ("C27", SOCIAL, "加强党建工作", "加强", {}),
    ("C29", QUANTITY, "指标1：清扫次数", "≥3次", {}),
    ("C29", QUANTITY, "（2）清扫次数", "≥3次", {}),
    ("C31", TIME, "完成及时性", "≤各项计划规定时间", {}),
    ("C31", SOCIAL, "新增就业岗位", "上年目标值", {"operator": "≥"}),
    ("C32", QUANTITY, "每日保洁清扫次数", "2", {}),
    ("C32", QUANTITY, "清扫次数", "4", {"operator": ">="}),
    ("C33", QUANTITY, "老旧小区数量", "89个", {}),
    ("C34", SOCIAL, "知晓情况", "良好", {"nature": "定量指标"}),
    ("C34", QUANTITY, "清扫次数", "4", {"operator": "定性", "unit": "次"}),
    ("C34", QUANTITY, "清扫次数", "4", {"operator": "≥", "unit": "次", "nature": "定性指标"}),
    ("C34", SOCIAL, "宣传经费", "28.8万元", {"unit": "%"}),
    ("C34", SOCIAL, "保障范围", "应保尽保", {"unit": "%"}),
    ("C31", QUALITY, "完成率", "百分之九十", {}),
    ("C31", QUALITY, "完成率", "≥九成五", {}),
    ("C38", QUANTITY, "社区覆盖率", "≥98.00(%)", {}),
    ("C38", QUANTITY, "社区覆盖率", "98", {"operator": "≥", "unit": "（%）"}),
    ("C19", QUANTITY, "开展活动300场", "=300.00(场)", {}),
    ("C39", QUALITY, "设施稳定运行率", "≤99%", {}),
    ("C39", QUALITY, "路灯亮灯率", "<95%", {}),
    ("C35", SOCIAL, "居民幸福指数", "逐年提高", {}),
    ("C35", SOCIAL, "基层治理能力", "有效提升", {}),
    ("C36", SOCIAL, "业务保障能力", "是/否", {}),
    ("C36", SOCIAL, "业务保障能力", "是", {}),
    ("C37", TIME, "资金支付及时率", "≥100%", {}),
    ("C37", QUALITY, "任务完成率", "=120%", {}),
    ("C38", QUANTITY, "社区覆盖率", "≥98%", {}),
    ("C38", QUALITY, "帮助服务居民人次", "≥1000人次", {}),
    ("C39", SOCIAL, "报刊订阅量增长率", "<10%", {}),
    ("C39", SOCIAL, "安全事故发生率", "≥5%", {}),
    ("C39", QUANTITY, "为民服务项目数量", "≤10个", {}),
    ("C40", SOCIAL, "订阅量增长率", "≥10%", {"description": "订阅增长率达到100%"}),
    ("C41", QUANTITY, "宣传活动次数", ">12次", {}),
    ("C42", QUANTITY, "网格事件数", "约5000件", {}),
    ("C42", COST, "综治费用", "共计约36万元", {}),
    ("C42", QUANTITY, "宣传品", "若干", {}),
    ("C43", QUANTITY, "服务重点企业数", "=100%", {"last_year": "≥6户"}),
    ("C43", TIME, "完成及时率", "=100%", {"last_year": "年底前完成"}),
    ("C43", QUANTITY, "清扫保洁人员", "1人次/3000", {"last_year": "≥1人次/3000m²"}),
    ("C44", QUANTITY, "清扫保洁面积", "1.12万平方米", {"last_year": "11.12万平方米"}),
    ("C46", SATISFIED, "满意度", "≥92%", {}),
    ("C47", TIME, "工资发放", "按时", {}),
    ("C48", QUANTITY, "清扫等级", "一级", {"operator": "定量（其他）"}),
    ("C51", QUANTITY, "清扫次数", "≥3次", {"weight": "0"}),
    ("C51", QUANTITY, "清扫次数", "≥3次", {"weight": ""}),
    ("C65", TIME, "完成时间", "2025年12月底前", {}),
    ("C70", QUALITY, "XX完成率", "≥95%", {}),
    ("C70", QUALITY, "任务完成率及", "≥95%", {}),
]
SILENT: list[tuple[str, str, str, str, dict[str, str]]] = [
    ("C10", SOCIAL, "无主垃圾清运", "≥3车", {}),
    ("C16", QUANTITY, "培训数量", "≥6次", {}),
    ("C19", SOCIAL, "PM2.5年均浓度", "≤35微克/立方米", {}),
    ("C19", QUANTITY, "65岁以上老人体检人数", "≥300人", {}),
    ("C19", QUANTITY, "12345热线办件数", "≥300件", {}),
    ("C20", QUANTITY, "完善台账数量", "≥3册", {}),
    ("C20", SOCIAL, "促进辖区新增就业人数", "≥1150人", {}),
    ("C21", TIME, "资金支付及时率", "=100%", {}),
    ("C22", SATISFIED, "群众满意度", "≥90%", {}),
    ("C22", SOCIAL, "减少群众不满情绪", "≥3次", {}),
    ("C23", SOCIAL, "重大群体性事件发生数", "=0次", {}),
    ("C24", QUANTITY, "固定资产投资完成额", "≥50亿元", {}),
    ("C26", QUALITY, "设备利用效率", "≥3台/人", {}),
    ("C26", SATISFIED, "群众满意度", "≥90分", {}),
    ("C27", TIME, "工资发放及时性", "及时", {}),
    ("C27", SOCIAL, "环境卫生水平", "三级以上", {}),
    ("C31", TIME, "完成时间", "≤12月底", {}),
    ("C32", QUANTITY, "培训人数（人）", "≥50", {}),
    ("C33", QUANTITY, "清扫次数", "4", {"operator": ">=", "unit": "次"}),
    ("C33", TIME, "完成时间", "2026年12月底前", {}),
    ("C34", SOCIAL, "知晓情况", "良好", {"nature": "定性指标"}),
    ("C34", QUANTITY, "收入", "5万", {"unit": "元"}),
    ("C34", QUALITY, "完成率", "=100%", {"unit": "%"}),
    ("C34", SOCIAL, "知晓情况", "良好", {"unit": "/"}),
    ("C34", SOCIAL, "知晓情况", "良好", {"unit": "无"}),
    ("C34", SOCIAL, "就业人数", "不低于上年", {"unit": "人"}),
    ("C26", QUALITY, "验收合格率", "百分之九十", {}),
    ("C26", QUALITY, "验收合格率", "九成以上", {}),
    ("C26", QUALITY, "验收合格率", "≥80.00(%)", {}),
    ("C39", QUALITY, "设施稳定运行率", "≤100%", {}),
    ("C39", QUALITY, "设施停机率", "≤90%", {}),
    ("C39", SOCIAL, "资产负债率", "≤85%", {}),
    ("C31", QUALITY, "完成率", "90%", {}),
    ("C35", SOCIAL, "环境质量", "达到二级标准以上", {}),
    ("C35", SOCIAL, "考核等次", "优秀", {}),
    ("C36", SOCIAL, "考核等次", "良好", {}),
    ("C37", SOCIAL, "税收增长率", "≥100%", {}),
    ("C37", QUALITY, "任务完成率", "=100%", {}),
    ("C38", QUALITY, "差错次数", "≤3次", {}),
    ("C39", SOCIAL, "投诉处理率", "≥95%", {}),
    ("C39", SOCIAL, "事故下降率", "≥5%", {}),
    ("C39", COST, "培训费用", "≤3万元", {}),
    ("C39", QUANTITY, "在编人数", "≤24人", {}),
    ("C39", SOCIAL, "登记失业人员再就业人数", "≥500人", {}),
    ("C20", SOCIAL, "减少碳排放量", "≥20吨", {}),
    ("C20", QUANTITY, "为民服务中心接待人次", "≥500人次", {}),
    ("C47", TIME, "资金拨付时间", "按季度", {}),
    ("C40", SOCIAL, "知晓率", "≥80%", {"description": "知晓率=知晓人数/调查人数*100%"}),
    ("C41", QUANTITY, "宣传活动次数", "≥12次", {}),
    ("C42", SOCIAL, "约谈率", "≥90%", {}),
    ("C43", QUANTITY, "服务人数", "7万人", {"last_year": "70000人"}),
    ("C43", QUANTITY, "服务人数", "≥7人", {"last_year": "-"}),
    ("C43", SOCIAL, "任务", "=100%", {"last_year": "执行100%"}),
    ("C44", QUALITY, "差错率", "≤1%", {"last_year": "≤2%"}),
    ("C46", SATISFIED, "受益居民满意度", "≥92%", {}),
    ("C47", TIME, "来访办理时限", "≤1天", {}),
    ("C47", TIME, "工资发放", "每月10日前", {}),
    ("C65", TIME, "完成时间", "2026年12月底前", {}),
    ("C70", QUALITY, "任务完成率", "≥95%", {}),
    ("C70", QUALITY, "志愿服务服务队出勤率", "≥95%", {}),
]


@pytest.mark.parametrize(("code", "category", "name", "value", "cells"), SPEAK)
def test_a_mistaken_row_is_told(code: str, category: str, name: str, value: str, cells: dict[str, str]) -> None:
    assert code in codes(sheet(row(1, category, name, value, **cells)))


@pytest.mark.parametrize(("code", "category", "name", "value", "cells"), SILENT)
def test_a_row_like_it_is_let_be(code: str, category: str, name: str, value: str, cells: dict[str, str]) -> None:
    assert code not in codes(sheet(row(1, category, name, value, **cells)))


GOOD = """
output.quantity|举办培训班期数|≥4期
output.quantity|培训人次|≥500人次
output.quantity|新建公厕数量|=3座
output.quantity|道路保洁面积|≥11.12万平方米
output.quantity|主次干道洒水频次|≥2次/日
output.quantity|购置电脑数量|=20台
output.quantity|慰问困难家庭户数|≥120户
output.quantity|法律援助案件办理件数|≥60件
output.quantity|安全隐患排查次数|≥24次
output.quantity|扶持企业户数|≥6户
output.quality|培训考试通过率|≥90%
output.quality|工程一次验收通过率|=100%
output.quality|补贴发放准确率|=100%
output.quality|设备故障率|≤2%
output.quality|信息系统正常运行率|≥99%
output.quality|错别字差错率|≤0.5‰
output.quality|政府采购合规性|符合政府采购法规定
output.timeliness|工程完工时间|2026年11月底前
output.timeliness|补贴发放时间|每月15日前
output.timeliness|信访件办理时限|≤15个工作日
output.timeliness|故障响应时间|≤30分钟
output.timeliness|资金支付及时率|≥95%
output.cost|人均培训成本|≤300元/人
output.cost|单位面积保洁成本|≤12元/平方米
benefit.social|带动就业人数|≥150人
benefit.social|居民对政策知晓率|≥80%
benefit.social|安全事故死亡人数|=0人
benefit.social|投诉件下降率|≥10%
benefit.social|违法行为查处整改率|=100%
benefit.social|矛盾纠纷化解率|≥95%
benefit.social|惠及居民人数|≥7.09万人
benefit.social|万元产值能耗降低幅度|≥3%
benefit.social|空气质量优良天数|≥300天
satisfaction.beneficiary|受训学员满意度|≥90%
satisfaction.beneficiary|辖区居民满意度|≥85%
"""


@pytest.mark.parametrize("line", GOOD.split())
def test_rows_as_they_should_be_raise_no_alarm(line: str) -> None:
    """False alarms annoy clerks most."""
    category, name, value = line.split("|")
    rest = [
        row(n, other, text, "≥3次" if other != QUALITY else "≥90%")
        for n, (other, text) in enumerate([(QUANTITY, "走访次数"), (QUALITY, "考核合格率")], 2)
    ]
    loud = [f for f in check_sheet(sheet(row(1, category, name, value), *rest)) if f.severity != "note"]
    assert loud == []


@pytest.mark.parametrize(
    ("code", "name", "value", "cells", "fix"),
    [
        ("C37", "支付及时率", "≥100%", {}, "=100%"),
        ("C33", "覆盖率", "95%", {}, "≥"),
        ("C33", "覆盖率", "100%", {}, "="),
        ("C33", "差错率", "1%", {}, "≤"),
        ("C41", "活动次数", "4", {"operator": ">", "unit": "次"}, "≥"),
        ("C19", "群众满意度>90%", "90%", {}, "群众满意度"),
        ("C29", "指标1：清扫次数", "≥3次", {}, "清扫次数"),
        ("C42", "事件数", "约5000件", {}, "5000件"),
    ],
)
def test_a_mechanical_fix_is_offered(code: str, name: str, value: str, cells: dict[str, str], fix: str) -> None:
    assert one(sheet(row(1, QUALITY, name, value, **cells)), code).fix_text == fix


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("超13万元/年", "≥13万元/年"),
        ("高于13万元", "≥13万元"),
        ("不足5天", "≤5天"),
        ("＜5天", "≤5天"),
        (">12次", "≥12次"),
    ],
)
def test_an_operator_in_words_is_mended_too(value: str, right: str) -> None:
    assert one(sheet(row(1, SOCIAL, "宣传活动节约数", value)), "C41").fix_text == right


def test_a_percentage_in_words_is_understood_and_written_in_figures_by_a_click() -> None:
    finding = one(sheet(row(1, QUALITY, "验收合格率", "不低于百分之九十五点五")), "C31")
    assert (finding.severity, finding.fix_text) == ("note", "不低于95.5%")


def test_radicals_count_as_the_characters_that_they_look_like() -> None:
    """⽣ is U+2F63, as texts copied out of a PDF have it."""
    subject = sheet(
        Row("r1", {"level1": "效益指标", "level2": "社会效益指标", "name": "群众⽣活⻓期改善率", "value": "≥90%"})
    )
    finding = one(subject, "C70")
    assert (finding.path, finding.severity, finding.fix_text) == ("indicators[r1].name", "note", "群众生活长期改善率")
    spelled = Row(
        "r1", {"level1": "产出指标", "level2": "⽣态效益指标", "name": "绿化率", "value": "≥30%", "weight": "10"}
    )
    plain = replace(spelled, cells={**spelled.cells, "level2": "生态效益指标"})
    found = [{f.case for f in check_sheet(sheet(each)) if f.code == "C15"} for each in (spelled, plain)]
    assert found[0] == found[1]
