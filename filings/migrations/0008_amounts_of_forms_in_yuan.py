"""Derived amounts of forms that count in 元: release 0.1 read them as 万元, ten thousand times too much."""

import tomllib

from django.db import migrations

from indicators.number import parse_money

MONEY_ROWS = ("FundingLine", "ExpenditureItem", "AssetItem")
LARGEST = 10**13


def derive_again(apps, schema_editor):
    layouts = [
        version.pk
        for version in apps.get_model("filings", "LayoutVersion").objects.all()
        if tomllib.loads(version.source).get("money_unit") == "元"
    ]
    for name in MONEY_ROWS:
        model = apps.get_model("filings", name)
        changed = []
        for row in model.objects.filter(filing__layout__in=layouts).exclude(amount="").iterator():
            money = parse_money(row.amount, "元")
            row.amount_wan = money.amount_wan if money and abs(money.amount_wan) < LARGEST else None
            changed.append(row)
        model.objects.bulk_update(changed, ["amount_wan"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("filings", "0007_names")]

    operations = [migrations.RunPython(derive_again, migrations.RunPython.noop)]
