"""Built-in roles learn the permission for QuickBooks; organisations can be locked for a migration.

Keys of programs keep the scopes that they were made with.
"""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables

TEACH = """
UPDATE tenants_role SET specials = (
    SELECT coalesce(jsonb_agg(DISTINCT one ORDER BY one), '[]')
    FROM jsonb_array_elements(specials || '["integration_quickbooks"]'::jsonb) AS one)
WHERE key IN ('owner', 'admin', 'accountant') AND is_builtin;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0011_exports_of_keys")]
    operations = [
        migrations.AddField(
            model_name="organisation",
            name="locked_because",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.RunSQL(TEACH, migrations.RunSQL.noop),
        ProtectTenantTables(),
    ]
