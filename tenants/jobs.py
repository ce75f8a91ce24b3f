"""Running jobs: kinds that apps register, and the claim that makes an effect happen once.

A claim raises the job's lease number; every transaction that records a result checks that the
number is still its own. A worker that was slow, paused or thought dead therefore records nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models.functions import Now

from hub.celery import poke
from hub.errors import WharfError
from hub.faults import fault
from hub.outages import is_disk_full
from tenants.boundary import tenant_context
from tenants.lock import WAITING_LANES
from tenants.models import Job, JobLog, JobState

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
# Seconds before try 2, 3, …; the last one repeats.
BACKOFF = (1, 5, 15, 60, 300, 900)
FULL_DISK_SECONDS = 15


class LeaseLost(RuntimeError):
    """Another claim took over; whatever this one did in its transaction is rolled back."""


class WorkerLost(WharfError):
    """The last try ended without a word: its worker was killed, again and again."""

    code = "worker_lost"


class Retry(WharfError):
    """The work cannot be done now but may later: try again after `seconds`.

    `counts` is false for waiting one's turn: such a wait uses up none of the tries. `at_once`: it
    goes to the end of its lane now, behind the work of others.
    """

    code = "retry"

    def __init__(
        self,
        message: str,
        *,
        seconds: int | None = None,
        counts: bool = True,
        at_once: bool = False,
    ) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.counts = counts
        self.at_once = at_once


class GiveUp(WharfError):
    """Trying again cannot help: the job fails now, with this reason."""

    code = "given_up"


@dataclass(frozen=True, slots=True)
class JobKind:
    """How one kind of job is run.

    `exhausted` is told when the last try has failed, and when somebody stopped the job.
    """

    name: str
    lane: str
    run: Callable[["Run"], None]
    max_attempts: int = 8
    exhausted: Callable[["Run", str], None] | None = None


_kinds: dict[str, JobKind] = {}


def register_job_kind(kind: JobKind) -> None:
    """Called from `AppConfig.ready`; a kind has one owner."""
    if kind.name in _kinds:
        raise ValueError(f"job kind {kind.name!r} is registered twice")
    _kinds[kind.name] = kind


def job_kind(name: str) -> JobKind:
    """The registered kind; raises KeyError."""
    return _kinds[name]


@dataclass(slots=True)
class Run:
    """One claim of one job, handed to its kind."""

    tenant_id: UUID
    job_id: UUID
    lease: int
    attempt: int
    payload: Mapping[str, Any]
    result: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of the job's organisation that commits only while the claim is ours."""
        with tenant_context(self.tenant_id):
            yield
            self._check_lease()

    @contextmanager
    def finishing(self) -> Iterator[dict[str, Any]]:
        """The last transaction: what is written inside commits together with "finished"."""
        with tenant_context(self.tenant_id):
            yield self.result
            self.finish()

    def finish(self) -> None:
        """Mark the job finished inside the current transaction; raises LeaseLost."""
        changed = self.ours().update(
            state=JobState.DONE,
            result=self.result,
            leased_until=None,
            finished_at=Now(),
            error="",
            error_code="",
            step="",
        )
        if changed != 1:
            raise LeaseLost(str(self.job_id))

    def progress(self, done: int, total: int, step: str) -> str:
        """Say how far it is, keep the lease alive; gives what people asked for meanwhile."""
        with tenant_context(self.tenant_id):
            changed = self.ours().update(
                progress_done=done,
                progress_total=total,
                step=step[:200],
                leased_until=Now() + LEASE,
            )
            if changed != 1:
                raise LeaseLost(str(self.job_id))
            return str(Job.objects.values_list("wanted", flat=True).get(id=self.job_id))

    def note(self, message: str, level: str = "info") -> None:
        """Append to the job's log inside the current transaction."""
        JobLog.objects.create(job_id=self.job_id, message=message, level=level)

    def ours(self) -> Any:
        """The job's row, as long as this claim is the latest."""
        return Job.objects.filter(id=self.job_id, lease=self.lease, state=JobState.RUNNING)

    def _check_lease(self) -> None:
        if not self.ours().select_for_update(no_key=True).values_list("id").first():
            raise LeaseLost(str(self.job_id))


CLAIM = """
UPDATE tenants_job
SET state = 'running', lease = lease + 1, attempts = attempts + 1,
    leased_until = clock_timestamp() + %s * interval '1 second'
WHERE tenant_id = %s AND id = %s AND not_before <= clock_timestamp()
  AND (state = 'queued' OR (state = 'running' AND leased_until < clock_timestamp()))
  AND NOT (lane = ANY(%s) AND EXISTS (
      SELECT 1 FROM tenants_organisation o WHERE o.id = tenant_id AND o.locked_because <> ''))
RETURNING kind, lease, attempts, payload
"""


def claim(tenant_id: UUID, job_id: UUID) -> tuple[JobKind, Run] | None:
    """Take a due job by compare-and-swap; None when it is not due or somebody has it.

    While the organisation is locked, jobs that change its documents are not due.
    """
    with tenant_context(tenant_id), connection.cursor() as cursor:
        lanes = list(WAITING_LANES)
        cursor.execute(CLAIM, [LEASE.total_seconds(), tenant_id, job_id, lanes])
        row = cursor.fetchone()
    if row is None:
        return None
    kind, lease, attempt, payload = row
    return job_kind(kind), Run(tenant_id, job_id, lease, attempt, _as_mapping(payload))


def run_job(tenant_id: UUID, job_id: UUID) -> bool:
    """Claim and run one job; True when it was ours to run. Its own faults are recorded."""
    claimed = claim(tenant_id, job_id)
    if claimed is None:
        return False
    kind, run = claimed
    fault("job.claimed")
    try:
        if run.attempt > kind.max_attempts:
            raise WorkerLost("The worker that ran it died every time, so it was given up.")
        kind.run(run)
    except LeaseLost:
        log.warning("job_lease_lost", job=str(job_id), kind=kind.name)
    except Retry as error:
        log.info("job_waits", job=str(job_id), kind=kind.name, counts=error.counts)
        record_failure(kind, run, error)
    except Exception as error:
        log.warning("job_failed", job=str(job_id), kind=kind.name, exc_info=True)
        record_failure(kind, run, error)
    return True


def record_failure(kind: JobKind, run: Run, error: Exception) -> None:
    """Put the job back for a later try, or give it up after its last one; the reason is kept."""
    code, message, seconds = _explain(error, run.attempt)
    # A full disk is nobody's fault and may last longer than all the tries together.
    waits = is_disk_full(error) or (isinstance(error, Retry) and not error.counts)
    with tenant_context(run.tenant_id):
        stopped = run.ours().filter(wanted="cancel").exists()
        spent = run.attempt >= kind.max_attempts or isinstance(error, GiveUp)
        final = stopped or (spent and not waits)
        changed = run.ours().update(
            state=_state_after_failure(stopped=stopped, final=final),
            not_before=Now() + timedelta(seconds=seconds),
            leased_until=None,
            attempts=run.attempt - 1 if waits else run.attempt,
            error_code=code,
            error=message,
            finished_at=Now() if final else None,
        )
        if changed == 1 and not final and isinstance(error, Retry) and error.at_once:
            transaction.on_commit(lambda: _poke(kind, run), robust=True)
        if changed != 1 or (waits and not stopped):
            return
        run.note(f"Try {run.attempt} failed: {message}", level="error")
        if final and kind.exhausted is not None:
            kind.exhausted(run, message)


def _poke(kind: JobKind, run: Run) -> None:
    poke("tenants.run_job", str(run.tenant_id), str(run.job_id), lane=kind.lane)


def _state_after_failure(*, stopped: bool, final: bool) -> JobState:
    if stopped:
        return JobState.CANCELLED
    return JobState.FAILED if final else JobState.QUEUED


def _explain(error: Exception, attempt: int) -> tuple[str, str, int]:
    seconds = BACKOFF[min(attempt, len(BACKOFF)) - 1]
    if isinstance(error, Retry):
        return error.code, error.message, 0 if error.at_once else error.seconds or seconds
    if isinstance(error, WharfError):
        return error.code, error.message, seconds
    if is_disk_full(error):
        message = "There is no room left on the disk. It goes on by itself once there is."
        return "disk_full", message, FULL_DISK_SECONDS
    return (
        "unexpected",
        f"Something went wrong on our side ({type(error).__name__}).",
        seconds,
    )


def _as_mapping(payload: Any) -> Mapping[str, Any]:
    if isinstance(payload, str):  # a raw cursor leaves JSON to the reader
        return dict(json.loads(payload))
    return dict(payload)
