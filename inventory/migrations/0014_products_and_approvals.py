"""Kits, attributes, latest supplier prices, packs, limits of approval, approval of quotes."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
import tenants.models.base
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0013_cost_of_goods_entries"),
        ("network", "0005_products_and_approvals"),
        ("tenants", "0009_products_and_approvals"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="attributes",
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), default=dict
            ),
        ),
        migrations.AlterField(
            model_name="product",
            name="kind",
            field=models.CharField(
                choices=[("stock", "Stock"), ("service", "Service"), ("kit", "Kit")],
                default="stock",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="LatestPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("currency", models.CharField(max_length=3)),
                ("billed_on", models.DateField()),
                ("bill", models.UUIDField()),
                ("bill_number", models.CharField(max_length=40)),
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
                        related_name="latest_prices",
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
                        fields=("tenant", "product", "contact"), name="latest_price_once"
                    )
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
                ("objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ProductComponent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=5, max_digits=19)),
                ("position", models.SmallIntegerField()),
                (
                    "component",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.product",
                    ),
                ),
                (
                    "product",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="components",
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
                "ordering": ["position"],
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "component"], name="products_with_component")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "product", "component"), name="component_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)),
                        name="component_quantity_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("product", models.F("component")), _negated=True),
                        name="component_of_another",
                    ),
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
                ("objects", django.db.models.manager.Manager()),
            ],
        ),
        ProtectTenantTables(),
    ]
