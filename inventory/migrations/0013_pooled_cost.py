"""Entries say which cost left a pool without an issue; older corrections of pools stay unmarked."""

from typing import ClassVar

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies: ClassVar = [("inventory", "0012_defaults_of_the_database")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="layerentry",
            name="is_pooled_cost",
            field=models.BooleanField(db_default=False, default=False),
        ),
        ProtectTenantTables(),
    ]
