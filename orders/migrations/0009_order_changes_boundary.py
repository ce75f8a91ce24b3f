"""The wall around requested changes."""

from django.db import migrations

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_order_changes")]
    operations = [ProtectTenantTables()]
