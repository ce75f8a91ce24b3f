"""The wall around receipts, shipments, credit notes and payments; counters of older orders."""

from django.db import migrations

from tenants.rls import ProtectTenantTables

NUMBERS = (
    ("quote", "QU-"),
    ("receipt", "GRN-"),
    ("shipment", "SH-"),
    ("credit_note", "CN-"),
    ("supplier_credit", "SCN-"),
    ("payment", "PAY-"),
    ("adjustment", "ADJ-"),
    ("transfer", "TR-"),
    ("stocktake", "ST-"),
)
VALUES = ", ".join(f"('{kind}', '{prefix}')" for kind, prefix in NUMBERS)
# Constants of this migration.
OLDER_ORGANISATIONS = f"""
INSERT INTO tenants_numbersequence (id, tenant_id, kind, prefix, digits, next_value)
SELECT uuidv7(), o.id, new.kind, new.prefix, 5, 1
FROM tenants_organisation o CROSS JOIN (VALUES {VALUES}) AS new (kind, prefix)
ON CONFLICT DO NOTHING;
"""  # noqa: S608

OLDER_ORDERS = """
UPDATE orders_salesorderline AS line SET invoiced = sums.quantity
FROM (
    SELECT i.tenant_id, i.sales_order_id, l.line_id, sum(l.quantity) AS quantity
    FROM orders_invoiceline l
    JOIN orders_invoice i ON i.tenant_id = l.tenant_id AND i.id = l.invoice_id
    WHERE i.status <> 'void' AND i.sales_order_id IS NOT NULL
    GROUP BY 1, 2, 3
) AS sums
WHERE line.tenant_id = sums.tenant_id AND line.order_id = sums.sales_order_id
  AND line.line_id = sums.line_id;
UPDATE orders_purchaseorderline AS line SET billed = sums.quantity
FROM (
    SELECT b.tenant_id, b.purchase_order_id, l.line_id, sum(l.quantity) AS quantity
    FROM orders_billline l
    JOIN orders_bill b ON b.tenant_id = l.tenant_id AND b.id = l.bill_id
    WHERE b.status IN ('approved', 'paid') AND b.purchase_order_id IS NOT NULL
    GROUP BY 1, 2, 3
) AS sums
WHERE line.tenant_id = sums.tenant_id AND line.order_id = sums.purchase_order_id
  AND line.line_id = sums.line_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_stock_and_money"),
        ("inventory", "0006_product_accounts_boundary"),
    ]
    operations = [
        ProtectTenantTables(append_only=("purchasematch", "settlement")),
        migrations.RunSQL(OLDER_ORGANISATIONS, migrations.RunSQL.noop),
        migrations.RunSQL(OLDER_ORDERS, migrations.RunSQL.noop),
    ]
