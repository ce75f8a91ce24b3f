"""The wall around the reference lists."""

from django.db import migrations

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("tenants", "0002_boundary")]
    operations = [ProtectTenantTables()]
