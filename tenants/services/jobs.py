"""Asking for work, and what a person may do about it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from hub.celery import poke
from hub.errors import Conflict, NotFound
from tenants.actor import current_actor
from tenants.boundary import current_tenant
from tenants.jobs import Run, job_kind
from tenants.models import Job, JobState
from tenants.services.activity import log_activity


def enqueue(
    kind: str,
    payload: Mapping[str, Any],
    *,
    title: str = "",
    visible: bool = True,
    not_before: datetime | None = None,
    wakes: bool = True,
) -> Job:
    """Write a job in the current transaction; a worker is woken once it commits.

    `wakes=False`: the caller runs it itself right after the commit; should it die before that,
    the dispatcher's tick finds the row.
    """
    registered = job_kind(kind)
    job = Job(
        kind=kind,
        lane=registered.lane,
        title=title,
        payload=json.loads(json.dumps(payload, default=str)),
        visible=visible,
        created_by=current_actor().id,
    )
    if not_before is not None:
        job.not_before = not_before
    job.save(force_insert=True)
    if wakes:
        wake(job.id, lane=registered.lane)
    return job


def wake(job_id: UUID, *, lane: str) -> None:
    """Wake a worker for a job when the transaction commits."""
    tenant_id = current_tenant()
    transaction.on_commit(
        lambda: poke("tenants.run_job", str(tenant_id), str(job_id), lane=lane),
        robust=True,
    )


def retry_job(job_id: UUID) -> Job:
    """Try a failed job again from the start of its tries; raises NotFound, Conflict."""
    return _move(
        job_id,
        (JobState.FAILED,),
        "retried",
        state=JobState.QUEUED,
        attempts=0,
        not_before=Now(),
        finished_at=None,
        wanted="",
    )


def cancel_job(job_id: UUID) -> Job:
    """Stop a job: at once when it waits, at its next step when it runs."""
    job = _job(job_id)
    if job.state == JobState.RUNNING:
        return _move(job_id, (JobState.RUNNING,), "asked to stop", wanted="cancel")
    stopped = _move(
        job_id,
        (JobState.QUEUED, JobState.PAUSED),
        "stopped",
        state=JobState.CANCELLED,
        finished_at=Now(),
    )
    kind = job_kind(job.kind)
    if kind.exhausted is not None:
        # What waited for the job must not wait for ever.
        run = Run(current_tenant(), job.id, job.lease, job.attempts, job.payload)
        kind.exhausted(run, f"{current_actor().name or 'Somebody'} stopped it.")
    return stopped


def _job(job_id: UUID) -> Job:
    job = Job.objects.filter(id=job_id).first()
    if job is None:
        raise NotFound("This job does not exist.")
    return job


def _move(job_id: UUID, allowed: tuple[JobState, ...], verb: str, **changes: Any) -> Job:
    job = _job(job_id)
    if Job.objects.filter(id=job_id, state__in=allowed).update(**changes) != 1:
        raise Conflict(f"The job is {job.get_state_display().lower()}; reload the page to see it.")
    log_activity(f"job.{verb.split(maxsplit=1)[0]}", f"{job.title or job.kind} {verb}", about=job)
    job.refresh_from_db()
    if job.state == JobState.QUEUED:
        wake(job_id, lane=job.lane)
    return job
