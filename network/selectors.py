"""Reads of contacts and the network."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hub.errors import InvalidInput
from network.models import Contact

MOST_FOUND = 500
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
