"""What a QuickBooks company is set to, and what follows for what may be written to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounting.domain.answers import Fix, Unready, Verdict
from accounting.domain.outgoing import Document, Entry, Item, Party
from accounting.domain.states import Action, Who
from accounting.engine.provider import Resolver

TRACKING_ON = (
    "Nothing is sent: QuickBooks tracks inventory, and would count stock and its cost a second "
    "time. Turn it off in QuickBooks under Settings, Account and settings, Sales, Products and "
    "services, “Track inventory quantity on hand”, then press Sync now."
)


def preference(preferences: Mapping[str, Any], *path: str) -> Any:
    """A preference by its path, None where it is not set."""
    found: Any = preferences.get("prefs", {})
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def obstacle(preferences: Mapping[str, Any]) -> Verdict | None:
    """Inventory tracking forbids writing (Q2)."""
    if preference(preferences, "ProductAndServicesPrefs", "QuantityOnHand"):
        return Verdict(Action.ATTENTION, "tracking_on", TRACKING_ON, Who.ADMIN)
    return None


def tracks(preferences: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether classes and locations are tracked (Q16)."""
    info = ("AccountingInfoPrefs",)
    classes = any(
        preference(preferences, *info, name)
        for name in ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine")
    )
    return classes, bool(preference(preferences, *info, "TrackDepartments"))


def closed_until(preferences: Mapping[str, Any]) -> date | None:
    """The last day of closed books, where QuickBooks tells it."""
    text = preference(preferences, "AccountingInfoPrefs", "BookCloseDate")
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def check_period(document: Document, resolver: Resolver) -> None:
    """Raises Unready for a document in a closed period: it is never sent with another date."""
    closed = closed_until(resolver.preferences)
    if closed is None or document.on is None or document.on > closed:
        return
    if isinstance(document, Party | Item):
        return
    what = "journal" if isinstance(document, Entry) else "document"
    raise Unready(
        Verdict(
            Action.ATTENTION,
            "period_closed",
            f"The books in QuickBooks are closed until {closed:%d %b %Y}, and this {what} is of "
            f"{document.on:%d %b %Y}. Reopen the period there and retry, or skip it. Wharf never "
            "changes its date by itself.",
            fix=Fix("document", str(document.local_id)),
        )
    )
