"""Default word lists and limits of the checks, for jurisdictions whose profile does not set its own.

A profile replaces a list under `[words]`, or adds to it if the first entry is "+", and sets limits under `[limits]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS: Mapping[str, tuple[str, ...]] = {
    # A target value made of these words alone cannot be assessed: what changes ("vague"), by how much ("degree").
    "vague": _split(
        "提升 提高 增强 加强 增加 改善 改进 促进 推动 推进 保障 保证 巩固 强化 优化 解决 减少 降低 满意 明显 "
        "显著 好转 "
        "稳定 运行 运转 完善 发展 支持 满足需求 减少损失 影响 到位 效果 按要求 按规定 规定 按标准 "
        "标准 发放 支出 执行 "
        "有效 较好 很好 良好效果 不断 逐步 健全 "
        "规范 和谐 繁荣 维护 减轻 缓解 支撑 建立 扩大 拓展 深化 丰富 普及 增进 增长 上升 下降 消除 "
        "防范 形成 显现 凸显 "
        "突出 浓厚 长效 长远 正面 正向 积极 较高 较强 较大 很强 很高 更高 更强 程度 成效 作用 力度 "
        "氛围 长期有效 可持续 "
        "向好 趋好 保持 维持 深远 恢复 顺利 平稳 有序 稳固 夯实 激发 激活 释放 凝聚 营造 彰显 满足 满足需要 满足要求 "
        "高质量 合理 便捷 通畅 优质 保质保量 保质保量完成 高质量完成 顺利完成 圆满完成 全面完成 "
        "延长 缩短 加快 加速 得力 良性 循环 提质 增效 便利 方便 重要 有力 引领 带动 助力"
    ),
    "degree": _split(
        "进一步 不断 逐步 逐年 持续 有效 有利 有所 明显 显著 大幅 较大 基本 全面 切实 稳步 充分 高效 高速 "
        "正常 安全 得到 "
        "有力 长期 较 更加 很 大力 积极 得以 的 地 了 更 日益 日趋 逐渐 一定 较为 比较 非常 十分 "
        "普遍 广泛 整体 总体 有 具有 起到 达到 实现 取得 极大 大大 明显的 能够 可以 予以"
    ),
    "inexact": _split("若干 大量 多次 数次 适量 少量 部分 一批 约 大约 左右 大概 将近 不等 几次 几个 余次 余人"),
    # An indicator name that begins with a slogan or a measure names no quantity, unless it ends with a countable one.
    "slogans": _split("面向 切实 大力 不断 积极 努力 着力 狠抓 厚植 弘扬 打造 贯彻"),
    "measures": _split(
        "进一步 全面 严格 严控 通过 满足 助力 全力 认真 持续推 持续提 持续改 持续加 持续优 持续保 "
        "持续巩 持续完 持续深 持续开 "
        "加强 推动 提升 提高 增强 强化 加大 改善 改变 促进 推进 完善 落实 确保 保障 维护 防范 传播 传承 "
        "减少 降低 节约 减轻 消除 缓解 促使 保护 建立 提供 按时 "
        "按期 按照 按预算 按预期 按项目 按计划 有效 逐步 优化 深化 巩固 扩大 充实 营造 做好 做到 控制"
    ),
    "countable": _split(
        "率 数 数量 排放量 处理量 总量 产量 用量 流量 次数 人数 人次 户数 个数 件数 天数 面积 里程 长度 金额 额 比例 "
        "占比 "
        "时间 时限 周期 频次 期限 年限 时长 学时 日期 期数 场次 批次 车次 里程 公里数 "
        "成本 费用 单价 标准 满意度 覆盖面 "
        "知晓度 得分 分数 排名 排名次 程度 及时性 准确性 时效 投入 经费 支出 规模 密度 浓度 指数 情况"
    ),
    # Words in a name that show that the row belongs to another level-2 category.
    "timely": _split("及时 按时 准时 按期 时限 时效 如期 工期"),
    "quality": _split("合格率 准确率 正确率 达标率 故障率 验收率 验收合格 验收通过率 优良率 差错率"),
    "benefit": _split(
        "治愈率 发病率 死亡率 增长率 下降率 带动 增收 吸纳就业 就业率 知晓率 脱贫率 实现脱贫 税收收入 税收贡献 产值 "
        "案件发生 事件发生 事故发生 投诉率"
    ),
    "results_in_money": _split(
        "投资 收入 产值 税 征收 销售 交易 贷款 招商 引资 到账 零售 经营 存款 罚没 增收 营业 增加值 资产"
    ),
    # Things to increase, things to reduce, and words that make a thing to reduce one to increase (事故处理率).
    "good": _split(
        "增长率 覆盖率 满意度 满意率 合格率 达标率 完成率 知晓率 准确率 正确率 及时率 参与率 利用率 上升率 "
        "提高率 使用率 优良率 "
        "增加值 收入 产值 受益 化解率 处理率 办结率 整改率 就业"
    ),
    "bad": _split(
        # 案件 and 信访 alone are work to be done; only some of them are harm.
        "事故 刑事案件 治安案件 案件发生 案件发 发案 案发 盗窃 诈骗 犯罪 投诉 违规 违法 差错 错误 "
        "错漏 故障 死亡 伤亡 失业 "
        "流失 拖欠 信访量 信访总量 信访数量 上访 集访 纠纷 舆情 逾期 超支 重复访 越级访 延期 破损 "
        "损坏 退货 空置 闲置 "
        "污染 火灾 返贫 延误 浪费 "
        "发病 缺陷 违建 隐患 超标 失信 损失 感染 宕机 停机 中断 丢失 缺失 泄露 泄密 复发"
    ),
    "remedied": _split(
        "下降 减少 降低 处理 处置 化解 办结 整改 查处 防范 排查 回复 调解 预防 治理 解决 整治 结案 拆除 处罚 "
        "修复 接待 受理 答复 打击 侦破 救助 "
        "参审 审结 审查 勘查 起诉 公诉 立案 查办 援助 帮扶 资助 救治 治疗 研判 督查 督办 抽查 筛查 "
        "鉴定 仲裁 复核 评查 "
        "破案 结办 随访 扑救 扑灭 救援 会商 防控 收治 侦办 巡查 约谈 预警 分析 归档 报送 上报 杜绝 防止 "
        "控制 避免 挽回 演练 培训 宣传 检查 教育 清理 消除 追回 监测 补偿 办理 调处 走访 回访 应对 发现 拒绝 "
        "破获 清零 压降 接访 赔付 覆盖 完成 "
        "再就业 安置 及时 响应 到位 抢修 维修 报告 管控 审理 执行 应急"
    ),
    # These do so only after the bad thing: 投诉服务满意度 is good, 服务投诉率 is not.
    "handled": _split(
        "满意 知晓 服务 管理 执法 监督 调查 评估 演习 保险 登记 建档 采集 收集 检验 检测 监控 诉讼 "
        "审判 支持 管护 介入 利用 安全 管控 "
        "协调 应诉 补助 补贴 救济 慰问 通报 公示"
    ),
    "growing": _split("增长 增速 增幅 提高率 上升 同比 环比 超额 保值 增值 倍 比上年 较上年 利用率 承载"),
    "rate_like": _split(
        "效率 频率 功率 利率 税率 汇率 费率 速率 容积率 死亡率 出生率 生育率 发病率 心率 分辨率 概率 汛率"
    ),
    "whose": _split("服务 工作 项目 总体 综合 整体 平均 年度 实施 的 对 度 本项目 活动 开展"),
    "typos": _split(
        "投拆=投诉 述求=诉求 保进=促进 布署=部署 矜寡=鳏寡 峻工=竣工 按装=安装 侯补=候补 渡假=度假 帐户=账户 "
        "帐款=账款 松驰=松弛 "
        "既使=即使 拔付=拨付 拔款=拨款 划拔=划拨 缴纳纳=缴纳 幅射=辐射 复盖=覆盖 覆盖律=覆盖率 满意渡=满意度 "
        "完成律=完成率 "
        "施工其=施工期 考查组=考察组"
    ),
    "placeholders": _split(
        "待填写 待补充 待定 待填 请填写 请输入 此处填写 某某 XX xx ×× ＊＊ *** ____ TODO 示例 测试数据 同上 略 （空）"
    ),
    # Duties of people's congresses only: in the text of another department they were copied.
    "foreign_duties": _split("立法规划 立法后评估 起草地方性法规 地方性法规清理 一府两院 立法调研"),
    # Pairs of characters too common to tell what a project is about.
    "generic": _split(
        "保障 管理 工作 服务 经费 建设 项目 资金 专项 街道 社区 单位 人员 完成 开展 提升 提高 补助 业务 运转 "
        "正常 各项 顺利 及时 办公 使用 综合 年度 目标 "
        "按时 按期 县政 政府 统筹 安排 下达 实施 发放 支付"
    ),
    "public": _split("居民 群众 市民 村民 公众 学生 患者 老年人 残疾人 儿童 企业服务 参保 惠民 便民 为民 民生"),
    "purchases": _split("工程 购置 采购 修缮 改造 装修 大修 新建 扩建 改扩建 维修改造"),
    "public_exempt": _split("职业年金 社会保险 公积金 工资 津贴 退休 往来资金 还本付息 债务"),
    "limited": _split(
        "编制 在编 三公 时间 时长 天数 成本 费用 支出 经费 间隔 周期 距离 能耗 用量 单价 用水 用电 排放 床位 "
        "比例 库存 负债 会议 接待 公务 消耗 保有 涉及 占用 缺口 余额"
    ),
}
"""Word lists by name; entries of "typos" are `wrong=right`."""

LIMITS: Mapping[str, Decimal] = {
    "name_length": Decimal(25),
    "money_tolerance": Decimal("0.005"),
    "conversion_tolerance": Decimal("0.05"),
    "share_tolerance": Decimal("0.5"),
    "largest_weight_percent": Decimal(30),
    "most_small_rows": Decimal(20),
    "same_in_projects": Decimal(3),
    "similarity_percent": Decimal(95),
    "money_change_percent": Decimal(20),
    "project_code_length": Decimal(21),
}
"""Limits by name; money in 万元, `share_tolerance` in units of the last decimal place that a percentage has."""

LIMIT_BOUNDS: Mapping[str, tuple[float, float]] = {
    "name_length": (1, 200),
    "money_tolerance": (0, 1_000),
    "conversion_tolerance": (0, 1_000),
    "share_tolerance": (0, 100),
    "largest_weight_percent": (0, 100),
    "most_small_rows": (0, 1_000),
    "same_in_projects": (1, 1_000),
    "similarity_percent": (0, 100),
    "money_change_percent": (0, 10_000),
    "project_code_length": (0, 30),
}
"""The smallest and largest number that a profile may set for each limit."""
