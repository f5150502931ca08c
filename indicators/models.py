"""指标体系: the level-1 and level-2 indicator categories of a jurisdiction and year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from indicators.taxonomy import CANONICAL, Category, Tree
from perfbudget.compiled_query import CompiledQuery


class IndicatorCategory(models.Model):
    """A category: the name that a jurisdiction prints, mapped to a canonical code that all jurisdictions share."""

    jurisdiction = models.ForeignKey(
        "filings.Jurisdiction", models.PROTECT, verbose_name="行政区", related_name="indicator_categories"
    )
    year = models.PositiveIntegerField("预算年度")
    code = models.CharField("代号", max_length=60)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="一级指标", related_name="children", null=True, blank=True
    )
    canonical = models.CharField("规范分类", max_length=40, choices=[(code, code) for code in CANONICAL])
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "指标体系"
        ordering = ["jurisdiction", "year", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year", "code"],
                name="category_code_once_per_place_and_year",
                violation_error_message="本行政区本年度已有这个代号",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "year", "parent", "name"],
                name="category_name_once_under_its_parent",
                violation_error_message="同一个一级指标下已有这个名称",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="category_has_a_name", violation_error_message="名称不能为空"
            ),
        ]

    def __str__(self) -> str:
        return self.name


_CATEGORIES = CompiledQuery(
    lambda place, year: (
        IndicatorCategory.objects.filter(jurisdiction=place, year=year)
        .order_by("position")
        .values_list("id", "code", "name", "parent_id", "canonical")
    ),
    place=1_234_567_890,
    year=12_345,
)


def load_tree(jurisdiction_id: int, year: int) -> Tree:
    """The categories of a jurisdiction and year in printed order; an empty tree if none were set up. One query."""
    values = _CATEGORIES.find(place=jurisdiction_id, year=year)
    codes = {pk: code for pk, code, *_ in values}
    return Tree(
        tuple(
            Category(code, name, codes.get(parent) if parent else None, canonical)
            for _, code, name, parent, canonical in values
        )
    )


def save_tree(jurisdiction_id: int, year: int, tree: Tree) -> None:
    """Add the categories that the jurisdiction does not have yet; existing ones, perhaps edited, stay unchanged."""
    known = dict(IndicatorCategory.objects.filter(jurisdiction=jurisdiction_id, year=year).values_list("code", "id"))
    for position, category in enumerate(tree.categories):
        if category.code not in known:
            node = IndicatorCategory.objects.create(
                jurisdiction_id=jurisdiction_id,
                year=year,
                code=category.code,
                name=category.name,
                parent_id=known[category.parent_code] if category.parent_code else None,
                canonical=category.canonical,
                position=position,
            )
            known[category.code] = node.pk
