"""名称与文字: names that name a measure, values that can be judged (C19, C20, C27, C29, C35, C46, C47)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import Indicator, compile_words
from filings.checks.values import OPTIONS
from filings.sheet.kinds import format_number
from indicators.number import NUMBER, fold

VALUE_IN_NAME = re.compile(
    rf"\s*(?:[≥≤><=]+|不低于|不少于|不小于|不超过|不高于|不大于|大于|小于|达到)\s*{NUMBER}\s*[%‰]?[^0-9，,。；;、]{{0,3}}$"
)
_BLANK = r"[*＊_xX×]{1,4}"  # ≥**个: a sample's name taken over with its blanks
SIGN_IN_NAME = re.compile(
    rf"(?<=[\u4e00-\u9fff)(])\s*[≥≤><=]+\s*(?:{NUMBER}|{_BLANK})|(?:不低于|不少于|不超过)\s*(?:{NUMBER}|{_BLANK})"
)
SIGN_IN_BRACKETS = re.compile(rf"\s*[(（]\s*[≥≤><=]+\s*(?:{NUMBER}|{_BLANK})[^)）]*[)）]")
DATE_IN_NAME = re.compile(r"(?:20[0-9]{2}年)?[0-9]{1,2}月(?:底|[0-9]{1,2}日)?(?:之?前|以前)?(?:完成|完工|竣工|到位)$")
PERCENT_IN_NAME = re.compile(rf"{NUMBER}\s*%")
UNIT_IN_NAME = re.compile(r"[%‰]$")
NUMBERED = re.compile(
    r"^(?:指标\s*[0-9一二三四五六七八九十]{1,2}\s*[:：、.．]|[(（][0-9]{1,2}[)）]|[0-9]{1,2}[、.．](?![0-9])|[①-⑳])\s*"
)
FOR_OTHERS = re.compile(r"为.+(?:提供|创造|营造|奠定|打下)")
CLAUSES = re.compile(r"[，,；;]")
COUNTED_ACTIONS = ("节约", "减少", "降低", "减轻", "消除", "缓解", "提供", "建立", "保护", "满足")
"""A deed that a number of things makes an indicator: 减少碳排放量 ≥20吨, 提供就业岗位 ≥50个."""
SERIAL_DAYS = re.compile(r"4[0-9],?[0-9]{3}")
"""A date pasted from a spreadsheet as its number of days: 44,561 is the end of 2021."""
WHEN = re.compile(
    r"[0-9一二三四五六七八九十]+\s*(?:年|个?月|日|天|小时|分钟|周|季度|工作日)|[月季年周期][底末]|全天|随时|当场|即办|[春节汛雨冬夏学旱假][节期季前后]|每[0-9一二两三四五六半]*个?[年月日天周季]|[按逐][年月日天周季]|年内|当年|当日|当月|即时|全年|年初|上半年|下半年"
)


def value_in_name(subject: CheckSubject) -> Iterator[Finding]:
    """C19 指标名称含指标值: an operator with a number inside a name, or the very value of the row."""
    for one in subject.indicators:
        name = fold(one.name)
        if sign := SIGN_IN_NAME.search(name):
            bare = VALUE_IN_NAME.sub("", SIGN_IN_BRACKETS.sub("", name).rstrip("。")).strip()
            fix = bare if bare and not SIGN_IN_NAME.search(bare) else ""
            yield subject.indicator_finding("C19", one, "name", f"名称里有“{sign[0].strip()}”", fix=fix)
        elif found := PERCENT_IN_NAME.search(name) or UNIT_IN_NAME.search(name) or DATE_IN_NAME.search(name):
            yield subject.indicator_finding("C19", one, "name", f"名称里有“{found[0]}”", severity="warning")
        elif (value := _own_value(one)) and re.search(rf"(?<![0-9.]){re.escape(value)}", name) and value != name:
            yield subject.indicator_finding("C19", one, "name", f"名称里有“{value}”，就是指标值", severity="warning")


def _own_value(one: Indicator) -> str:
    """Number and unit of a row's value as they would stand in a text: 150万元."""
    if one.value.number is None or not one.value.unit or one.value.per_unit:
        return ""
    return f"{format_number(one.value.number)}{one.value.unit}"


def slogan_as_name(subject: CheckSubject) -> Iterator[Finding]:
    """C20 口号或措施: a name that is an intention, a deed, a sentence, or too long."""
    limits, words = subject.profile.limits, subject.profile.words
    for one in subject.indicators:
        name = one.normalized_name
        reason = ""
        counted = one.value.number is not None and bool(one.value.unit) and not one.is_percent
        done = name.startswith(COUNTED_ACTIONS) or one.within("output.quantity")  # 维护路灯 ≥12000盏
        countable = _ends_with(words["countable"], name.rstrip("。."))
        if start := _starts_with(words["slogans"], name):
            reason = f"以“{start}”开头，像口号"
        elif (start := _starts_with(words["measures"], name)) and not countable and not (done and counted):
            reason = f"以“{start}”开头，写的是工作措施或愿望"
        elif FOR_OTHERS.match(name) and not countable:
            reason = "以“为”开头，写的是工作措施或愿望"
        elif name.endswith(("。", "；", ";")):
            reason = f"以“{name[-1]}”结尾，是一句话"
        elif len(name) > limits["name_length"]:
            reason = f"有 {len(name)} 个字，超过 {limits['name_length']} 个字"
        elif not countable and len(CLAUSES.split(name)) > (
            1 if one.value.kind == "qualitative" or one.is_percent else 2
        ):
            reason = "有几个分句，不是一个指标"
        if reason:
            yield subject.indicator_finding("C20", one, "name", f"名称{reason}")


def value_repeats_name(subject: CheckSubject) -> Iterator[Finding]:
    """C27 同义反复: a value of words that stand in the name already."""
    for one in subject.indicators:
        if one.is_blank or len(one.value_text) < 2 or OPTIONS.fullmatch(one.value_text) or one.value_text == "通过":
            continue
        words = one.value.kind == "qualitative" and not one.value.has_operator
        if (words and _says_again(one)) or one.value_text.rstrip("。") == one.normalized_name.rstrip("。"):
            yield subject.indicator_finding("C27", one, "value", f"指标值“{one.display_value}”就是名称里的话")


def vague_values(subject: CheckSubject) -> Iterator[Finding]:
    """C35 定性描述不可衡量: words of change alone."""
    words = subject.profile.words
    for one in subject.indicators:
        value = one.value_text.strip("。")
        if (
            one.value.kind != "qualitative"
            or one.value.has_operator
            or one.is_blank
            or not value
            or OPTIONS.fullmatch(value)
        ):
            continue
        left = compile_words(words["vague"] + words["degree"]).sub("", value)
        # 就业岗位增加 beside a name with 就业岗位: what is left only says again what is measured.
        graded = f"{value}性" in one.normalized_name  # 制度健全性：健全 is how official samples put it
        if (
            left != value
            and (not left or (len(left) > 1 and left in one.normalized_name))
            and not graded
            and not _says_again(one)
        ):
            yield subject.indicator_finding(
                "C35", one, "value", f"指标值“{one.display_value}”没有说到什么程度，无法判断是否达到"
            )


def _says_again(one: Indicator) -> bool:
    _, found, rest = one.normalized_name.partition(one.value_text)
    return bool(found) and not re.match(r"性|率|度|程度|水平|情况", rest)


def numbered_names(subject: CheckSubject) -> Iterator[Finding]:
    """C29 编号混入名称: a number that the form does not print there."""
    for one in subject.indicators:
        if found := NUMBERED.match(fold(one.name)):
            fix = NUMBERED.sub("", fold(one.name))
            yield subject.indicator_finding("C29", one, "name", f"名称里有编号“{found[0].strip()}”", fix=fix)


def satisfaction_without_group(subject: CheckSubject) -> Iterator[Finding]:
    """C46 满意度对象不明: nobody is named before 满意度."""
    for one in subject.indicators:
        before, found, _ = one.normalized_name.partition("满意")
        if found and one.value.number is not None and not compile_words(subject.profile.words["whose"]).sub("", before):
            yield subject.indicator_finding("C46", one, "name", f"名称“{one.name}”没有写是谁的满意度")


def timeliness_without_date(subject: CheckSubject) -> Iterator[Finding]:
    """C47 时效指标无时间: no date, month, limit or rate in the value, the name or the description."""
    for one in subject.indicators:
        if not one.within("output.timeliness") or one.is_blank or OPTIONS.fullmatch(one.value_text):
            continue
        value = one.value
        timed = value.kind == "date" or value.number is not None or value.kind == "empty" or value.has_operator
        if (
            value.number is not None
            and SERIAL_DAYS.fullmatch(one.value_text)
            and one.normalized_name.endswith(("时间", "日期", "时限"))
        ):
            yield subject.indicator_finding(
                "C47", one, "value", f"指标值“{one.display_value}”像是电子表格里日期的序号，看不出日期"
            )
        elif not timed and not any(
            WHEN.search(fold(text)) for text in (one.display_value, one.name, one.row.get("description"))
        ):
            yield subject.indicator_finding("C47", one, "value", f"指标值“{one.display_value}”没有写什么时候完成")


def _starts_with(words: tuple[str, ...], name: str) -> str:
    match = compile_words(words).match(name)
    return match[0] if match else ""


def _ends_with(words: tuple[str, ...], name: str) -> bool:
    return name.endswith(words) and not name.endswith("效率")
