"""Lists of sale prices."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import hub.ids
import tenants.boundary
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_journal_lists"),
        ("tenants", "0008_imports_boundary"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceTier",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hub.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("is_active", models.BooleanField(default=True)),
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
                    models.UniqueConstraint(fields=("tenant", "name"), name="price_tier_name_once")
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
                ("objects", django.db.models.manager.Manager()),
            ],
        ),
        ProtectTenantTables(),
    ]
