"""The wall around products, and their search."""

from django.db import migrations

from tenants.rls import ProtectTenantTables

SEARCH = """
CREATE INDEX product_search ON inventory_product USING gin (lower(name) gin_trgm_ops);
CREATE FUNCTION search_products(wanted text, most int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT p.id FROM public.inventory_product p
    WHERE p.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
      AND (lower(p.name) LIKE '%' || replace(replace(replace(lower(wanted), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
           OR p.sku_key LIKE replace(replace(replace(lower(wanted), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
           OR p.barcode = wanted)
    LIMIT most
$$;
REVOKE ALL ON FUNCTION search_products(text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_products(text, int) TO wharf_app;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial"), ("network", "0002_boundary")]
    operations = [
        ProtectTenantTables(),
        migrations.RunSQL(
            SEARCH,
            "DROP FUNCTION search_products(text, int); DROP INDEX product_search",
        ),
    ]
