"""What was open on a day in the past is what was settled since: settlements by their day."""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_defaults_boundary")]
    operations = [
        migrations.AddIndex(
            "settlement",
            models.Index(fields=["tenant", "settled_on"], name="settlements_by_day"),
        ),
        ProtectTenantTables(),
    ]
