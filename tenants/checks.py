"""The start-up check of the tenant boundary: what PostgreSQL says, not what we meant.

Runs as a database check (`manage.py check --database default`), at start of web and worker, and
in tests. It refuses a table without its policy, a role that is too strong, a foreign key between
tenant tables that leaves out `tenant_id`, an unknown door, and a right to change what is only ever
added to: the last one comes back when a dump is restored in the wrong order (docs/restore.md).
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connection

from tenants.rls import SETTING

# Global on purpose: people, sign-in, sessions, Django's own bookkeeping.
GLOBAL_TABLES = frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_migrations",
        "django_session",
        "mfa_authenticator",
        "tenants_accountmail",
        "tenants_user",
        "usersessions_usersession",
    }
)
# Every SECURITY DEFINER function, and so every way through the wall.
DOORS = frozenset(
    {
        "door_api_key",
        "door_company",
        "door_directory",
        "door_erase_part",
        "door_memberships",
        "door_network_key",
        "search_bills",
        "search_contacts",
        "search_invoices",
        "search_products",
        "search_purchase_orders",
        "search_sales_orders",
    }
)

TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
       (SELECT array_agg(p.polname::text || '|' || p.polcmd::text || '|' || p.polpermissive::text
                         || '|' || coalesce(pg_get_expr(p.polqual, p.polrelid), '')
                         || '|' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
                         || '|' || array_to_string(p.polroles, ','))
        FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
NARROW_KEYS = """
SELECT con.conname, con.conrelid::regclass::text, con.confrelid::regclass::text
FROM pg_constraint con
WHERE con.contype = 'f'
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = con.conrelid
              AND a.attname = 'tenant_id' AND NOT a.attisdropped)
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = con.confrelid
              AND a.attname = 'tenant_id' AND NOT a.attisdropped)
  AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = con.conrelid
                  AND a.attname = 'tenant_id' AND a.attnum = ANY (con.conkey))
"""
ROLE = """
SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
       (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid
        AND c.relnamespace = 'public'::regnamespace),
       has_schema_privilege('public', 'CREATE')
FROM pg_roles r WHERE rolname = current_user
"""
DEFINERS = """
SELECT p.proname, coalesce(array_to_string(p.proconfig, ','), '')
FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
"""
CHANGEABLE = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = 'append_only'
  AND (t.tgenabled = 'D' OR has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'))
"""
VIEWS = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')
  AND NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false)
"""


def boundary_faults(*, check_role: bool = True) -> list[str]:
    """Every way in which the database falls short of the tenant boundary; empty when it holds."""
    with connection.cursor() as cursor:
        faults = [*_table_faults(cursor), *_door_faults(cursor)]
        cursor.execute(NARROW_KEYS)
        faults += [
            f"foreign key {name} from {table} to {target} leaves out tenant_id"
            for name, table, target in cursor.fetchall()
        ]
        cursor.execute(VIEWS)
        faults += [f"view {name} lacks security_invoker" for (name,) in cursor.fetchall()]
        if check_role:
            faults += _role_faults(cursor)
            cursor.execute(CHANGEABLE)
            faults += [f"rows of {name} can be changed" for (name,) in cursor.fetchall()]
    return faults


def _table_faults(cursor: Any) -> list[str]:
    cursor.execute(TABLES)
    faults = []
    for table, enabled, forced, policies in cursor.fetchall():
        if table in GLOBAL_TABLES:
            continue
        if not (enabled and forced):
            faults.append(f"table {table} has no forced row-level security")
        own = [policy for policy in policies or [] if not policy.startswith("dispatch|")]
        if len(own) != 1 or not _is_our_policy(own[0], table):
            faults.append(f"table {table} has not exactly the tenant policy: {own}")
    return faults


def _is_our_policy(policy: str, table: str) -> bool:
    name, command, permissive, using, check, roles = policy.split("|")
    column = "id" if table == "tenants_organisation" else "tenant_id"
    wanted = _plain(f"({column} = {SETTING})")
    return (name, command, permissive, roles) == ("tenant", "*", "true", "0") and (
        _plain(using) == _plain(check) == wanted
    )


def _plain(expression: str) -> str:
    """PostgreSQL prints casts and capitals its own way."""
    text = expression.lower().replace("::text", "")
    return "".join(text.split()).replace("(", "").replace(")", "")


def _door_faults(cursor: Any) -> list[str]:
    cursor.execute(DEFINERS)
    faults = []
    for name, options in cursor.fetchall():
        if name not in DOORS:
            faults.append(f"function {name} goes through the wall and is not a known door")
        if "search_path=" not in options:
            faults.append(f"function {name} has no fixed search_path")
    return faults


def _role_faults(cursor: Any) -> list[str]:
    cursor.execute(ROLE)
    name, superuser, bypass, roles, databases, owned, creates = cursor.fetchone()
    faults = []
    if superuser or bypass or roles or databases:
        faults.append(f"role {name} is too strong (superuser, BYPASSRLS, CREATEROLE or CREATEDB)")
    if owned or creates:
        faults.append(f"role {name} owns tables or may create them")
    return faults


@register(Tags.database)
def check_tenant_boundary(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[Error]:
    """System check: refuses to run on a database whose walls have a gap."""
    if not databases or connection.settings_dict["USER"] == "wharf_migrator":
        return []
    return [
        Error(f"Tenant boundary: {text}.", id=f"tenants.E{number:03d}")
        for number, text in enumerate(boundary_faults(), start=1)
    ]
