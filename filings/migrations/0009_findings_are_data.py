"""Replies count by a digest of what the finding rests on. `services/upgrade.py` fills it in after the migration."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("filings", "0008_amounts_of_forms_in_yuan")]

    operations = [
        migrations.RemoveConstraint(model_name="reply", name="one_reply_of_a_kind_to_a_finding"),
        migrations.AddField(
            model_name="reply",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=32, verbose_name="所据内容的摘要"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(
                condition=~Q(digest=""),
                fields=["filing", "kind", "code", "path", "digest"],
                name="one_reply_of_a_kind_to_a_finding",
            ),
        ),
    ]
