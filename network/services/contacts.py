"""Customers and suppliers: making and changing them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import CharField

from hub.errors import Conflict, InvalidInput, NotFound
from hub.money import is_currency
from ledger.models import PriceTier
from network.domain.payload_base import clean_line, clean_note
from network.models import Contact, ContactEmail, ContactPerson, EmailPurpose
from tenants.domain.attributes import AttributeOwner
from tenants.services.activity import log_activity
from tenants.services.attributes import clean_attributes
from tenants.services.mail import clean_addresses

LINES = ("name", "legal_name", "code", "tax_number", "phone", "website", "country")
ATTRIBUTE_FIELDS = {
    AttributeOwner.CUSTOMER: "customer_attributes",
    AttributeOwner.SUPPLIER: "supplier_attributes",
}
ATTRIBUTES = {field: owner for owner, field in ATTRIBUTE_FIELDS.items()}
NOTES = ("billing_address", "delivery_address", "note")


def contact_or_404(contact_id: UUID, *, for_update: bool = False) -> Contact:
    """The only door from an id to a contact; raises NotFound."""
    rows = Contact.objects.filter(id=contact_id)
    contact = (rows.select_for_update(no_key=True) if for_update else rows).first()
    if contact is None:
        raise NotFound("This contact does not exist.")
    return contact


def name_key(name: str) -> str:
    """How names are compared: lower case, single spaces."""
    return " ".join(name.lower().split())


def create_contact(
    values: Mapping[str, Any],
    *,
    emails: Mapping[str, Sequence[str]] | None = None,
    people: Sequence[Mapping[str, str]] = (),
) -> Contact:
    """Make a contact with its mailing addresses by purpose and its people.

    Raises InvalidInput: no or a doubled name, neither customer nor supplier, unknown currency,
    an address that is none.
    """
    contact = Contact()
    _assign(contact, values)
    _save(contact, is_new=True)
    _write_lists(contact, emails, people)
    log_activity("contact.created", f"Contact {contact.name} created", about=contact)
    return contact


def change_contact(
    contact_id: UUID,
    values: Mapping[str, Any],
    *,
    emails: Mapping[str, Sequence[str]] | None = None,
    people: Sequence[Mapping[str, str]] | None = None,
) -> Contact:
    """Change a contact; what is not named stays, and so does the type a connection needs."""
    contact = contact_or_404(contact_id, for_update=True)
    before = {field: getattr(contact, field) for field in values}
    _assign(contact, values)
    _keep_connected_type(contact, before)
    _save(contact, is_new=False)
    _write_lists(contact, emails, people)
    changes = {
        field.replace("_", " ").capitalize(): (old, getattr(contact, field))
        for field, old in before.items()
        if old != getattr(contact, field)
    }
    log_activity(
        "contact.changed", f"Contact {contact.name} changed", about=contact, changes=changes
    )
    return contact


def archive_contact(contact_id: UUID, *, archived: bool) -> Contact:
    """Hide a contact from choices, or bring it back; a connected one must be disconnected first."""
    contact = contact_or_404(contact_id, for_update=True)
    if archived and contact.connected:
        raise Conflict(f"{contact.name} is connected. Remove the connection first.")
    contact.is_active = not archived
    contact.save(update_fields=["is_active"])
    word = "archived" if archived else "restored"
    log_activity(f"contact.{word}", f"Contact {contact.name} {word}", about=contact)
    return contact


def _longest(field: str) -> int:
    column = Contact._meta.get_field(field)
    assert isinstance(column, CharField)
    return column.max_length or 255


def _tier(wanted: PriceTier | UUID | None) -> PriceTier | None:
    """The price tier of ours; raises InvalidInput."""
    if wanted is None or isinstance(wanted, PriceTier):
        return wanted
    tier: PriceTier | None = PriceTier.objects.filter(id=wanted).first()
    if tier is None:
        message = "This price tier does not exist."
        raise InvalidInput(message, fields={"price_tier": [message]})
    return tier


def _assign(contact: Contact, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        if field in LINES:
            length = _longest(field)
            cleaned = clean_line(str(value or ""), longest=length + 1)
            if len(cleaned) > length:
                message = f"At most {length} characters."
                raise InvalidInput(message, fields={field: [message]})
            setattr(contact, field, cleaned)
        elif field in ATTRIBUTES:
            stored, owner = getattr(contact, field), ATTRIBUTES[field]
            kept = clean_attributes(owner, value or {}, stored, path=field)
            setattr(contact, field, kept)
        elif field == "price_tier":
            contact.price_tier = _tier(value)
        elif field in NOTES:
            setattr(contact, field, clean_note(str(value or "")))
        else:
            setattr(contact, field, value)
    contact.name_key = name_key(contact.name)
    _check(contact)


def _check(contact: Contact) -> None:
    fields: dict[str, list[str]] = {}
    if not contact.name:
        fields["name"] = ["Give the contact a name."]
    if not (contact.is_customer or contact.is_supplier):
        fields["is_supplier"] = ["Choose customer, supplier, or both."]
    if not is_currency(contact.currency):
        fields["currency"] = ["Use a three-letter currency code such as GBP."]
    if contact.email:
        contact.email = clean_addresses([contact.email], field="email")[0]
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)


def _keep_connected_type(contact: Contact, before: Mapping[str, Any]) -> None:
    if not contact.connected:
        return
    for field, label in (("is_customer", "customer"), ("is_supplier", "supplier")):
        if before.get(field) and not getattr(contact, field):
            message = f"{contact.name} is connected as your {label}. Remove the connection first."
            raise InvalidInput(message, fields={field: [message]})


def _save(contact: Contact, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            contact.save(force_insert=is_new)
    except IntegrityError as error:
        if "contact_name_once" not in str(error):
            raise
        message = "Another contact has this name. Choose a different one."
        raise InvalidInput(message, fields={"name": [message]}) from error


def _write_lists(
    contact: Contact,
    emails: Mapping[str, Sequence[str]] | None,
    people: Sequence[Mapping[str, str]] | None,
) -> None:
    if emails is not None:
        ContactEmail.objects.filter(contact=contact, purpose__in=list(emails)).delete()
        ContactEmail.objects.bulk_create(
            ContactEmail(contact=contact, purpose=EmailPurpose(purpose), email=address)
            for purpose, addresses in emails.items()
            for address in clean_addresses(addresses, field=f"emails_{purpose}")
        )
    if people is not None:
        ContactPerson.objects.filter(contact=contact).delete()
        ContactPerson.objects.bulk_create(
            ContactPerson(
                contact=contact,
                name=clean_line(person.get("name", ""), longest=120),
                role=clean_line(person.get("role", ""), longest=80),
                email=(clean_addresses([person.get("email", "")], field="people") or [""])[0],
                phone=clean_line(person.get("phone", ""), longest=40),
            )
            for person in people
            if person.get("name", "").strip()
        )


def mailing_addresses(contact: Contact, purpose: EmailPurpose) -> list[str]:
    """Where documents of a purpose go: the purpose's list, else the contact's own address."""
    listed = list(
        ContactEmail.objects.filter(contact=contact, purpose=purpose)
        .order_by("email")
        .values_list("email", flat=True)
    )
    return listed or ([contact.email] if contact.email else [])
