"""What the settings pages of a connection say, typed (Q13 to Q16). Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

SYNC_TYPES = ("individual", "none")
# What a class or a location there may be taken from: key → label (Q16). Slots 1 to 10 follow.
CLASS_SOURCES = {
    "sales_rep": "Sales rep",
    "location": "Location",
    "job": "Job",
    "category": "Category",
    "brand": "Brand",
    "family": "Family",
}
LOCATION_SOURCES = {"sales_rep": "Sales rep", "location": "Location", "job": "Job"}


def _slots(owner: str, label: str) -> dict[str, str]:
    return {f"{owner}:{slot}": f"{label} attribute {slot}" for slot in range(1, 11)}


CLASS_CHOICES = {
    **CLASS_SOURCES,
    **_slots("customer", "Customer"),
    **_slots("product", "Product"),
    **_slots("supplier", "Supplier"),
}
LOCATION_CHOICES = {
    **LOCATION_SOURCES,
    **_slots("customer", "Customer"),
    **_slots("supplier", "Supplier"),
}


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """What of a sales channel is synchronised."""

    invoices: str = "individual"
    cogs: str = "individual"


@dataclass(frozen=True, slots=True)
class Autosync:
    """The timetable. `starts_at` is ISO 8601 in UTC; `every` minutes."""

    on: bool = False
    starts_at: str = ""
    every: int = 60
    alert_in_app: bool = True
    alert_by_mail: bool = False
    mailing_list: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """Every option of a connection, with what a new one starts with."""

    from_date: str = ""  # ISO: documents before it stay here unless history is exported
    export_purchase_orders: bool = False
    export_quotes: bool = False
    import_bills: bool = False
    receive_imported_bills: bool = False
    import_invoices: bool = False
    import_location: str = ""
    fulfil_pick: bool = False
    fulfil_pack: bool = False
    fulfil_ship: bool = False
    online_card: bool = False
    online_ach: bool = False
    online_payment: bool = False
    reference_to_statement: bool = False
    actual_ship_date: bool = True
    void_on_undo: bool = False
    books_closed_until: str = ""  # ISO: for when the system there does not tell it
    class_source: str = ""
    location_source: str = ""
    autosync: Autosync = field(default_factory=Autosync)
    channels: Mapping[str, ChannelChoice] = field(default_factory=dict)

    def channel(self, name: str) -> ChannelChoice:
        """What was chosen for a channel; a new one is synchronised."""
        return self.channels.get(name or "Wharf", ChannelChoice())

    def as_json(self) -> dict[str, Any]:
        """As the connection keeps it."""
        return asdict(self)


def read_options(stored: Mapping[str, Any]) -> Options:
    """Options from what is stored; unknown keys are dropped, missing ones get their default."""
    known = {each.name for each in fields(Options)}
    values = {key: value for key, value in stored.items() if key in known}
    values["autosync"] = Autosync(**stored.get("autosync", {}))
    values["channels"] = {
        name: ChannelChoice(**choice) for name, choice in stored.get("channels", {}).items()
    }
    return Options(**values)
