"""Opening balances and stock on hand later, where the wizard's steps were left out (Q18)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from django.db.models.functions import Now

from accounting.domain.states import ConnectionState, RunKind, RunState
from accounting.domain.wizard import Answers, read_answers
from accounting.engine.work import Stopped, Work, work_for
from accounting.models import Connection, SyncRun
from accounting.services.opening import bring_in_opening, check_opening_once
from accounting.services.parties_import import bring_in_parties, bring_in_products
from accounting.services.stock_import import bring_in_stock, check_stock_once
from hub.errors import Conflict, InvalidInput
from inventory.models import Location
from tenants.actor import current_actor
from tenants.jobs import GiveUp, Retry, Run
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue

BRING_IN_JOB = "accounting.bring_in"
TITLES = {"opening": "Opening balances", "stock": "Stock on hand"}
Step = Callable[[Work, Answers], None]
STEPS: Mapping[str, tuple[Step, ...]] = {
    "opening": (bring_in_parties, bring_in_opening),
    "stock": (bring_in_products, bring_in_stock),
}


def begin_bringing_in(connection: Connection, what: str, location: UUID | None = None) -> SyncRun:
    """Start the job; raises Conflict (done already, not connected, under way), InvalidInput."""
    if connection.state != ConnectionState.ACTIVE:
        raise Conflict("The connection is not active.", code="not_connected")
    if what == "opening":
        check_opening_once(connection)
    else:
        check_stock_once(connection)
        if location is None or not Location.objects.filter(id=location, is_active=True).exists():
            message = "Choose the location where the stock lies."
            raise InvalidInput(message, fields={"location": [message]})
    if SyncRun.objects.filter(connection=connection, state__in=sorted(RunState.open())).exists():
        raise Conflict("A sync is under way. Wait until it is done.", code="sync_under_way")
    run = SyncRun.objects.create(
        connection=connection,
        kind=RunKind.MIGRATION,
        payload={"what": what},
        started_by_name=current_actor().name[:160],
    )
    payload = {
        "connection": connection.id,
        "sync_run": run.id,
        "what": what,
        "location": location or "",
    }
    job = enqueue(BRING_IN_JOB, payload, title=f"{TITLES[what]} from {connection}")
    SyncRun.objects.filter(id=run.id).update(job=job.id)
    run.job = job.id
    log_activity(f"{what}.begun", f"{TITLES[what]} from {connection} begun", about=connection)
    return run


def latest_of(connection: Connection, what: str) -> SyncRun | None:
    """The last time that somebody began it."""
    rows = SyncRun.objects.filter(connection=connection, kind=RunKind.MIGRATION, payload__what=what)
    return rows.order_by("-id").first()


def run_bring_in(run: Run) -> None:
    """The job; begun again it repeats nothing."""
    work = work_for(run)
    what = str(run.payload["what"])
    with work.transaction() as connection:
        SyncRun.objects.filter(id=work.sync_run).update(state=RunState.RUNNING, started_at=Now())
        answers = replace(
            read_answers(connection.wizard),
            opening=what == "opening",
            stock=what == "stock",
            location=str(run.payload.get("location", "")),
        )
    try:
        for step in STEPS[what]:
            step(work, answers)
    except Stopped as stopped:
        work.keep_exchanges()
        verdict = stopped.verdict
        if verdict.action in ("retry", "cool_down") and verdict.code != "stopped":
            raise Retry(verdict.sentence, seconds=verdict.seconds or 30) from stopped
        raise GiveUp(verdict.sentence) from stopped
    work.keep_exchanges()
    with run.finishing() as result:
        SyncRun.objects.filter(id=work.sync_run).update(
            state=RunState.DONE, finished_at=Now(), counts=dict(work.counts)
        )
        result["text"] = f"{TITLES[what]}: {work.counts[what]} came in."
