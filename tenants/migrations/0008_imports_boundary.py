"""The wall around imports."""

from django.db import migrations

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("tenants", "0007_imports")]
    operations = [ProtectTenantTables()]
