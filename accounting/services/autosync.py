"""Autosync (Q14): one waiting job per organisation that starts a run and plans the next one.

The timetable is data. A window that was missed, because nothing worked then, is made up once: the
job runs late, and the next window is the first one after now. Two runs never overlap: a window
that meets a run under way waits for it.
"""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.options import Autosync, read_options
from accounting.domain.states import ConnectionState, RunKind
from accounting.domain.timetable import next_window, window_key
from accounting.models import Connection, SyncRun
from accounting.services.runs import start_run
from hub.errors import Conflict
from tenants.actor import Actor, acting_as
from tenants.jobs import Retry, Run
from tenants.models import Job, JobState
from tenants.services.jobs import enqueue
from tenants.services.organisations import current_organisation

AUTOSYNC_JOB = "accounting.autosync"
WAIT_SECONDS = 20


def zone_here() -> ZoneInfo:
    """The organisation's own clock."""
    return ZoneInfo(current_organisation().timezone)


def _due(plan: Autosync, now: datetime) -> datetime | None:
    if not plan.on or not plan.starts_at:
        return None
    return next_window(datetime.fromisoformat(plan.starts_at), plan.every, now, zone_here())


def next_autosync(connection: Connection) -> datetime | None:
    """When the next automatic run is; None while autosync is off or nothing is connected."""
    if connection.state not in (ConnectionState.ACTIVE, ConnectionState.PAUSED):
        return None
    job = _waiting().first()
    if job is not None and job.not_before > timezone.now():
        return job.not_before
    return _due(read_options(connection.options).autosync, timezone.now())


def _waiting() -> QuerySet[Job]:
    return Job.objects.filter(kind=AUTOSYNC_JOB, state=JobState.QUEUED)


def plan_autosync(connection: Connection) -> datetime | None:
    """Plan the next window, in the place of whatever waited; None when there is none.

    The caller holds the connection's row, so that two never plan at once.
    """
    Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    _waiting().update(state=JobState.CANCELLED, finished_at=Now())
    if connection.state == ConnectionState.DISABLED:
        return None
    plan = read_options(connection.options).autosync
    due = _due(plan, timezone.now())
    if due is None:
        return None
    enqueue(
        AUTOSYNC_JOB,
        {"connection": connection.id, "window": window_key(due)},
        title=f"Autosync: {connection}",
        visible=False,
        not_before=due,
    )
    return due


def run_window(run: Run) -> None:
    """The job: start the run of this window, then plan the next. Raises Retry while one works."""
    with run.transaction():
        connection = Connection.objects.filter(id=str(run.payload["connection"])).first()
        begun = connection is None or _begin(connection, str(run.payload["window"]))
    if not begun:
        raise Retry(
            "A sync is under way; this one begins after it.", seconds=WAIT_SECONDS, counts=False
        )
    with run.finishing():
        if connection is not None:
            connection.refresh_from_db()
            plan_autosync(connection)


def _begin(connection: Connection, window: str) -> bool:
    """Start the window's run; False while another one works."""
    wanted = read_options(connection.options).autosync.on
    if not wanted or connection.state != ConnectionState.ACTIVE:
        return True
    if SyncRun.objects.filter(connection=connection, window=window).exists():
        return True
    try:
        with acting_as(Actor("system", None, "Autosync", "job")):
            begun = start_run(connection, RunKind.AUTOMATIC, window=window)
    except Conflict as error:
        return error.code != "sync_under_way"
    SyncRun.objects.filter(id=begun.id, window="").update(window=window)
    return True


def plan_after_failure(run: Run, _error: str) -> None:
    """The job was given up: the timetable goes on all the same."""
    connection = Connection.objects.filter(id=UUID(str(run.payload["connection"]))).first()
    if connection is not None:
        plan_autosync(connection)
