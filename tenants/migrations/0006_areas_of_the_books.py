"""Built-in roles of organisations that are there already learn the areas of stock and money.

A level that somebody gave by hand before this ran stays as it is.
"""

from django.db import migrations

from tenants.rls import ProtectTenantTables

LEVELS = """
(VALUES ('owner',      '{"stock": 3, "payments": 3, "ledger": 3}'::jsonb, '["undo", "void"]'::jsonb),
        ('admin',      '{"stock": 3, "payments": 3, "ledger": 3}',        '["undo", "void"]'),
        ('accountant', '{"stock": 1, "payments": 3, "ledger": 3}',        '["undo", "void"]'),
        ('setup',      '{"ledger": 1}',                                   '[]'),
        ('purchasing', '{"stock": 2, "payments": 1}',                     '[]'),
        ('sales',      '{"stock": 2, "payments": 1}',                     '[]'),
        ('warehouse',  '{"stock": 3}',                                    '[]'),
        ('read_only',  '{"stock": 1, "payments": 1, "ledger": 1}',        '[]')
) AS more (key, areas, specials)
"""
TEACH = f"""
UPDATE tenants_role AS role
SET areas = more.areas || role.areas,
    specials = (SELECT coalesce(jsonb_agg(DISTINCT one ORDER BY one), '[]')
                FROM jsonb_array_elements(role.specials || more.specials) AS one)
FROM {LEVELS}
WHERE role.key = more.key AND role.is_builtin;
"""  # noqa: S608 - a constant of this program


class Migration(migrations.Migration):
    dependencies = [("tenants", "0005_mail_secret")]
    operations = [
        migrations.RunSQL(TEACH, migrations.RunSQL.noop),
        ProtectTenantTables(),
    ]
