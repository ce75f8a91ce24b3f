"""The list of contacts, and contacts in the search."""

from collections.abc import Sequence

from django.urls import reverse

from hub.ui.components import EmptyState, Link
from hub.ui.listing import Column, Listing, ListTab
from network.models import Contact
from network.selectors import contacts_matching, search_contacts
from tenants.search import Hit


def type_of(contact: Contact) -> str:
    """Customer, Supplier, or both."""
    words = [
        word
        for word, is_it in (("Customer", contact.is_customer), ("Supplier", contact.is_supplier))
        if is_it
    ]
    return " and ".join(words).capitalize()


CONTACTS = Listing(
    key="contacts",
    title="Contacts",
    noun="contact",
    columns=(
        Column(
            "name",
            "Name",
            primary=True,
            sort="name_key",
            template="network/cells/contact.html",
        ),
        Column("type", "Type", value=type_of),
        Column("code", "Code", hide_below="md"),
        Column("email", "E-mail"),
        Column("phone", "Phone", hide_below="lg"),
        Column("currency", "Currency", hide_below="md"),
    ),
    tabs=(
        ListTab("all", "All", {"is_active": True}),
        ListTab("customers", "Customers", {"is_active": True, "is_customer": True}),
        ListTab("suppliers", "Suppliers", {"is_active": True, "is_supplier": True}),
        ListTab("connected", "Connected", {"is_active": True, "connected": True}),
        ListTab("archived", "Archived", {"is_active": False}),
    ),
    sort="name_key",
    search=search_contacts,
    search_hint="Search name or code",
    row_url=lambda row: reverse("network:contact", args=[row.pk]),
    template="network/contacts.html",
    empty=EmptyState(
        "No contacts here",
        "Customers and suppliers, with what is filled in on their orders and invoices.",
        icon="address-book",
        action=Link("New contact", "/contacts/new/", icon="plus"),
        learn=Link("How to connect with a partner", "/help/"),
    ),
)


def find_contacts(text: str, most: int) -> Sequence[Hit]:
    """Contacts for the search over everything."""
    rows = contacts_matching(text).order_by("name_key")[:most]
    return [
        Hit(
            row.name,
            reverse("network:contact", args=[row.pk]),
            " · ".join(part for part in (type_of(row), row.code) if part),
            row.connected,
        )
        for row in rows
    ]
