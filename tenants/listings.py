"""The lists of the platform: keys, audit report, notifications, jobs."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.ui.components import Change, EmptyState, Link, PlainBadge
from hub.ui.filters import ChoiceFilter, DateFilter, TextFilter
from hub.ui.listing import Column, Listing, ListTab
from tenants.imports.kinds import import_kind
from tenants.lists import list_source
from tenants.models import Activity, ApiKey, Import, ImportState, JobState, SavedView
from tenants.timeline import DOORS, actor_of

JOB_TONES = {
    JobState.QUEUED: ("neutral", "clock"),
    JobState.RUNNING: ("info", "loader-2"),
    JobState.PAUSED: ("attention", "player-pause"),
    JobState.DONE: ("success", "circle-check"),
    JobState.FAILED: ("critical", "alert-circle"),
    JobState.CANCELLED: ("neutral", "ban"),
}


def _key_state(row: ApiKey) -> PlainBadge:
    ended = row.revoked_at is not None
    return PlainBadge("Ended", "neutral", "ban") if ended else PlainBadge("Live", "success", "key")


API_KEYS = Listing(
    key="api-keys",
    title="API keys",
    noun="key",
    noun_plural="keys",
    columns=(
        Column("name", "Name", primary=True, sub="prefix"),
        Column("scopes", "Scopes", value=lambda row: ", ".join(row.scopes), hide_below="md"),
        Column("created_at", "Made", "date"),
        Column("last_used_on", "Last used", "date"),
        Column("state", "State", "status", _key_state),
        Column("verbs", "End", value=lambda row: "", template="tenants/cells/end_key.html"),
    ),
    tabs=(
        ListTab("live", "Live", {"revoked_at": None}),
        ListTab("ended", "Ended", {"revoked_at__isnull": False}),
    ),
    template="tenants/api_keys.html",
    empty=EmptyState(
        "No keys",
        "A key lets one of your own programs read and write over the API.",
        icon="key",
        action=Link("Make a key", "/settings/api-keys/new/", icon="plus"),
        learn=Link("The API, page by page", "/api/docs/"),
    ),
)


# What apps name the things of an integration by, in the audit report.
INTEGRATION = ["integration", "syncdocument"]


@dataclass(frozen=True, slots=True)
class Changes:
    """Before and after of one line of the report; `label` is what CSV writes."""

    items: tuple[Change, ...]

    @property
    def label(self) -> str:
        """All of them in words."""
        return "; ".join(f"{one.label}: {one.before} → {one.after}" for one in self.items)


def _changes(row: Activity) -> Changes | None:
    items = tuple(Change(key, old, new) for key, (old, new) in row.changes.items())
    return Changes(items) if items else None


def _by_person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(actor_name__icontains=text)


def _by_action(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(action__istartswith=text)


def _by_object(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(object_label__icontains=text)


ACTIVITY = Listing(
    key="activity",
    title="Audit report",
    noun="entry",
    noun_plural="entries",
    columns=(
        Column("at", "When", "moment"),
        Column("actor_name", "Who", value=actor_of),
        Column("summary", "What", primary=True),
        Column("object_label", "About", hide_below="md", template="tenants/cells/about.html"),
        Column("changes", "Changes", value=_changes, template="tenants/cells/changes.html"),
        Column("action", "Action", hide_below="lg", template="tenants/cells/action.html"),
        Column("via", "Through", value=lambda row: DOORS.get(row.via) or "Web", hide_below="lg"),
        Column("ip", "Address", hide_below="lg"),
    ),
    tabs=(
        ListTab("all", "All", counted=False),
        ListTab("people", "People", {"actor_kind": "user"}, counted=False),
        ListTab("programs", "Programs", {"actor_kind": "api_key"}, counted=False),
        ListTab("partners", "Partners", {"actor_kind": "partner"}, counted=False),
        ListTab("system", "System", {"actor_kind": "system"}, counted=False),
        ListTab("integrations", "Integrations", {"object_type__in": INTEGRATION}, counted=False),
    ),
    search=lambda rows, text: rows.filter(
        Q(summary__icontains=text) | Q(object_label__icontains=text)
    ),
    search_hint="Search what happened",
    filters=(
        TextFilter("who", "Who", _by_person),
        TextFilter("action", "Action", _by_action),
        TextFilter("about", "About", _by_object),
        DateFilter("on", "Day", "at__date"),
    ),
    empty=EmptyState("Nothing has happened yet", "Every change leaves a line here.", "history"),
)

NOTIFICATIONS = Listing(
    key="notifications",
    title="Notifications",
    noun="notification",
    columns=(
        Column("title", "What", primary=True, template="tenants/cells/notification.html"),
        Column("created_at", "When", "ago"),
        Column("verbs", "Read", value=lambda row: "", template="tenants/cells/mark_read.html"),
    ),
    tabs=(
        ListTab("unread", "Unread", {"read_at": None}),
        ListTab("all", "All", counted=False),
    ),
    template="tenants/notifications.html",
    export=False,
    empty=EmptyState("Nothing unread", "News for you stays here until you have read it.", "bell"),
)


def job_badge(state: str) -> PlainBadge:
    """The state of a job as a badge."""
    tone, symbol = JOB_TONES[JobState(state)]
    return PlainBadge(JobState(state).label, tone, symbol)


JOBS = Listing(
    key="jobs",
    title="Jobs",
    noun="job",
    columns=(
        Column("title", "Job", value=lambda row: row.title or row.kind, primary=True),
        Column("state", "State", "status", lambda row: job_badge(row.state)),
        Column(
            "progress",
            "Progress",
            value=lambda row: (
                f"{row.progress_done} of {row.progress_total}" if row.progress_total else ""
            ),
        ),
        Column("attempts", "Tries", "number", hide_below="md"),
        Column("error", "Problem", hide_below="md"),
        Column("created_at", "Started", "ago"),
    ),
    tabs=(
        ListTab("all", "All", counted=False),
        ListTab("failed", "Failed", {"state": JobState.FAILED}),
        ListTab("running", "Running", {"state__in": [JobState.QUEUED, JobState.RUNNING]}),
    ),
    filters=(ChoiceFilter("state", "State", JobState.choices),),
    row_url=lambda row: reverse("tenants:job", args=[row.pk]),
    empty=EmptyState("No jobs", "Long work, such as sending and exporting, leaves a line here."),
)


def _import_state(row: Import) -> ImportState:
    return ImportState(row.state)


IMPORTS = Listing(
    key="imports",
    title="Imports",
    noun="import",
    noun_plural="imports",
    columns=(
        Column(
            "kind",
            "What",
            value=lambda row: import_kind(row.kind).label,
            primary=True,
        ),
        Column("state", "State", "status", _import_state),
        Column("rows", "Rows", "number"),
        Column("fault_count", "Faults", "number", hide_below="md"),
        Column("created_by_name", "By", hide_below="md"),
        Column("created_at", "When", "date"),
    ),
    row_url=lambda row: reverse("tenants:import", args=[row.pk]),
    template="tenants/imports.html",
    empty=EmptyState(
        "Nothing imported yet",
        "Bring contacts, products, prices, opening stock, open invoices and bills, and the opening "
        "balances of your accounts from a CSV or XLSX file.",
        icon="table-import",
        action=Link("New import", "/settings/imports/new/", icon="plus"),
    ),
)


def _view_address(view: SavedView) -> str:
    joined = f"{view.query}&" if view.query else ""
    return f"{list_source(view.list_key).url}?{joined}view={view.id}"


SAVED_VIEWS = Listing(
    key="saved-views",
    title="Saved views",
    noun="view",
    columns=(
        Column("name", "Name", primary=True),
        Column("list", "List", value=lambda view: list_source(view.list_key).title),
        Column("shared", "Who sees it", value=lambda v: "Everyone" if v.shared else "Only me"),
        Column("owner", "Saved by", value=lambda v: str(v.owner or "A program")),
        Column("default", "Default", value=lambda v: "For you" if v.is_default else ""),
        Column("change", "Change", value=lambda _v: "", template="tenants/cells/change_view.html"),
    ),
    row_url=_view_address,
    export=False,
    empty=EmptyState(
        "No saved views",
        "Filter and sort any list, then save it from the bookmark beside its columns.",
        icon="bookmark",
    ),
)
