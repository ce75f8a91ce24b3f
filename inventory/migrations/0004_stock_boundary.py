"""The wall around stock, and a first location for organisations that have none."""

from django.db import migrations

from tenants.rls import ProtectTenantTables

OLDER_ORGANISATIONS = """
INSERT INTO inventory_location (id, tenant_id, code, name, address, is_default, is_active)
SELECT uuidv7(), o.id, 'MAIN', 'Main warehouse', '', true, true FROM tenants_organisation o;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_stock"), ("tenants", "0004_mail_templates")]
    operations = [
        ProtectTenantTables(append_only=("stockmovement", "layerentry")),
        migrations.RunSQL(OLDER_ORGANISATIONS, migrations.RunSQL.noop),
    ]
