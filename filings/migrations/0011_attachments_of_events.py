"""The attachments of a submission as data beside the words of its event; events stored before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("filings", "0009_findings_are_data")]

    operations = [
        migrations.AddField("event", "attachments", models.JSONField("附件", null=True)),
    ]
