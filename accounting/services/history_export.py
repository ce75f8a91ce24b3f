"""Exporting history from a day (Q21): marks what is older as changed, then a run sends it.

Stopped, what was not sent yet is set aside and documents before the earlier day stay here again;
going on takes it in from where it stood: what has arrived is known by its hash and not sent again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from accounting.domain.options import read_options
from accounting.domain.states import ConnectionState, Mode, RunKind, RunState, SyncState
from accounting.engine.planning import BATCH, plan_changes
from accounting.models import Connection, LocalChange, SyncDocument, SyncRun
from accounting.outgoing.journals import SAID_ELSEWHERE
from accounting.services.runs import start_run
from hub.errors import Conflict, InvalidInput
from tenants.boundary import current_tenant
from tenants.jobs import Retry, Run
from tenants.models import Job, JobState
from tenants.services.activity import log_activity
from tenants.services.jobs import cancel_job, enqueue

HISTORY_JOB = "accounting.history"
FIELD = "history"
ASIDE = "history_stopped"
ASIDE_TEXT = "The historical export was stopped before this was sent. Go on with it to send it."
EARLIEST = date(1990, 1, 1)
OPEN = (JobState.QUEUED, JobState.RUNNING)
# Captured kind → the rows that a day means. Journals that documents say there are left out.
SOURCES: Mapping[str, str] = {
    "contact": """SELECT DISTINCT contact_id AS id FROM orders_invoice WHERE {issued}
        UNION SELECT contact_id FROM orders_bill WHERE {issued}
        UNION SELECT contact_id FROM orders_creditnote WHERE {issued}
        UNION SELECT contact_id FROM orders_payment WHERE {paid}""",
    "product": """SELECT DISTINCT l.product_id AS id FROM orders_invoiceline l
        JOIN orders_invoice d ON d.tenant_id = l.tenant_id AND d.id = l.invoice_id
        WHERE d.tenant_id = %(tenant)s AND d.issued_on >= %(day)s AND l.product_id IS NOT NULL""",
    "purchase_order": "SELECT id FROM orders_purchaseorder WHERE {issued}",
    "quote": "SELECT id FROM orders_quote WHERE {issued}",
    "bill": "SELECT id FROM orders_bill WHERE {issued}",
    "invoice": "SELECT id FROM orders_invoice WHERE {issued}",
    "credit_note": "SELECT id FROM orders_creditnote WHERE {issued}",
    "payment": "SELECT id FROM orders_payment WHERE {paid}",
    "settlement": """SELECT id FROM orders_settlement
        WHERE tenant_id = %(tenant)s AND settled_on >= %(day)s""",
    "journal": """SELECT id FROM ledger_journal WHERE tenant_id = %(tenant)s
        AND posted_on >= %(day)s
        AND (NOT event = ANY(%(said)s) OR event IN ('shipment', 'restock'))""",
}
ISSUED = "tenant_id = %(tenant)s AND issued_on >= %(day)s"
PAID = "tenant_id = %(tenant)s AND paid_on >= %(day)s"
MARK = """
INSERT INTO accounting_localchange (id, tenant_id, kind, local_id, mark)
SELECT uuidv7(), %(tenant)s, %(kind)s, source.id, uuidv7() FROM ({source}) AS source
ORDER BY source.id
ON CONFLICT (tenant_id, kind, local_id) DO UPDATE SET mark = excluded.mark
"""


@dataclass(frozen=True, slots=True)
class Export:
    """How far a historical export is. `before`: the day that held before it; "" for none."""

    since: str
    before: str = ""
    state: str = ""  # planning, sending, stopped, done
    job: str = ""


def export_of(connection: Connection) -> Export | None:
    """The latest historical export; None when there was none."""
    stored = connection.cursor.get(FIELD)
    return Export(**stored) if stored else None


def _keep(connection: Connection, export: Export, from_date: str | None = None) -> None:
    connection.cursor = {
        **connection.cursor,
        FIELD: {
            "since": export.since,
            "before": export.before,
            "state": export.state,
            "job": export.job,
        },
    }
    changed = ["cursor"]
    if from_date is not None:
        options = read_options(connection.options)
        connection.options = replace(options, from_date=from_date).as_json()
        changed.append("options")
    connection.save(update_fields=changed)


def check_day(day: date) -> None:
    """Raises InvalidInput (`since`) for a day that cannot be meant."""
    if not EARLIEST <= day <= timezone.localdate():
        message = f"Choose a day from {EARLIEST:%d %b %Y} to today."
        raise InvalidInput(message, fields={"since": [message]})


def earlier(first: str, second: str) -> str:
    """The earlier of two days in ISO; "" is before every day."""
    return min(first, second) if first and second else ""


def start_export(connection: Connection, day: date) -> Job:
    """Export everything since a day. Raises InvalidInput (`since`), Conflict (`not_connected`,
    `read_only`, `export_under_way`).
    """
    check_day(day)
    row = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    _check_ready(row)
    options = read_options(row.options)
    since = day.isoformat()
    export = Export(since, options.from_date, "planning")
    job = _begin(row, export)
    log_activity(
        "history.export_started", f"Export of history to {row} since {day:%d %b %Y}", about=row
    )
    connection.cursor, connection.options = row.cursor, row.options
    return job


def _check_ready(row: Connection) -> None:
    if row.state != ConnectionState.ACTIVE:
        sentence = row.pause_message or "The connection is not complete yet."
        raise Conflict(sentence, code="not_connected")
    if row.mode != Mode.BOTH_WAYS:
        message = "This connection only reads, so nothing is exported. Connect both ways first."
        raise Conflict(message, code="read_only")
    if _open_jobs().exists():
        raise Conflict("An export is under way. Stop it first.", code="export_under_way")


def _open_jobs() -> Any:
    return Job.objects.filter(kind=HISTORY_JOB, state__in=OPEN)


def _begin(row: Connection, export: Export) -> Job:
    """Enqueue the job and set the day back; the row is locked."""
    job = enqueue(
        HISTORY_JOB,
        {"connection": row.id, "since": export.since},
        title=f"Export of history since {export.since}: {row}",
    )
    kept = replace(export, state="planning", job=str(job.id))
    _keep(row, kept, earlier(export.since, export.before))
    return job


def go_on(connection: Connection) -> Job:
    """Go on with an export that was stopped. Raises Conflict."""
    row = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    export = export_of(row)
    if export is None or export.state != "stopped":
        raise Conflict("No export was stopped.", code="not_stopped")
    _check_ready(row)
    SyncDocument.objects.filter(connection=row, state=SyncState.SKIPPED, reason=ASIDE).update(
        state=SyncState.PENDING, reason="", message="", not_before=timezone.now()
    )
    job = _begin(row, export)
    log_activity(
        "history.export_resumed", f"Export of history since {export.since} goes on", about=row
    )
    return job


def stop_export(connection: Connection) -> None:
    """Stop: what was not sent yet is set aside. Raises Conflict (`not_under_way`)."""
    row = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    export = export_of(row)
    if export is None or export.state not in ("planning", "sending"):
        raise Conflict("No export is under way.", code="not_under_way")
    _keep(row, replace(export, state="stopped"), export.before)
    for job in _open_jobs():
        cancel_job(job.id)
    open_runs = SyncRun.objects.filter(
        connection=row, kind=RunKind.HISTORY, state__in=sorted(RunState.open())
    )
    for job_id in open_runs.values_list("job", flat=True):
        if Job.objects.filter(id=str(job_id), state__in=OPEN).exists():
            cancel_job(UUID(str(job_id)))
    set_aside(row, export)
    log_activity(
        "history.export_stopped", f"Export of history since {export.since} stopped", about=row
    )


def set_aside(row: Connection, export: Export) -> int:
    """Documents that only the export would send wait for it to go on."""
    old = Q(happened_on__gte=export.since)
    if export.before:
        old &= Q(happened_on__lt=export.before)
    return SyncDocument.objects.filter(
        old, connection=row, state__in=[SyncState.PENDING, SyncState.WAITING], remote_id=""
    ).update(state=SyncState.SKIPPED, reason=ASIDE, message=ASIDE_TEXT, fix={})


def mark_since(connection: Connection, day: date) -> int:
    """Mark every captured row since a day as changed, and let documents since then go.

    Gives how many were marked. In the caller's transaction.
    """
    options = read_options(connection.options)
    since = earlier(day.isoformat(), options.from_date)
    connection.options = replace(options, from_date=since).as_json()
    connection.save(update_fields=["options"])
    return sum(mark_kind(kind, day) for kind in SOURCES)


def mark_kind(kind: str, day: date) -> int:
    """Mark the rows of one captured kind as changed; gives how many."""
    source = SOURCES[kind].format(issued=ISSUED, paid=PAID)
    values: dict[str, Any] = {
        "tenant": current_tenant(),
        "kind": kind,
        "day": day,
        "said": sorted(event.value for event in SAID_ELSEWHERE),
    }
    with database.cursor() as cursor:
        cursor.execute(MARK.format(source=source), values)
        return int(cursor.rowcount)


def run_export(run: Run) -> None:
    """The job: mark, plan, then start the run that sends. Each step can be repeated."""
    connection_id = str(run.payload["connection"])
    day = date.fromisoformat(str(run.payload["since"]))
    for place, kind in enumerate(SOURCES):
        if _stopped(run, place, f"Looking for {kind.replace('_', ' ')}s"):
            return
        with run.transaction():
            mark_kind(kind, day)
    total = 0
    while True:
        with run.transaction():
            left = LocalChange.objects.count()
            total = max(total, left)
            count = plan_changes(Connection.objects.get(id=connection_id))
        if _stopped(run, total - left, "Working out what has to be sent", total):
            return
        if count < BATCH:
            break
    with run.transaction():
        row = Connection.objects.select_for_update(no_key=True).get(id=connection_id)
        started = _start(row)
    if not started:
        raise Retry("", seconds=10, counts=False)
    with run.finishing() as result:
        row = Connection.objects.get(id=connection_id)
        due = SyncDocument.objects.filter(
            connection=row, state__in=sorted(SyncState.under_way())
        ).count()
        result["text"] = f"{due} documents are due. The run that sends them has begun."
        result["link"] = ["See the integration", "/integrations/quickbooks/"]


def _stopped(run: Run, done: int, step: str, total: int = len(SOURCES)) -> bool:
    """Say how far it is; True when somebody stopped it, and then the job is at its end."""
    if run.progress(done, total, step) != "cancel":
        return False
    with run.finishing() as result:
        result["text"] = "Stopped. Go on with it under Advanced."
    return True


def _start(row: Connection) -> bool:
    """Start the run that sends; False while another one works."""
    export = export_of(row)
    if export is None or export.state == "stopped" or row.state != ConnectionState.ACTIVE:
        return True
    try:
        start_run(row, RunKind.HISTORY)
    except Conflict as error:
        if error.code == "sync_under_way":
            return False
        raise
    _keep(row, replace(export, state="sending"))
    return True


def finish_export(connection: Connection) -> None:
    """A run is over: the export is done when nothing of it is due any more."""
    export = export_of(connection)
    if export is None or export.state != "sending":
        return
    left = SyncDocument.objects.filter(
        connection=connection,
        state__in=[SyncState.PENDING, SyncState.SENDING],
        not_before__lte=timezone.now(),
    )
    if not left.exists():
        _keep(connection, replace(export, state="done"))
        log_activity(
            "history.export_done", f"Export of history since {export.since} done", about=connection
        )
