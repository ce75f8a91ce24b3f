"""The switches of both sides (K1 to K4): effective only when both halves are on."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.errors import Conflict, InvalidInput, NotFound
from network.domain.payload_base import read_payload
from network.domain.payloads import AutomationAskPayload, AutomationSwitchPayload
from network.domain.states import ConnectionStatus, PartnerRole
from network.envelopes import EnvelopeKind, Incoming, Taken
from network.models import AutomationSettings, Connection, Contact
from network.services.courier import Posting, post_envelope
from tenants.models import Organisation
from tenants.services.activity import log_activity
from tenants.services.notifications import notify

PAGE = "/settings/automations/"
SWITCHES = ("send_invoices", "take_in_invoices")
CONSOLIDATE = ("order", "day", "week")
LABELS = {
    "send_invoices": "Send invoices of network orders to the buyer automatically",
    "take_in_invoices": "Take in invoices of network orders automatically",
}


@dataclass(frozen=True, slots=True)
class Half:
    """One automation on one connection: which half is ours, and how both stand."""

    switch: str
    ours: bool
    partners: bool

    @property
    def effective(self) -> bool:
        """It works only where both halves are on."""
        return self.ours and self.partners


def lay_down_automations(organisation: Organisation) -> None:
    """Everything off; part of founding an organisation."""
    AutomationSettings().save(force_insert=True)


def settings_row(*, for_update: bool = False) -> AutomationSettings:
    """The company-wide switches."""
    rows = AutomationSettings.objects.all()
    return (rows.select_for_update() if for_update else rows).get()


def our_switch(connection: Connection, settings: AutomationSettings, switch: str) -> bool:
    """Our half on one connection: its own setting where it has one, else the company's."""
    own: bool | None = getattr(connection, switch)
    company: bool = getattr(settings, switch)
    return company if own is None else own


def half_of(connection: Connection, settings: AutomationSettings) -> Half:
    """The invoice automation as it stands: we send to customers and take in from suppliers."""
    if connection.role == PartnerRole.CUSTOMER:
        return Half(
            "send_invoices",
            our_switch(connection, settings, "send_invoices"),
            connection.partner_takes_in_invoices,
        )
    return Half(
        "take_in_invoices",
        our_switch(connection, settings, "take_in_invoices"),
        connection.partner_sends_invoices,
    )


def save_settings(values: Mapping[str, Any]) -> AutomationSettings:
    """Save the company-wide switches; partners are told of our half (K4). Raises InvalidInput."""
    _check_suppliers(values.get("consolidate_per_supplier", {}))
    row = settings_row(for_update=True)
    before = {field: getattr(row, field) for field in values}
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    changes = {
        LABELS.get(field, field.replace("_", " ").capitalize()): (old, values[field])
        for field, old in before.items()
        if old != values[field]
    }
    if changes:
        log_activity("automations.changed", "Automations changed", about=row, changes=changes)
    if any(before.get(switch) != getattr(row, switch) for switch in SWITCHES):
        for connection in _connected():
            say_our_half(connection, row)
    return row


def _check_suppliers(choices: Any) -> None:
    """{a supplier's id: order, day or week}; raises InvalidInput for anything else."""
    message = ""
    if not isinstance(choices, Mapping):
        message = "Give an object of suppliers' ids and order, day or week."
    elif wrong := [str(c)[:20] for c in choices.values() if c not in CONSOLIDATE]:
        message = f"“{wrong[0]}” is none of order, day, week."
    elif choices:
        known = Contact.objects.filter(is_supplier=True).values_list("id", flat=True)
        absent = set(choices) - {str(found) for found in known.filter(id__in=_ids(choices))}
        message = "This contact does not exist, or is no supplier." if absent else ""
    if message:
        raise InvalidInput(message, fields={"consolidate_per_supplier": [message]})


def _ids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def save_override(connection_id: UUID, values: Mapping[str, bool | None]) -> Connection:
    """Save one connection's own switches; None follows the company's. Raises NotFound, Conflict."""
    connection = Connection.objects.select_for_update(no_key=True).filter(id=connection_id).first()
    if connection is None:
        raise NotFound("This connection does not exist.")
    if connection.status != ConnectionStatus.CONNECTED:
        raise Conflict("This partner is not connected any more.")
    before = {field: getattr(connection, field) for field in values}
    for field, value in values.items():
        setattr(connection, field, value)
    connection.save(update_fields=list(values))
    log_activity(
        "automations.changed",
        f"Automations with {connection.partner_name} changed",
        about=connection,
        label=connection.partner_name,
        changes={
            LABELS.get(k, k): (old, values[k]) for k, old in before.items() if old != values[k]
        },
    )
    say_our_half(connection)
    return connection


def _connected() -> list[Connection]:
    return list(Connection.objects.filter(status=ConnectionStatus.CONNECTED).order_by("id"))


def say_our_half(connection: Connection, settings: AutomationSettings | None = None) -> None:
    """Tell a partner how our half stands; it shows it, and its own half counts on it."""
    half = half_of(connection, settings or settings_row())
    payload = AutomationSwitchPayload(
        send_invoices=half.ours if half.switch == "send_invoices" else None,
        take_in_invoices=half.ours if half.switch == "take_in_invoices" else None,
    )
    post_envelope(connection, Posting("automation_switch", payload, document_key=connection.link))


def ask_partner(connection_id: UUID) -> None:
    """Ask a partner to switch its half on (K2). Raises NotFound, Conflict when it is on already."""
    connection = Connection.objects.filter(id=connection_id).first()
    if connection is None:
        raise NotFound("This connection does not exist.")
    half = half_of(connection, settings_row())
    if half.partners:
        raise Conflict(f"{connection.partner_name} has its half on already.")
    theirs = "take_in_invoices" if half.switch == "send_invoices" else "send_invoices"
    payload = AutomationAskPayload(which=theirs)  # type: ignore[arg-type]
    post_envelope(connection, Posting("automation_ask", payload))
    log_activity(
        "automations.asked",
        f"Asked {connection.partner_name} to switch on “{LABELS[theirs]}”",
        about=connection,
        label=connection.partner_name,
    )


def receive_switch(incoming: Incoming) -> Taken:
    """The partner says how its half stands."""
    payload = read_payload(AutomationSwitchPayload, incoming.payload)
    changes: dict[str, bool] = {}
    if payload.send_invoices is not None:
        changes["partner_sends_invoices"] = payload.send_invoices
    if payload.take_in_invoices is not None:
        changes["partner_takes_in_invoices"] = payload.take_in_invoices
    Connection.objects.filter(id=incoming.connection.id).update(**changes)
    return Taken("connection", incoming.connection.id, incoming.connection.partner_name)


def receive_ask(incoming: Incoming) -> Taken:
    """The partner asks us to switch our half on: people are told, nothing is switched."""
    payload = read_payload(AutomationAskPayload, incoming.payload)
    name = incoming.connection.partner_name
    notify(
        "automations.asked",
        f"{name} asks you to switch on an automation",
        body=f"{name} asks you to switch on “{LABELS[payload.which]}”. "
        "It works only where both sides have it on.",
        url=PAGE,
        about=incoming.connection.id,
    )
    return Taken("connection", incoming.connection.id, name)


SWITCH_KIND = EnvelopeKind("automation_switch", "Automation switch", receive_switch)
ASK_KIND = EnvelopeKind("automation_ask", "Request to automate", receive_ask)
