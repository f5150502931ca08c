"""The catalogue of checks: title, principle, default severity and remedy of each code, for messages and docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Principle:
    """A requirement of good performance targets: its short name, and what follows it in the whole sentence."""

    name: str
    detail: str = ""

    def __str__(self) -> str:
        return self.name + self.detail


PRINCIPLES: Mapping[str, Principle] = {
    "R1": Principle("规范完整", "：该填的都要填，不缺项、不错项"),
    "R2": Principle("目标清楚", "：说明做什么、做到什么程度"),
    "R3": Principle("指向明确", "：与职责、规划和资金的用途对应"),
    "R4": Principle("归类正确、少而精、不重复"),
    "R5": Principle("细化量化", "：能用数的用数；定性的要能分档判断"),
    "R6": Principle("合理可行", "：指标值有依据，不偏低、不照搬"),
    "R7": Principle("与预算相匹配", "：目标与资金额、支出内容对应"),
    "R8": Principle("产出和效益指标必须有"),
    "R9": Principle("成本指标要反映成本控制", "，不是重写预算数"),
    "R10": Principle("满意度写明对象", "，并能调查"),
    "R11": Principle("时效要有完成时间或频次"),
    "R12": Principle("指标值由符号、数值、单位组成", "，三者一致"),
    "R13": Principle("权重合计等于本地规定分值", "，各级相加相等"),
    "R14": Principle("资金勾稽", "：总额等于分项，汇总等于分表，文字与表一致"),
    "R15": Principle("年度与实施期分开", "：目标和金额都不混用"),
    "R16": Principle("程序完整", "：退回有意见，修改或答复后再报，调整有理由"),
    "R17": Principle("资金、人员、物资的投入不作为绩效目标"),
    "R18": Principle("附件、签章、编码、电话等格式符合要求"),
}
"""What makes good performance targets, as shown on screen; each check serves one of them."""


@dataclass(frozen=True)
class Rule:
    """One check of the catalogue. `principle` is a key of PRINCIPLES, `remedy` says what to do about a finding.

    `severity` is the default; a profile may change it.
    """

    code: str
    title: str
    principle: str
    severity: str
    remedy: str

    @property
    def help(self) -> str:
        """The rule in one line of Chinese: code, title, principle, remedy."""
        return f"{self.code} {self.title}：{PRINCIPLES[self.principle]}。{self.remedy}。"


CRASHED = "CHECK"

# By default only an incomplete form or a wrong sum blocks submission. A place may raise other checks to errors in its
# profile, under [severity], once its reviewers can waive them.
_ENTRIES = """
C01|要素缺项|R1|error|请填写
C02|目标为空|R1|error|请写明做什么、做到什么程度
C03|以符号代替内容|R1|error|请写具体内容，没有就留空
C04|目标不成对|R15|error|两者都要填写
C05|产出指标缺失|R8|error|请在绩效指标中至少增加一行
C06|效益指标缺失|R8|error|请在绩效指标中至少增加一行
C07|数量或质量指标缺项|R8|warning|请补充，确实不适用的请说明理由
C08|满意度应设未设|R10|warning|直接服务公众的项目请补充满意度指标，不宜设的请说明理由
C09|工程、购置类未设成本指标|R9|warning|请补充成本指标，如单位造价、采购成本控制
C10|二级指标空白|R1|warning|请删去整行，或注明“不适用”
C11|指标缺值或缺名|R1|error|请补填，不需要这一行就整行删除
C12|附件未传|R18|warning|请上传必需的附件
C13|有金额无目标|R1|error|请补填绩效目标，安排了资金就要有目标
C14|上年结果未填或前后矛盾|R1|warning|请填写上年结果；上年没有这个项目的写“上年无此项目”，各年指标值也相应填“-”
C15|一、二级指标名称错误|R4|warning|请按本地指标体系改正
C16|三级指标照抄上级名称|R4|warning|请写具体考核内容，如“培训次数”
C17|指标重复|R4|warning|请合并或删去一行
C18|千篇一律|R4|warning|请按本项目的内容设置指标
C19|指标名称含指标值|R12|warning|名称只写考核什么，请把符号和数值移到指标值
C20|指标像口号或工作措施|R2|warning|请改成可以考核的名称，如“……次数”“……率”，不超过规定字数、不用句号
C21|质量与时效混淆|R4|warning|请核对归类，与时间有关的放时效指标
C22|以满意度代替效益|R4|warning|请移到满意度指标，此处另写实际效益
C23|指标归类混淆|R4|warning|请核对二级指标的归类
C24|以投入作为产出|R17|warning|资金投入不是产出，请写做了多少事
C25|成本指标只写预算总额|R9|warning|请写单位成本或分项成本的控制，不要只重写预算数
C26|名称与单位不符|R12|warning|比率的指标值应为百分比，请改名称或改指标值
C27|同义反复|R2|warning|请写可以判断的指标值，不要重复名称里的词
C28|内容与项目无关|R3|warning|请核对是否从别的项目照抄，并按本项目改写
C29|编号混入名称|R18|note|请删去编号，编号由系统印出
C30|名称前后不一致|R14|warning|请统一名称
C31|定量指标填文字|R12|error|请填数字
C32|缺计量单位|R12|warning|请补填单位，如 次、人、%
C33|缺符号|R12|warning|请补符号 ≥、＝ 或 ≤
C34|定性定量标错|R12|warning|请使定性定量、符号和指标值一致
C35|定性描述不可衡量|R5|warning|请改成数值，或写成能分档判断的内容（优、良、中、差各是什么）
C36|指标值为选项|R12|warning|请写要达到的数值或程度，不要写选项
C37|比率超过100%|R12|warning|请核对；最多只能到 100% 的写 =100%
C38|数量与质量混淆|R4|warning|请核对归类：数量指标写多少，质量指标写好到什么程度
C39|方向写反|R6|warning|请核对符号的方向
C40|说明与指标值矛盾|R6|warning|请使说明与指标值一致
C41|应含等号|R12|note|请核对是否应含等号
C42|模糊数量|R5|warning|请写确定的数
C43|各年口径不一|R12|warning|各年的单位和类型应当一致，请核对
C44|指标值偏低或照搬上年|R6|warning|请核对，没有提高的请说明理由
C45|目标与预算不匹配|R7|warning|资金变化大，请相应调整指标值或说明理由
C46|满意度对象不明|R10|warning|请写明谁的满意度，如“受益居民满意度”
C47|时效指标无时间|R11|warning|请写完成时间、时限或频次，如“11月底前”“2个工作日内”
C48|定量（其他）未说明|R12|warning|请写明取值的说明
C49|权重合计错误|R13|warning|请调整各行权重，使合计相符
C50|一级（二级）权重不符|R13|warning|请调整，使下级合计等于规定的分值
C51|权重为零或空|R13|warning|每个指标的权重应大于 0，请填写
C52|多目标比例合计不等于100|R13|warning|请调整，使各目标的比例合计为 100
C53|权重过于集中或过碎|R4|warning|请调整各指标的权重
C54|资金合计不符|R14|error|两者应相等，请核对
C55|总额、分项有一方为空|R14|error|请补填空着的一方，并核对是否填错了行
C56|明细合计不符|R14|error|两者应相等，请核对
C57|测算过程算错|R14|warning|请核对算式
C58|成本指标与明细不符|R9|warning|请核对成本指标和支出明细
C59|汇总与分表不符|R14|warning|请核对汇总表和各项目表
C60|占比算错|R14|warning|请按“部分÷合计”重算
C61|金额格里写单位、文字|R18|note|单位已由表头印出，请只填数字
C62|元、万元混用|R14|warning|请统一为表上的金额单位
C63|年度与总额混淆|R15|warning|请核对哪个是当年的、哪个是总额
C64|支出计划不合理|R7|warning|请填累计比例：后一个不小于前一个，年底为 100%
C65|年度错误|R18|warning|请核对年度
C66|依据与指标数字不一|R14|warning|请核对两处的数字
C67|两栏照抄|R15|warning|请各写各的：年度目标写本年度要完成的部分，实施方案写怎样做
C68|职责照搬其他单位|R3|warning|请按本单位职责改写
C69|电话、代码、日期格式|R18|error|请核对
C70|文字残缺、占位符、重复标点|R18|warning|请补全或改正
C71|序号跳号|R18|note|请核对编号
C72|退回不写意见|R16|error|请写明意见，或在单元格上写意见
C73|退回后未修改即再报|R16|error|请修改，或逐条答复审核意见
C74|年中调整无理由|R16|warning|请说明调整的理由
CHECK|检查未完成|R1|note|与您填写的内容无关，不用写理由；系统已记录，其他检查不受影响
"""

RULES: Mapping[str, Rule] = {
    rule.code: rule for rule in (Rule(*line.split("|")) for line in _ENTRIES.strip().splitlines())
}


def rules_table() -> str:
    """The Markdown table of all checks that docs/checks.md ends with."""
    lines = ["| 代码 | 检查 | 原则 | 默认级别 | 怎样改 |", "|---|---|---|---|---|"]
    words = {"error": "错误", "warning": "提示", "note": "说明"}
    for rule in RULES.values():
        principle = f"{rule.principle} {PRINCIPLES[rule.principle]}"
        lines.append(f"| {rule.code} | {rule.title} | {principle} | {words[rule.severity]} | {rule.remedy} |")
    return "\n".join(lines) + "\n"
