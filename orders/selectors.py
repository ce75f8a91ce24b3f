"""Reads of trade documents."""

from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from hub.errors import InvalidInput
from hub.money import plain
from inventory.selectors import products_matching
from network.domain.states import ConnectionStatus
from network.models import Connection, Contact, ContactEmail, ContactPerson, EmailPurpose
from network.selectors import contacts_matching
from orders.models import (
    Bill,
    Invoice,
    PurchaseOrder,
    Receipt,
    SalesOrder,
    StockDocument,
    TradeDocument,
)
from orders.services.documents import KINDS, STATUSES, rows_of
from orders.services.stock_documents import STATUSES as PIECE_STATUSES
from tenants.models import Activity, Membership

Document = TypeVar("Document", bound=TradeDocument)
MOST_FOUND = 200
SEARCHES: dict[type[TradeDocument], str] = {
    PurchaseOrder: "search_purchase_orders",
    SalesOrder: "search_sales_orders",
    Invoice: "search_invoices",
    Bill: "search_bills",
}


def documents(
    model: type[Document], *, wanted: str = "", status: str = "", contact: UUID | None = None
) -> QuerySet[Document]:
    """Documents of a kind with their contact; raises InvalidInput for an unknown status."""
    rows = rows_of(model).select_related("contact")
    if status:
        allowed = [choice.value for choice in STATUSES[model]]
        if status not in allowed:
            message = f"Use one of: {', '.join(allowed)}."
            raise InvalidInput(message, fields={"status": [message]})
        rows = rows.filter(status=status)
    if contact is not None:
        rows = rows.filter(contact_id=contact)
    return search_documents(model, rows, wanted)


def search_documents(
    model: type[Document], rows: QuerySet[Document], wanted: str
) -> QuerySet[Document]:
    """The rows that the search door finds: number, reference, partner's number, contact."""
    if not wanted.strip():
        return rows
    if model not in SEARCHES:
        return search_by_number_or_contact(rows, wanted)
    sql = f"SELECT {SEARCHES[model]}(%s, %s)"
    found = RawSQL(sql, [wanted.strip()[:100], MOST_FOUND])  # noqa: S611 - the name is ours
    return rows.filter(id__in=found)


def pieces(
    model: type[StockDocument], *, status: str = "", contact: UUID | None = None
) -> QuerySet[Any]:
    """Receipts or shipments with what lists show; raises InvalidInput for an unknown status."""
    parents = ("purchase_order", "bill") if model is Receipt else ("sales_order",)
    rows: QuerySet[Any] = model._default_manager.select_related("contact", "location", *parents)
    if status:
        allowed = [choice.value for choice in PIECE_STATUSES[model]]
        if status not in allowed:
            message = f"Use one of: {', '.join(allowed)}."
            raise InvalidInput(message, fields={"status": [message]})
        rows = rows.filter(status=status)
    return rows.filter(contact_id=contact) if contact is not None else rows


def search_pieces(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """Receipts or shipments by their own number, or by what finds their order or contact.

    The doors are asked first, two statements: joined with OR they would keep the indexes away.
    """
    text = wanted.strip()[:100]
    if not text:
        return rows
    model: type[TradeDocument] = PurchaseOrder if rows.model is Receipt else SalesOrder
    parent = "purchase_order_id__in" if rows.model is Receipt else "sales_order_id__in"
    contacts = contacts_matching(text).values_list("id", flat=True)[:MOST_FOUND]
    orders = search_documents(model, rows_of(model), text).values_list("id", flat=True)
    return rows.filter(
        Q(number=text.upper())
        | Q(contact_id__in=list(contacts))
        | Q(**{parent: list(orders[:MOST_FOUND])})
    )


def search_by_number_or_contact(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """Tables without a search door of their own: the whole number, or a contact's name."""
    found = RawSQL("SELECT search_contacts(%s, %s)", [wanted.strip()[:100], MOST_FOUND])
    return rows.filter(Q(number=wanted.strip()[:100].upper()) | Q(contact_id__in=found))


def lines_of(document: TradeDocument) -> list[Any]:
    """The document's lines in their order."""
    lines: QuerySet[Any] = document.lines  # type: ignore[attr-defined]
    return list(lines.select_related("account").order_by("position"))


def price_text(price: Decimal) -> str:
    """A price as people type it: 4.40 and not 4.4, 0.125 as it is."""
    shown = plain(price)
    return shown if len(shown.partition(".")[2]) > 2 else f"{price:.2f}"


def product_options(wanted: str, *, side: str, most: int) -> list[tuple[str, ...]]:
    """Active products for a text field: SKU, name, description, unit, price, tax rule's id."""
    if not wanted.strip():
        return []
    found: list[tuple[str, ...]] = []
    for product in products_matching(wanted).order_by("sku_key")[:most]:
        if side == "sale":
            price, rule = product.sale_price, product.sale_tax_rule_id
        else:
            price, rule = product.purchase_price, product.purchase_tax_rule_id
        shown = price_text(price) if price is not None else ""
        found.append(
            (product.sku, product.name, product.name, product.unit, shown, str(rule or ""))
        )
    return found


def contact_options(wanted: str, *, most: int) -> list[tuple[str]]:
    """Names of active contacts for a text field."""
    if not wanted.strip():
        return []
    names = contacts_matching(wanted).order_by("name_key").values_list("name", flat=True)
    return [(name,) for name in names[:most]]


def addresses_of(contact: Contact) -> list[tuple[str, str]]:
    """Every address of a contact with whose it is, for suggestions."""
    people = ContactPerson.objects.filter(contact=contact).exclude(email="").order_by("name")
    listed = ContactEmail.objects.filter(contact=contact).order_by("email")
    named = {one.email: EmailPurpose(one.purpose).label for one in listed}
    named |= {person.email: person.name for person in people}
    if contact.email:
        named.setdefault(contact.email, contact.name)
    return list(named.items())


def colleagues() -> QuerySet[Membership]:
    """The people of this organisation, by name."""
    return (
        Membership.objects.filter(is_active=True)
        .select_related("user")
        .order_by("user__name", "user__email")
    )


def wanting_to_connect() -> int:
    """How many organisations wait to be let in (N5)."""
    return Connection.objects.filter(status=ConnectionStatus.WANTS).count()


def is_sent_as_authorised(document: TradeDocument) -> bool:
    """Whether it has left since it was last authorised: after a change it has to leave again."""
    key = KINDS[type(document)]
    latest = (
        Activity.objects.filter(
            object_id=document.id, action__in=[f"{key}.authorised", f"{key}.sent"]
        )
        .order_by("-id")
        .values_list("action", flat=True)
        .first()
    )
    return latest == f"{key}.sent"
