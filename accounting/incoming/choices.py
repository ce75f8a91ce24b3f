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
from accounting.incoming.items import absorb_item, link_item, sku_of
from accounting.incoming.parties import absorb_party, link_party, plain_name
from accounting.incoming.trade import absorb_bill, absorb_invoice
from accounting.models import Connection, RemoteChange
from hub.errors import Conflict, InvalidInput, NotFound
from inventory.domain.matching import normalise_sku
from inventory.models import Product
from network.models import Contact
from network.services.contacts import name_key
from tenants.services.activity import log_activity

LINKABLE = ("name_clash", "sku_clash", "linked_already")


@dataclass(frozen=True, slots=True)
class Decision:
    """Something there whose name or SKU is taken here. `target`: ours that has it."""

    id: UUID
    connection: Connection
    what: str
    number: str
    message: str
    asked: str
    target: UUID | None = None
    target_name: str = ""


def decision_of(change_id: UUID) -> Decision:
    """What is to be decided; raises NotFound, Conflict (`nothing_to_decide`)."""
    connection, row, incoming = _locked(change_id)
    if row.reason not in LINKABLE or not isinstance(incoming, IncomingParty | IncomingItem):
        raise Conflict("Nothing is to be decided about this.", code="nothing_to_decide")
    target: Contact | Product | None
    if isinstance(incoming, IncomingParty):
        name, asked = plain_name(incoming), "Its name here"
        target = Contact.objects.filter(name_key=name_key(name), is_active=True).first()
    else:
        name, asked = sku_of(incoming), "Its SKU here"
        target = Product.objects.filter(sku_key=normalise_sku(name), is_active=True).first()
    shown = (target.id, str(target)) if target is not None else (None, "")
    what = incoming.kind.label
    return Decision(row.id, connection, what, name, row.message, asked, *shown)


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
    if isinstance(incoming, IncomingParty | IncomingItem) and not name.strip():
        raise InvalidInput("Write a name.", fields={"name": ["Write a name."]})
    if isinstance(incoming, IncomingParty):
        absorb_party(connection, incoming, name=name)
    elif isinstance(incoming, IncomingItem):
        absorb_item(connection, incoming, sku=name)
    elif isinstance(incoming, IncomingTrade):
        verb = absorb_invoice if incoming.kind == Kind.INVOICE else absorb_bill
        verb(connection, incoming, wanted=True)
    _done(connection, row, incoming, "taken over")


def _done(connection: Connection, row: RemoteChange, incoming: Incoming, what: str) -> None:
    label = incoming.kind.label
    number = incoming.reference if isinstance(incoming, IncomingMoney) else incoming.number
    row.delete()
    log_activity(
        "sync.decided", f"{label} {number} of {connection} {what}".strip(), about=connection
    )
