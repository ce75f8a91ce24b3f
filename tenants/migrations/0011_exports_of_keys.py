"""Keys ask for lists as files too: an export belongs to a person or to a key."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenants.models.base
from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0010_saved_views_and_exports"),
    ]

    operations = [
        migrations.AddField(
            model_name="listexport",
            name="key",
            field=tenants.models.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenants.apikey",
            ),
        ),
        migrations.AlterField(
            model_name="listexport",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="listexport",
            constraint=models.CheckConstraint(
                condition=models.Q(("user__isnull", True), ("key__isnull", True), _connector="XOR"),
                name="export_has_one_owner",
            ),
        ),
        ProtectTenantTables(),
    ]
