"""The wall around what the last migration brought."""

from django.db import migrations

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_shipment_notices")]
    operations = [ProtectTenantTables()]
