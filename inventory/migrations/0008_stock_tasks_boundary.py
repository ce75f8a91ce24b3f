"""The wall around adjustments, transfers and stocktakes."""

from django.db import migrations

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_stock_tasks")]
    operations = [ProtectTenantTables()]
