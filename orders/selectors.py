"""Reads of trade documents."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hub.errors import InvalidInput
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder, TradeDocument
from orders.services.documents import STATUSES, rows_of

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
    sql = f"SELECT {SEARCHES[model]}(%s, %s)"
    found = RawSQL(sql, [wanted.strip()[:100], MOST_FOUND])  # noqa: S611 - the name is ours
    return rows.filter(id__in=found)


def lines_of(document: TradeDocument) -> list[Any]:
    """The document's lines in their order."""
    return list(document.lines.order_by("position"))  # type: ignore[attr-defined]
