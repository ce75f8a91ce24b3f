"""The logo at the top of documents."""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_boundary")]
    operations = [
        migrations.AddField("organisation", "logo", models.UUIDField(editable=False, null=True)),
        ProtectTenantTables(),
    ]
