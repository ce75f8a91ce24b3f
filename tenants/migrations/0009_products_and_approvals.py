"""Kits, attributes, latest supplier prices, packs, limits of approval, approval of quotes."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0008_imports_boundary"),
    ]

    operations = [
        migrations.AddField(
            model_name="role",
            name="limits",
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), default=dict
            ),
        ),
        migrations.CreateModel(
            name="Attribute",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "owner",
                    models.CharField(
                        choices=[
                            ("product", "Products"),
                            ("customer", "Customers"),
                            ("supplier", "Suppliers"),
                            ("sale", "Sales"),
                            ("purchase", "Purchases"),
                        ],
                        max_length=8,
                    ),
                ),
                ("slot", models.SmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("list", "List"),
                            ("text", "Text"),
                            ("checkbox", "Check box"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("unused", "Not used"),
                        ],
                        max_length=8,
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list)),
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
                "ordering": ["owner", "slot"],
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "owner", "slot"), name="attribute_slot_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot__gte", 1), ("slot__lte", 10)),
                        name="attribute_slots_one_to_ten",
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
