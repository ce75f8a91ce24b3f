"""Kits, attributes, latest supplier prices, packs, limits of approval, approval of quotes."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0014_products_and_approvals"),
        ("ledger", "0006_price_tiers"),
        ("orders", "0013_buying_for_sales"),
        ("tenants", "0009_products_and_approvals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalRequest",
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
                ("kind", models.CharField(max_length=20)),
                ("document", models.UUIDField()),
                ("number", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting"),
                            ("approved", "Approved"),
                            ("sent_back", "Sent back"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_by_name", models.CharField(blank=True, max_length=160)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("note", models.TextField(blank=True, max_length=4000)),
                ("answered_by_name", models.CharField(blank=True, max_length=160)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, max_length=4000)),
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
        migrations.CreateModel(
            name="TradeSettings",
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
                    "supplier_pricing",
                    models.CharField(
                        choices=[
                            ("fixed", "The fixed price that was agreed"),
                            ("latest", "The latest price that was billed"),
                        ],
                        default="fixed",
                        max_length=8,
                    ),
                ),
                ("quotes_need_approval", models.BooleanField(default=False)),
                ("separate_approval", models.BooleanField(default=False)),
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
        migrations.AlterModelManagers(
            name="salesorderline",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="purchaseorderline",
            name="pack_price",
            field=models.DecimalField(decimal_places=6, max_digits=19, null=True),
        ),
        migrations.AddField(
            model_name="purchaseorderline",
            name="pack_size",
            field=models.DecimalField(decimal_places=5, max_digits=19, null=True),
        ),
        migrations.AddField(
            model_name="purchaseorderline",
            name="pack_unit",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
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
            model_name="quote",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("awaiting_approval", "Awaiting approval"),
                    ("authorised", "Waiting for the customer"),
                    ("accepted", "Accepted"),
                    ("rejected", "Rejected"),
                    ("void", "Void"),
                ],
                default="draft",
                max_length=20,
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
        migrations.AddIndex(
            model_name="approvalrequest",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["tenant", "kind", "-id"],
                name="open_approvals",
            ),
        ),
        migrations.AddIndex(
            model_name="approvalrequest",
            index=models.Index(fields=["tenant", "document", "-id"], name="approvals_of_document"),
        ),
        migrations.AddConstraint(
            model_name="approvalrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("tenant", "document"),
                name="one_open_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="tradesettings",
            constraint=models.UniqueConstraint(fields=("tenant",), name="trade_settings_once"),
        ),
        ProtectTenantTables(),
    ]
