"""Purchases of e-commerce orders draft themselves where a company says so (K3)."""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0003_price_tiers"),
    ]

    operations = [
        migrations.AddField(
            model_name="automationsettings",
            name="draft_ecommerce_purchases",
            field=models.BooleanField(db_default=False, default=False),
        ),
        ProtectTenantTables(),
    ]
