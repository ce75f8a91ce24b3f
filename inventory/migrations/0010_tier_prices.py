"""Prices of products by tier."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
import tenants.models.base
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0009_products_in_depth"),
        ("ledger", "0006_price_tiers"),
        ("tenants", "0008_imports_boundary"),
    ]

    operations = [
        migrations.CreateModel(
            name="TierPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("price", models.DecimalField(decimal_places=6, max_digits=19)),
                (
                    "product",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tier_prices",
                        to="inventory.product",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.boundary.current_tenant,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organisation",
                    ),
                ),
                (
                    "tier",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.pricetier",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "product", "tier"), name="tier_price_once"
                    )
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
                ("objects", django.db.models.manager.Manager()),
            ],
        ),
        ProtectTenantTables(),
    ]
