"""Minimum stock by location; families, and packs that suppliers sell in."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
import tenants.models.base
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0008_stock_tasks_boundary"),
        ("ledger", "0005_journal_lists"),
        ("tenants", "0006_areas_of_the_books"),
    ]

    operations = [
        migrations.CreateModel(
            name="MinimumStock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
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
                    "product",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="minimums",
                        to="inventory.product",
                    ),
                ),
                (
                    "location",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.location",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=5, max_digits=19)),
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
            model_name="product",
            name="family",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="product",
            name="purchase_factor",
            field=models.DecimalField(blank=True, decimal_places=5, max_digits=19, null=True),
        ),
        migrations.AddField(
            model_name="product",
            name="purchase_unit",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("category__gt", "")),
                fields=["tenant", "category"],
                name="product_by_category",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("brand__gt", "")),
                fields=["tenant", "brand"],
                name="product_by_brand",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("family__gt", "")),
                fields=["tenant", "family"],
                name="product_by_family",
            ),
        ),
        migrations.AddConstraint(
            model_name="minimumstock",
            constraint=models.UniqueConstraint(
                fields=("tenant", "product", "location"), name="minimum_stock_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="minimumstock",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="minimum_stock_above_zero"
            ),
        ),
        ProtectTenantTables(),
    ]
