"""Replacing products there by those of here (Q19): checked, the old ones put aside, made anew.

An item whose quantity was ever tracked there goes on counting its cost. So each gives up its name,
is made inactive, and the product is sent as a service. What is to be replaced is noted first; a
job that begins again goes on where it stopped, and what it left waits for the next sync.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Now

from accounting.domain.states import ConnectionState, Kind, Mode, RunKind, RunState, SyncState
from accounting.engine.expansion import Candidate
from accounting.engine.planning import plan
from accounting.engine.pushing import push_kind
from accounting.engine.recovering import recover
from accounting.engine.work import Stopped, Work, work_for
from accounting.models import Connection, SyncDocument, SyncRun
from accounting.services.stock_import import RETIRING, retire
from hub.errors import Conflict, InvalidInput
from hub.faults import fault
from inventory.models import Product
from tenants.actor import current_actor
from tenants.jobs import Retry, Run
from tenants.models import Job
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue

REPLACE_JOB = "accounting.replace"
SYMBOLS = 100
MARK = "replace"
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class NameClash:
    """Products whose names are the same in what goes there."""

    name: str
    skus: tuple[str, ...]


def clashing_names() -> list[NameClash]:
    """Active products with the same first 100 characters, whatever their case."""
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = Product.objects.filter(is_active=True).values_list("sku", "name")
    for sku, name in rows.order_by("sku_key").iterator(5_000):
        names[name[:SYMBOLS].strip().casefold()].append((sku, name))
    return [
        NameClash(same[0][1][:SYMBOLS].strip(), tuple(sku for sku, _name in same))
        for same in names.values()
        if len(same) > 1
    ]


def start_replacing(connection: Connection) -> SyncRun:
    """Begin. Raises InvalidInput (`name_clash`) naming the products, Conflict (`not_connected`,
    `sync_under_way`).
    """
    Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    if connection.state != ConnectionState.ACTIVE or connection.mode != Mode.BOTH_WAYS:
        raise Conflict(
            "Products are replaced while both sides are connected.", code="not_connected"
        )
    if connection.pause_code:
        raise Conflict(connection.pause_message, code="not_connected")
    clashes = clashing_names()
    if clashes:
        first = clashes[0]
        raise InvalidInput(
            f"{len(clashes)} names are not unique in their first {SYMBOLS} characters, such as "
            f"“{first.name}” ({', '.join(first.skus[:5])}). Rename them first; nothing was "
            "replaced.",
            code="name_clash",
            fields={
                "products": [
                    f"{one.name}: {', '.join(one.skus[:5])}" for one in clashes[:MOST_SHOWN]
                ]
            },
        )
    if SyncRun.objects.filter(connection=connection, state__in=sorted(RunState.open())).exists():
        raise Conflict("A sync is under way. Wait until it is done.", code="sync_under_way")
    run = SyncRun.objects.create(
        connection=connection,
        kind=RunKind.MANUAL,
        phase=MARK,
        payload={MARK: True},
        started_by_name=current_actor().name[:160],
    )
    payload = {"connection": connection.id, "sync_run": run.id}
    job = enqueue(REPLACE_JOB, payload, title=f"Replace products in {connection}")
    SyncRun.objects.filter(id=run.id).update(job=job.id)
    run.job = job.id
    log_activity("products.replacing", f"Products in {connection} are replaced", about=connection)
    return run


def latest_replacing() -> Job | None:
    """The last time, under way or over."""
    return Job.objects.filter(kind=REPLACE_JOB).order_by("-id").first()


def run_replacing(run: Run) -> None:
    """The job: three stages, each of which may be cut off anywhere."""
    work = work_for(run)
    with work.transaction():
        SyncRun.objects.filter(id=work.sync_run, state=RunState.QUEUED).update(
            state=RunState.RUNNING, started_at=Now()
        )
    fault("replacing.begun")
    try:
        recover(work)
        _note(work)
        _put_aside(work)
        _make_anew(work)
    except Stopped as stopped:
        _held_up(work, stopped)
        return
    _finish(work)


def _note(work: Work) -> None:
    """Note once what is to be replaced, before anything is."""
    with work.transaction() as connection:
        sync_run = SyncRun.objects.select_for_update().get(id=work.sync_run)
        if sync_run.payload.get("noted"):
            return
        products = Product.objects.filter(is_active=True).values_list("id", flat=True)
        rows = list(
            SyncDocument.objects.select_for_update()
            .filter(connection=connection, kind=Kind.PRODUCT, local_id__in=products)
            .exclude(remote_id="")
        )
        for row in rows:
            row.facts = {**row.facts, RETIRING: True}
        SyncDocument.objects.bulk_update(rows, ["facts"], batch_size=500)
        sync_run.payload = {**sync_run.payload, "noted": True, "count": len(rows)}
        sync_run.save(update_fields=["payload"])
    fault("replacing.noted")


def _waiting(work: Work) -> Sequence[SyncDocument]:
    with work.transaction() as connection:
        return list(
            SyncDocument.objects.filter(
                connection=connection, kind=Kind.PRODUCT, facts__has_key=RETIRING
            ).order_by("id")
        )


def _put_aside(work: Work) -> None:
    waiting = _waiting(work)
    for place, row in enumerate(waiting):
        work.progress(place, len(waiting), f"1 of 3: removing {row.number} there")
        retire(work, row, None)


def _make_anew(work: Work) -> None:
    work.progress(0, 0, "2 of 3: exporting the products from here")
    with work.transaction() as connection:
        rows = Product.objects.filter(is_active=True).values_list("id", "sku")
        plan(connection, [Candidate(Kind.PRODUCT, key, sku) for key, sku in rows])
    fault("replacing.planned")
    push_kind(work, Kind.PRODUCT)


def _held_up(work: Work, stopped: Stopped) -> None:
    verdict = stopped.verdict
    work.keep_exchanges()
    if verdict.code == "stopped":
        _close(work, RunState.STOPPED, verdict.sentence)
        return
    if verdict.action in ("retry", "cool_down"):
        raise Retry(verdict.sentence, seconds=verdict.seconds or 30) from stopped
    _close(work, RunState.FAILED, verdict.sentence)


def _finish(work: Work) -> None:
    with work.transaction() as connection:
        left = SyncDocument.objects.filter(
            connection=connection, kind=Kind.PRODUCT, state__in=sorted(SyncState.needing_someone())
        )
        kept = SyncDocument.objects.filter(
            connection=connection, kind=Kind.PRODUCT, facts__has_key=RETIRING
        )
        first = (left | kept).order_by("id").first()
        error = ""
        if first is not None:
            error = f"{first.number}: {first.message or 'it could not be put aside there.'}"
    _close(work, RunState.FAILED if error else RunState.DONE, error)


def _close(work: Work, state: RunState, error: str) -> None:
    work.keep_exchanges()
    with work.run.finishing() as result:
        connection = Connection.objects.get(id=work.connection_id)
        row = SyncRun.objects.get(id=work.sync_run)
        count = int(row.payload.get("count", 0))
        SyncRun.objects.filter(id=row.id).update(
            state=state, error=error, finished_at=Now(), counts=dict(work.counts)
        )
        result.update(work.counts)
        result["text"] = (
            f"3 of 3: products in {connection} were not all replaced: {error}"
            if error
            else f"3 of 3: {count} products in {connection} were replaced."
        )
        log_activity("products.replaced", result["text"][8:], about=connection)


def give_up_replacing(run: Run, error: str) -> None:
    """The job failed for good: what was put aside is made anew by the next sync."""
    SyncRun.objects.filter(
        id=str(run.payload.get("sync_run")), state__in=sorted(RunState.open())
    ).update(state=RunState.FAILED, error=error, finished_at=Now())
