"""What the settings pages of a connection save (Q13 to Q16): checked, kept, in the audit report."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounting.domain.options import (
    CLASS_CHOICES,
    LOCATION_CHOICES,
    SYNC_TYPES,
    Autosync,
    ChannelChoice,
    Options,
    read_options,
)
from accounting.domain.periods import day_of
from accounting.domain.states import SyncState
from accounting.domain.timetable import FREQUENCIES
from accounting.models import Connection, SyncDocument
from accounting.services.autosync import plan_autosync
from hub.errors import InvalidInput
from inventory.models import Location
from orders.models import Invoice, SalesOrder
from tenants.models import MailingList
from tenants.services.activity import log_activity

OWN_CHANNELS = ("Wharf", "Wharf API")
LONGEST_CHANNEL = 40
EARLIEST_YEAR = 2000
MOST_CHANNELS = 200
# Option → what it is called, here and in the audit report.
SWITCHES: Mapping[str, str] = {
    "export_purchase_orders": "Export purchase orders",
    "export_quotes": "Export quotes",
    "import_bills": "Import bills",
    "receive_imported_bills": "Receive stock for imported bills",
    "import_invoices": "Import sales invoices",
    "fulfil_pick": "Pick imported sales by itself",
    "fulfil_pack": "Pack imported sales by itself",
    "fulfil_ship": "Ship imported sales by itself",
    "online_payment": "Allow online payment",
    "online_card": "Allow online credit card payment",
    "online_ach": "Allow online ACH payment",
    "reference_to_statement": "Export reference to invoice statement",
    "actual_ship_date": "Use actual shipment date",
    "void_on_undo": "Void on undo",
}
TEXTS: Mapping[str, str] = {
    "import_location": "Location of imported documents",
    "class_source": "Class",
    "location_source": "Location",
    "books_closed_until": "Books closed up to",
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "class_source": CLASS_CHOICES,
    "location_source": LOCATION_CHOICES,
}
# Options that mean something only while another is on.
BELONGS_TO: Mapping[str, tuple[str, ...]] = {
    "receive_imported_bills": ("import_bills",),
    "fulfil_pick": ("import_invoices",),
    "fulfil_pack": ("import_invoices",),
    "fulfil_ship": ("import_invoices",),
    "import_location": ("import_bills", "import_invoices"),
}


def change_options(connection: Connection, changes: Mapping[str, Any]) -> Options:
    """Save some of the options. Raises InvalidInput naming each field that cannot be so."""
    row = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    before = read_options(row.options)
    problems = _problems(changes)
    if problems:
        raise InvalidInput("Some of these settings cannot be saved.", fields=problems)
    after = _settled(replace(before, **changes))
    if after.import_bills or after.import_invoices:
        _check_location(after.import_location)
    _keep(row, before, after)
    if before.books_closed_until != after.books_closed_until:
        _look_again(row, "period_closed", SyncState.ATTENTION)
    connection.options = row.options
    return after


def _problems(changes: Mapping[str, Any]) -> dict[str, list[str]]:
    known = {each.name for each in fields(Options)}
    found: dict[str, list[str]] = {}
    for name, value in changes.items():
        if name not in known or name in ("autosync", "channels", "from_date"):
            found[name] = ["There is no such option."]
        elif name in SWITCHES and not isinstance(value, bool):
            found[name] = ["Say true or false."]
        elif name in CHOICES and value and value not in CHOICES[name]:
            found[name] = ["Choose one of the list, or nothing."]
        elif name in TEXTS and not isinstance(value, str):
            found[name] = ["Give a text."]
        elif name == "books_closed_until" and (problem := _closing_problem(value)):
            found[name] = [problem]
    return found


def _closing_problem(text: str) -> str:
    day = day_of(text)
    if text and (day is None or day.year < EARLIEST_YEAR):
        return "Write a date such as 2026-01-31."
    if day is not None and day > timezone.localdate():
        return "Books can be closed up to today at most."
    return ""


def _settled(options: Options) -> Options:
    """Options without those whose own switch is off: they begin anew when it is on again."""
    off: dict[str, Any] = {
        name: "" if name in TEXTS else False
        for name, needs in BELONGS_TO.items()
        if not any(getattr(options, need) for need in needs)
    }
    return replace(options, **off)


def _check_location(text: str) -> None:
    message = ""
    if not text:
        message = "Choose the location into which imported documents go."
    elif not _is_location(text):
        message = "This location does not exist, or is not active."
    if message:
        raise InvalidInput(message, fields={"import_location": [message]})


def _is_location(text: str) -> bool:
    try:
        return Location.objects.filter(id=UUID(text), is_active=True).exists()
    except ValueError:
        return False


def _keep(row: Connection, before: Options, after: Options) -> None:
    changed = {
        label: (_shown(name, getattr(before, name)), _shown(name, getattr(after, name)))
        for name, label in {**SWITCHES, **TEXTS}.items()
        if getattr(before, name) != getattr(after, name)
    }
    row.options = after.as_json()
    row.save(update_fields=["options"])
    if changed:
        log_activity("integration.settings", f"Settings of {row} saved", about=row, changes=changed)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name == "import_location" and value:
        return str(
            Location.objects.filter(id=value).values_list("name", flat=True).first()
            or "one that is gone"
        )
    return {**CLASS_CHOICES, **LOCATION_CHOICES}.get(value, value) or "nothing"


def change_autosync(connection: Connection, plan: Autosync) -> Autosync:
    """Save the timetable and plan the next run. Raises InvalidInput (starts_at, every,
    mailing_list).
    """
    row = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    problems = _autosync_problems(plan)
    if problems:
        raise InvalidInput("The timetable cannot be saved so.", fields=problems)
    options = read_options(row.options)
    before = options.autosync
    row.options = replace(options, autosync=plan).as_json()
    row.save(update_fields=["options"])
    connection.options = row.options
    labels = {
        "on": "Autosync",
        "starts_at": "Starts at",
        "every": "Frequency",
        "alert_in_app": "Alerts in the app",
        "alert_by_mail": "Alerts by e-mail",
        "mailing_list": "Mailing list",
    }
    changed = {
        label: (_plan_text(name, getattr(before, name)), _plan_text(name, getattr(plan, name)))
        for name, label in labels.items()
        if getattr(before, name) != getattr(plan, name)
    }
    if changed:
        log_activity("integration.autosync", f"Autosync of {row} saved", about=row, changes=changed)
    plan_autosync(row)
    return plan


def _plan_text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name == "every":
        return FREQUENCIES.get(value, f"{value} minutes")
    if name == "mailing_list" and value:
        return str(
            MailingList.objects.filter(id=value).values_list("name", flat=True).first()
            or "one that is gone"
        )
    return str(value) or "nothing"


def _autosync_problems(plan: Autosync) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if plan.every not in FREQUENCIES:
        found["every"] = ["Choose one of the list."]
    if plan.on and not _is_moment(plan.starts_at):
        found["starts_at"] = ["Give the day and the time of the first sync."]
    if plan.alert_by_mail and not _is_list(plan.mailing_list):
        found["mailing_list"] = ["Choose the mailing list that is told of errors."]
    return found


def _is_moment(text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.tzinfo is not None and datetime(2000, 1, 1, tzinfo=UTC) < moment.astimezone(
        UTC
    ) < datetime(2100, 1, 1, tzinfo=UTC)


def _is_list(text: str) -> bool:
    try:
        return MailingList.objects.filter(id=UUID(text)).exists()
    except ValueError:
        return False


def sales_channels(connection: Connection) -> list[tuple[str, ChannelChoice]]:
    """Our own channels and each that has placed an order, with what is chosen (Q15)."""
    placed = _loose(SalesOrder) + _loose(Invoice)
    options = read_options(connection.options)
    names = [*OWN_CHANNELS, *sorted({*placed, *options.channels} - {*OWN_CHANNELS, ""})]
    return [(name, options.channel(name)) for name in names[:MOST_CHANNELS]]


def _loose(model: Any) -> list[str]:
    """The channels of a table, hopping from one to the next."""
    found: list[str] = []
    last = ""
    while len(found) < MOST_CHANNELS:
        rows = model.objects.filter(channel__gt=last).order_by("channel")
        name = rows.values_list("channel", flat=True).first()
        if name is None:
            break
        found.append(name)
        last = name
    return found


def change_channels(connection: Connection, wanted: Mapping[str, ChannelChoice]) -> None:
    """Save what is synced of each channel. Raises InvalidInput (`channels.<name>`)."""
    row = Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    known = dict(sales_channels(row))
    problems: dict[str, list[str]] = {}
    for name, choice in wanted.items():
        if name not in known:
            problems[f"channels.{name[:LONGEST_CHANNEL]}"] = ["There is no such sales channel."]
        elif choice.invoices not in SYNC_TYPES or choice.cogs not in SYNC_TYPES:
            problems[f"channels.{name}"] = ["Choose “Individual” or “No sync”."]
    if problems:
        raise InvalidInput("Some channels cannot be saved so.", fields=problems)
    options = read_options(row.options)
    after = replace(options, channels={**options.channels, **wanted})
    row.options = after.as_json()
    row.save(update_fields=["options"])
    connection.options = row.options
    words = {"individual": "Individual", "none": "No sync"}
    changed = {
        f"{name}: {what}": (words[getattr(known[name], key)], words[getattr(choice, key)])
        for name, choice in wanted.items()
        for key, what in (("invoices", "invoices"), ("cogs", "cost of goods sold"))
        if getattr(known[name], key) != getattr(choice, key)
    }
    if changed:
        log_activity("integration.channels", f"Channels of {row} saved", about=row, changes=changed)
    _look_again(row, "channel_off", SyncState.SKIPPED)


def _look_again(connection: Connection, reason: str, state: SyncState) -> None:
    """What a setting had stopped is looked at again by the next run."""
    SyncDocument.objects.filter(connection=connection, state=state, reason=reason).update(
        state=SyncState.PENDING, reason="", message="", fix={}
    )
