"""What each check reads, so that after a change only those are run that read what changed.

A check that judges each target value, row or cell by itself is run for the changed ones only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto

from filings.checks import (
    categories,
    consistency,
    dates,
    earlier_years,
    formulas,
    money,
    required,
    texts,
    totals,
    values,
    weights,
    wording,
    years,
)
from filings.checks.finding import CheckSubject, Finding

Check = Callable[[CheckSubject], Iterator[Finding]]


class Part(Enum):
    """A part of a sheet that checks read."""

    FIELDS = auto()
    """Single cells, also those in rows that the form prints."""
    ROWS = auto()
    """The rows that people add, and how many a table has."""
    AMOUNTS = auto()
    """The filled cells of money."""
    TEXTS = auto()
    """All filled cells."""
    PARAGRAPHS = auto()
    """The filled cells of running text."""
    INDICATORS = auto()
    """All target values with their rows."""
    EACH_ROW = auto()
    """The rows that people add, each by itself."""
    EACH_TEXT = auto()
    """The filled cells, each by itself."""
    EACH_INDICATOR = auto()
    """The target values with their rows, each by itself."""


FIELDS, ROWS, AMOUNTS, TEXTS = Part.FIELDS, Part.ROWS, Part.AMOUNTS, Part.TEXTS
PARAGRAPHS, INDICATORS = Part.PARAGRAPHS, Part.INDICATORS
EACH_ROW, EACH_TEXT, EACH_INDICATOR = Part.EACH_ROW, Part.EACH_TEXT, Part.EACH_INDICATOR
EACH: Mapping[Part, Part] = {EACH_ROW: ROWS, EACH_TEXT: TEXTS, EACH_INDICATOR: INDICATORS}
"""What has changed if one of each has."""

CHECKS: Mapping[Check, frozenset[Part]] = {
    check: frozenset(parts)
    for check, *parts in (
        (required.required_fields, FIELDS),
        (required.required_rows, FIELDS, ROWS),
        (required.paired_goals, FIELDS, ROWS),
        (required.required_categories, FIELDS, ROWS, INDICATORS),
        (required.missing_cells, EACH_ROW),
        (required.blank_categories, ROWS, INDICATORS),
        (required.money_without_goal, EACH_ROW),
        (required.last_year_values, FIELDS, INDICATORS),
        (money.money_format, EACH_TEXT),
        (totals.totals, FIELDS, AMOUNTS, ROWS),
        (totals.detail_totals, FIELDS, AMOUNTS, ROWS),
        (totals.shares, FIELDS, AMOUNTS),
        (money.units_in_cells, AMOUNTS),
        (money.amounts_with_words, AMOUNTS),
        (totals.payment_plan, FIELDS, ROWS),
        (totals.annual_within_total, FIELDS),
        (formulas.formula_results, EACH_TEXT),
        (formulas.detailed_amounts, EACH_ROW),
        (formulas.sums_in_texts, EACH_TEXT),
        (categories.level_names, EACH_INDICATOR),
        (categories.category_as_name, EACH_INDICATOR),
        (categories.repeated_names, INDICATORS),
        (categories.timeliness_under_quality, EACH_INDICATOR),
        (categories.satisfaction_under_benefit, EACH_INDICATOR),
        (categories.quality_under_benefit, EACH_INDICATOR),
        (categories.money_as_output, EACH_INDICATOR),
        (categories.cost_repeats_budget, FIELDS, ROWS, AMOUNTS, INDICATORS),
        (categories.rate_under_quantity, EACH_INDICATOR),
        (values.rate_unit, EACH_INDICATOR),
        (values.text_after_operator, EACH_INDICATOR),
        (values.numbers_in_words, EACH_INDICATOR),
        (values.missing_unit, EACH_INDICATOR),
        (values.missing_operator, INDICATORS),
        (values.value_type_matches, EACH_INDICATOR),
        (values.unit_matches_value, EACH_INDICATOR),
        (values.option_as_value, EACH_INDICATOR),
        (values.rate_limit, EACH_INDICATOR),
        (values.operator_direction, EACH_INDICATOR),
        (values.description_matches_value, EACH_INDICATOR),
        (values.operator_includes_equal, EACH_INDICATOR),
        (values.vague_numbers, EACH_INDICATOR),
        (earlier_years.unit_matches_earlier_years, EACH_INDICATOR),
        (values.other_operator_description, EACH_INDICATOR),
        (wording.value_in_name, EACH_INDICATOR),
        (wording.slogan_as_name, EACH_INDICATOR),
        (wording.value_repeats_name, EACH_INDICATOR),
        (wording.vague_values, EACH_INDICATOR),
        (wording.numbered_names, EACH_INDICATOR),
        (wording.satisfaction_without_group, EACH_INDICATOR),
        (wording.timeliness_without_date, EACH_INDICATOR),
        (weights.missing_weight, INDICATORS),
        (weights.weight_totals, INDICATORS),
        (weights.goal_ratio_total, INDICATORS),
        (weights.weight_limits, INDICATORS),
        (years.wrong_years, FIELDS),
        (years.years_of_indicators, EACH_INDICATOR),
        (dates.date_format, EACH_TEXT),
        (dates.wrong_dates, FIELDS, ROWS),
        (texts.broken_texts, EACH_TEXT),
        (texts.missing_words, FIELDS),
        (texts.truncated_names, FIELDS, INDICATORS),
        (texts.unprintable_characters, EACH_TEXT),
        (texts.similar_characters, EACH_TEXT),
        (texts.numbers_in_texts, EACH_TEXT),
        (texts.row_numbers, FIELDS, ROWS),
        (texts.copied_goal, PARAGRAPHS),
        (texts.copied_fields, FIELDS),
        (texts.goal_names, FIELDS, ROWS, INDICATORS),
        (texts.similar_names, FIELDS),
        (texts.duties_of_other_department, FIELDS, PARAGRAPHS),
        (consistency.satisfaction_required, FIELDS, INDICATORS),
        (consistency.cost_required, FIELDS, INDICATORS),
        (consistency.values_of_earlier_years, INDICATORS),
        (consistency.cost_matches_detail, ROWS, INDICATORS),
        (consistency.counts_in_texts, PARAGRAPHS, INDICATORS),
        (consistency.amounts_in_texts, FIELDS),
    )
}
"""What each check of a sheet reads, besides layout and profile; the checks are run in this order."""
