"""Kits, attributes, latest supplier prices, packs, limits of approval, approval of quotes."""

import django.db.models.manager
from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0013_products_and_approvals"),
        ("ledger", "0006_price_tiers"),
        ("orders", "0012_settlements_by_day"),
        ("tenants", "0009_products_and_approvals"),
    ]

    operations = [
        migrations.AlterModelManagers(
            name="salesorderline",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="salesorderline",
            name="kit_line",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="salesorderline",
            name="per_kit",
            field=models.DecimalField(decimal_places=5, max_digits=19, null=True),
        ),
        migrations.AlterField(
            model_name="billline",
            name="kind",
            field=models.CharField(
                choices=[("item", "Item"), ("note", "Note"), ("part", "Part of a kit")],
                default="item",
                max_length=4,
            ),
        ),
        migrations.AlterField(
            model_name="creditnoteline",
            name="kind",
            field=models.CharField(
                choices=[("item", "Item"), ("note", "Note"), ("part", "Part of a kit")],
                default="item",
                max_length=4,
            ),
        ),
        migrations.AlterField(
            model_name="invoiceline",
            name="kind",
            field=models.CharField(
                choices=[("item", "Item"), ("note", "Note"), ("part", "Part of a kit")],
                default="item",
                max_length=4,
            ),
        ),
        migrations.AlterField(
            model_name="purchaseorderline",
            name="kind",
            field=models.CharField(
                choices=[("item", "Item"), ("note", "Note"), ("part", "Part of a kit")],
                default="item",
                max_length=4,
            ),
        ),
        migrations.AlterField(
            model_name="quoteline",
            name="kind",
            field=models.CharField(
                choices=[("item", "Item"), ("note", "Note"), ("part", "Part of a kit")],
                default="item",
                max_length=4,
            ),
        ),
        migrations.AlterField(
            model_name="salesorderline",
            name="kind",
            field=models.CharField(
                choices=[("item", "Item"), ("note", "Note"), ("part", "Part of a kit")],
                default="item",
                max_length=4,
            ),
        ),
        migrations.AddIndex(
            model_name="salesorderline",
            index=models.Index(
                condition=models.Q(("kit_line__isnull", False)),
                fields=["tenant", "kit_line"],
                name="sale_lines_of_kits",
            ),
        ),
        ProtectTenantTables(),
    ]
