"""Ends like every set of migrations; nothing is new behind the wall."""

from django.db import migrations

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_defaults_of_the_database")]
    operations = [ProtectTenantTables()]
