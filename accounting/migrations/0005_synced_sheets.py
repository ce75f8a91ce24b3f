"""What a document said when it was last in step, kept sealed, so that a conflict can be judged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounting", "0004_history_indexes")]

    operations = [
        migrations.AddField(
            model_name="syncdocument",
            name="synced_sheet",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="syncdocument",
            name="there_sheet",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
