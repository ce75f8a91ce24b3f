"""Customers and suppliers as they come in: last change wins, archived here stays archived (Q12)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounting.domain.incoming import Held, IncomingParty
from accounting.domain.states import Kind
from accounting.incoming.taking_over import (
    is_known,
    keep_ours,
    mapped,
    ours_is_newer,
    refuse_unsettled,
    row_here,
    row_of,
    seen,
    take_over,
    title_of,
)
from accounting.models import Connection, SyncDocument
from hub.money import is_currency
from network.models import Contact
from network.services.contacts import (
    archive_contact,
    change_contact,
    contact_or_404,
    create_contact,
    name_key,
)
from tenants.services.organisations import current_organisation

ROLES = {Kind.CUSTOMER: "is_customer", Kind.SUPPLIER: "is_supplier"}
# What tells the two roles of one contact apart there, where names are unique over both.
SUFFIXES = {Kind.CUSTOMER: " (C)", Kind.SUPPLIER: " (V)"}
LONGEST_NAME = 160


def absorb_party(
    connection: Connection, party: IncomingParty, *, link_by_name: bool = False, name: str = ""
) -> UUID | None:
    """Take a customer or supplier over; gives the contact, None for what is not wanted here.

    `link_by_name`: a contact of the same name is the same. `name`: take a new one over under
    another name. Raises Held (`name_clash`), InvalidInput.
    """
    row = row_of(connection, party.entity, party.id)
    if row is not None:
        return _known(connection, row, party)
    if not party.is_active:
        return None
    refuse_unsettled(connection, party.kind)
    wanted = name.strip() or plain_name(party)
    found = Contact.objects.filter(name_key=name_key(wanted)).first()
    if found is None:
        contact = create_contact({**_values(connection, party, None), "name": wanted})
        take_over(connection, party.kind, contact.id, party)
        return contact.id
    if not found.is_active:
        return None
    other_role = not getattr(found, ROLES[party.kind]) and wanted != party.name
    if not (link_by_name or other_role):
        raise _clash(connection, party, found)
    return link_party(connection, party, found.id)


def plain_name(party: IncomingParty) -> str:
    """Its name without what tells the two roles of a contact apart."""
    name = party.name.removesuffix(SUFFIXES[party.kind]).strip()
    if len(name) > LONGEST_NAME:
        raise Held(
            f"The name “{name[:60]}…” is longer than {LONGEST_NAME} characters. Shorten it there, "
            "then it comes in.",
            code="name_too_long",
        )
    return name


def link_party(connection: Connection, party: IncomingParty, contact_id: UUID) -> UUID:
    """Say that a contact here is the one there; theirs wins where both say something.

    Raises Held (`linked_already`) when the contact corresponds to another one there.
    """
    contact = contact_or_404(contact_id, for_update=True)
    row = row_here(connection, party.kind, contact.id)
    if row is not None and row.remote_id and row.remote_id != party.id:
        raise Held(
            f"{contact.name} is linked to “{row.remote_number or row.number}” in "
            f"{title_of(connection)} already. Rename one of the two, then it comes in.",
            code="linked_already",
        )
    if not getattr(contact, ROLES[party.kind]):
        change_contact(contact.id, {ROLES[party.kind]: True})
    _change(connection, contact, party)
    take_over(connection, party.kind, contact.id, party, row=row)
    return contact.id


def _clash(connection: Connection, party: IncomingParty, found: Contact) -> Held:
    what = party.kind.label.lower()
    return Held(
        f"{title_of(connection)} has a {what} “{party.name}”, and there is a contact "
        f"“{found.name}” here that is not linked to it. Link them, or take it over "
        "under another name.",
        code="name_clash",
    )


def _known(connection: Connection, row: SyncDocument, party: IncomingParty) -> UUID | None:
    contact = Contact.objects.select_for_update(no_key=True).filter(id=row.local_id).first()
    if contact is None or is_known(row, party):
        return row.local_id
    if not contact.is_active:
        seen(row, party)  # archived here: it never comes back by itself
        return None
    if ours_is_newer(connection, row, party):
        keep_ours(row, party)
        return contact.id
    return follow_party(connection, row, party, contact)


def follow_party(
    connection: Connection, row: SyncDocument, party: IncomingParty, contact: Contact
) -> UUID:
    """The contact becomes what it is there. Raises Held (`name_clash`, `name_too_long`)."""
    if not party.is_active:
        if not (contact.is_customer and contact.is_supplier) and not contact.connected:
            archive_contact(contact.id, archived=True)
            take_over(connection, party.kind, contact.id, party, row=row)
        else:
            seen(row, party)
        return contact.id
    _change(connection, contact, party)
    take_over(connection, party.kind, contact.id, party, row=row)
    return contact.id


def _change(connection: Connection, contact: Contact, party: IncomingParty) -> None:
    wanted = _values(connection, party, contact)
    name = party.name
    if contact.is_customer and contact.is_supplier:
        name = plain_name(party)
    if len(name) > LONGEST_NAME:
        raise Held(f"The name “{name[:60]}…” is too long to take over.", code="name_too_long")
    if name != contact.name:
        taken = Contact.objects.filter(name_key=name_key(name)).exclude(id=contact.id).first()
        if taken is not None:
            raise Held(
                f"“{contact.name}” was renamed “{name}” in {title_of(connection)}, and another "
                "contact here has that name. Rename one of them.",
                code="name_clash",
            )
        wanted["name"] = name
    changes = {
        field: value
        for field, value in wanted.items()
        if value != getattr(contact, field) and not _same(field, getattr(contact, field), value)
    }
    if changes:
        change_contact(contact.id, changes)


# What is cut on its way there, and how long it may be.
CUT = {"email": 100, "phone": 30, "legal_name": 100}


def _same(field: str, ours: Any, theirs: Any) -> bool:
    """Whether theirs is ours as it was sent: cut, or with its lines trimmed."""
    if field in CUT:
        return bool(str(ours)[: CUT[field]] == theirs)
    if field.endswith("_address"):
        return [line.strip() for line in str(ours).splitlines() if line.strip()] == str(
            theirs
        ).splitlines()
    return False


def _values(
    connection: Connection, party: IncomingParty, contact: Contact | None
) -> dict[str, Any]:
    name = contact.name if contact is not None else party.name
    shared = contact is not None and contact.is_customer and contact.is_supplier
    values: dict[str, Any] = {
        "legal_name": "" if party.legal_name in (name, party.name) else party.legal_name,
        "email": _email(party.email),
        "phone": party.phone,
        "website": party.website,
        "billing_address": party.billing_address,
    }
    if party.kind == Kind.CUSTOMER:
        values["delivery_address"] = party.delivery_address
    term = mapped(connection, "term", party.term) if party.term else None
    if term is not None or not party.term:
        values["terms_id"] = term
    if shared:
        # Two rows there are one here: what only one of them says does not empty the other.
        values = {field: value for field, value in values.items() if value}
    if contact is None:
        base = current_organisation().base_currency
        values["currency"] = party.currency if is_currency(party.currency) else base
        values[ROLES[party.kind]] = True
    return values


def _email(text: str) -> str:
    """The first of its addresses that is one."""
    for part in text.replace(";", ",").split(","):
        try:
            validate_email(part.strip())
        except ValidationError:
            continue
        return part.strip()
    return ""
