"""Writing many sync documents in one statement."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field

from accounting.models import SyncDocument
from tenants.boundary import current_tenant

DECIDED = (
    "state", "reason", "message", "fix", "verb", "entity", "sent_hash", "sent_at", "attempts",
    "number", "happened_on", "currency", "total", "tax", "facts", "synced_at", "not_before",
)  # fmt: skip
RECORDED = (
    "state", "reason", "message", "fix", "verb", "entity", "hash", "generation", "attempts",
    "not_before", "synced_at", "remote_id", "remote_version", "remote_number", "remote_total",
    "remote_tax", "synced_sheet", "there_sheet",
)  # fmt: skip


def write_rows(rows: Iterable[SyncDocument], names: Sequence[str]) -> None:
    """Write these fields of each row; rows are locked in the order of their ids."""
    written = sorted(rows, key=lambda row: row.id)
    if not written:
        return
    known = {field.name: field for field in SyncDocument._meta.concrete_fields}
    fields: list[Field[Any, Any]] = [known[name] for name in names]
    values = [{"id": row.id, **{name: getattr(row, name) for name in names}} for row in written]
    kinds = [f"{field.column} {field.db_type(connection)}" for field in fields]
    columns = [field.column for field in fields]
    statement = (
        "UPDATE accounting_syncdocument AS kept "  # noqa: S608 - columns of our own
        f"SET {', '.join(f'{column} = new.{column}' for column in columns)} "
        f"FROM jsonb_to_recordset(%s::jsonb) AS new (id uuid, {', '.join(kinds)}) "
        f"WHERE kept.tenant_id = %s AND kept.id = new.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, default=str), current_tenant()])
