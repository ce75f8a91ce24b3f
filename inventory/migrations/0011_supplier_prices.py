"""What suppliers ask for products."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
import tenants.models.base
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0010_tier_prices"),
        ("network", "0003_price_tiers"),
        ("tenants", "0008_imports_boundary"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupplierPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("price", models.DecimalField(decimal_places=6, max_digits=19)),
                (
                    "minimum_quantity",
                    models.DecimalField(decimal_places=5, default=0, max_digits=19),
                ),
                ("lead_days", models.SmallIntegerField(null=True)),
                (
                    "contact",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.contact",
                    ),
                ),
                (
                    "product",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supplier_prices",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "product", "contact", "minimum_quantity"),
                        name="supplier_price_once",
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
