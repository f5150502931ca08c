"""The words of every refusal, by its code: Chinese, for the person who asked.

Services and edits refuse with a code and facts; the words are made of both here, where they are shown. A code never
changes its meaning: scripts branch on it. tests/services/test_refused_texts.py holds every refusal in the code against
this catalogue: the code is here, with exactly the facts that its text takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


def refused_text(code: str, facts: Mapping[str, object]) -> str:
    """Why something was refused, in Chinese for the person. KeyError for an unknown code or a missing fact."""
    text = TEXTS[code]
    return text.format_map(facts) if isinstance(text, str) else text(**facts)


def _submission_blocked(errors: int, unexplained: int) -> str:
    error_text = f"还有 {errors} 处错误，改正后才能送审。" if errors else ""
    warning_text = f"还有 {unexplained} 处提示没有说明，改正或写明理由后才能送审。" if unexplained else ""
    return error_text + warning_text


TEXTS: Mapping[str, str | Callable[..., str]] = {
    # Edits of a draft (filings/sheet/edits.py) and the requests that carry them
    "bad_request": "请求格式不正确，请刷新页面后重试",
    "database_away": "系统暂时连不上数据库",
    "database_busy": "数据正被别的操作占用",
    "disk_full": "服务器的磁盘已满，请联系管理员",
    "save_too_large": "一次保存的内容过大，请分几次保存",
    "unknown_table": "本表没有“{table}”这一部分",
    "unknown_cell": "本表没有这个单元格：{cell}",
    "fixed_row": "表样固定的行不能删除或移动",
    "no_added_rows": "本表的这一部分不能增加行",
    "bad_row_id": "新增的行编号无效或已存在，请刷新页面后重试",
    "too_many_rows": "一张表最多 {most} 行",
    "row_deleted": "这一行已被删除（可能是在另一个窗口或由同事删除的）",
    "words_too_long": "{name}不能超过 {most} 字，现在有 {length} 字，请删去 {over} 字后再提交。",
    "cell_too_long": "“{label}”最多 {most} 字，现在有 {length} 字，请删去 {over} 字后再保存",
    "stored_cell_too_long": "“{label}”最多 {most} 字，现在有 {length} 字，请删去 {over} 字后再保存"
    "（已保存的 {before} 字可以保留或逐步改短）",
    "text_too_long": "内容有 {length} 个字，超过单元格上限 {most} 字，请精简后再保存",
    "text_unprintable": "内容含有不可见的控制字符，请删除后再保存（可先粘贴到记事本，再复制过来）",
    # Drafts
    "not_editable": "这张表现在不能修改：已送审或您没有填报权限。",
    "save_not_editable": "这张表现在不能修改：已送审或您没有填报权限。您填写的内容还在本页，可先复制保存。",
    "fix_does_not_fit": "这条建议不能填入：{reason}。",
    "fix_not_last": "修改以后又保存过别的内容，不能撤销；请直接改回。",
    "fix_outdated": "这条建议已经不适用，请刷新页面。",
    "fixed_cell_changed": "这一格刚被别人修改，请刷新页面。",
    # New filings
    "not_own_department": "您不是这个单位的填报人。",
    "form_not_due": "这个批次没有这张应报表，请刷新页面后重试。",
    "source_not_visible": "您看不到要复制的表。",
    "source_of_other_subject": "只能复制同类的表：项目表复制项目表，单位表复制单位表。",
    "project_missing": "请选择本单位的一个项目。",
    "project_not_chosen": "请选择一个项目，或填写新项目的名称。",
    "filing_exists": "本批次已有这张表，请直接打开填报。",
    # Attachments
    "attachment_kind_unknown": "没有这一类附件，请刷新页面重选。",
    "attachments_too_many": "附件不能超过 {most} 个，请先删除不用的。",
    "attachment_repeated": "“{name}”已经传过了。",
    "attachment_deleted": "这个附件已经删除了。",
    "file_not_chosen": "请选择要上传的文件。",
    "file_name_unusable": "文件名含有不能用的字符，请改名后再传。",
    "file_kind_not_accepted": "“{name}”不是可以上传的文件，请用 PDF、图片、Word、Excel、WPS 或 OFD 文件。",
    "file_empty": "“{name}”是空文件。",
    "file_too_large": "“{name}”超过 {most} MB，请压缩或拆分后再传。",
    "file_damaged": "“{name}”的内容和文件名不符，可能已经损坏，请重新另存后再传。",
    # Workflow
    "no_permission": "您没有“{action}”的权限。",
    "wrong_state": "这张表现在是“{state}”，不能{action}；可能刚被别人处理过，请刷新页面。",
    "own_submission": "不能审核自己送审的申报表，请由其他审核人处理。",
    "content_changed": "内容在您打开之后有改动，请刷新页面核对后再操作。",
    "words_missing": "{action}必须写明意见。",
    "deadline_passed": "本批次已于 {deadline:%Y年%m月%d日 %H:%M} 截止，如需补报请联系财政局管理员延长期限。",
    "cycle_not_open": "本批次尚未开始。",
    "submission_blocked": _submission_blocked,
    # Batches of the reviewer: why one filing of it is skipped
    "batch_words_missing": "批量{action}必须写明意见。",
    "batch_wrong_state": "现在是“{state}”",
    "batch_own_submission": "是您自己送审的",
    "batch_no_permission": "您没有“{action}”的权限",
    "batch_open_remarks": "有 {count} 条意见没有关闭，请逐份处理",
    # Replies to findings
    "reason_missing": "请写明理由。",
    "finding_gone": "这条检查结果已经不在了，请刷新页面。",
    "waiver_by_reviewer_only": "只有审核人可以豁免。",
    "waiver_of_own_department": "不能豁免自己单位的申报表，请由其他审核人处理。",
    "waiver_request_settled": "这条豁免申请已经处理过，请刷新页面。",
    # Remarks
    "remark_by_reviewer_only": "只有审核人可以写意见。",
    "remark_outside_review": "这张表不在审核中，不能写意见。",
    "remark_missing": "请填写意见。",
    "remark_on_unknown_cell": "本表没有这个单元格，请在表中点选后再写意见。",
    "remark_not_deletable": "这条意见不能删除。",
    "remark_closed_by_reviewer_only": "只有审核人可以关闭意见。",
    "remark_not_closable": "这张表不在审核中，不能关闭意见。",
    "remark_not_answerable": "这条意见现在不能答复。",
    "answer_missing": "请填写答复。",
    # Opinions
    "opinion_by_reviewer_only": "只有审核人可以写审核意见，且不能审核自己送审的表。",
    "opinion_outside_review": "这张表不在审核中，不能修改审核意见。",
    "grade_unknown": "等级不在可选范围内，请刷新页面重选。",
    # Reminders
    "reminder_not_allowed": "您没有催办的权限。",
    "reminder_missing": "请写明催办内容。",
    "reminder_without_department": "请至少选择一个单位。",
    # Reminders: why one department is skipped
    "reminder_before_opening": "批次还没有开始",
    "reminder_after_deadline": "批次已截止，填报单位已不能送审",
    "nothing_missing": "没有缺报的表",
    "department_without_clerk": "没有填报人账号，请联系管理员",
    "reminded_already": "{hours} 小时内已催办（{last:%m月%d日 %H:%M}）",
    # Packets and layouts
    "packet_by_admin_only": "只有本行政区的管理员可以导出。",
    "packet_changed_by_admin_only": "只有本行政区的管理员可以处理。",
    "packet_without_state": "请至少选择一种状态。",
    "packet_empty": "没有符合条件的申报表：请检查所选单位、表和状态。",
    "packet_not_building": "这份材料没有在生成。",
    "packet_not_resumable": "这份材料正在生成或已经完成。",
    "layout_version_begun": "本批次已有 {count} 张表按第 {version} 版填报，新版本请用于下一个批次。",
    "layout_too_large": "无法预览：{reason}。",
    # Files to be verified
    "final_paper_damaged": "这张表的定稿文件丢失或已损坏，没有另行生成。请管理员从备份中恢复（校验值 {sha256}）。",
    "packed_file_damaged": "这个压缩文件（zip、xlsx）的目录不完整或前后矛盾，不是本系统生成的文件，没有打开。",
    "packed_file_entries": "压缩文件内有 {count:,} 个文件，最多 {most:,} 个，没有打开。请改用页脚的校验码查询。",
    "packed_file_directory": "压缩文件的目录有 {size:,} 字节，最多 {most:,} 字节，没有打开。",
    # Log-in, as a page's script is told
    "logged_out": "登录已过期，请重新登录后继续。",
    "login_wrong": "用户名或密码不正确，请重试。连续 5 次错误将锁定 20 分钟。",
    "login_locked": "密码错误次数过多，账号已锁定 20 分钟。忘记密码请联系财政局管理员重置。",
}
"""The text of each code with its facts in braces, or a function of them."""
