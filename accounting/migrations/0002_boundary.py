"""The wall around accounting's tables, its door, and the capture of local changes.

Every write to what is synchronised leaves a row in accounting_localchange, in the transaction of
the write, where the organisation has a connection. So nothing has to remember to tell the engine,
bulk statements included.
"""

from django.db import migrations

from tenants.rls import ProtectTenantTables

DOOR = """
CREATE FUNCTION door_company(provider_name varchar, realm_id varchar)
RETURNS TABLE (tenant_id uuid, connection_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.tenant_id, c.id FROM public.accounting_connection c
    WHERE c.provider = provider_name AND c.realm = realm_id AND c.state <> 'disabled'
    ORDER BY c.id LIMIT 10
$$;
REVOKE ALL ON FUNCTION door_company(varchar, varchar) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_company(varchar, varchar) TO wharf_app;
"""

# Rows in one order, so that two transactions never wait for each other crosswise.
CAPTURE = """
CREATE FUNCTION accounting_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounting_localchange (id, tenant_id, kind, local_id, mark)
    SELECT uuidv7(), written.tenant_id, TG_ARGV[0], written.id, uuidv7()
    FROM written
    WHERE EXISTS (SELECT 1 FROM accounting_connection c
                  WHERE c.tenant_id = written.tenant_id AND c.state <> 'disabled')
    ORDER BY written.id
    ON CONFLICT (tenant_id, kind, local_id) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
"""

CAPTURED = (
    ("network_contact", "contact"),
    ("inventory_product", "product"),
    ("orders_invoice", "invoice"),
    ("orders_bill", "bill"),
    ("orders_creditnote", "credit_note"),
    ("orders_purchaseorder", "purchase_order"),
    ("orders_quote", "quote"),
    ("orders_payment", "payment"),
    ("orders_settlement", "settlement"),
    ("ledger_journal", "journal"),
)


def _triggers() -> str:
    return "\n".join(
        f"CREATE TRIGGER accounting_capture_{event.lower()} AFTER {event} ON {table} "
        f"REFERENCING NEW TABLE AS written FOR EACH STATEMENT "
        f"EXECUTE FUNCTION accounting_capture('{kind}');"
        for table, kind in CAPTURED
        for event in ("INSERT", "UPDATE")
    )


def _no_triggers() -> str:
    return "\n".join(
        f"DROP TRIGGER accounting_capture_{event} ON {table};"
        for table, _kind in CAPTURED
        for event in ("insert", "update")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounting", "0001_initial"),
        ("inventory", "0014_products_and_approvals"),
        ("ledger", "0006_price_tiers"),
        ("network", "0005_products_and_approvals"),
        ("orders", "0014_products_and_approvals"),
    ]

    operations = [
        ProtectTenantTables(),
        migrations.RunSQL(DOOR, "DROP FUNCTION door_company(varchar, varchar)"),
        migrations.RunSQL(CAPTURE, "DROP FUNCTION accounting_capture()"),
        migrations.RunSQL(_triggers(), _no_triggers()),
    ]
