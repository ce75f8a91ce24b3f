"""Which sale a purchase line is for, and what of each sale is on its way for it (K3, O4)."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
import tenants.models.base
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0012_defaults_of_the_database"),
        ("network", "0003_price_tiers"),
        ("orders", "0012_settlements_by_day"),
        ("tenants", "0008_imports_boundary"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoughtFor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("purchase_line", models.UUIDField()),
                ("sale_line", models.UUIDField()),
                ("quantity", models.DecimalField(decimal_places=5, max_digits=19)),
                (
                    "received",
                    models.DecimalField(db_default=0, decimal_places=5, default=0, max_digits=19),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "purchase_order",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bought_for",
                        to="orders.purchaseorder",
                    ),
                ),
                (
                    "sales_order",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bought_for",
                        to="orders.salesorder",
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
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
                ("objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="demand_group",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="salesorderline",
            name="bought",
            field=models.DecimalField(db_default=0, decimal_places=5, default=0, max_digits=19),
        ),
        migrations.AddField(
            model_name="shipment",
            name="drop_receipt",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="purchaseorder",
            index=models.Index(
                condition=models.Q(
                    ("status", "draft"), models.Q(("demand_group", ""), _negated=True)
                ),
                fields=["tenant", "contact", "demand_group"],
                name="purchase_collecting",
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(("drop_receipt__isnull", False)),
                fields=["tenant", "drop_receipt"],
                name="shipments_dropped",
            ),
        ),
        migrations.AddIndex(
            model_name="boughtfor",
            index=models.Index(fields=["tenant", "purchase_order"], name="bought_by_purchase"),
        ),
        migrations.AddIndex(
            model_name="boughtfor",
            index=models.Index(fields=["tenant", "sales_order"], name="bought_for_sale"),
        ),
        migrations.AddConstraint(
            model_name="boughtfor",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", models.F("received")), ("received__gte", 0)),
                name="bought_at_least_received",
            ),
        ),
        ProtectTenantTables(),
    ]
