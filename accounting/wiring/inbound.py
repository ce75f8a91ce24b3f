"""Hooks of what comes from there: handlers of changed objects, webhooks, the daily keeping."""


def register() -> None:
    """Called from `AppConfig.ready`."""
    from accounting.engine.absorbing import register_handler, register_removal
    from accounting.services.absorb_handlers import HANDLERS, removed

    for kind, handler in HANDLERS.items():
        register_handler(kind, handler)
    register_removal(removed)
    _keep_daily()


def _keep_daily() -> None:
    from accounting.services.keeping import KEEP_JOB, NEWS, run_daily
    from tenants.domain.permissions import Special
    from tenants.jobs import JobKind, register_job_kind
    from tenants.services.notifications import (
        NotificationKind,
        register_notification_kind,
        who_has,
    )

    register_job_kind(JobKind(KEEP_JOB, "sync", run_daily))
    register_notification_kind(
        NotificationKind(
            NEWS, "Access to the accounting system ends", who_has(Special.QUICKBOOKS), "attention"
        )
    )
