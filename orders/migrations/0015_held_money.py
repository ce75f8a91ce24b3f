"""An undone invoice remembers what had settled it, to be settled again (Q24)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0014_products_and_approvals")]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="held",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
