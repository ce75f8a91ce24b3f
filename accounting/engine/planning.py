"""Turning local changes into sync documents that are due."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection as database

from accounting.domain.options import read_options
from accounting.domain.states import Kind
from accounting.engine.expansion import Candidate, expand
from accounting.models import Connection, LocalChange
from accounting.outgoing.journals import is_cogs
from ledger.models import Journal
from tenants.boundary import current_tenant

BATCH = 500
DAYS_DUE = "cogs_days"
# A write that happened meanwhile has another mark, and stays.
FORGET = """
DELETE FROM accounting_localchange AS change USING unnest(%s::uuid[], %s::uuid[]) AS seen (id, mark)
WHERE change.tenant_id = %s AND change.id = seen.id AND change.mark = seen.mark
"""
# One statement for a batch. What somebody skipped stays skipped. What was sent and whose answer is
# unknown is compared with what stands here once that is known (`pushing.recover`).
PLAN = """
INSERT INTO accounting_syncdocument
    (id, tenant_id, connection_id, kind, rank, local_id, number, happened_on, state, from_there,
     reason, message, fix, entity, remote_id, remote_version, remote_number, verb, hash, sent_hash,
     generation, attempts, facts, skipped_by_name, currency)
SELECT uuidv7(), %(tenant)s, %(connection)s, kind, rank, local_id, number, happened_on, 'pending',
       false, '', '', '{}', '', '', '', '', '', '', '', 0, 0, '{}', '', ''
FROM unnest(%(kinds)s::varchar[], %(ranks)s::smallint[], %(ids)s::uuid[], %(numbers)s::varchar[],
            %(days)s::date[], %(due)s::boolean[])
    AS wanted (kind, rank, local_id, number, happened_on, due)
WHERE due OR EXISTS (
    SELECT 1 FROM accounting_syncdocument AS known
    WHERE known.tenant_id = %(tenant)s AND known.connection_id = %(connection)s
      AND known.kind = wanted.kind AND known.local_id = wanted.local_id)
ORDER BY kind, local_id
ON CONFLICT (tenant_id, connection_id, kind, local_id) DO UPDATE SET
    state = 'pending', number = excluded.number, happened_on = excluded.happened_on,
    reason = '', message = '', fix = '{}', attempts = 0, not_before = statement_timestamp()
WHERE accounting_syncdocument.state NOT IN ('sending', 'skipped', 'conflict', 'remote_gone')
   OR (accounting_syncdocument.state = 'skipped' AND accounting_syncdocument.skipped_by_name = '')
"""


def plan_changes(connection: Connection) -> int:
    """Look at up to BATCH local changes, oldest first; gives how many there were.

    Runs in the caller's transaction: the changes go when what follows from them stands.
    """
    changes = list(LocalChange.objects.order_by("id")[:BATCH])
    options = read_options(connection.options)
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change.local_id)
    for kind, ids in by_kind.items():
        plan(connection, expand(kind, ids, options))
    _mark_cogs_days(connection, by_kind.get("journal", []))
    with database.cursor() as cursor:
        cursor.execute(
            FORGET, [[row.id for row in changes], [row.mark for row in changes], current_tenant()]
        )
    return len(changes)


def mark_waiting_cogs(connection: Connection) -> None:
    """As `plan_changes` does for cost of goods sold, and nothing else: the changes stay."""
    waiting = LocalChange.objects.filter(kind="journal").values_list("local_id", flat=True)
    _mark_cogs_days(connection, list(waiting))


def _mark_cogs_days(connection: Connection, journals: Iterable[UUID]) -> None:
    """Days whose cost of goods sold has changed are looked at once they are over."""
    rows = Journal.objects.filter(id__in=journals).values_list("posted_on", "event", "source_kind")
    days = {day.isoformat() for day, event, kind in rows if is_cogs(event, kind)}
    known = set(connection.cursor.get(DAYS_DUE, []))
    if days - known:
        connection.cursor = {**connection.cursor, DAYS_DUE: sorted(known | days)}
        connection.save(update_fields=["cursor"])


def plan(connection: Connection, candidates: Iterable[Candidate]) -> None:
    """Make documents due, or make them so again."""
    rows = list(candidates)
    if not rows:
        return
    kinds, ids = [row.kind.value for row in rows], [row.local_id for row in rows]
    with database.cursor() as cursor:
        cursor.execute(
            PLAN,
            {
                "tenant": current_tenant(),
                "connection": connection.id,
                "kinds": kinds,
                "ranks": [row.kind.rank for row in rows],
                "ids": ids,
                "numbers": [row.number[:120] for row in rows],
                "days": [row.on for row in rows],
                "due": [row.due for row in rows],
            },
        )


def plan_one(connection: Connection, kind: Kind, local_id: UUID, number: str = "") -> None:
    """Make one document due: something else waits for it."""
    plan(connection, [Candidate(kind, local_id, number)])
