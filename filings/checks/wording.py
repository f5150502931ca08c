"""名称与文字: names that state what is measured, values that can be judged (C19, C20, C27, C29, C35, C46, C47)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import BLANKS, NUMBERED, VALUE_IN_NAME, Indicator, compile_words
from filings.checks.values import OPTIONS
from filings.sheet.kinds import format_number
from indicators.number import ANY_NUMBER, NUMBER, normalize_width

Reason = tuple[str, dict[str, str | int]]
"""The case of C20 with its facts."""

_BLANK = r"[*＊_xX×]{1,4}"  # ≥**个: copied from a sample with its placeholder
SIGN_IN_NAME = re.compile(
    rf"(?<=[\u4e00-\u9fff)(])\s*[≥≤><=]+\s*(?:{NUMBER}|{_BLANK})|(?:不低于|不少于|不超过)\s*(?:{NUMBER}|{_BLANK})"
)
SIGN_IN_BRACKETS = re.compile(rf"{BLANKS}[(（]\s*[≥≤><=]+\s*(?:{NUMBER}|{_BLANK})[^)）]{{0,60}}[)）]")
DATE_IN_NAME = re.compile(r"(?:20[0-9]{2}年)?[0-9]{1,2}月(?:底|[0-9]{1,2}日)?(?:之?前|以前)?(?:完成|完工|竣工|到位)$")
PERCENT_IN_NAME = re.compile(rf"{ANY_NUMBER}\s*%")
UNIT_IN_NAME = re.compile(r"[%‰]$")
FOR_OTHERS = re.compile(r"^为.+(?:提供|创造|营造|奠定|打下)")
CLAUSES = re.compile(r"[，,；;]")
COUNTED_ACTIONS = ("节约", "减少", "降低", "减轻", "消除", "缓解", "提供", "建立", "保护", "满足")
"""Actions that are indicators when counted: 减少碳排放量 ≥20吨, 提供就业岗位 ≥50个."""
SERIAL_DAYS = re.compile(r"4[0-9],?[0-9]{3}")
"""A date pasted from a spreadsheet as its serial number: 44,561 is 31 December 2021."""
WHEN = re.compile(
    r"(?<![0-9一二三四五六七八九十])[0-9一二三四五六七八九十]++\s*(?:年|个?月|日|天|小时|分钟|周|季度|工作日)|[月季年周期][底末]|全天|随时|当场|即办|[春节汛雨冬夏学旱假][节期季前后]|每[0-9一二两三四五六半]*个?[年月日天周季]|[按逐][年月日天周季]|年内|当年|当日|当月|即时|全年|年初|上半年|下半年"
)


def value_in_name(subject: CheckSubject) -> Iterator[Finding]:
    """C19 指标名称含指标值: an operator with a number, a percentage, a date or the value of the row is in the name."""
    for indicator in subject.indicators:
        name = normalize_width(indicator.name)
        if sign := SIGN_IN_NAME.search(name):
            cleaned = VALUE_IN_NAME.sub("", SIGN_IN_BRACKETS.sub("", name).rstrip("。")).strip()
            fix = cleaned if cleaned and not SIGN_IN_NAME.search(cleaned) else ""
            yield subject.indicator_finding("C19", indicator, "name", facts={"word": sign[0].strip()}, fix=fix)
        elif match := PERCENT_IN_NAME.search(name) or UNIT_IN_NAME.search(name) or DATE_IN_NAME.search(name):
            yield subject.indicator_finding("C19", indicator, "name", facts={"word": match[0]}, severity="warning")
        elif (value := _own_value(indicator)) and re.search(rf"(?<![0-9.]){re.escape(value)}", name) and value != name:
            yield subject.indicator_finding(
                "C19", indicator, "name", "own_value", facts={"word": value}, severity="warning"
            )


def _own_value(indicator: Indicator) -> str:
    """Number and unit of a row's value as they would be written in a text: 150万元; '' if it has no unit."""
    if indicator.value.number is None or not indicator.value.unit or indicator.value.per_unit:
        return ""
    return f"{format_number(indicator.value.number)}{indicator.value.unit}"


def slogan_as_name(subject: CheckSubject) -> Iterator[Finding]:
    """C20 指标像口号或工作措施: a name that is a slogan, a measure, a sentence or too long."""
    for indicator in subject.indicators:
        countable = _ends_with(subject.profile.words["countable"], indicator.normalized_name.rstrip("。."))
        reason = _slogan_reason(subject, indicator, countable) or _sentence_reason(subject, indicator, countable)
        if reason:
            case, facts = reason
            yield subject.indicator_finding("C20", indicator, "name", case, facts=facts)


def _slogan_reason(subject: CheckSubject, indicator: Indicator, countable: bool) -> Reason | None:
    """Why a name is a slogan or a measure, None if it is neither; `countable`: it ends in something that is counted."""
    words, name = subject.profile.words, indicator.plain_name
    if start := _starts_with(words["slogans"], name):
        return "slogan", {"start": start}
    has_count = indicator.value.number is not None and bool(indicator.value.unit) and not indicator.is_percent
    # An action that is counted is an indicator: 维护路灯 ≥12000盏.
    counted_action = has_count and (name.startswith(COUNTED_ACTIONS) or indicator.within("output.quantity"))
    if (start := _starts_with(words["measures"], name)) and not countable and not counted_action:
        return "measure", {"start": start}
    if FOR_OTHERS.match(name) and not countable:
        return "measure", {"start": "为"}
    return None


def _sentence_reason(subject: CheckSubject, indicator: Indicator, countable: bool) -> Reason | None:
    """Why a name is a sentence or too long, None if it is neither."""
    limit, name = subject.profile.limits["name_length"], indicator.normalized_name
    if name.endswith(("。", "；", ";")):
        return "sentence", {"end": name[-1]}
    if len(name) > limit:
        return "long", {"length": len(name), "limit": str(limit)}
    most_clauses = 1 if indicator.value.kind == "qualitative" or indicator.is_percent else 2
    return ("clauses", {}) if not countable and len(CLAUSES.split(name)) > most_clauses else None


def value_repeats_name(subject: CheckSubject) -> Iterator[Finding]:
    """C27 同义反复: the value is words that the name already has."""
    for indicator in subject.indicators:
        if (
            indicator.is_blank
            or len(indicator.value_text) < 2
            or OPTIONS.fullmatch(indicator.value_text)
            or indicator.value_text == "通过"
        ):
            continue
        words = indicator.value.kind == "qualitative" and not indicator.value.has_operator
        if (words and _repeats_name(indicator)) or indicator.value_text.rstrip(
            "。"
        ) == indicator.normalized_name.rstrip("。"):
            yield subject.indicator_finding("C27", indicator, "value", facts={"value": indicator.display_value})


def vague_values(subject: CheckSubject) -> Iterator[Finding]:
    """C35 定性描述不可衡量: a value of words of change alone (提高, 明显改善)."""
    words = subject.profile.words
    for indicator in subject.indicators:
        value = indicator.value_text.strip("。")
        if (
            indicator.value.kind != "qualitative"
            or indicator.value.has_operator
            or indicator.is_blank
            or not value
            or OPTIONS.fullmatch(value)
        ):
            continue
        rest = compile_words(words["vague"] + words["degree"]).sub("", value)
        # 就业岗位增加 for a name with 就业岗位: the rest only repeats what is measured.
        is_property = f"{value}性" in indicator.normalized_name  # official samples write 制度健全性：健全
        if (
            rest != value
            and (not rest or (len(rest) > 1 and rest in indicator.normalized_name))
            and not is_property
            and not _repeats_name(indicator)
        ):
            yield subject.indicator_finding("C35", indicator, "value", facts={"value": indicator.display_value})


def _repeats_name(indicator: Indicator) -> bool:
    """Whether the name contains the value as a word of its own (not as 健全 in 健全率)."""
    _, match, rest = indicator.normalized_name.partition(indicator.value_text)
    return bool(match) and not re.match(r"性|率|度|程度|水平|情况", rest)


def numbered_names(subject: CheckSubject) -> Iterator[Finding]:
    """C29 编号混入名称: the name begins with a number that the form does not print."""
    for indicator in subject.indicators:
        if match := NUMBERED.match(normalize_width(indicator.name)):
            fix = NUMBERED.sub("", normalize_width(indicator.name))
            yield subject.indicator_finding("C29", indicator, "name", facts={"number": match[0].strip()}, fix=fix)


def satisfaction_without_group(subject: CheckSubject) -> Iterator[Finding]:
    """C46 满意度对象不明: no group of people is named before 满意度."""
    for indicator in subject.indicators:
        before, satisfaction, _ = indicator.normalized_name.partition("满意")
        if (
            satisfaction
            and indicator.value.number is not None
            and not compile_words(subject.profile.words["whose"]).sub("", before)
        ):
            yield subject.indicator_finding("C46", indicator, "name", facts={"name": indicator.name})


def timeliness_without_date(subject: CheckSubject) -> Iterator[Finding]:
    """C47 时效指标无时间: no date, time limit, frequency or rate in the value, the name or the description."""
    for indicator in subject.indicators:
        if not indicator.within("output.timeliness") or indicator.is_blank or OPTIONS.fullmatch(indicator.value_text):
            continue
        value = indicator.value
        timed = value.kind == "date" or value.number is not None or value.kind == "empty" or value.has_operator
        if (
            value.number is not None
            and SERIAL_DAYS.fullmatch(indicator.value_text)
            and indicator.normalized_name.endswith(("时间", "日期", "时限"))
        ):
            yield subject.indicator_finding(
                "C47", indicator, "value", "serial", facts={"value": indicator.display_value}
            )
        elif not timed and not any(
            WHEN.search(normalize_width(text))
            for text in (indicator.display_value, indicator.name, indicator.row.get("description"))
        ):
            yield subject.indicator_finding("C47", indicator, "value", facts={"value": indicator.display_value})


def _starts_with(words: tuple[str, ...], name: str) -> str:
    match = compile_words(words).match(name)
    return match[0] if match else ""


def _ends_with(words: tuple[str, ...], name: str) -> bool:
    return name.endswith(words) and not name.endswith("效率")
