"""Defaults of the database: an older release and the import can still write products."""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0011_supplier_prices"),
    ]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="family",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AlterField(
            model_name="product",
            name="purchase_unit",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        ProtectTenantTables(),
    ]
