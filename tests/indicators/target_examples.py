"""Target values with what they are read as, one a line: `text | kind, operator, number, unit and per`."""

# Copied from five real filings of Chinese districts, 2022 to 2024.
REAL = """
4 | quantity 4
10000 | quantity 10000
1辆 | quantity 1 辆
≥95% | quantity ≥ 95 %
100% | quantity 100 %
是/否 | qualitative
40人 | quantity 40 人
≥100% | quantity ≥ 100 %
按要求支出 | qualitative
进一步推动 | qualitative
6.8万元 | quantity 6.8 万元
10万元 | quantity 10 万元
7社区 | quantity 7 社区
=100% | quantity = 100 %
按时 | qualitative
优化 | qualitative
提升 | qualitative
≥上年目标值 | qualitative ≥
≥90% | quantity ≥ 90 %
达到目标排名 | qualitative
≥500平方米 | quantity ≥ 500 平方米
≥10次/年 | ratio ≥ 10 次/年
≥50块/年 | ratio ≥ 50 块/年
≥200车 | quantity ≥ 200 车
≥90分 | quantity ≥ 90 分
≥0% | quantity ≥ 0 %
=0项 | quantity = 0 项
良好 | qualitative
≤各项计划规定时间 | qualitative ≤
≥0.2亿元 | quantity ≥ 0.2 亿元
≥8.05亿元 | quantity ≥ 8.05 亿元
≥500万美元 | quantity ≥ 500 万美元
≥1户 | quantity ≥ 1 户
≥1150人 | quantity ≥ 1150 人
11.12万平方米 | quantity 11.12 万平方米
=0次 | quantity = 0 次
按标准发放 | qualitative
=3人 | quantity = 3 人
不断提高 | qualitative
及时 | qualitative
=7.09万人 | quantity = 7.09 万人
=3个 | quantity = 3 个
≥12次 | quantity ≥ 12 次
1180人 | quantity 1180 人
≥1人次/3000m² | ratio ≥ 1 人次/3000m²
≥1人次/4000m² | ratio ≥ 1 人次/4000m²
1人次/3000 | ratio 1 人次/3000
≥1辆（定员1人） | quantity ≥ 1 辆(定员1人)
1辆(定员2人) | quantity 1 辆(定员2人)
≥2次/日 | ratio ≥ 2 次/日
≥2次/月 | ratio ≥ 2 次/月
≥98% | quantity ≥ 98 %
显著改善 | qualitative
1.12万平方米 | quantity 1.12 万平方米
≥1000人次 | quantity ≥ 1000 人次
工作日保障运行 | qualitative
执行100% | qualitative
=13处 | quantity = 13 处
=985人 | quantity = 985 人
≥250天 | quantity ≥ 250 天
7.09万人 | quantity 7.09 万人
2024年12月31日前完成 | date
=0起 | quantity = 0 起
无新增 | qualitative
年底前完成 | date
- | qualitative
无 | qualitative
89个 | quantity 89 个
≤50万元 | quantity ≤ 50 万元
≤3.7万元 | quantity ≤ 3.7 万元
影响生态环境的改善 | qualitative
≤5% | quantity ≤ 5 %
12个党支部 | quantity 12 个党支部
10个社区 | quantity 10 个社区
≤10个 | quantity ≤ 10 个
≤165万 | quantity ≤ 165 万
117名 | quantity 117 名
≤202.63万元 | quantity ≤ 202.63 万元
≤618.35万元 | quantity ≤ 618.35 万元
≥5场次 | quantity ≥ 5 场次
300元/人 | ratio 300 元/人
≤34.65万 | quantity ≤ 34.65 万
≤10.87万元 | quantity ≤ 10.87 万元
7 | quantity 7
2023年度 | date
2023年 | date
930.09万元 | quantity 930.09 万元
逐年提高 | qualitative
10个部门 | quantity 10 个部门
共计约36万 | quantity ~36 万
约5000件 | quantity ~5000 件
30万 | quantity 30 万
高效高速解决 | qualitative
"""
# What input methods and habits make of values, hostile numbers, and the decisions that the module documents.
TYPED = """
≧90％ | quantity ≥ 90 %
》=90 | quantity ≥ 90
》=90% | quantity ≥ 90 %
＞＝９０ | quantity ≥ 90
＞＝９０% | quantity ≥ 90 %
=>90% | quantity ≥ 90 %
>=90 | quantity ≥ 90
> = 90 | quantity ≥ 90
≥≥90 | quantity ≥ 90
≥ 90 % | quantity ≥ 90 %
大于等于90% | quantity ≥ 90 %
不低于 90 % | quantity ≥ 90 %
不少于5场 | quantity ≥ 5 场
90%以上 | quantity ≥ 90 %
90%及以上 | quantity ≥ 90 %
90%(含)以上 | quantity ≥ 90 %
90以上 | quantity ≥ 90
≥90%以上 | quantity ≥ 90 %
超过90%以上 | quantity > 90 %
≥90%。 | quantity ≥ 90 %
》90 | quantity > 90
《5% | quantity < 5 %
《方案》1份 | qualitative
＜5天 | quantity < 5 天
不超过5天 | quantity ≤ 5 天
5天以内 | quantity ≤ 5 天
5天之内 | quantity ≤ 5 天
3个工作日内完成 | quantity ≤ 3 个工作日
10人以下 | quantity ≤ 10 人
控制在5%以内 | quantity ≤ 5 %
超过100人 | quantity > 100 人
低于1% | quantity < 1 %
达到90% | quantity ≥ 90 %
达90% | quantity ≥ 90 %
至少3次 | quantity ≥ 3 次
最多3次 | quantity ≤ 3 次
等于0 | quantity = 0
不低于上年水平 | qualitative ≥
≥ | qualitative ≥
>= | qualitative ≥
≥≤90 | qualitative
≥5天以内 | qualitative ≥
≥5-10天 | qualitative ≥
5以上10以下 | qualitative
3次以上/年 | ratio ≥ 3 次/年
3场以上活动 | quantity ≥ 3 场活动
5-10天 | range 5..10 天
5~10天 | range 5..10 天
5～10天 | range 5..10 天
５－１０天 | range 5..10 天
85%-90% | range 85..90 %
85-90% | range 85..90 %
5至10个 | range 5..10 个
5到10个 | range 5..10 个
5——10个 | range 5..10 个
5万-10万元 | range 5..10 万元
-10--5 | range -10..-5
2-3次/年 | range 2..3 次/年
2-3年 | range 2..3 年
10-5天 | qualitative
5天-10个 | qualitative
5--10 | qualitative
2次每日 | ratio 2 次/日
每年2次 | ratio 2 次/年
每年不少于2次 | ratio ≥ 2 次/年
每月≥1次 | ratio ≥ 1 次/月
≥每年2次 | ratio ≥ 2 次/年
≥每年培训2次 | qualitative ≥
1/3 | ratio 1 /3
约90% | quantity ~90 %
90%左右 | quantity ~90 %
近5000件 | quantity ~5000 件
5000余件 | quantity ~5000 件
5万多元 | quantity ~5 万元
5余余人 | qualitative
5人以上以上 | qualitative
≥约5万元 | quantity ≥ ~5 万元
≥近3年平均值 | qualitative ≥
≥3年平均水平 | qualitative ≥
100平方米 | quantity 100 平方米
100㎡ | quantity 100 ㎡
100m² | quantity 100 m²
100m2 | quantity 100 m2
100km2 | quantity 100 km2
5‰ | quantity 5 ‰
12.5 | quantity 12.5
12。5% | quantity 12.5 %
1,234.50元 | quantity 1234.50 元
1，234.50 | quantity 1234.50
１２．５ | quantity 12.5
−5 | quantity -5
≥-5% | quantity ≥ -5 %
1.234,50 | qualitative
1,23人 | qualitative
--5 | qualitative
1e3 | qualitative
NaN | qualitative
Infinity | qualitative
٣ | qualitative
3٣ | qualitative
① | qualitative
½ | qualitative
1½ | qualitative
百分之九十 | quantity 90 %
不低于百分之九十五点五 | quantity ≥ 95.5 %
百分之90以上 | quantity ≥ 90 %
九成 | quantity 90 %
九成五以上 | quantity ≥ 95 %
八成半 | quantity 85 %
三成本 | qualitative
第三成 | qualitative
三十成 | qualitative
成效显著 | qualitative
≥80.00(%) | quantity ≥ 80.00 %
≥12.00(次) | quantity ≥ 12.00 次
=5.00（万人次） | quantity = 5.00 万人次
≥2(次/日) | ratio ≥ 2 次/日
≥3辆（定员1人） | quantity ≥ 3 辆(定员1人)
壹佰万元 | qualitative
廿三 | qualitative
6.3万元 | quantity 6.3 万元
1万2千元 | qualitative
5±1天 | qualitative
8:30 | qualitative
7×24小时 | qualitative
100%完成 | qualitative
≥90%，且合格 | qualitative ≥
2023年12月底 | date
2023年12月 | date
2023年 12月 15 日 | date
２０２３年１２月 | date
12月31日前 | date
12月底前全部拨付到位 | date
≤2023年12月31日 | date ≤
2023.1.1-2023.12.31 | date
2023.1-2023.12 | date
2023年1月1日至12月31日 | date
2023-01-01至2023-12-31 | date
1-12月 | date
12月1日至15日 | date
2023-2025年 | date
2023-2025 | date
2024-02-29 | date
2024/2/29 | date
2023-12 | date
第一季度 | date
上半年 | date
每月10日前 | date
12月 | date
≥12月 | quantity ≥ 12 月
12个月 | quantity 12 个月
24月 | quantity 24 月
15日 | quantity 15 日
5年 | quantity 5 年
2012.11 | quantity 2012.11
2024-02-30 | qualitative
2023-02-29 | qualitative
2024年2月30日 | qualitative
2024年13月 | qualitative
2024.13.1-2024.12.31 | qualitative
2023年以上 | qualitative
15日前 | qualitative
=1+1 | qualitative =
<img src=x> | qualitative <
"""


def table(lines: str) -> list[tuple[str, str]]:
    return [(text, expected) for text, _, expected in (line.partition(" | ") for line in lines.strip().split("\n"))]


EXAMPLES = table(REAL) + table(TYPED)
