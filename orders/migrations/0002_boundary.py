"""The wall around trade documents, and their search by number, reference and contact."""

from django.db import migrations

from tenants.rls import ProtectTenantTables

KINDS = {
    "purchase_orders": "orders_purchaseorder",
    "sales_orders": "orders_salesorder",
    "invoices": "orders_invoice",
    "bills": "orders_bill",
}
SEARCH = r"""
CREATE INDEX {table}_number ON {table} (tenant_id, lower(number) text_pattern_ops);
CREATE INDEX {table}_reference ON {table} (tenant_id, lower(reference) text_pattern_ops)
    WHERE reference <> '';
CREATE INDEX {table}_partner_number ON {table} (tenant_id, lower(partner_number) text_pattern_ops)
    WHERE partner_number <> '';
CREATE FUNCTION search_{name}(wanted text, most int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    owner uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    starts text := replace(replace(replace(lower(wanted), '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
    RETURN QUERY
    SELECT found.id FROM (
        (SELECT d.id FROM public.{table} d
         WHERE d.tenant_id = owner AND lower(d.number) LIKE starts LIMIT most)
        UNION
        (SELECT d.id FROM public.{table} d WHERE d.tenant_id = owner
         AND d.reference <> '' AND lower(d.reference) LIKE starts LIMIT most)
        UNION
        (SELECT d.id FROM public.{table} d WHERE d.tenant_id = owner
         AND d.partner_number <> '' AND lower(d.partner_number) LIKE starts LIMIT most)
        UNION
        (SELECT d.id FROM public.search_contacts(wanted, 50) c (id)
         CROSS JOIN LATERAL (SELECT x.id FROM public.{table} x
             WHERE x.tenant_id = owner AND x.contact_id = c.id ORDER BY x.id DESC LIMIT most) d)
    ) AS found ORDER BY found.id DESC LIMIT most;
END $$;
REVOKE ALL ON FUNCTION search_{name}(text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_{name}(text, int) TO wharf_app;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("inventory", "0002_boundary")]
    operations = [
        ProtectTenantTables(append_only=("documentversion",)),
        *(
            migrations.RunSQL(
                SEARCH.format(name=name, table=table),
                f"DROP FUNCTION search_{name}(text, int)",
            )
            for name, table in KINDS.items()
        ),
    ]
