"""One run from beginning to end: what changed there, what changed here, what is due.

A run is a job: its claim is a lease, so two never overlap, and one whose worker died goes on
where it stopped.
"""

from datetime import datetime, timedelta

from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.states import ConnectionState, Kind, RunKind, RunState, SyncState
from accounting.engine.lists import read_company, read_lists
from accounting.engine.planning import BATCH, mark_waiting_cogs, plan_changes
from accounting.engine.pulling import pull
from accounting.engine.pushing import push_all, push_kind
from accounting.engine.recovering import recover
from accounting.engine.work import Stopped, TurnOver, Work, work_for
from accounting.models import Connection, SyncDocument, SyncRun
from accounting.services.alerts import tell_of_errors
from accounting.services.cogs import export_days_due
from accounting.services.fulfilling import move_waiting_goods, say_waiting_goods
from accounting.services.history_export import finish_export
from accounting.services.keeping import keep_daily
from accounting.services.runs import start_later
from accounting.services.webhooks import news_since
from hub.faults import fault
from tenants.jobs import Retry, Run

TURNS = "turns"
LISTS_EVERY = timedelta(hours=24)


def run_sync(run: Run) -> None:
    """The job: everything that is due between one organisation and its accounting system."""
    work = work_for(run)
    _begin(work)
    try:
        _steps(work)
    except Stopped as stopped:
        _end(work, RunState.STOPPED, stopped.verdict.sentence)
        return
    except TurnOver:
        _hand_over(work)
    _end(work, RunState.DONE, "")


def _hand_over(work: Work) -> None:
    """Let other organisations' runs work; this one goes on behind them. Raises Retry."""
    work.keep_exchanges()
    work.counts[TURNS] += 1
    with work.transaction():
        run = SyncRun.objects.filter(id=work.sync_run).first()
        if run is not None:
            SyncRun.objects.filter(id=run.id).update(counts=_summed(run, work))
    raise Retry("", counts=False, at_once=True)


def _summed(run: SyncRun, work: Work) -> dict[str, int]:
    """The run's counts with those of this turn."""
    before = run.counts or {}
    return {key: before.get(key, 0) + work.counts.get(key, 0) for key in {*before, *work.counts}}


def _begin(work: Work) -> None:
    with work.transaction():
        SyncRun.objects.filter(id=work.sync_run, state=RunState.QUEUED).update(
            state=RunState.RUNNING, started_at=Now()
        )
    fault("sync.begun")


def _steps(work: Work) -> None:
    with work.transaction() as connection:
        if connection.state not in (ConnectionState.ACTIVE, ConnectionState.MIGRATING):
            return
        stale = (
            connection.lists_read_at is None
            or connection.lists_read_at < timezone.now() - LISTS_EVERY
        )
        run = SyncRun.objects.filter(id=work.sync_run).first()
        only_cogs = run is not None and run.kind == RunKind.COGS
        goes_on = run is not None and bool(run.counts.get(TURNS))
    if goes_on and not only_cogs:
        # What changed there was looked at in the first turn; the next run looks at the rest.
        _push(work)
        return
    read_company(work)
    if only_cogs:
        _cogs_alone(work)
        return
    if stale:
        read_lists(work)
    pull(work)
    plan_all(work)
    with work.transaction() as connection:
        move_waiting_goods(connection)
    with work.transaction() as connection:
        keep_daily(connection)
        work.counts["cogs"] += export_days_due(connection)
    _push(work)


def _push(work: Work) -> None:
    with work.transaction() as connection:
        work.due = SyncDocument.objects.filter(
            connection=connection, state__in=[SyncState.PENDING, SyncState.SENDING]
        ).count()
    push_all(work)
    with work.transaction() as connection:
        say_waiting_goods(connection)


def _cogs_alone(work: Work) -> None:
    """The daily journals of cost of goods sold, also where nothing else goes by itself."""
    with work.transaction() as connection:
        keep_daily(connection)
        mark_waiting_cogs(connection)
        work.counts["cogs"] += export_days_due(connection)
    recover(work)
    push_kind(work, Kind.COGS)


def plan_all(work: Work) -> None:
    """Look at every local change, batch by batch."""
    while True:
        with work.transaction() as connection:
            count = plan_changes(connection)
        fault("sync.planned")
        if count < BATCH:
            return


def _end(work: Work, state: RunState, error: str) -> None:
    work.keep_exchanges()
    with work.run.finishing() as result:
        result.update(work.counts)
        connection = Connection.objects.get(id=work.connection_id)
        run = SyncRun.objects.filter(id=work.sync_run).first()
        if run is not None:
            counts = _summed(run, work)
            counts["attention"] = SyncDocument.objects.filter(
                connection=connection, state__in=sorted(SyncState.needing_someone())
            ).count()
            SyncRun.objects.filter(id=run.id).update(
                state=state, error=error, finished_at=Now(), counts=counts
            )
            run.state, run.error, run.counts = state, error, counts
            tell_of_errors(connection, run)
        finish_export(connection)
        _follow_up(connection, run.started_at if run is not None else None)


def _follow_up(connection: Connection, begun: datetime | None) -> None:
    """What has to be tried again later gets a run of its own then; so do news that came late."""
    if connection.state == ConnectionState.ACTIVE and news_since(connection, begun):
        start_later(connection, max(timezone.now(), connection.cooled_until or timezone.now()))
        return
    soonest = SyncDocument.objects.filter(
        connection=connection,
        state__in=[SyncState.PENDING, SyncState.SENDING],
    ).aggregate(at=Min("not_before"))["at"]
    if soonest is not None and connection.state == ConnectionState.ACTIVE:
        start_later(connection, max(soonest, connection.cooled_until or soonest))


def give_up(run: Run, error: str) -> None:
    """The job failed for good, or somebody stopped it: the run is over, and says why."""
    row = SyncRun.objects.filter(
        id=str(run.payload.get("sync_run")), state__in=sorted(RunState.open())
    ).first()
    if row is None:
        return
    row.state, row.error = RunState.FAILED, error
    SyncRun.objects.filter(id=row.id).update(state=row.state, error=error, finished_at=Now())
    tell_of_errors(Connection.objects.get(id=row.connection_id), row)
