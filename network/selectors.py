"""Reads of contacts and the network."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hub.errors import InvalidInput, NotFound
from network.domain.states import ConnectionStatus, DeliveryState, Direction, InviteStatus
from network.models import Connection, Contact, Envelope, Invitation

MOST_FOUND = 500
# Contacts that the directory is asked about, and of those not in it how many the window lists.
MOST_ASKED = 5_000
MOST_LISTED = 100
TYPES = {
    "customer": {"is_customer": True},
    "supplier": {"is_supplier": True},
    "connected": {"connected": True},
}


def contacts_matching(wanted: str = "", kind: str = "") -> QuerySet[Contact]:
    """Active contacts, narrowed by text and by type; raises InvalidInput for an unknown type."""
    rows = Contact.objects.filter(is_active=True)
    if kind:
        if kind not in TYPES:
            message = f"Use one of: {', '.join(TYPES)}."
            raise InvalidInput(message, fields={"type": [message]})
        rows = rows.filter(**TYPES[kind])
    return search_contacts(rows, wanted)


def search_contacts(rows: QuerySet[Contact], wanted: str) -> QuerySet[Contact]:
    """The rows that the search door finds for the text; all of them without a text."""
    if not wanted.strip():
        return rows
    found = RawSQL("SELECT search_contacts(%s, %s)", [wanted.strip()[:100], MOST_FOUND])
    return rows.filter(id__in=found)


@dataclass(frozen=True, slots=True)
class Invitable:
    """A contact that can be invited; `on_wharf`: it may be found by its e-mail address."""

    id: UUID
    name: str
    email: str
    on_wharf: bool


def contacts_to_invite(ticked: Iterable[UUID] = ()) -> list[Invitable]:
    """Contacts with an address and without a connection, those who use Wharf first; two statements.

    Who uses Wharf is known only of organisations that chose to be found (N3). Of the others a
    hundred are listed, and those that are `ticked`; everybody else is reached by address.
    """
    rows = list(
        Contact.objects.filter(is_active=True, connected=False)
        .exclude(email="")
        .order_by("name_key")
        .values_list("id", "name", "email")[:MOST_ASKED]
    )
    listed = listed_in_directory([email.lower() for _id, _name, email in rows])
    found = [Invitable(row[0], row[1], row[2], row[2].lower() in listed) for row in rows]
    wanted = set(ticked)
    known = [one for one in found if one.on_wharf or one.id in wanted]
    others = [one for one in found if not one.on_wharf and one.id not in wanted]
    return sorted(known, key=lambda one: not one.on_wharf) + others[:MOST_LISTED]


def listed_in_directory(addresses: list[str]) -> set[str]:
    """Which of the addresses belong to organisations that may be found by them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_directory(%s::varchar[])", [addresses])
        return {row[0] for row in cursor.fetchall()}


def connections() -> QuerySet[Connection]:
    """Every row of the connections table with its contact."""
    return Connection.objects.select_related("contact")


def connection_or_404(connection_id: UUID) -> Connection:
    """The only door from an id to a connection; raises NotFound."""
    row = connections().filter(id=connection_id).first()
    if row is None:
        raise NotFound("This connection does not exist.")
    return row


def envelopes() -> QuerySet[Envelope]:
    """What travelled, without its text."""
    return Envelope.objects.select_related("connection").defer("payload", "reply")


def envelope_or_404(envelope_id: UUID) -> Envelope:
    """The only door from an id to an envelope; raises NotFound."""
    row = Envelope.objects.select_related("connection").filter(id=envelope_id).first()
    if row is None:
        raise NotFound("This message does not exist.")
    return row


def count_on_the_way(row: Connection) -> int:
    """How many documents would come back if the connection were removed now."""
    return Envelope.objects.filter(
        connection=row, direction=Direction.OUT, delivery=DeliveryState.QUEUED
    ).count()


def count_open_invitations() -> int:
    """How many invitations become void when the key is replaced."""
    return Invitation.objects.filter(status=InviteStatus.OPEN).count()


def connection_of_contact(contact_id: UUID) -> Connection | None:
    """The latest row of the connections table about a contact, a live one before an ended one."""
    rows = Connection.objects.filter(contact_id=contact_id).order_by("-id")
    return rows.exclude(status=ConnectionStatus.DISCONNECTED).first() or rows.first()
