"""What somebody decides about an object there that could not be taken over by itself (Q12)."""

from dataclasses import dataclass
from uuid import UUID

from accounting.domain.incoming import (
    Incoming,
    IncomingItem,
    IncomingMoney,
    IncomingParty,
    IncomingTrade,
)
from accounting.domain.states import Kind
from accounting.engine.provider import provider_named
from accounting.engine.pulling import body_of
from accounting.models import Connection, RemoteChange
from accounting.services.absorb_items import absorb_item, link_item
from accounting.services.absorb_parties import absorb_party, link_party
from accounting.services.absorb_trade import absorb_bill, absorb_invoice
from hub.errors import Conflict, NotFound
from tenants.services.activity import log_activity

LINKABLE = ("name_clash", "sku_clash", "linked_already")


@dataclass(frozen=True, slots=True)
class HeldObject:
    """An object there that waits for somebody, as pages show it."""

    id: UUID
    what: str
    number: str
    reason: str
    message: str
    # What may be done: link, rename, dismiss.
    choices: tuple[str, ...]


def held_objects(connection: Connection, limit: int = 200) -> list[HeldObject]:
    """What came from there and was not taken over, oldest first."""
    rows = RemoteChange.objects.filter(connection=connection).exclude(reason="").order_by("id")
    return [_shown(connection, row) for row in rows[:limit]]


def _shown(connection: Connection, row: RemoteChange) -> HeldObject:
    incoming = read_change(connection, row)
    by_choice = ("link", "rename") if row.reason in LINKABLE else ()
    return HeldObject(
        row.id,
        incoming.kind.label if incoming is not None else row.entity,
        incoming.number if incoming is not None else row.remote_id,
        row.reason,
        row.message,
        (*by_choice, "dismiss"),
    )


def read_change(connection: Connection, row: RemoteChange) -> Incoming | None:
    """A kept object, as what it is here."""
    return provider_named(connection.provider).read_incoming(row.entity, body_of(row))


def _locked(change_id: UUID) -> tuple[Connection, RemoteChange, Incoming]:
    row = RemoteChange.objects.select_for_update(no_key=True).filter(id=change_id).first()
    if row is None:
        raise NotFound("This was taken over or dismissed already.")
    connection = Connection.objects.get(id=row.connection_id)
    incoming = read_change(connection, row)
    if incoming is None:
        raise Conflict("Nothing of this can be taken over.", code="not_readable")
    return connection, row, incoming


def link_change(change_id: UUID, local_id: UUID) -> None:
    """It is this contact or product of ours. Raises Held, NotFound, Conflict, InvalidInput."""
    connection, row, incoming = _locked(change_id)
    if isinstance(incoming, IncomingParty):
        link_party(connection, incoming, local_id)
    elif isinstance(incoming, IncomingItem):
        link_item(connection, incoming, local_id)
    else:
        raise Conflict("Only contacts and products are linked here.", code="not_linkable")
    _done(connection, row, incoming, "linked")


def take_over_as(change_id: UUID, name: str) -> None:
    """It is a new one, under another name (a product: under another SKU)."""
    connection, row, incoming = _locked(change_id)
    if isinstance(incoming, IncomingParty):
        absorb_party(connection, incoming, name=name)
    elif isinstance(incoming, IncomingItem):
        absorb_item(connection, incoming, sku=name)
    elif isinstance(incoming, IncomingTrade):
        verb = absorb_invoice if incoming.kind == Kind.INVOICE else absorb_bill
        verb(connection, incoming, wanted=True)
    _done(connection, row, incoming, "taken over")


def dismiss_change(change_id: UUID) -> None:
    """Nothing is to be done about it; when it changes there again it comes again."""
    connection, row, incoming = _locked(change_id)
    _done(connection, row, incoming, "dismissed")


def _done(connection: Connection, row: RemoteChange, incoming: Incoming, what: str) -> None:
    label = incoming.kind.label
    number = incoming.reference if isinstance(incoming, IncomingMoney) else incoming.number
    row.delete()
    log_activity(
        "sync.decided", f"{label} {number} of {connection} {what}".strip(), about=connection
    )
