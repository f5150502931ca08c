"""Tables and columns under the names of docs/renames.md; the parent of a row, which no form used, goes."""

import django.db.models.deletion
from django.db import migrations, models

ROW_MODELS = (
    "objective",
    "indicatorrow",
    "fundingline",
    "expenditureitem",
    "paymentstep",
    "assetitem",
    "workitem",
    "itemrow",
)


class Migration(migrations.Migration):
    dependencies = [("filings", "0006_packets")]

    operations = [
        migrations.RemoveConstraint("look", "one_look_of_a_person"),
        migrations.RemoveConstraint("indicator", "indicator_row_id_once_per_table"),
        migrations.RenameModel("Look", "SheetPresence"),
        migrations.RenameModel("Indicator", "IndicatorRow"),
        migrations.AlterField(
            "sheetpresence",
            "filing",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="filings.filing"
            ),
        ),
        migrations.AddConstraint(
            "sheetpresence", models.UniqueConstraint(fields=("filing", "person"), name="one_presence_of_a_person")
        ),
        migrations.AddConstraint(
            "indicatorrow",
            models.UniqueConstraint(fields=("filing", "table", "row_id"), name="indicatorrow_row_id_once_per_table"),
        ),
        migrations.RenameIndex(
            "indicatorrow", new_name="filings_ind_jurisdi_1517d4_idx", old_name="filings_ind_jurisdi_65f71c_idx"
        ),
        migrations.RenameField("filing", "asking", "waiver_requested"),
        migrations.RenameField("filing", "carried", "copied_unreviewed"),
        migrations.RenameField("filing", "carried_from", "copied_from_year"),
        migrations.RenameField("checkresult", "around", "related"),
        migrations.RenameField("revision", "setting", "variables"),
        *(migrations.RemoveField(model, "parent") for model in ROW_MODELS),
    ]
