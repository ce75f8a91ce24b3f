"""The price tier that a contact is on."""

import django.db.models.deletion
from django.db import migrations

import tenants.models.base
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_price_tiers"),
        ("network", "0002_boundary"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="price_tier",
            field=tenants.models.base.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.pricetier",
            ),
        ),
        ProtectTenantTables(),
    ]
