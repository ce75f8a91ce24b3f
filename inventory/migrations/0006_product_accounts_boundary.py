"""References to accounts stay inside one organisation."""

from django.db import migrations

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_product_accounts")]
    operations = [ProtectTenantTables()]
