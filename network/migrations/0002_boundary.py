"""The wall around contacts and the network, its doors, and the search for contacts.

Search runs as the owner and filters by the organisation itself: under row-level security ILIKE
and trigrams cannot use their index (they are not leakproof).
"""

from django.db import migrations

from tenants.rls import ProtectTenantTables

DOORS = """
CREATE FUNCTION door_network_key(hash varchar) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT k.tenant_id FROM public.network_networkkey k
    WHERE k.key_hash = hash AND k.replaced_at IS NULL
$$;
CREATE FUNCTION door_directory(addresses varchar[]) RETURNS SETOF varchar
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT lower(o.company_email)::varchar FROM public.tenants_organisation o
    WHERE o.discoverable AND lower(o.company_email) = ANY (addresses)
      AND o.id <> nullif(current_setting('app.tenant', true), '')::uuid
$$;
CREATE INDEX organisation_directory ON tenants_organisation (lower(company_email))
    WHERE discoverable;
REVOKE ALL ON FUNCTION door_network_key(varchar), door_directory(varchar[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_network_key(varchar), door_directory(varchar[]) TO wharf_app;
"""

SEARCH = """
CREATE INDEX contact_search ON network_contact USING gin (name_key gin_trgm_ops);
CREATE INDEX contact_code ON network_contact (tenant_id, lower(code) text_pattern_ops);
CREATE FUNCTION search_contacts(wanted text, most int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.id FROM public.network_contact c
    WHERE c.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
      AND (c.name_key LIKE '%' || replace(replace(replace(lower(wanted), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
           OR lower(c.code) LIKE replace(replace(replace(lower(wanted), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%')
    LIMIT most
$$;
REVOKE ALL ON FUNCTION search_contacts(text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_contacts(text, int) TO wharf_app;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial"), ("ledger", "0002_boundary")]
    operations = [
        ProtectTenantTables(),
        migrations.RunSQL(
            DOORS,
            "DROP FUNCTION door_network_key(varchar); DROP FUNCTION door_directory(varchar[]);"
            "DROP INDEX organisation_directory",
        ),
        migrations.RunSQL(
            SEARCH,
            "DROP FUNCTION search_contacts(text, int); DROP INDEX contact_search, contact_code",
        ),
    ]
