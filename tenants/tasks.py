"""Celery's side: tasks carry (tenant_id, job_id) and nothing else."""

from typing import Any
from uuid import UUID

from celery import Task

from hub.celery import app
from tenants.boundary import tenant_is_set
from tenants.dispatch import dispatch_due_jobs
from tenants.jobs import run_job
from tenants.services.account_mail import send_due_account_mail


class TenantTask(Task):  # type: ignore[type-arg]
    """Runs one job of one organisation; a task of any other shape fails a test."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        assert not tenant_is_set(), "a task starts outside every organisation"
        return super().__call__(*args, **kwargs)


class TickTask(Task):  # type: ignore[type-arg]
    """A beat tick: no organisation, idempotent."""

    abstract = True


@app.task(base=TenantTask, name="tenants.run_job")
def run_job_task(tenant_id: str, job_id: str) -> None:
    """Run one job if it is due and nobody has it."""
    run_job(UUID(tenant_id), UUID(job_id))


@app.task(base=TickTask, name="tenants.dispatch")
def dispatch_task() -> None:
    """Wake workers for due jobs whose wake-up was lost, and for claims that ran out."""
    dispatch_due_jobs()


@app.task(base=TickTask, name="tenants.send_account_mail")
def send_account_mail_task() -> None:
    """Send mail of the sign-in pages that is due."""
    send_due_account_mail()
