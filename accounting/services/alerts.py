"""Telling people that a sync met errors (Q14): in the app, and by e-mail to a mailing list."""

from uuid import UUID

from django.conf import settings

from accounting.domain.options import read_options
from accounting.domain.states import RunKind, RunState
from accounting.models import Connection, SyncRun
from tenants.models import MailingList
from tenants.services.activity import log_activity
from tenants.services.mail import Letter, post
from tenants.services.notifications import notify

ALERT = "accounting.sync_errors"
HISTORY = "/integrations/quickbooks/history/"
WORDS = {
    RunState.DONE: "done",
    RunState.FAILED: "failed",
    RunState.STOPPED: "stopped",
}


def tell_of_errors(connection: Connection, run: SyncRun) -> None:
    """Leave the run's outcome in the audit report, and tell of errors as the settings say."""
    counts = run.counts or {}
    words = WORDS.get(RunState(run.state), str(run.state))
    label = RunKind(run.kind).label
    sent, attention = counts.get("sent", 0), counts.get("attention", 0)
    log_activity(
        f"sync.{words}",
        f"{label} with {connection} {words}: {sent} sent, {counts.get('taken', 0)} taken over, "
        f"{attention} need attention{f'. {run.error}' if run.error else ''}"[:400],
        about=connection,
    )
    problem = _problem(connection, run)
    if problem:
        _tell(connection, f"{label} with {connection}: {problem[0]}", problem[1])


def _problem(connection: Connection, run: SyncRun) -> tuple[str, str] | None:
    """What to tell: (title, text); None when nothing went wrong that people do not know of."""
    if run.kind == RunKind.MIGRATION:
        return None  # its own mail tells of it
    if run.state in (RunState.FAILED, RunState.STOPPED) and run.error:
        return f"it {WORDS[RunState(run.state)]}", run.error
    now = (run.counts or {}).get("attention", 0)
    before = (
        SyncRun.objects.filter(connection=connection, finished_at__isnull=False, id__lt=run.id)
        .order_by("-id")
        .first()
    )
    known = (before.counts or {}).get("attention", 0) if before is not None else 0
    if now <= known:
        return None
    words = "1 document needs" if now == 1 else f"{now} documents need"
    return f"{words} attention", "The sync history says for each what happened and what mends it."


def _tell(connection: Connection, title: str, text: str) -> None:
    plan = read_options(connection.options).autosync
    if plan.alert_in_app:
        notify(ALERT, title, body=text, url=HISTORY, about=connection.id)
    if plan.alert_by_mail and plan.mailing_list:
        row = MailingList.objects.filter(id=UUID(plan.mailing_list)).first()
        if row is not None and row.addresses:
            link = f"\n\n{settings.BASE_URL}{HISTORY}\n"
            post(Letter(to=row.addresses[:50], subject=title[:200], body=f"{text}{link}"))
