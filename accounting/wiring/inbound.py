"""Hooks of what comes from there: handlers of changed objects, webhooks, the daily keeping."""


def register() -> None:
    """Called from `AppConfig.ready`."""
    from accounting.engine.absorbing import (
        register_handler,
        register_reader,
        register_removal,
    )
    from accounting.incoming.handlers import HANDLERS, removed, taxes_read

    for kind, handler in HANDLERS.items():
        register_handler(kind, handler)
    register_removal(removed)
    register_reader(taxes_read)
    _keep_daily()
    _replace_products()


def _replace_products() -> None:
    from accounting.services.replacing import REPLACE_JOB, give_up_replacing, run_replacing
    from tenants.jobs import JobKind, register_job_kind

    register_job_kind(JobKind(REPLACE_JOB, "sync", run_replacing, exhausted=give_up_replacing))


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
