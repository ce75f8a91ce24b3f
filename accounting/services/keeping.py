"""What a connection needs once a day: its access kept alive, its end announced, old news dropped.

A refresh token that nobody uses ends after a hundred days; one of its own job renews it. The job
plans its own next day, and any run makes sure that there is one.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from accounting.domain.answers import ProviderDown
from accounting.domain.states import ConnectionState, RunKind
from accounting.engine.provider import provider_named
from accounting.engine.tokens import TokenKeeper
from accounting.engine.work import may_write
from accounting.models import Connection
from accounting.services.cogs import has_days_due
from accounting.services.runs import start_run
from accounting.services.webhooks import forget_old_news
from hub.errors import Conflict
from tenants.jobs import Run
from tenants.models import Job, JobState
from tenants.services.jobs import enqueue
from tenants.services.notifications import notify

KEEP_JOB = "accounting.keep"
NEWS = "accounting.access_ends"
EVERY = timedelta(hours=24)
UNUSED = timedelta(days=20)
WARN_DAYS = (7, 30, 60)
WARNED = "warned"


def keep_daily(connection: Connection) -> None:
    """Make sure that tomorrow's job stands."""
    waiting = Job.objects.filter(
        kind=KEEP_JOB, state=JobState.QUEUED, payload__connection=str(connection.id)
    )
    if not waiting.exists():
        enqueue(
            KEEP_JOB,
            {"connection": connection.id},
            title=f"Keep the connection to {connection}",
            visible=False,
            not_before=timezone.now() + EVERY,
        )


def run_daily(run: Run) -> None:
    """The job."""
    with run.transaction():
        connection = Connection.objects.filter(id=str(run.payload["connection"])).first()
        unused = connection is not None and is_unused(connection, timezone.now())
    if connection is not None and unused:
        keeper = TokenKeeper(run.tenant_id, connection.id, provider_named(connection.provider))
        try:
            keeper()
        except ProviderDown as error:
            run.note(error.verdict.sentence, "warning")
    with run.finishing() as result:
        if connection is None:
            return
        connection = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
        result["refreshed"] = unused
        result["forgotten"] = forget_old_news(connection)
        warn(connection, timezone.now())
        result["cogs"] = _export_cogs(connection)
        if connection.state in ConnectionState.living():
            keep_next(connection)


def _export_cogs(connection: Connection) -> bool:
    """Cost of goods sold goes daily, whatever autosync says (Q17); a run under way takes it."""
    if not may_write(connection) or not has_days_due(connection):
        return False
    try:
        start_run(connection, RunKind.COGS)
    except Conflict:
        return False
    return True


def keep_next(connection: Connection) -> None:
    """Tomorrow's job, while today's is still running."""
    enqueue(
        KEEP_JOB,
        {"connection": connection.id},
        title=f"Keep the connection to {connection}",
        visible=False,
        not_before=timezone.now() + EVERY,
    )


def is_unused(connection: Connection, now: datetime) -> bool:
    """Whether nobody has used its access for so long that it is renewed."""
    alive = connection.state in (ConnectionState.ACTIVE, ConnectionState.PAUSED)
    ended = connection.access_expires_at
    return alive and ended is not None and ended < now - UNUSED


def warn(connection: Connection, now: datetime) -> int | None:
    """Announce the end of access 60, 30 and 7 days before, each once; gives the days, if told."""
    ends = [
        moment
        for moment in (connection.refresh_expires_at, connection.must_consent_by)
        if moment is not None
    ]
    if not ends or connection.state not in (ConnectionState.ACTIVE, ConnectionState.PAUSED):
        return None
    end = min(ends)
    left = (end - now).days
    days = next((each for each in WARN_DAYS if left <= each), None)
    said = [end.date().isoformat(), days]
    if days is None or connection.cursor.get(WARNED) == said:
        return None
    notify(
        NEWS,
        f"Access to {connection} ends on {end:%d %B %Y}",
        body="Reconnect it before, so that nothing waits. Somebody who may sign in there does it "
        "in a minute; nothing is mapped anew.",
        url="/integrations/",
        about=connection.id,
    )
    connection.cursor = {**connection.cursor, WARNED: said}
    connection.save(update_fields=["cursor"])
    return days
