"""The same reads and writes through the wall (wharf_app) and past it (the migrator)."""

import os
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

NEWEST = "SELECT * FROM {} WHERE tenant_id = %(t)s {} ORDER BY {} LIMIT 51"
READS = (
    NEWEST.format("orders_purchaseorder", "", "id DESC"),
    NEWEST.format("orders_salesorder", "AND status = 'authorised'", "id DESC"),
    NEWEST.format("network_contact", "AND is_supplier", "name_key"),
    NEWEST.format("network_envelope", "", "id DESC"),
    "UPDATE tenants_numbersequence SET next_value = next_value + 1 WHERE tenant_id = %(t)s",
)


def reads_through(tenant_id: UUID) -> Callable[[], None]:
    """As wharf_app, with the organisation set."""
    return _runner(os.environ["DATABASE_URL"], tenant_id)


def reads_past(tenant_id: UUID) -> Callable[[], None]:
    """As the migrator, whom no policy stops."""
    return _runner(os.environ["MIGRATOR_DATABASE_URL"], tenant_id)


def _runner(url: str, tenant_id: UUID) -> Callable[[], None]:
    assert urlsplit(url).scheme.startswith("postgres")
    connection = psycopg.connect(url, autocommit=True)

    def run() -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant_id)])
            for statement in READS:
                cursor.execute(statement, {"t": tenant_id})
                if cursor.description is not None:
                    cursor.fetchall()

    return run


def analyse() -> None:
    """Fresh statistics after filling; only the owner of the tables may gather them."""
    with psycopg.connect(os.environ["MIGRATOR_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
