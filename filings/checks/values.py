"""指标值: symbol, number and unit say one thing, that of the name (C26, C31–C34, C36, C37, C39–C43, C48)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filings.checks.finding import CheckSubject, Finding
from filings.checks.indicator_rows import (
    HUNDREDTHS,
    PERCENT,
    Indicator,
    compile_words,
    find_word,
    read_value,
    without_spaces,
)
from filings.sheet.kinds import format_number
from indicators.number import NUMBER, fold, parse_number
from indicators.operators import parse_operator
from indicators.target import TargetValue, parse_target

OPTIONS = re.compile(r"是[/、或]?否|有[/、或]无|能[/、或]否|是|否|对|错|[□☑√✓]+")
RATE = re.compile(r"(?:率|满意度|知晓度|覆盖度|完成度|达标度)(?:[(（][^)）]*[)）])?$")
TIME_NAME = re.compile(r"(?:时间|时限|日期|期限)$")
RATE_UNITS = (*PERCENT, "分", "件/万人", "级", "倍", "/万", "/10万")
SHORT_HAND = re.compile(r"[(（](?P<unit>[^)）0-9]{1,5})[)）]$")
RELATIVE = re.compile(rf"{NUMBER}\s*(?:%|‰|倍|成)|(?:上|去|前|往)(?:一)?年|同期|全[国省市县区]|平均|零|清零")
"""What a value is measured against when it is no number of its own: 不低于上年, ≤核减额的5%."""
SHARE_OF = re.compile(rf"{NUMBER}\s*(?:%|‰|倍|[:：]\s*[0-9])|控制价|限价|概算|合同价|中标价|评审价")
INDEX = re.compile(r"(?:指数|系数|比|比值|[pP][hH]值)$")
"""Numbers that have no unit by nature."""
ABOUT = re.compile(r"(?:近|约|上|数|几)[十百千万亿]|[十百千万亿](?:余|多)|(?:^|[^0-9])[几数][个次名人场件批户]")
"""Numbers in words that nobody can count up to: 近万株, 数百人, 几场."""
NEGATED = re.compile(r"[不未非误错漏](?:准确|正确|合格|达标|完成|及时|满意|就业)[^数]*率")
UNIT_ALONE = re.compile(
    r"(?:[万亿]?(?:元|亩|吨|人|人次|户|平方米|平方公里|立方米|公里|千米|米|株|册|场|次|个|件|家|台|套|天|小时)"
    r"|万?m[2²3³]?|km|kg|[%‰])(?:/[^0-9]{1,4})?"
)
TOLD = re.compile(
    rf"(?:达到|达|不低于|不少于|大于等于|大于|高于|超过|不超过|不高于|≥|≤|>|<)\s*({NUMBER})\s*([^0-9，,。；;、()（）\s]{{0,4}})"
)


def rate_unit(subject: CheckSubject) -> Iterator[Finding]:
    """C26 名称与单位不符: a rate whose value is money, people or words."""
    for one in subject.indicators:
        name, value = one.normalized_name.rstrip("。."), one.value
        if one.is_percent and TIME_NAME.search(name):
            yield subject.indicator_finding("C26", one, "value", f"名称是时间，指标值“{one.display_value}”却是百分比")
        if not RATE.search(name) or find_word(subject.profile.words["rate_like"], name):
            continue
        points = value.unit == "分" and name.endswith("率")
        if value.number is not None and value.unit and (value.unit not in RATE_UNITS or points) and not value.per_unit:
            yield subject.indicator_finding(
                "C26", one, "value", f"名称是比率，指标值“{one.display_value}”的单位却是“{value.unit_text}”"
            )
        elif (
            value.kind == "qualitative" and name.endswith("率") and not value.has_operator and not _said_otherwise(one)
        ):
            fact = f"名称是比率，指标值“{one.display_value}”却不是百分比"
            yield subject.indicator_finding("C26", one, "value", fact, severity="warning")


def _said_otherwise(one: Indicator) -> bool:
    """Whether the value can be judged beside something, or another check says what is wrong with it."""
    if (
        OPTIONS.fullmatch(one.value_text)
        or parse_number(one.value_text.strip("%")) is not None
        or UNIT_ALONE.fullmatch(one.value_text)
    ):
        return True
    return bool(RELATIVE.search(one.value_text))


def text_after_operator(subject: CheckSubject) -> Iterator[Finding]:
    """C31 定量指标填文字: an operator with words behind it, or a unit without its number."""
    for one in subject.indicators:
        if one.value.number is None and UNIT_ALONE.fullmatch(one.value_text) and one.value.kind == "qualitative":
            yield subject.indicator_finding("C31", one, "value", f"指标值“{one.display_value}”只有单位，没有数")
            continue
        if one.value.kind == "qualitative" and one.value.has_operator and not _has_own_column(one, "nature", "定性"):
            said = fold(one.row.get("value")).strip("≥≤><= ")
            if read_value(said).kind == "date" or read_value(said).number is not None or SHARE_OF.search(said):
                continue
            fact = f"有符号“{one.value.operator or one.get('operator')}”，指标值“{said or one.display_value}”却不是数字"
            yield subject.indicator_finding("C31", one, "value", fact)


def missing_unit(subject: CheckSubject) -> Iterator[Finding]:
    """C32 缺计量单位: a number without a unit, unless the name gives it in brackets."""
    for one in subject.indicators:
        value = one.value
        if value.kind not in ("quantity", "range", "ratio") or value.unit or SHORT_HAND.search(one.normalized_name):
            continue
        if value.per_unit[:1].isdigit() or INDEX.search(one.normalized_name):  # 9/10万: so many in so many
            continue
        column = "unit" if "unit" in one.table.columns else "value"
        severity = "note" if value.number == 0 else ""
        no_sign = "" if value.operator else "，也没有符号"
        yield subject.indicator_finding(
            "C32", one, column, f"指标值“{one.display_value}”没有计量单位{no_sign}", severity=severity
        )


def missing_operator(subject: CheckSubject) -> Iterator[Finding]:
    """C33 缺符号: a number with a unit and no operator; one is suggested.

    A warning where the form has a cell for it or most other rows have one; where a sheet writes 100%, 10辆
    throughout, as many places do, it is worth no more than a note.
    """
    signed, unsigned = _signs(subject)
    for one in subject.indicators:
        value = one.value
        if value.kind not in ("quantity", "ratio") or value.has_operator or not value.unit_text or value.approximate:
            continue
        own_column = "operator" in one.table.columns
        if (own_column and one.get("operator")) or (value.per_unit and fold(value.text).startswith("每")):
            continue  # 每日1次 is a rule to be kept, neither at least nor at most
        sign = suggest_operator(subject, one)
        fix = sign if own_column else f"{sign}{one.row.get('value').strip()}"
        fact = f"指标值“{one.display_value}”没有符号，建议写“{sign}{value.text.strip()}”"
        severity = "" if own_column or signed > unsigned else "note"
        yield subject.indicator_finding(
            "C33", one, "operator" if own_column else "value", fact, fix=fix, severity=severity
        )


def _signs(subject: CheckSubject) -> tuple[int, int]:
    """How many numbers of the sheet have an operator, and how many have none."""
    stated = [one.value.has_operator for one in subject.indicators if one.value.number is not None]
    return sum(stated), len(stated) - sum(stated)


def suggest_operator(subject: CheckSubject, one: Indicator) -> str:
    """The operator that is most likely meant: 100% is =, cost and bad things are at most, the rest is at least."""
    if one.is_percent and one.value.number == 100:
        return "="
    if one.is_cost or _is_bad(subject, one):
        return "≤"
    if one.value.number == 0:
        return "="
    return "≤" if one.within("output.timeliness") and not one.is_percent and not one.value.per_unit else "≥"


def value_type_matches(subject: CheckSubject) -> Iterator[Finding]:
    """C34 定性定量标错: the attribute, the operator and the shape of the value agree."""
    for one in subject.indicators:
        nature, operator, value = one.get("nature"), one.get("operator"), one.value
        qualitative = "定性" in nature or "定性" in operator
        if "定量" in nature and "定性" in operator:
            yield subject.indicator_finding("C34", one, "nature", f"属性标的是“{nature}”，符号却是“{operator}”")
        elif (
            qualitative
            and value.number is not None
            and value.kind in ("quantity", "ratio", "range")
            and value.unit_text
        ):
            yield subject.indicator_finding(
                "C34", one, "nature" if nature else "operator", f"标为定性，指标值“{one.display_value}”却是数量"
            )
        elif (
            "定量" in nature
            and value.kind == "qualitative"
            and not value.has_operator
            and not re.search(r"[0-9]", one.display_value)
        ):
            yield subject.indicator_finding("C34", one, "nature", f"标为定量，指标值“{one.display_value}”却是文字")


def option_as_value(subject: CheckSubject) -> Iterator[Finding]:
    """C36 指标值为选项: 是/否 is what a form asks, not a target."""
    for one in subject.indicators:
        if OPTIONS.fullmatch(without_spaces(one.row.get("value"))):
            yield subject.indicator_finding("C36", one, "value", f"指标值“{one.row.get('value').strip()}”是选项")


def rate_limit(subject: CheckSubject) -> Iterator[Finding]:
    """C37 比率超过100%: ≥100% is =100%; more than that can only be growth."""
    for one in subject.indicators:
        value = one.value
        if (
            value.number is None
            or value.unit not in HUNDREDTHS
            or find_word(subject.profile.words["growing"], one.normalized_name)
        ):
            continue
        if value.number == 100 and value.operator in ("≥", ">"):
            sign = "operator" if one.get("operator") else "value"
            fix = "=" if sign == "operator" else "=100%"
            yield subject.indicator_finding(
                "C37", one, sign, f"“{one.display_value}”：比率不会超过 100%，应写“=100%”", fix=fix
            )
        elif value.number > 100:
            yield subject.indicator_finding("C37", one, "value", f"指标值“{one.display_value}”超过了 100%")


def operator_direction(subject: CheckSubject) -> Iterator[Finding]:
    """C39 方向写反: a good thing with ≤ or <, a bad thing with ≥ or >."""
    words = subject.profile.words
    for one in subject.indicators:
        value, name = one.value, one.normalized_name
        if value.number is None or value.operator not in ("≥", ">", "≤", "<"):
            continue
        word = find_word(words["bad"], name)
        bad = _is_bad(subject, one)
        if value.operator == "≥" and bad and value.number == 0:
            yield subject.indicator_finding(
                "C39", one, _sign_column(one), f"“{one.display_value}”总是成立，没有的应写“=0”"
            )
        elif value.operator in ("≥", ">") and bad and value.number > 0 and re.search(r"[数率量额次度起]$", name):
            yield subject.indicator_finding(
                "C39", one, _sign_column(one), f"“{word}”越少越好，符号却是“{value.operator}”"
            )
        elif value.operator in ("≤", "<") and not bad and not one.is_cost:
            good = find_word(words["good"], NEGATED.sub("", name))
            counted = one.within("output.quantity") and not value.per_unit and not find_word(words["limited"], name)
            counted = counted and not word and bool(re.search(r"[数量]$", name))
            if (good and not find_word(words["limited"], name) and not word) or counted:
                fact = f"“{good or name}”越多越好，符号却是“{value.operator}”"
                yield subject.indicator_finding("C39", one, _sign_column(one), fact)


def description_matches_value(subject: CheckSubject) -> Iterator[Finding]:
    """C40 说明与指标值矛盾: the description states another number in the same unit."""
    for one in subject.indicators:
        text = fold(one.row.get("description"))
        if one.value.number is None or not one.value.unit or not text:
            continue
        for number, unit in TOLD.findall(text):
            told = parse_number(number)
            if unit.startswith(one.value.unit) and told is not None and told != one.value.number:
                fact = f"说明里是“{format_number(told)}{one.value.unit}”，指标值却是“{one.display_value}”"
                yield subject.indicator_finding("C40", one, "description", fact)
                break


def operator_includes_equal(subject: CheckSubject) -> Iterator[Finding]:
    """C41 应含等号: ＞ or ＜ where ≥ or ≤ is usual."""
    for one in subject.indicators:
        value = one.value
        usual = {">": "≥", "<": "≤"}.get(value.operator)
        if usual and value.number and value.number != 100:
            own = parse_operator(one.get("operator")) == value.operator
            fix = usual if own else re.sub(r"^\s*(大于|小于|[><＞＜])", usual, one.row.get("value"))
            fact = f"“{one.display_value}”不含 {format_number(value.number)} 本身，一般写“{usual}”"
            yield subject.indicator_finding("C41", one, "operator" if own else "value", fact, fix=fix)


def vague_numbers(subject: CheckSubject) -> Iterator[Finding]:
    """C42 模糊数量: 约, 左右, 若干 in a value."""
    for one in subject.indicators:
        text = fold(one.row.get("value"))
        word = find_word(subject.profile.words["inexact"], text)
        word = word or (found[0] if (found := ABOUT.search(text)) and one.value.number is None else "")
        alone = ABOUT.search(text) or re.fullmatch(
            rf"{re.escape(word)}[次个件批份人名场篇条套台户家册本株头只项]?", text
        )
        if one.value.approximate or (word and one.value.number is None and (re.search(r"[0-9]", text) or alone)):
            fix = re.sub(r"(?:共计|合计|总计)?(?:大约|约|左右|大概|将近|接近|近|余)", "", text)
            fix = fix if parse_target(fix).number is not None else ""
            yield subject.indicator_finding(
                "C42", one, "value", f"指标值“{one.display_value}”含有“{word or '约数'}”，不是确定的数", fix=fix
            )


def unit_matches_earlier_years(subject: CheckSubject) -> Iterator[Finding]:
    """C43 各年口径不一: unit and type of the years beside each other."""
    for one in subject.indicators:
        for column in ("last_year", "year_before_last"):
            spec = one.table.columns.get(column)
            other = read_value(one.row.get(column)) if spec else None
            if spec and other and (difference := _difference(one.value, other)):
                fact = f"“{spec.label}”是“{other.text.strip()}”，本年是“{one.display_value}”，{difference}"
                yield subject.indicator_finding("C43", one, "value", fact)
                break


def _difference(value: TargetValue, other: TargetValue) -> str:
    if "empty" in (value.kind, other.kind) or without_spaces(other.text) in ("-", "—", "/", "无", "——", "--"):
        return ""
    numbers = [one.number is not None for one in (value, other)]
    if all(numbers):
        same = value.unit_text == other.unit_text or not value.unit_text or not other.unit_text
        return "" if same or (value.per_unit == other.per_unit and units_match(value.unit, other.unit)) else "单位不同"
    if not any(numbers):
        return "一年是时间、一年是文字" if (value.kind, other.kind) in (("date", "quantity"),) else ""
    number, words = (value, other) if numbers[0] else (other, value)
    digits = re.search(NUMBER, fold(words.text))
    if digits and parse_number(digits[0]) == number.number and number.unit in fold(words.text):
        return ""  # 执行100% beside =100%
    if digits and re.search(NUMBER + r"[^0-9]*/", fold(words.text)):
        return "单位不完整或不同"
    return "一年是数量、一年是文字"


def units_match(first: str, second: str) -> bool:
    """Whether two units measure the same: 万人 and 人, 元 and 万元, 名 and 人."""
    stems = {re.sub(r"^[十百千万亿]+|[个]", "", unit).replace("名", "人") for unit in (first, second)}
    return len(stems) == 1


def other_operator_description(subject: CheckSubject) -> Iterator[Finding]:
    """C48 定量（其他）未说明: that operator needs an explanation."""
    for one in subject.indicators:
        marks = one.get("operator") + one.get("nature")
        if "定量" in marks and "其他" in marks and "description" in one.table.columns and not one.get("description"):
            yield subject.indicator_finding("C48", one, "description", "符号是“定量（其他）”，却没有说明")


def _is_bad(subject: CheckSubject, one: Indicator) -> bool:
    words = subject.profile.words
    bad = compile_words(words["bad"]).search(one.normalized_name)
    if not bad or find_word(words["remedied"], one.normalized_name):
        return False
    return not find_word(words["handled"], one.normalized_name[bad.end() :])


def _sign_column(one: Indicator) -> str:
    return "operator" if one.get("operator") else "value"


def _has_own_column(one: Indicator, column: str, word: str) -> bool:
    return word in one.get(column)
