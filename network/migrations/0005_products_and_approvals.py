"""Kits, attributes, latest supplier prices, packs, limits of approval, approval of quotes."""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0004_draft_ecommerce_purchases"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="customer_attributes",
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), default=dict
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="supplier_attributes",
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), default=dict
            ),
        ),
        ProtectTenantTables(),
    ]
