"""A preview as a job (Q26): planned as a run would plan it, looked at, and rolled back."""

import threading
from contextlib import suppress
from datetime import date
from typing import Any, Self

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from accounting.domain.states import ConnectionState
from accounting.engine.planning import BATCH, DAYS_DUE, plan_changes
from accounting.engine.preview import Told, foresee
from accounting.models import Connection
from accounting.services.cogs import export_days_due
from accounting.services.history_export import check_day, mark_since
from hub.errors import Conflict
from tenants.jobs import LeaseLost, Run
from tenants.models import Job, JobState
from tenants.services.jobs import enqueue

PREVIEW_JOB = "accounting.preview"
BEAT_SECONDS = 2.0  # often enough for the page, well within the lease
OPEN = (JobState.QUEUED, JobState.RUNNING)


class Pulse:
    """Keeps the claim of a job alive, and its page, while one long transaction is at work."""

    def __init__(self, run: Run, step: str) -> None:
        self._run, self._step = run, step
        self._done, self._total = 0, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def told(self, done: int, total: int) -> None:
        """How far it is; said at the next beat."""
        self._done, self._total = done, total

    def _beat(self) -> None:
        try:
            while not self._over.wait(BEAT_SECONDS):
                self._run.progress(self._done, self._total, self._step)
        except LeaseLost:
            pass  # the transaction finds out by itself, and is rolled back
        finally:
            database.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._over.set()
        self._thread.join()


class RollBack(Exception):
    """Raised to undo what was planned for a preview."""


def start_preview(connection: Connection, history_from: date | None = None) -> Job:
    """Ask for a preview of the next sync, or of an export from a day. Raises Conflict, InvalidInput
    (`since`). The same job when one is under way.
    """
    if connection.state != ConnectionState.ACTIVE:
        sentence = connection.pause_message or "The connection is not complete yet."
        raise Conflict(sentence, code="not_connected")
    if history_from is not None:
        check_day(history_from)
    Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    since = history_from.isoformat() if history_from else ""
    waiting = Job.objects.filter(kind=PREVIEW_JOB, state__in=OPEN, payload__since=since).first()
    if waiting is not None:
        return waiting
    words = f"of an export since {since}" if since else "of the next sync"
    payload = {"connection": connection.id, "since": since}
    return enqueue(PREVIEW_JOB, payload, title=f"Preview {words}: {connection}")


def run_preview(run: Run) -> None:
    """The job; what it found is its result."""
    found: dict[str, Any] = {}
    since = str(run.payload["since"])
    with run.transaction(), Pulse(run, "Working out what would be sent") as pulse:
        connection = Connection.objects.get(id=str(run.payload["connection"]))
        with suppress(RollBack), transaction.atomic():
            day = date.fromisoformat(since) if since else None
            found = planned_and_seen(connection, day, pulse.told)
            raise RollBack
    with run.finishing() as result:
        totals = found["totals"]
        result.update(found)
        result["since"] = since
        result["text"] = (
            f"{totals['create']} would be created, {totals['update']} changed, {totals['void']} "
            f"voided there; {totals['attention']} need attention. Nothing was sent."
        )
        result["link"] = ["See it all", f"/integrations/quickbooks/preview/?job={run.job_id}"]


def planned_and_seen(
    connection: Connection, history_from: date | None, told: Told | None = None
) -> dict[str, Any]:
    """Plan what is due and look at it; the caller rolls it back."""
    if history_from is not None:
        mark_since(connection, history_from)
    while plan_changes(connection) >= BATCH:
        pass
    connection.refresh_from_db()
    export_days_due(connection)
    found = foresee(connection, told)
    today = timezone.localdate().isoformat()
    found["cogs_tomorrow"] = today in connection.cursor.get(DAYS_DUE, [])
    return found


def latest_preview() -> Job | None:
    """The newest preview, under way or done."""
    return Job.objects.filter(kind=PREVIEW_JOB).order_by("-id").first()
