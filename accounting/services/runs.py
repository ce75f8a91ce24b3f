"""Starting runs: by hand, by the timetable, and later for what has to be tried again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.states import ConnectionState, RunKind, RunState
from accounting.engine.work import SYNC_JOB
from accounting.models import Connection, SyncRun
from hub.errors import Conflict, NotFound
from tenants.actor import current_actor
from tenants.models import Job, JobState
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue, wake


def living_connection(provider: str = "", *, lock: bool = False) -> Connection:
    """The organisation's connection; raises NotFound when there is none."""
    rows = Connection.objects.filter(state__in=sorted(ConnectionState.living()))
    if provider:
        rows = rows.filter(provider=provider)
    if lock:
        rows = rows.select_for_update(no_key=True)
    connection = rows.first()
    if connection is None:
        raise NotFound("No accounting system is connected.")
    return connection


def start_run(
    connection: Connection,
    kind: RunKind = RunKind.MANUAL,
    *,
    window: str = "",
    payload: Mapping[str, Any] | None = None,
) -> SyncRun:
    """Start a run. Raises Conflict (`sync_under_way`, `not_connected`)."""
    Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    if connection.state != ConnectionState.ACTIVE:
        sentence = connection.pause_message or "The connection is not complete yet."
        raise Conflict(sentence, code="not_connected")
    waiting = SyncRun.objects.filter(
        connection=connection, state__in=sorted(RunState.open())
    ).first()
    if waiting is not None:
        return _bring_forward(waiting, kind)
    run = SyncRun.objects.create(
        connection=connection,
        kind=kind,
        window=window,
        payload=dict(payload or {}),
        started_by_name=current_actor().name[:160],
    )
    job = enqueue(
        SYNC_JOB,
        {"connection": connection.id, "sync_run": run.id},
        title=f"{RunKind(kind).label}: {connection}",
        not_before=connection.cooled_until,
    )
    SyncRun.objects.filter(id=run.id).update(job=job.id)
    run.job = job.id
    log_activity(
        "sync.started", f"{RunKind(kind).label} with {connection} started", about=connection
    )
    return run


def _bring_forward(waiting: SyncRun, kind: RunKind) -> SyncRun:
    """A run that waits for its time starts now instead; raises Conflict when one is under way."""
    moved = (
        Job.objects.filter(id=str(waiting.job), state=JobState.QUEUED, not_before__gt=Now())
        .exclude(attempts__gt=0)
        .update(not_before=Now(), visible=True, title=f"{RunKind(kind).label}")
    )
    if kind not in (RunKind.MANUAL, RunKind.AUTOMATIC, RunKind.HISTORY) or moved != 1:
        raise Conflict(
            "A sync is under way. Wait until it is done; it takes over what you changed meanwhile.",
            code="sync_under_way",
        )
    wake(UUID(str(waiting.job)), lane="sync")
    waiting.kind, waiting.started_by_name = kind, current_actor().name[:160]
    waiting.save(update_fields=["kind", "started_by_name"])
    return waiting


def start_later(connection: Connection, at: datetime) -> UUID | None:
    """A run for what was told, or has to be tried again then; None when one is waiting already."""
    open_runs = SyncRun.objects.filter(connection=connection, state__in=sorted(RunState.open()))
    if open_runs.exists():
        return None
    run = SyncRun.objects.create(connection=connection, kind=RunKind.FOLLOW_UP)
    job = enqueue(
        SYNC_JOB,
        {"connection": connection.id, "sync_run": run.id},
        title=f"Try again: {connection}",
        not_before=max(at, timezone.now()),
        visible=False,
    )
    SyncRun.objects.filter(id=run.id).update(job=job.id)
    return run.id
