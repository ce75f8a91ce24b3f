"""The sync history: every document between here and there, a million of them as fast as ten.

Each tab is one state or one partial index; search compares whole numbers, because under
row-level security only `=` may use an index.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounting.domain.states import Kind, RunState, SyncState
from accounting.models import Connection, RemoteChange, SyncDocument, SyncRun
from accounting.presenters.fixes import their_url
from accounting.selectors import NOBODY, documents_of, known_connection, waiting_changes
from hub.ui.components import EmptyState, Link, PlainBadge
from hub.ui.filters import ChoiceFilter, DateFilter, TextFilter
from hub.ui.listing import Column, Listing, ListTab
from tenants.domain.permissions import Special
from tenants.lists import ListSource, Opened

DIRECTIONS = (("False", "To the accounting system"), ("True", "From the accounting system"))


def state_of(row: SyncDocument) -> SyncState:
    """The state, as a badge shows it."""
    return SyncState(row.state)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    forms = {text, text.upper()}
    return rows.filter(Q(number__in=forms) | Q(remote_number__in=forms) | Q(remote_id=text))


def _by_cause(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(reason=text)


def _ours(row: SyncDocument) -> str:
    return row.number or "Without a number"


def _run_state(row: SyncRun) -> RunState:
    return RunState(row.state)


def _next_try(row: SyncDocument) -> Any:
    return row.not_before if row.state in (SyncState.PENDING, SyncState.SENDING) else None


def _direction(row: SyncDocument) -> PlainBadge:
    if row.from_there:
        return PlainBadge("From there", "neutral", "arrow-down-left")
    return PlainBadge("To there", "neutral", "arrow-up-right")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Their number and the address of its page; files get the number."""

    label: str
    url: str


def there_of(row: SyncDocument) -> Elsewhere | None:
    """Their number and its address, where it is known."""
    label = row.remote_number or row.remote_id
    return Elsewhere(label, their_url(row, row.connection)) if label else None


HISTORY = Listing(
    key="sync-history",
    title="Sync history",
    noun="document",
    columns=(
        Column("number", "Ours", value=_ours, primary=True),
        Column("kind", "Kind", value="get_kind_display"),
        Column("there", "Theirs", value=there_of, template="accounting/cells/there.html"),
        Column("direction", "Direction", "status", _direction, hide_below="lg", shown=False),
        Column("state", "State", "status", state_of),
        Column("message", "Message", hide_below="md", template="accounting/cells/message.html"),
        Column("happened_on", "Day", "date", hide_below="lg"),
        Column("total", "Total", "money", currency="currency", hide_below="lg"),
        Column("attempts", "Tries", "number", shown=False),
        Column("next", "Next try", "moment", _next_try, hide_below="lg", shown=False),
        Column("synced_at", "Synced", "ago", hide_below="lg"),
        Column("reason", "Cause", shown=False),
        Column("remote_id", "Id there", shown=False),
    ),
    tabs=(
        ListTab("attention", "Needs attention", {"state__in": sorted(SyncState.needing_someone())}),
        ListTab("pending", "Pending", {"state__in": sorted(SyncState.under_way())}),
        ListTab("completed", "Completed", {"state__in": [SyncState.REMOVED, SyncState.SYNCED]}),
        ListTab("skipped", "Skipped", {"state": SyncState.SKIPPED}),
        ListTab("all", "All"),
    ),
    search=_search,
    search_hint="A whole number, ours or theirs",
    filters=(
        ChoiceFilter("kind", "Kind", Kind.choices),
        ChoiceFilter("state", "State", SyncState.choices),
        ChoiceFilter("from_there", "Direction", DIRECTIONS),
        TextFilter("cause", "Cause", _by_cause),
        DateFilter("on", "Day", "happened_on"),
    ),
    row_url=lambda row: reverse("accounting:history_entry", args=[row.pk]),
    template="accounting/history.html",
    summary="accounting/causes.html",
    empty=EmptyState(
        "Nothing here",
        "What is sent and what comes in leaves a line here, with its state.",
        "transfer",
        learn=Link("See everything", "?tab=all"),
    ),
)


def history_rows(connection: Connection | None = None) -> QuerySet[SyncDocument]:
    """Every document of the connection, the one in force where none is given."""
    return (
        documents_of(connection or known_connection())
        .select_related("connection")
        .defer("synced_sheet", "there_sheet")
    )


RUNS = Listing(
    key="sync-runs",
    title="Sync runs",
    noun="run",
    columns=(
        Column("created_at", "Begun", "moment", primary=True),
        Column("kind", "What", value="get_kind_display"),
        Column("state", "State", "status", _run_state),
        Column("sent", "Sent", "number", lambda row: row.counts.get("sent", 0)),
        Column("taken", "Taken over", "number", lambda row: row.counts.get("taken", 0)),
        Column("refused", "Refused", "number", lambda row: row.counts.get("refused", 0)),
        Column("attention", "Need attention", "number", lambda row: row.counts.get("attention", 0)),
        Column("calls", "Calls", "number", lambda row: row.counts.get("calls", 0), hide_below="md"),
        Column("error", "Why it stopped", hide_below="lg"),
        Column("started_by_name", "By", hide_below="lg"),
        Column("finished_at", "Ended", "moment", hide_below="md"),
    ),
    tabs=(
        ListTab("all", "All", counted=False),
        ListTab("failed", "Stopped or failed", {"state__in": ["failed", "stopped"]}, counted=False),
    ),
    filters=(DateFilter("on", "Day", "created_at__date"),),
    row_url=lambda row: reverse("accounting:run", args=[row.pk]),
    template="accounting/list.html",
    empty=EmptyState("No runs yet", "Each sync leaves a line here.", "refresh"),
)


def run_rows() -> QuerySet[SyncRun]:
    """Every run of the connection."""
    connection = known_connection()
    if connection is None:
        return SyncRun.objects.filter(connection_id=NOBODY)
    return SyncRun.objects.filter(connection=connection)


INCOMING = Listing(
    key="sync-incoming",
    title="What came in and waits",
    noun="object",
    columns=(
        Column("entity", "What", primary=True, sub="remote_id"),
        Column("message", "Why it waits", template="accounting/cells/message.html"),
        Column("seen_at", "Since", "ago"),
    ),
    row_url=lambda row: reverse("accounting:incoming_change", args=[row.pk]),
    template="accounting/list.html",
    empty=EmptyState("Nothing waits", "Everything that came in was taken over.", "circle-check"),
)


def incoming_rows() -> QuerySet[RemoteChange]:
    """What came from there and could not be taken over."""
    return waiting_changes(known_connection()).select_related("connection")


def _open_history(_member: Any, _params: Any) -> Opened:
    return HISTORY, history_rows()


def _open_runs(_member: Any, _params: Any) -> Opened:
    return RUNS, run_rows()


def _open_incoming(_member: Any, _params: Any) -> Opened:
    return INCOMING, incoming_rows()


SOURCES = (
    ListSource(
        HISTORY.key, HISTORY.title, "accounting:history", _open_history, special=Special.QUICKBOOKS
    ),
    ListSource(RUNS.key, RUNS.title, "accounting:runs", _open_runs, special=Special.QUICKBOOKS),
    ListSource(
        INCOMING.key,
        INCOMING.title,
        "accounting:incoming",
        _open_incoming,
        special=Special.QUICKBOOKS,
    ),
)
