"""Reads that several pages of accounting share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounting.domain.states import ConnectionState, RunState, SyncState
from accounting.models import Connection, Exchange, RemoteChange, SyncDocument, SyncRun
from hub.errors import NotFound
from tenants.boundary import current_tenant
from tenants.models import Job, JobState

COUNT_LIMIT = 1000
NOBODY = UUID(int=0)  # no connection: lists are counted by the database all the same


def known_connection() -> Connection | None:
    """The living connection, else the one that was disabled last; its history can still be read."""
    living = Connection.objects.filter(state__in=sorted(ConnectionState.living())).first()
    return living or Connection.objects.order_by("-id").first()


def documents_of(connection: Connection | None) -> QuerySet[SyncDocument]:
    """The sync rows of a connection; none without one."""
    if connection is None:
        return SyncDocument.objects.filter(connection_id=NOBODY)
    return SyncDocument.objects.filter(connection=connection)


def document_or_404(document_id: UUID) -> SyncDocument:
    """The only door from an id to a sync row; raises NotFound."""
    row = SyncDocument.objects.select_related("connection").filter(id=document_id).first()
    if row is None:
        raise NotFound("There is no such entry in the sync history.")
    return row


def exchange_or_404(exchange_id: UUID) -> Exchange:
    """The only door from an id to an exchange; raises NotFound."""
    row = Exchange.objects.filter(id=exchange_id).first()
    if row is None:
        raise NotFound("There is no such exchange.")
    return row


def change_or_404(change_id: UUID) -> RemoteChange:
    """The only door from an id to an object that waits to be taken over; raises NotFound."""
    row = RemoteChange.objects.select_related("connection").filter(id=change_id).first()
    if row is None:
        raise NotFound("It has been dealt with meanwhile.")
    return row


def waiting_changes(connection: Connection | None) -> QuerySet[RemoteChange]:
    """What came from there and could not be taken over."""
    if connection is None:
        return RemoteChange.objects.filter(connection_id=NOBODY)
    return RemoteChange.objects.filter(connection=connection).exclude(reason="")


STATE_COUNTS = "SELECT {parts}"
STATE_COUNT = """(SELECT count(*) FROM (SELECT 1 FROM accounting_syncdocument
WHERE tenant_id = %s AND connection_id = %s AND state = %s LIMIT {limit}) AS bounded)"""


def state_counts(connection: Connection) -> dict[SyncState, int]:
    """How many documents are in each state, up to COUNT_LIMIT; one statement."""
    states = list(SyncState)
    part = STATE_COUNT.format(limit=COUNT_LIMIT)
    values: list[Any] = []
    for state in states:
        values += [current_tenant(), connection.id, state.value]
    with database.cursor() as cursor:
        cursor.execute(STATE_COUNTS.format(parts=", ".join([part] * len(states))), values)
        found = cursor.fetchone() or ()
    return dict(zip(states, found, strict=True))


def needing_count(counts: Mapping[SyncState, int]) -> int:
    """How many wait for a person."""
    return sum(counts[state] for state in SyncState.needing_someone())


def first_id_at(moment: datetime) -> UUID:
    """The smallest id of a row made at that moment: ids are in the order of time."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0x2 << 62))


def open_run(connection: Connection) -> SyncRun | None:
    """The run that is under way or waits for its time."""
    return SyncRun.objects.filter(connection=connection, state__in=sorted(RunState.open())).first()


def is_busy(connection: Connection) -> bool:
    """Whether a run is under way; one that only waits for its time can be started now."""
    run = open_run(connection)
    if run is None or run.job is None:
        return run is not None
    waits = Job.objects.filter(id=run.job, state=JobState.QUEUED, not_before__gt=Now(), attempts=0)
    return not waits.exists()


def last_runs(connection: Connection, most: int = 5) -> Sequence[SyncRun]:
    """The latest runs that are over, newest first."""
    return list(
        SyncRun.objects.filter(connection=connection)
        .exclude(state__in=sorted(RunState.open()))
        .order_by("-id")[:most]
    )
