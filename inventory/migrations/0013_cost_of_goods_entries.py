"""Entries say themselves that they are cost of goods sold: reports need no join to movements.

Those of shipments are marked; what corrected pools gave to the cost before stays unmarked, since
nothing in the entry tells it from its other half.
"""

from typing import ClassVar

from django.db import migrations, models

from tenants.rls import ProtectTenantTables

ENTRIES = "inventory_layerentry"
MARK = """
UPDATE inventory_layerentry AS entry SET is_cost_of_goods = true
FROM inventory_stockmovement AS movement
WHERE movement.tenant_id = entry.tenant_id AND movement.id = entry.of_movement_id
    AND movement.kind = 'shipment'
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("inventory", "0012_defaults_of_the_database")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="layerentry",
            name="is_cost_of_goods",
            field=models.BooleanField(db_default=False, default=False),
        ),
        # Nobody edits an entry; only this once, for a column that entries did not have.
        migrations.RunSQL(f"ALTER TABLE {ENTRIES} DISABLE TRIGGER USER", migrations.RunSQL.noop),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.RunSQL(f"ALTER TABLE {ENTRIES} ENABLE TRIGGER USER", migrations.RunSQL.noop),
        ProtectTenantTables(),
    ]
