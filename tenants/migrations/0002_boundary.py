"""The wall around organisations, and its doors."""

from django.db import migrations

from tenants.rls import ProtectTenantTables

REFUSE_CHANGE = """
CREATE FUNCTION wharf_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
"""

DOORS = """
CREATE FUNCTION door_memberships(person uuid) RETURNS TABLE (tenant_id uuid, name varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT o.id, o.name FROM public.tenants_membership m
    JOIN public.tenants_organisation o ON o.id = m.tenant_id
    WHERE m.user_id = person AND m.is_active ORDER BY o.name, o.id LIMIT 1000
$$;
CREATE FUNCTION door_api_key(hash varchar)
RETURNS TABLE (tenant_id uuid, id uuid, name varchar, scopes varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT k.tenant_id, k.id, k.name, k.scopes FROM public.tenants_apikey k
    WHERE k.key_hash = hash AND k.revoked_at IS NULL
$$;
REVOKE ALL ON FUNCTION door_memberships(uuid), door_api_key(varchar) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_memberships(uuid), door_api_key(varchar) TO wharf_app;
"""

# The dispatcher lists due jobs of everybody and sees nothing of what they say.
DISPATCH = """
GRANT SELECT (id, tenant_id, kind, lane, state, not_before, leased_until)
    ON tenants_job TO wharf_dispatch;
CREATE POLICY dispatch ON tenants_job FOR SELECT TO wharf_dispatch USING (true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION wharf_refuse_change()"),
        ProtectTenantTables(append_only=("activity", "joblog")),
        migrations.RunSQL(
            DOORS,
            "DROP FUNCTION door_memberships(uuid); DROP FUNCTION door_api_key(varchar)",
        ),
        migrations.RunSQL(
            DISPATCH,
            "DROP POLICY dispatch ON tenants_job; REVOKE ALL ON tenants_job FROM wharf_dispatch",
        ),
    ]
