"""指标值: operator, number and unit agree with each other and with the name (C26, C31–C34, C36, C37, C39–C43, C48)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import (
    HUNDREDTHS,
    NONE_WORDS,
    PERCENT,
    Indicator,
    compile_words,
    find_word,
    read_value,
    without_spaces,
)
from filings.sheet.kinds import format_number
from indicators.number import ANY_NUMBER, NUMBER, normalize_width, parse_number
from indicators.operators import BEFORE, parse_operator, word_pattern
from indicators.target import normalize_percent, parse_target

OPTIONS = re.compile(r"是[/、或]?否|有[/、或]无|能[/、或]否|是|否|对|错|[□☑√✓]+")
RATE = re.compile(r"(?:率|满意度|知晓度|覆盖度|完成度|达标度)(?:[(（][^)）]{0,80}[)）])?$")
TIME_NAME = re.compile(r"(?:时间|时限|日期|期限)$")
SPELLED = {
    ">": re.compile(rf"\A\s*(?:{word_pattern(word for word, sign in BEFORE.items() if sign == '>')}|＞)"),
    "<": re.compile(rf"\A\s*(?:{word_pattern(word for word, sign in BEFORE.items() if sign == '<')}|＜)"),
}
"""How > and < are written at the beginning of a value."""
HIGH_PERCENT = 80
"""From this percentage on a rate of nothing bad is meant as a minimum."""
RATE_UNITS = (*PERCENT, "分", "件/万人", "级", "倍", "/万", "/10万")
UNIT_IN_BRACKETS = re.compile(r"[(（](?P<unit>[^)）0-9]{1,5})[)）]$")
RELATIVE = re.compile(rf"{ANY_NUMBER}\s*(?:%|‰|倍|成)|(?:上|去|前|往)(?:一)?年|同期|全[国省市县区]|平均|零|清零")
"""References that make a value of words measurable: 不低于上年, ≤核减额的5%."""
SHARE_OF = re.compile(rf"{ANY_NUMBER}\s*(?:%|‰|倍|[:：]\s*[0-9])|控制价|限价|概算|合同价|中标价|评审价")
INDEX = re.compile(r"(?:指数|系数|比|比值|[pP][hH]值)$")
"""Names of numbers that have no unit."""
ABOUT = re.compile(r"(?:近|约|上|数|几)[十百千万亿]|[十百千万亿](?:余|多)|(?:^|[^0-9])[几数][个次名人场件批户]")
"""Inexact numbers in words: 近万株, 数百人, 几场."""
NEGATED = re.compile(r"[不未非误错漏](?:准确|正确|合格|达标|完成|及时|满意|就业)[^数]{0,40}率")
UNIT_ALONE = re.compile(
    r"(?:[万亿]?(?:元|亩|吨|人|人次|户|平方米|平方公里|立方米|公里|千米|米|株|册|场|次|个|件|家|台|套|天|小时)"
    r"|万?m[2²3³]?|km|kg|[%‰])(?:/[^0-9]{1,4})?"
)
STATED_NUMBER = re.compile(
    rf"(?:达到|达|不低于|不少于|大于等于|大于|高于|超过|不超过|不高于|≥|≤|>|<)\s*({NUMBER})\s*([^0-9，,。；;、()（）\s]{{0,4}})"
)


def rate_unit(subject: CheckSubject) -> Iterator[Finding]:
    """C26 名称与单位不符: the name is a rate, but the value is money, people or words; or the name is a time."""
    for indicator in subject.indicators:
        name = indicator.plain_name.rstrip("。.")
        if indicator.is_percent and TIME_NAME.search(name):
            yield subject.indicator_finding("C26", indicator, "value", "time", facts={"value": indicator.display_value})
        if RATE.search(name) and not find_word(subject.profile.words["rate_like"], name):
            yield from _rate_value(subject, indicator, name)


def _rate_value(subject: CheckSubject, indicator: Indicator, name: str) -> Iterator[Finding]:
    """C26 of an indicator whose name is a rate."""
    value = indicator.value
    points = value.unit == "分" and name.endswith("率")
    if value.number is not None and value.unit and (value.unit not in RATE_UNITS or points) and not value.per_unit:
        facts = {"value": indicator.display_value, "unit": value.unit_text}
        yield subject.indicator_finding("C26", indicator, "value", "unit", facts=facts)
    elif value.kind == "qualitative" and name.endswith("率") and not value.has_operator and not _is_relative(indicator):
        yield subject.indicator_finding(
            "C26", indicator, "value", "words", facts={"value": indicator.display_value}, severity="warning"
        )


def _is_relative(indicator: Indicator) -> bool:
    """Whether a value of words is measured against something (上年, 同期), or reported by C31 or C36 anyway."""
    if (
        OPTIONS.fullmatch(indicator.value_text)
        or parse_number(indicator.value_text.strip("%")) is not None
        or UNIT_ALONE.fullmatch(indicator.value_text)
    ):
        return True
    return bool(RELATIVE.search(indicator.value_text))


def text_after_operator(subject: CheckSubject) -> Iterator[Finding]:
    """C31 定量指标填文字: an operator is followed by words instead of a number, or a unit has no number."""
    for indicator in subject.indicators:
        value = indicator.value
        if value.kind != "qualitative":
            continue
        if value.number is None and UNIT_ALONE.fullmatch(indicator.value_text):
            yield subject.indicator_finding(
                "C31", indicator, "value", "unit_alone", facts={"value": indicator.display_value}
            )
        elif value.has_operator and not _has_own_column(indicator, "nature", "定性"):
            text = normalize_width(indicator.row.get("value")).strip("≥≤><= ")
            if read_value(text).kind == "date" or read_value(text).number is not None or SHARE_OF.search(text):
                continue
            facts = {
                "operator": value.operator or indicator.get("operator"),
                "value": text or indicator.display_value,
            }
            yield subject.indicator_finding("C31", indicator, "value", "words", facts=facts)


def numbers_in_words(subject: CheckSubject) -> Iterator[Finding]:
    """C31 定量指标填文字: a percentage is spelled in words (百分之九十, 九成): understood, but figures are usual."""
    for indicator in subject.indicators:
        text = indicator.row.get("value").strip()
        figures = normalize_percent(text)
        if indicator.value.number is not None and figures != text:
            facts = {"value": text, "figures": figures}
            yield subject.indicator_finding(
                "C31", indicator, "value", "in_words", facts=facts, fix=figures, severity="note"
            )


def missing_unit(subject: CheckSubject) -> Iterator[Finding]:
    """C32 缺计量单位: a number has no unit, and the name gives none in brackets."""
    for indicator in subject.indicators:
        value, name = indicator.value, indicator.normalized_name
        if value.kind not in ("quantity", "range", "ratio") or value.unit or UNIT_IN_BRACKETS.search(name):
            continue
        # 9/10万 has its unit in the denominator.
        if value.per_unit[:1].isdigit() or INDEX.search(name):
            continue
        column = "unit" if "unit" in indicator.table.columns else "value"
        severity = "note" if value.number == 0 else ""
        case = "" if value.operator else "no_sign"
        yield subject.indicator_finding(
            "C32", indicator, column, case, facts={"value": indicator.display_value}, severity=severity
        )


def missing_operator(subject: CheckSubject) -> Iterator[Finding]:
    """C33 缺符号: a number with a unit has no operator; the likely one is suggested.

    A warning where the form has an operator column or most values of the form have an operator, else a note: in many
    places all values are written without one (100%, 10辆).
    """
    signed, unsigned = _count_operators(subject)
    for indicator in subject.indicators:
        value = indicator.value
        if value.kind not in ("quantity", "ratio") or value.has_operator or not value.unit_text or value.approximate:
            continue
        own_column = "operator" in indicator.table.columns
        if (_has_sign_column(indicator) and indicator.get("operator")) or (
            value.per_unit and normalize_width(value.text).startswith("每")
        ):
            continue  # 每日1次 is a rule to follow, neither a minimum nor a maximum
        sign = suggest_operator(subject, indicator)
        fix = sign if own_column else f"{sign}{indicator.row.get('value').strip()}"
        facts = {"value": indicator.display_value, "right": f"{sign}{value.text.strip()}"}
        severity, column = "" if own_column or signed > unsigned else "note", "operator" if own_column else "value"
        yield subject.indicator_finding("C33", indicator, column, facts=facts, fix=fix, severity=severity)


def _count_operators(subject: CheckSubject) -> tuple[int, int]:
    """How many numeric values of the form have an operator, and how many have none."""
    stated = [indicator.value.has_operator for indicator in subject.indicators if indicator.value.number is not None]
    return sum(stated), len(stated) - sum(stated)


def suggest_operator(subject: CheckSubject, indicator: Indicator) -> str:
    """The most likely operator: = for 100 % and for zero, ≤ for cost, bad things and time limits, else ≥."""
    if indicator.is_percent and indicator.value.number == 100:
        return "="
    if indicator.is_cost or _is_bad(subject, indicator):
        return "≤"
    if indicator.value.number == 0:
        return "="
    time_limit = indicator.within("output.timeliness") and not indicator.is_percent and not indicator.value.per_unit
    return "≤" if time_limit else "≥"


def value_type_matches(subject: CheckSubject) -> Iterator[Finding]:
    """C34 定性定量标错: the value type (定性/定量), the operator and the value contradict each other."""
    for indicator in subject.indicators:
        nature, operator, value = indicator.get("nature"), indicator.get("operator"), indicator.value
        qualitative = "定性" in nature or "定性" in operator
        if "定量" in nature and "定性" in operator:
            column, facts = _unless_printed(indicator, "nature", "operator"), {"nature": nature, "operator": operator}
            yield subject.indicator_finding("C34", indicator, column, facts=facts)
        elif (
            qualitative
            and value.number is not None
            and value.kind in ("quantity", "ratio", "range")
            and value.unit_text
        ):
            column = _unless_printed(indicator, "nature" if nature else "operator", "value")
            yield subject.indicator_finding(
                "C34", indicator, column, "number", facts={"value": indicator.display_value}
            )
        elif (
            "定量" in nature
            and value.kind == "qualitative"
            and not value.has_operator
            and not re.search(r"[0-9]", indicator.display_value)
        ):
            column = _unless_printed(indicator, "nature", "value")
            yield subject.indicator_finding("C34", indicator, column, "words", facts={"value": indicator.display_value})


def unit_matches_value(subject: CheckSubject) -> Iterator[Finding]:
    """C34 定性定量标错: the unit beside a value is not the one typed with it, or the value is no number."""
    for indicator in subject.indicators:
        unit = without_spaces(indicator.get("unit"))
        if "unit" not in indicator.table.columns or unit in ("", *NONE_WORDS) or indicator.value.number is not None:
            continue
        text, alone = indicator.row.get("value").strip(), read_value(indicator.row.get("value"))
        facts = {"value": text, "unit": unit}
        if alone.number is not None and indicator.value.unit:
            yield subject.indicator_finding("C34", indicator, "unit", "two_units", facts=facts)
        elif alone.kind == "qualitative" and not indicator.value.has_operator and not _is_relative(indicator):
            yield subject.indicator_finding("C34", indicator, "unit", "words_unit", facts=facts)


def option_as_value(subject: CheckSubject) -> Iterator[Finding]:
    """C36 指标值为选项: the value is an answer to a question (是, 否, 有/无, a tick), not a target."""
    for indicator in subject.indicators:
        if OPTIONS.fullmatch(without_spaces(indicator.row.get("value"))):
            yield subject.indicator_finding(
                "C36", indicator, "value", facts={"value": indicator.row.get("value").strip()}
            )


def rate_limit(subject: CheckSubject) -> Iterator[Finding]:
    """C37 比率超过100%: ≥100% should be =100%; a percentage above 100 is only possible for growth."""
    for indicator in subject.indicators:
        value = indicator.value
        if (
            value.number is None
            or value.unit not in HUNDREDTHS
            or find_word(subject.profile.words["growing"], indicator.normalized_name)
        ):
            continue
        if value.number == 100 and value.operator in ("≥", ">"):
            sign = _sign_column(indicator)
            fix = "" if sign in indicator.printed else "=" if sign == "operator" else "=100%"
            yield subject.indicator_finding(
                "C37", indicator, sign, "limit", facts={"value": indicator.display_value}, fix=fix
            )
        elif value.number > 100:
            yield subject.indicator_finding("C37", indicator, "value", facts={"value": indicator.display_value})


def operator_direction(subject: CheckSubject) -> Iterator[Finding]:
    """C39 方向写反: something good with ≤ or ＜, something bad with ≥ or ＞."""
    for indicator in subject.indicators:
        if indicator.value.number is None:
            continue
        if indicator.value.operator in ("≥", ">"):
            wrong = _wrong_minimum(subject, indicator)
        elif indicator.value.operator in ("≤", "<"):
            wrong = _wrong_maximum(subject, indicator)
        else:
            continue
        if wrong:
            facts = {"value": indicator.display_value, "word": wrong[1], "operator": indicator.value.operator}
            yield subject.indicator_finding("C39", indicator, _sign_column(indicator), wrong[0], facts=facts)


def _wrong_minimum(subject: CheckSubject, indicator: Indicator) -> tuple[str, str] | None:
    """The case of C39 of a value with ≥ or ＞, and the word that shows it; None if nothing is wrong."""
    value = indicator.value
    if value.number is None or not _is_bad(subject, indicator):
        return None
    if value.operator == "≥" and value.number == 0:
        return "always", ""
    if value.number > 0 and re.search(r"[数率量额次度起]$", indicator.normalized_name):
        word = find_word(subject.profile.words["bad"], indicator.normalized_name)
        return "less", word
    return None


def _wrong_maximum(subject: CheckSubject, indicator: Indicator) -> tuple[str, str] | None:
    """The case of C39 of a value with ≤ or ＜, and the word that shows it; None if nothing is wrong."""
    words, name, value = subject.profile.words, indicator.normalized_name, indicator.value
    if indicator.is_cost or find_word(words["bad"], name) or find_word(words["limited"], name):
        return None
    good = find_word(words["good"], NEGATED.sub("", name))
    counted = indicator.within("output.quantity") and not value.per_unit and bool(re.search(r"[数量]$", name))
    # A rate that shall be high is no good thing to cap: 稳定运行率 ≤99%. At 100 % nothing is capped.
    is_high = indicator.is_percent and RATE.search(name) and HIGH_PERCENT <= (value.number or 0) < 100
    return ("more", good or name) if good or counted or is_high else None


def description_matches_value(subject: CheckSubject) -> Iterator[Finding]:
    """C40 说明与指标值矛盾: the description states another number in the same unit."""
    # A description that several values of a row share may speak of any of them.
    numbers = {(indicator.path("description"), indicator.value.number) for indicator in subject.indicators}
    for indicator in subject.indicators:
        text = normalize_width(indicator.row.get("description"))
        if indicator.value.number is None or not indicator.value.unit or not text:
            continue
        for number, unit in STATED_NUMBER.findall(text):
            stated = parse_number(number)
            known = stated is None or (indicator.path("description"), stated) in numbers
            if unit.startswith(indicator.value.unit) and stated is not None and not known:
                facts = {"stated": f"{format_number(stated)}{indicator.value.unit}", "value": indicator.display_value}
                yield subject.indicator_finding("C40", indicator, "description", facts=facts)
                break


def operator_includes_equal(subject: CheckSubject) -> Iterator[Finding]:
    """C41 应含等号: ＞ or ＜ where ≥ or ≤ is usual."""
    for indicator in subject.indicators:
        value = indicator.value
        usual = {">": "≥", "<": "≤"}.get(value.operator)
        if usual and value.number and value.number != 100:
            own = parse_operator(indicator.get("operator")) == value.operator
            sign = "operator" if own else "value"
            fix = usual if own else _with_sign(indicator.row.get("value"), value.operator, usual)
            fix = "" if sign in indicator.printed else fix
            facts = {"value": indicator.display_value, "number": format_number(value.number), "usual": usual}
            yield subject.indicator_finding("C41", indicator, sign, facts=facts, fix=fix)


def _with_sign(text: str, operator: str, usual: str) -> str:
    """The text of a value with another sign in place of its operator, in any spelling; '' if that is not found."""
    fix = SPELLED[operator].sub(usual, text)
    return "" if fix == text else fix


def vague_numbers(subject: CheckSubject) -> Iterator[Finding]:
    """C42 模糊数量: an inexact number (约, 左右, 若干, 近万) as value."""
    for indicator in subject.indicators:
        text = normalize_width(indicator.row.get("value"))
        word = find_word(subject.profile.words["inexact"], text)
        word = word or (match[0] if (match := ABOUT.search(text)) and indicator.value.number is None else "")
        alone = ABOUT.search(text) or re.fullmatch(
            rf"{re.escape(word)}[次个件批份人名场篇条套台户家册本株头只项]?", text
        )
        if indicator.value.approximate or (
            word and indicator.value.number is None and (re.search(r"[0-9]", text) or alone)
        ):
            fix = _exact_value(subject, indicator, text)
            facts = {"value": indicator.display_value, "word": word or "约数"}
            yield subject.indicator_finding("C42", indicator, "value", facts=facts, fix=fix)


def _exact_value(subject: CheckSubject, indicator: Indicator, text: str) -> str:
    """The value without its words of inexactness, with the likely operator if it has none; '' if it is no number."""
    fix = re.sub(r"(?:共计|合计|总计)?(?:大约|约|左右|大概|将近|接近|近|余)", "", text)
    value = parse_target(fix)
    if value.number is None:
        return ""
    if _has_sign_column(indicator) or value.has_operator or not value.unit_text:
        return fix
    return suggest_operator(subject, replace(indicator, value=value)) + fix


def other_operator_description(subject: CheckSubject) -> Iterator[Finding]:
    """C48 定量（其他）未说明: this operator requires a description."""
    for indicator in subject.indicators:
        operator_and_type = indicator.get("operator") + indicator.get("nature")
        if (
            "定量" in operator_and_type
            and "其他" in operator_and_type
            and "description" in indicator.table.columns
            and not indicator.get("description")
        ):
            yield subject.indicator_finding("C48", indicator, "description")


def _is_bad(subject: CheckSubject, indicator: Indicator) -> bool:
    words = subject.profile.words
    bad = compile_words(words["bad"]).search(indicator.normalized_name)
    if not bad or find_word(words["remedied"], indicator.normalized_name):
        return False
    return not find_word(words["handled"], indicator.normalized_name[bad.end() :])


def _sign_column(indicator: Indicator) -> str:
    return "operator" if indicator.get("operator") else "value"


def _has_sign_column(indicator: Indicator) -> bool:
    """Whether the operator has a place beside the value: an input, or words that the form prints."""
    printed = "operator" in indicator.printed and indicator.get("operator")
    return "operator" in indicator.table.columns or bool(printed)


def _unless_printed(indicator: Indicator, column: str, other: str) -> str:
    """The column, or the other one if what stands in it is printed by the form and cannot be changed."""
    return other if column in indicator.printed else column


def _has_own_column(indicator: Indicator, column: str, word: str) -> bool:
    return word in indicator.get(column)
