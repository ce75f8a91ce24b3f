"""What a QuickBooks company is set to, and what follows for what may be written to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounting.domain.answers import Fix, Unready, Verdict
from accounting.domain.outgoing import Document, Entry, Item, Party
from accounting.domain.periods import Closing, day_of
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
    return day_of(preference(preferences, "AccountingInfoPrefs", "BookCloseDate"))


def check_period(document: Document, resolver: Resolver) -> None:
    """Raises Unready for a document in a closed period: it is never sent with another date."""
    said = day_of(resolver.options.get("books_closed_until"))
    closing = Closing(closed_until(resolver.preferences), said)
    closed = closing.until
    if closed is None or document.on is None or document.on > closed:
        return
    if isinstance(document, Party | Item):
        return
    what = "journal" if isinstance(document, Entry) else "document"
    way = "Reopen the period there and retry, or skip it."
    if closing.is_said:
        way = (
            "So say the settings here: where the period is open again, change the day under "
            "Settings, General; or skip it."
        )
    raise Unready(
        Verdict(
            Action.ATTENTION,
            "period_closed",
            f"The books in QuickBooks are closed until {closed:%d %b %Y}, and this {what} is of "
            f"{document.on:%d %b %Y}. {way} Wharf never changes its date by itself.",
            fix=Fix("document", str(document.local_id)),
        )
    )
