"""The integration page: health, runs, counts, the budget of calls, the flow of data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounting.domain.options import read_options
from accounting.domain.states import ConnectionState, Mode, RunKind, RunState, SyncState
from accounting.engine.provider import Provider
from accounting.models import Connection, Exchange, SyncRun
from accounting.selectors import (
    COUNT_LIMIT,
    first_id_at,
    last_runs,
    needing_count,
    open_run,
    state_counts,
    waiting_changes,
)
from accounting.services.autosync import next_autosync
from accounting.services.connecting import expiry_warning
from hub.ui.components import ErrorPanel, Fact, Link
from orders.presenters.manner import Manner

MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Number:
    """A number that opens its list."""

    label: str
    value: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Budget:
    """Calls in a stretch of time beside what is allowed; `most` is 0 where there is no limit."""

    label: str
    used: int
    most: int
    note: str = ""

    @property
    def percent(self) -> int:
        """For the bar, up to 100."""
        return min(100, round(100 * self.used / self.most)) if self.most else 0


@dataclass(frozen=True, slots=True)
class Flow:
    """One of the three lists of what goes where."""

    title: str
    icon: str
    items: Sequence[tuple[str, str]]


def numbers(connection: Connection) -> list[Number]:
    """Counts by state, each opening its tab."""
    counts = state_counts(connection)
    history = reverse("accounting:history")
    under_way = sum(counts[state] for state in SyncState.under_way())
    incoming = waiting_changes(connection)[:COUNT_LIMIT].count()
    shown = (
        ("Need attention", needing_count(counts), "", "alert-triangle"),
        ("Pending", under_way, "?tab=pending", "clock"),
        ("Synced", counts[SyncState.SYNCED], "?tab=completed", "circle-check"),
        ("Skipped", counts[SyncState.SKIPPED], "?tab=skipped", "player-skip-forward"),
    )
    found = [
        Number(label, _shown(count), f"{history}{query}", icon)
        for label, count, query, icon in shown
    ]
    if incoming:
        url = reverse("accounting:incoming")
        found.insert(1, Number("Came in and wait", _shown(incoming), url, "arrow-down-left"))
    return found


def _shown(count: int) -> str:
    return str(count) if count < COUNT_LIMIT else f"{COUNT_LIMIT - 1}+"


def health(connection: Connection, provider: Provider) -> ErrorPanel | None:
    """What stands in the way of syncing, with the way out; None when all is well."""
    state = ConnectionState(connection.state)
    if state == ConnectionState.NEEDS_RECONNECT:
        return ErrorPanel(
            connection.pause_message or f"Wharf has lost its access to {connection}.",
            "Nothing is sent or read until you reconnect. What waits is sent afterwards; nothing "
            "is lost.",
            Link("Reconnect", reverse("accounting:connect"), "plug", tone="primary"),
            connection.pause_code,
        )
    if state == ConnectionState.PAUSED:
        return ErrorPanel(
            connection.pause_message or "The connection is paused.",
            "Your books here go on; what changes waits.",
            Link("Resume", reverse("accounting:resume"), "player-play", "post", "primary"),
            connection.pause_code,
        )
    if state in (ConnectionState.CONNECTING, ConnectionState.MIGRATING):
        return ErrorPanel(
            f"The connection to {connection.company_name or provider.title} is not complete.",
            "Nothing is synced before the wizard is finished. It goes on where it was left.",
            Link("Go on with the wizard", reverse("accounting:wizard"), "wand", tone="primary"),
        )
    if connection.pause_code:
        return ErrorPanel(
            connection.pause_message, "Wharf goes on reading, but sends nothing.",
            code=connection.pause_code,
        )  # fmt: skip
    return None


def facts(connection: Connection, manner: Manner) -> list[Fact]:
    """What is connected, since when and until when."""
    run = open_run(connection)
    done = last_runs(connection, 1)
    found = [
        Fact("Company", connection.company_name or "Not chosen yet"),
        Fact("Mode", Mode(connection.mode).label),
        Fact("Plan", connection.plan),
        Fact("Currency", connection.currency),
        Fact("Last run", run_line(done[0], manner) if done else "Never", _last_counts(done)),
        Fact("Next run", next_line(connection, run, manner)),
    ]
    if connection.connected_at:
        found.append(
            Fact("Connected", manner.moment(connection.connected_at), connection.connected_by_name)
        )
    if connection.refresh_expires_at:
        found.append(
            Fact(
                "Access until",
                manner.moment(connection.refresh_expires_at),
                expiry_warning(connection) or "It is renewed by each sync.",
            )
        )
    options = read_options(connection.options)
    if options.from_date:
        since = manner.day(date.fromisoformat(options.from_date))
        found.append(Fact("Documents since", since, "Older ones stay here."))
    return found


def run_line(run: SyncRun, manner: Manner) -> str:
    """When and how a run ended."""
    ended = run.finished_at or run.created_at
    return f"{manner.moment(ended)} · {RunState(run.state).label.lower()}"


def _last_counts(runs: Sequence[SyncRun]) -> str:
    if not runs:
        return ""
    counts = runs[0].counts
    words = f"{counts.get('sent', 0)} sent, {counts.get('taken', 0)} taken over"
    return f"{words}, {counts.get('calls', 0)} calls"


def next_line(connection: Connection, run: SyncRun | None, manner: Manner) -> str:
    """When the next run is, in words."""
    if run is not None and run.state == RunState.RUNNING:
        return f"{RunKind(run.kind).label}: under way"
    if run is not None:
        return f"{RunKind(run.kind).label}: begins when a worker is free or its time has come"
    moment = next_autosync(connection)
    if moment is None:
        return "When you press Sync now: autosync is off"
    return f"Autosync, {manner.moment(moment)}"


def budget(connection: Connection, provider: Provider) -> list[Budget]:
    """Calls of the last minute, hour, day and month, from the log of exchanges."""
    now = timezone.now()
    per_minute = provider.limits.per_minute
    calls = Exchange.objects.filter(connection=connection)
    batch = Q(path__endswith="/batch")

    def since(span: timedelta, condition: Q) -> int:
        rows = calls.filter(id__gte=first_id_at(now - span)).filter(condition)
        return rows.order_by()[:MOST_COUNTED].count()

    def most(lane: str) -> int:
        return int(per_minute.get(lane, 0))

    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    return [
        Budget("Calls in the last minute", since(minute, ~batch), most("request")),
        Budget("Batches in the last minute", since(minute, batch), most("batch")),
        Budget("Calls in the last hour", since(hour, Q()), 0),
        Budget("Calls in the last day", since(day, Q()), 0),
        Budget(
            "Reads in the last 30 days",
            since(timedelta(days=30), Q(method="GET")),
            0,
            f"{provider.title} counts reads of a month; a sync with nothing to do costs three.",
        ),
    ]  # fmt: skip


def flows(connection: Connection | None, title: str) -> list[Flow]:
    """What is made where and goes where (the three lists)."""
    options = read_options(connection.options if connection else {})

    def optional(on: bool) -> str:
        return "Optional: on" if on else "Optional: off"

    return [
        Flow(
            f"From {title}",
            "arrow-down-left",
            (
                ("Chart of accounts", "Read-only here"),
                ("Tax rules", "Edited here, made there"),
                ("Payment terms", "Read-only here"),
                ("Company addresses", ""),
            ),
        ),
        Flow(
            f"To {title}",
            "arrow-up-right",
            (
                ("Purchase orders", optional(options.export_purchase_orders)),
                ("Quotes as estimates", optional(options.export_quotes)),
                ("Sales credit notes as credit memos and refund receipts", ""),
                ("Purchase credit notes as vendor credits", ""),
                ("Customer credits and supplier deposits", ""),
                ("Journals and transfers", ""),
                ("Cost of goods sold, a journal a day", ""),
            ),
        ),
        Flow(
            "Both ways",
            "arrows-exchange",
            (
                ("Customers and suppliers", "The last change wins"),
                ("Products", ""),
                ("Payments and refunds", ""),
                ("Bills", f"Import is optional: {'on' if options.import_bills else 'off'}"),
                (
                    "Sales invoices",
                    f"Import is optional: {'on' if options.import_invoices else 'off'}",
                ),
            ),
        ),
    ]
