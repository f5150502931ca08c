"""The words of each case of each check, filled with the facts of a finding by `messages.py`.

`{label}` is the label of the finding's cell, `{place}` names a changed cell with its row; other names are facts. A
message that does not name its row gets the row in front. The remedy of the rule follows after a comma.
"""

# ruff: noqa: E501 - a message is one line

from __future__ import annotations

from collections.abc import Mapping

from filings.sheet.kinds import PHONE_RULE

_ENTRIES = """
C01|“{label}”是必填项，现在是空的
C01.rows|“{label}”里一行也没有填
C02|“{label}”只有空格或换行，没有内容
C03|“{label}”只填了符号“{text}”
C03.row|第 {row_number} 行“{label}”只填了符号“{text}”
C04|已填{filled:labels}，但“{label}”是空的
C05|没有“{label}”：每个项目至少要有一条{label}
C05.of|“{of}”没有“{label}”：每个项目的每组目标至少要有一条{label}
C06|没有“{label}”：每个项目至少要有一条{label}
C06.of|“{of}”没有“{label}”：每个项目的每组目标至少要有一条{label}
C07|有产出指标，但没有“{label}”
C07.of|“{of}”有产出指标，但没有“{label}”
C08|项目写到“{word}”，直接服务公众，却没有满意度指标
C08.of|“{of}”名称里有“{word}”，直接服务公众，却没有满意度指标
C09|项目名称有“{word}”，却没有成本指标
C09.of|“{of}”名称里有“{word}”，却没有成本指标
C10.nothing|“{level2}”下只写了“{text}”
C10.empty|第 {row_number} 行“{level2}”是空的
C11|第 {row_number} 行缺“{label}”
C12|没有上传“{kind}”
C13|第 {row_number} 行“{name}”有金额，但{empty:labels}是空的
C14.empty|“{label}”是必填项，现在是空的
C14.contradicted|“{cell:label}”写的是“{said}”，而指标有上年值“{text}”
C15.unknown|一级指标“{level}”不在本地指标体系里
C15.not_below|二级指标“{level}”不在“{parent}”下，可选：{names:joined}
C15.other_parent|二级指标“{level}”的一级指标应为“{right}”，现在是“{parent}”
C16|三级指标“{name}”只是上级分类的名称
C17|三级指标“{name}”在第 {first:row} 行已经有了
C18|{rows} 个指标中有 {repeated} 个（{names:quoted2}）的名称和值在{sheets:quoted2} {others} 个项目里一模一样
C18.twin|{rows} 个指标与“{sheet}”的全部或几乎全部相同
C19|名称里有“{word}”
C19.own_value|名称里有“{word}”，就是指标值
C20.slogan|名称以“{start}”开头，像口号
C20.measure|名称以“{start}”开头，写的是工作措施或愿望
C20.sentence|名称以“{end}”结尾，是一句话
C20.long|名称有 {length} 个字，超过 {limit} 个字
C20.clauses|名称有几个分句，不是一个指标
C21|名称里有“{word}”，却放在“{level2}”下
C22|名称里有“满意”，却放在“{level2}”下
C23.quality|“{word}”反映质量，却放在“{level2}”下
C23.benefit|“{word}”反映效益，却放在“{level2}”下
C24|数量指标的指标值“{value}”是金额
C25|成本指标“{value}”就是预算总额
C25.only|唯一的成本指标“{value}”就是预算总额
C25.words|成本指标只写了“{value}”
C26.time|名称是时间，指标值“{value}”却是百分比
C26.unit|名称是比率，指标值“{value}”的单位却是“{unit}”
C26.words|名称是比率，指标值“{value}”却不是百分比
C27|指标值“{value}”就是名称里的话
C28|“{label}”写的是“{text}”，与“{sheet}”里的相同，而与本项目无关
C29|名称里有编号“{number}”
C30.nearly|“{label}”与“{other:label}”几乎相同，却有几个字不一样（“{difference[0]}”／“{difference[1]}”）
C30.goal|目标的名称“{goal}”在前面的目标里没有，前面写的是“{near}”
C30.one_sign|“{label}”是“{text}”，“{other:label}”是“{other_text}”，差一个字（{signs}）
C30.sheet|汇总表里叫“{name}”，项目表里叫“{sheet}”
C31.no_money|“{label}”里的“{text}”不是金额
C31.no_number|“{label}”里的“{text}”不是数字
C31.unit_alone|指标值“{value}”只有单位，没有数
C31.in_words|指标值“{value}”的数是用文字写的，应写“{figures}”
C31.words|有符号“{operator}”，指标值“{value}”却不是数字
C32|指标值“{value}”没有计量单位
C32.no_sign|指标值“{value}”没有计量单位，也没有符号
C33|指标值“{value}”没有符号，建议写“{right}”
C34|属性标的是“{nature}”，符号却是“{operator}”
C34.number|标为定性，指标值“{value}”却是数量
C34.words|标为定量，指标值“{value}”却是文字
C34.two_units|指标值“{value}”已有单位，单位栏却是“{unit}”
C34.words_unit|指标值“{value}”是文字，单位栏却填了“{unit}”
C35|指标值“{value}”没有说到什么程度，无法判断是否达到
C36|指标值“{value}”是选项
C37|指标值“{value}”超过了 100%
C37.limit|“{value}”：比率不会超过 100%，应写“=100%”
C38.rate|数量指标的指标值“{value}”是比率
C38.count|质量指标的指标值“{value}”是个数
C39.always|“{value}”总是成立，没有的应写“=0”
C39.less|“{word}”越少越好，符号却是“{operator}”
C39.more|“{word}”越多越好，符号却是“{operator}”
C40|说明里是“{stated}”，指标值却是“{value}”
C41|“{value}”不含 {number} 本身，一般写“{usual}”
C42|指标值“{value}”含有“{word}”，不是确定的数
C43.unit|“{cell:label}”是“{last}”，本年是“{value}”，单位不同
C43.date_or_words|“{cell:label}”是“{last}”，本年是“{value}”，一年是时间、一年是文字
C43.part_of_unit|“{cell:label}”是“{last}”，本年是“{value}”，单位不完整或不同
C43.number_or_words|“{cell:label}”是“{last}”，本年是“{value}”，一年是数量、一年是文字
C43.last_sheet|上年目标值是“{last}”，本年是“{value}”，单位不同
C44.column|指标值“{value}”比上年“{last}”{worse}
C44.column_same|“{label}”的 {rows} 个指标值全部与上年相同
C44.last_sheet|指标值“{value}”比上年的“{last}”{worse}
C44.last_sheet_same|{rows} 个指标值全部与上年相同
C45.more|“{label}”比上年增加 {percent}%，指标值却全部没有变
C45.less|“{label}”比上年减少 {percent}%，指标值却全部没有变
C46|名称“{name}”没有写是谁的满意度
C47|指标值“{value}”没有写什么时候完成
C47.serial|指标值“{value}”像是电子表格里日期的序号，看不出日期
C48|符号是“定量（其他）”，却没有说明
C49|“{of}”的权重合计 {summed}，应为 {total}
C50|“{of}”的权重合计 {summed}，应为 {total}
C51|权重是“{text}”
C51.empty|权重是空的
C52|各目标的权重比例合计 {summed}，应为 100
C53|权重 {weight} 占合计 {total} 的 {share}%，超过 {most}%
C53.small|“{label}”有 {rows} 行的权重只有一两分
C54|“{label}”是 {text}，而{parts:added}合计 {summed} 万元，相差 {differ} 万元
C54.units|“{label}”是 {text}，而{parts:added}合计 {summed} 万元，相差 {differ} 万元；两者正好差 10000 倍，像是元和万元混用
C54.text|“{label}”写“{words}”，而“{cell:label}”是 {amount} 万元
C55|“{label}”是空的，而{parts:added}合计 {summed} 万元
C55.misplaced|“{label}”是空的，而{parts:added}合计 {summed} 万元；“{cell:label}”正好是 {text}，明细像是填错了列
C55.no_parts|“{label}”是 {text}，而构成它的{names:quoted5}都是空的
C55.shifted|“{label}”是空的，而{parts:added}都是 {summed} 万元，像是整列往下错了一格
C56|“{label}”是 {text}，而{parts:added}合计 {summed} 万元，相差 {differ} 万元
C56.units|“{label}”是 {text}，而{parts:added}合计 {summed} 万元，相差 {differ} 万元；两者正好差 10000 倍，像是元和万元混用
C56.table|“{label}”是 {amount} 万元，而“{table}”合计 {summed} 万元
C56.row|第 {row_number} 行“{label}”里合计 {stated} 万元，而金额是 {amounts:joined} 万元
C56.in_words|“{label}”写的是“{text}”，所写各项合计 {summed} 万元，与 {amount} 万元相差 {differ} 万元
C57|“{label}”写的是“{formula}”，算下来是 {computed}
C57.sum|“{label}”里 {formulas} 个算式合计 {summed} 万元，写的是“{words}”
C57.row|第 {row_number} 行“{label}”里合计 {stated} 万元，而金额是 {amounts:joined} 万元
C58|成本指标是“{value}”，支出明细里“{detail}”是 {amount} 万元
C59.no_sheet|“{name}”在项目表里没有找到
C59.no_row|“{label}”里没有{names:quoted5}
C59.amount|“{label}”是 {amount} 万元，项目表“{sheet}”里是 {of_sheet} 万元
C59.sum|“{label}”是 {amount} 万元，而 {sheets} 张项目表合计 {summed} 万元
C60|“{label}”是 {text}，而“{part:label}”占“{whole:label}”的 {right}
C61|“{label}”填的是“{text}”
C61.words|“{label}”填的是“{text}”，金额之外写了文字，按 {amount} {unit}计算；说明请写到备注
C61.currency|“{label}”填的是“{text}”，货币符号不算在内，按 {amount} {unit}计算
C61.dash|“{label}”填的是“{text}”，按 {amount} {unit}计算
C61.brackets|“{label}”填的是“{text}”，括号表示负数，按 {amount} {unit}计算，请核对是不是负数
C62.yuan|“{label}”填的是“{text}”，而表上的金额单位是万元（即 {amount}）
C62.cost|成本指标“{value}”与预算数字相同，单位却不是万元（预算 {budget} 万元）
C63|“{label}”{amount} 万元，大于“{cell:label}”{whole} 万元
C63.cost|成本指标“{value}”大于预算 {budget} 万元，可能是几年的总额
C64.falls|“{label}”是 {text}，比前一时点的 {before} 还小
C64.last|最后时点“{label}”是 {text}，不是 100%
C64.same|{sheets} 个项目的支出计划都是 {plan:joined}
C65.span|“{label}”是“{text}”，不含预算年度 {budget}
C65.named|“{label}”里是 {year} 年，预算年度是 {budget}
C65.goal|“{label}”里写的是 {year} 年，预算年度是 {budget}
C65.order|“{label}”是“{text}”，早于“{begin:label}”的“{begin_text}”
C65.outside|“{label}”是“{text}”，不在预算年度 {budget} 内
C65.missed|“{label}”是“{text}”，起止时间不含预算年度 {budget}
C66|指标值是“{value}”，而“{cell:label}”里写“{words}”
C66.summary|指标值是“{value}”，而汇总表的“{column}”里写“{words}”
C67.same|“{label}”与“{other:label}”相同
C67.nearly|“{label}”与“{other:label}”几乎相同
C67.word_for_word|“{label}”与“{other:label}”一字不差
C68|“{label}”里的“{word}”是立法、人大机关的职责
C69.phone|“{label}”填的是“{text}”，PHONE_RULE
C69.credit_code|“{label}”填的是“{text}”，组织机构（统一社会信用）代码应为 18 位数字或大写字母
C69.check_digit|“{label}”填的是“{text}”，最后一位校验码与前 17 位不符
C69.characters|“{label}”填的是“{text}”，应只有数字和字母
C69.length|“{label}”填的是“{text}”，有 {digits} 位，应为 {length} 位
C69.date|“{label}”填的是“{text}”，日期请写到日或月，如 2026-01-05、2026年1月
C69.no_such_date|“{label}”填的是“{text}”，日历上没有这一天
C70.only|“{label}”里只写了“{word}”
C70.placeholder|“{label}”里有占位符“{word}”
C70.marks|“{label}”里有重复的标点“{word}”
C70.twice|“{label}”里“{word}”写了两遍
C70.twice_running|“{label}”里“{word}”连写了两遍
C70.english|“{label}”里夹着英文“{word}”
C70.pair|“{label}”里“{word[0]}”和“{word[1]}”不成对
C70.bracket|“{label}”里左括号没有对应的右括号
C70.typo|“{label}”里的“{word}”像是“{right}”
C70.garbled|“{label}”里的“{sign}”是乱码或自造字，印不出来；生僻字请用字库里有的字形
C70.radical|“{label}”里的“{sign}”是部首，不是“{right}”字，看上去一样，检索和核对时却不同，一般是从 PDF 里复制来的
C70.missing|“{label}”比“{other:label}”少了“{missing}”等字，像是残缺
C70.unfinished|“{label}”以“{end}”结尾，像是没写完
C70.full_stop|“{label}”以句号结尾
C70.name_unfinished|名称以“{end}”结尾，像是没写完
C70.name_cut|名称“{name}”像是“{other}”少了“{sign}”字
C70.cut|“{label}”到“{end}”就断了，另一张表里后面还有“{more}”
C71|“{label}”里的编号在“{before}”之后是“{after}”
C71.rows|“{name}”的编号在“{before}”之后是“{after}”
C73.unanswered|审核意见“{remark}”还没有答复，这一处也没有修改
C73.unchanged|退回后没有任何修改
C74|“{place}”从“{was}”调整为“{now}”
C74.added|“{place}（新增）”从“{was}”调整为“{now}”
C74.deleted|“{place}（删去一行）”从“{was}”调整为“{now}”
CHECK|系统故障：检查“{check}”未能完成
""".replace("PHONE_RULE", PHONE_RULE)

MESSAGES: Mapping[str, str] = dict(line.split("|", 1) for line in _ENTRIES.strip().splitlines())
"""Words by code, or code and case joined by a dot."""
