"""What every page says of the connection: how many documents need somebody, and what is wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounting.domain.states import ConnectionState, Mode, RunState, SyncState
from accounting.engine.provider import provider_named
from hub.ui.components import Link
from hub.ui.formatting import date_text
from tenants.domain.permissions import Special
from tenants.selectors import MembershipInForce
from tenants.watches import Strip, Watch

KEY = "accounting"
MOST_COUNTED = 100
# What was changed longer ago than this is not just the work of the day.
PATIENCE = timedelta(days=1)
NEEDING = ", ".join(f"'{state.value}'" for state in sorted(SyncState.needing_someone()))
OPEN_RUNS = ", ".join(f"'{state.value}'" for state in sorted(RunState.open()))
# The connection, each fact from an index, each count bounded.
SQL = f"""(SELECT json_build_object(
    'id', c.id, 'provider', c.provider, 'name', c.company_name, 'state', c.state, 'mode', c.mode,
    'code', c.pause_code, 'message', c.pause_message, 'connected', c.connected_at IS NOT NULL,
    'autosync', coalesce((c.options #>> '{{autosync,on}}')::boolean, false),
    'needing', (SELECT count(*) FROM (
        SELECT 1 FROM accounting_syncdocument d WHERE d.tenant_id = o.id
        AND d.connection_id = c.id AND d.state IN ({NEEDING}) LIMIT {MOST_COUNTED}) AS needing),
    'closed', (SELECT count(*) FROM (
        SELECT 1 FROM accounting_syncdocument d WHERE d.tenant_id = o.id
        AND d.connection_id = c.id AND d.state IN ({NEEDING}) AND d.reason = 'period_closed'
        LIMIT {MOST_COUNTED}) AS closed),
    'oldest', (SELECT l.id FROM accounting_localchange l WHERE l.tenant_id = o.id
        ORDER BY l.id LIMIT 1),
    'run', (SELECT json_build_array(r.state, r.error) FROM accounting_syncrun r
        WHERE r.tenant_id = o.id AND r.connection_id = c.id AND r.state NOT IN ({OPEN_RUNS})
        ORDER BY r.id DESC LIMIT 1))
FROM accounting_connection c WHERE c.tenant_id = o.id AND c.state <> 'disabled' LIMIT 1)"""  # noqa: S608 - states are ours


def watch() -> Watch:
    """For `AppConfig.ready`."""
    return Watch(KEY, SQL, strip, news)


def needing(member: MembershipInForce) -> str:
    """The counter beside Integrations: "3", "99+", or nothing."""
    value = member.watched.get(KEY)
    if value is None or not member.has(Special.QUICKBOOKS):
        return ""
    return _shown(value["needing"]) if value["needing"] else ""


def _shown(count: int) -> str:
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def _documents(count: int, one: str, more: str) -> str:
    return f"1 document {one}" if count == 1 else f"{_shown(count)} documents {more}"


def news(value: Any, member: MembershipInForce) -> Link | None:
    """What the inbox says of documents that need somebody."""
    if not value["needing"] or not member.has(Special.QUICKBOOKS):
        return None
    title = provider_named(value["provider"]).title
    words = _documents(value["needing"], "needs", "need")
    return Link(f"{words} attention in {title}", _attention(), "alert-triangle")


def _attention() -> str:
    return f"{reverse('accounting:history')}?tab=attention"


def strip(value: Any, member: MembershipInForce) -> Strip | None:
    """The gravest of what stands in the way, for those who can do something about it."""
    if not member.has(Special.QUICKBOOKS):
        return None
    state = ConnectionState(value["state"])
    title = provider_named(value["provider"]).title
    company = value["name"] or title
    if state == ConnectionState.NEEDS_RECONNECT:
        return _reconnect(value["message"], title, company)
    if state == ConnectionState.PAUSED:
        because = value["message"] or "Somebody paused it. What changes here waits."
        return _told_there(
            f"Syncing with {company} stands still. {because}",
            _overview("See what to do"),
        )
    if state != ConnectionState.ACTIVE:
        return None
    return _while_active(value, title, company)


def _reconnect(message: str, title: str, company: str) -> Strip:
    said = message or f"Wharf has lost its access to {company}."
    return Strip(
        f"{title} has to be connected again. {said} Until then nothing is sent or read, and "
        "nothing is lost.",
        Link("Reconnect", reverse("accounting:connect"), "plug-off"),
        "critical",
        (reverse("accounting:overview"), reverse("accounting:connect")),
    )


def _while_active(value: Any, title: str, company: str) -> Strip | None:
    if value["code"]:
        return _told_there(value["message"], _overview("See what to do"))
    run = value["run"]
    if run is not None and run[0] == RunState.FAILED:
        why = f" {run[1]}" if run[1] else ""
        return Strip(
            f"The last sync with {company} failed.{why}",
            Link("See the runs", reverse("accounting:runs"), "alert-triangle"),
        )
    if value["closed"]:
        return Strip(
            f"{_documents(value['closed'], 'is', 'are')} of a time for which the books in {title} "
            "are closed. Open that period there and retry, or skip them.",
            Link("See which", f"{_attention()}&cause=period_closed", "lock"),
        )
    since = _waiting_since(value)
    if since is not None:
        return Strip(
            f"What was changed here since {date_text(since)} has not been sent to {company}: "
            "autosync is off.",
            _overview("Sync now, or turn it on"),
        )
    return None


def _waiting_since(value: Any) -> datetime | None:
    """Since when something waits that nothing will send by itself; ids tell their time."""
    if value["autosync"] or value["mode"] == Mode.READ_ONLY or value["oldest"] is None:
        return None
    made = datetime.fromtimestamp((UUID(value["oldest"]).int >> 80) / 1000, tz=UTC)
    return made if made < timezone.now() - PATIENCE else None


def _overview(label: str) -> Link:
    return Link(label, reverse("accounting:overview"), "alert-triangle")


def _told_there(text: str, link: Link) -> Strip:
    """Something that the integration's own page says itself, with the button."""
    return Strip(text, link, own_pages=(reverse("accounting:overview"),))
