"""The migration: a job that brings in what the wizard was told to, while nobody changes anything.

Each step is idempotent and is noted once it is done, so a job whose worker died goes on where it
stopped. Going back leaves everything as it was before it began, but for what came in and is linked
already, which a second migration finds again.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounting.domain.states import ConnectionState, RunKind, RunState
from accounting.domain.wizard import Answers
from accounting.engine.lists import read_company, read_lists
from accounting.engine.pulling import FEED
from accounting.engine.work import Stopped, Work, work_for
from accounting.models import Connection, SyncRun
from accounting.services.locking import lock_organisation, unlock_organisation
from accounting.services.opening import bring_in_opening
from accounting.services.parties_import import bring_in_parties, bring_in_products
from accounting.services.stock_import import bring_in_stock
from accounting.services.wizard import answers_of, keep_answers
from hub.errors import Conflict
from hub.faults import fault
from tenants.actor import current_actor
from tenants.jobs import GiveUp, Retry, Run
from tenants.models import Job, JobState, User
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue, retry_job
from tenants.services.mail import Letter, post

MIGRATION_JOB = "accounting.migrate"
BEGAN = "migration_began"
Step = Callable[[Work, Answers], None]


def locked_sentence(connection: Connection) -> str:
    """What every page says meanwhile."""
    return (
        f"Data is being moved from {connection}. Everything can be read and nothing changed until "
        "it is done; an e-mail says when."
    )[:200]


# --- Beginning, going on, going back -----------------------------------------------------------
def begin_migration(connection: Connection) -> SyncRun:
    """Lock the organisation and start the job; raises Conflict when a run is under way."""
    if SyncRun.objects.filter(connection=connection, state__in=sorted(RunState.open())).exists():
        raise Conflict("A run is under way already.", code="sync_under_way")
    lock_organisation(locked_sentence(connection))
    started_at = timezone.now()
    answers = answers_of(connection)
    keep_answers(connection, answers)
    connection.state = ConnectionState.MIGRATING
    connection.cursor = {**connection.cursor, BEGAN: started_at.isoformat()}
    connection.pause_code = connection.pause_message = ""
    connection.save(update_fields=["state", "cursor", "pause_code", "pause_message"])
    run = SyncRun.objects.create(
        connection=connection,
        kind=RunKind.MIGRATION,
        payload={"done": []},
        started_by_name=current_actor().name[:160],
    )
    job = enqueue(
        MIGRATION_JOB,
        {"connection": connection.id, "sync_run": run.id},
        title=f"Migration from {connection}",
    )
    SyncRun.objects.filter(id=run.id).update(job=job.id)
    run.job = job.id
    log_activity("migration.started", f"Migration from {connection} started", about=connection)
    return run


def migration_of(connection: Connection) -> SyncRun | None:
    """The latest migration run."""
    return (
        SyncRun.objects.filter(
            connection=connection, kind=RunKind.MIGRATION, payload__has_key="done"
        )
        .order_by("-id")
        .first()
    )


def go_on(connection: Connection) -> None:
    """Try a migration that failed once more, from the step where it stopped; raises Conflict."""
    run = migration_of(connection)
    if connection.state != ConnectionState.MIGRATING or run is None or run.job is None:
        raise Conflict("There is no migration to go on with.", code="not_migrating")
    SyncRun.objects.filter(id=run.id, state=RunState.FAILED).update(
        state=RunState.QUEUED, error="", finished_at=None
    )
    Job.objects.filter(id=run.job, state=JobState.CANCELLED).update(state=JobState.FAILED)
    retry_job(run.job)


def go_back(connection: Connection) -> None:
    """Undo a migration that has not finished: everybody works again, the wizard stays answered.

    Raises Conflict while a worker is at it: it is asked to stop, and stops at its next step.
    """
    run = migration_of(connection)
    if connection.state != ConnectionState.MIGRATING or run is None:
        raise Conflict("There is no migration to go back from.", code="not_migrating")
    job = Job.objects.select_for_update().filter(id=str(run.job or run.id)).first()
    running = job is not None and job.state == JobState.RUNNING
    alive = running and job is not None and job.leased_until and job.leased_until > timezone.now()
    if job is not None and alive:
        Job.objects.filter(id=job.id).update(wanted="cancel")
        raise Conflict(
            "The job is at work. It has been asked to stop; go back again in a moment.",
            code="still_running",
        )
    if job is not None and job.state in (JobState.QUEUED, JobState.RUNNING):
        # A higher lease: a worker that comes back to life records nothing.
        Job.objects.filter(id=job.id).update(
            state=JobState.CANCELLED, lease=job.lease + 1, leased_until=None, finished_at=Now()
        )
    SyncRun.objects.filter(id=run.id, state__in=sorted(RunState.open())).update(
        state=RunState.STOPPED, error="Somebody went back.", finished_at=Now()
    )
    _undo(connection)
    log_activity("migration.undone", f"Went back from the migration of {connection}",
                 about=connection)  # fmt: skip


def _undo(connection: Connection) -> None:
    Connection.objects.filter(id=connection.id).update(
        state=ConnectionState.CONNECTING, pause_code="", pause_message=""
    )
    unlock_organisation()


# --- The job ---------------------------------------------------------------------------------
def run_migration(run: Run) -> None:
    """Every step that is not done; then everybody works again and is told."""
    work = work_for(run)
    with work.transaction() as connection:
        if connection.state != ConnectionState.MIGRATING:
            run.finish()
            return
        SyncRun.objects.filter(id=work.sync_run).update(state=RunState.RUNNING, started_at=Now())
        answers = answers_of(connection)
    fault("migration.begun")
    try:
        for place, (name, (title, step)) in enumerate(STEPS.items()):
            if name in _done(work):
                continue
            work.progress(place, len(STEPS), title)
            step(work, answers)
            fault(f"migration.before_{name}_noted")
            _note(work, name)
            fault("migration.step_noted")
    except Stopped as stopped:
        _held_up(work, stopped)
    _finish(work)


def _read_lists(work: Work, _answers: Answers) -> None:
    read_company(work)
    read_lists(work)


STEPS: Mapping[str, tuple[str, Step]] = {
    "lists": ("Reading accounts, tax codes and terms", _read_lists),
    "parties": ("Bringing in customers and suppliers", bring_in_parties),
    "products": ("Bringing in products", bring_in_products),
    "opening": ("Bringing in unpaid invoices and bills", bring_in_opening),
    "stock": ("Bringing in stock on hand", bring_in_stock),
}


def _done(work: Work) -> list[str]:
    with work.transaction():
        payload = SyncRun.objects.values_list("payload", flat=True).get(id=work.sync_run)
    return list(payload.get("done", []))


def _note(work: Work, name: str) -> None:
    with work.transaction():
        row = SyncRun.objects.select_for_update().get(id=work.sync_run)
        row.payload = {**row.payload, "done": [*row.payload.get("done", []), name]}
        row.phase = name
        row.save(update_fields=["payload", "phase"])


def _held_up(work: Work, stopped: Stopped) -> None:
    """What stopped the connection: waits where that helps, else gives up and says why."""
    verdict = stopped.verdict
    work.keep_exchanges()
    if verdict.code == "stopped":
        raise GiveUp("Somebody stopped the migration.") from stopped
    with work.transaction() as connection:
        # The organisation stays locked for somebody to go on or back.
        Connection.objects.filter(id=connection.id).update(
            state=ConnectionState.MIGRATING,
            pause_code=verdict.code,
            pause_message=verdict.sentence,
        )
    if verdict.action in ("retry", "cool_down"):
        raise Retry(verdict.sentence, seconds=verdict.seconds or 30) from stopped
    raise GiveUp(verdict.sentence) from stopped


def _finish(work: Work) -> None:
    work.keep_exchanges()
    work.progress(len(STEPS), len(STEPS), "Letting everybody work again")
    fault("migration.before_finish")
    with work.run.finishing() as result:
        connection = Connection.objects.get(id=work.connection_id)
        today = timezone.localdate().isoformat()
        began = connection.cursor.get(BEGAN, timezone.now().isoformat())
        from_date = connection.options.get("from_date") or today
        cursor = {key: each for key, each in connection.cursor.items() if key != BEGAN}
        Connection.objects.filter(id=connection.id).update(
            state=ConnectionState.ACTIVE,
            connected_at=Now(),
            options={**connection.options, "from_date": from_date},
            cursor={**cursor, FEED: began},
            pause_code="",
            pause_message="",
        )
        unlock_organisation()
        SyncRun.objects.filter(id=work.sync_run).update(
            state=RunState.DONE, finished_at=Now(), counts=dict(work.counts)
        )
        result["text"] = f"{connection} is connected."
        result.update(work.counts)
        log_activity("migration.done", f"Migration from {connection} finished", about=connection)
        _tell(
            connection,
            f"{connection} is connected to Wharf",
            "The migration is done, and everybody can work again. From today on documents are "
            "sent by themselves.\n\nEverything from before can be exported from here:\n"
            f"{_address('history-export')}\n",
        )
    fault("migration.finished")


def gave_up(run: Run, error: str) -> None:
    """The job failed for good: the person is told; the organisation waits for a decision."""
    sync_run = run.payload.get("sync_run")
    SyncRun.objects.filter(id=str(sync_run), state__in=sorted(RunState.open())).update(
        state=RunState.FAILED, error=error, finished_at=Now()
    )
    connection = Connection.objects.filter(id=str(run.payload.get("connection"))).first()
    if connection is None or connection.state != ConnectionState.MIGRATING:
        return
    Connection.objects.filter(id=connection.id).update(pause_message=error)
    _tell(
        connection,
        f"The migration from {connection} has stopped",
        f"What happened: {error}\n\nNothing is lost. Go on from the step where it stopped, or go "
        f"back to where you were, here:\n{_address('migration')}\n\n"
        "Until then Wharf can be read but nothing changed.\n",
    )


def _tell(connection: Connection, subject: str, body: str) -> None:
    address = (
        User.objects.filter(id=str(connection.connected_by)).values_list("email", flat=True).first()
    )
    if address:
        post(Letter(to=[address], subject=subject, body=body))


def _address(page: str) -> str:
    base = settings.BASE_URL.rstrip("/")
    if page == "migration":
        return base + reverse("accounting:migration")
    return base + reverse("accounting:advanced")


def job_id_of(connection: Connection) -> UUID | None:
    """The migration's job."""
    run = migration_of(connection)
    return run.job if run is not None else None
