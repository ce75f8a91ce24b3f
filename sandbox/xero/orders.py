"""Purchase orders and quotes: documents that are not in the book."""

from typing import Any, ClassVar

from sandbox.common.store import Record
from sandbox.xero import scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.documents import COLUMNS, Document
from sandbox.xero.lines import Rules
from sandbox.xero.query import day_or_none


def _days(query: dict[str, str], parameter: str, field: str) -> tuple[list[str], list[Any]]:
    parts, values = [], []
    for end, sign in (("from", ">="), ("to", "<=")):
        day = day_or_none(query.get(parameter + end))
        if day:
            parts.append(f"json_extract(body, '$.{field}') {sign} ?")
            values.append(day)
    return parts, values


class PurchaseOrders(Document):
    """Orders to suppliers: not in the book."""

    plural, kind, id_field = "PurchaseOrders", "purchase_order", "PurchaseOrderID"
    number_field, number_key = "PurchaseOrderNumber", "purchase_order.number"
    table, scopes = tables.PURCHASE_ORDER, scopes.INVOICES
    named, prefix, final = "Purchase order", "PO-", ("DELETED",)
    taken = "Order number must be unique"
    columns: ClassVar[dict[str, str]] = {
        **COLUMNS,
        "PurchaseOrderNumber": "text",
        **dict.fromkeys(("DeliveryDate", "ExpectedArrivalDate"), "day"),
        "PurchaseOrderID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("GET", "/PurchaseOrders/{id}/pdf", self.pdf)

    def start(self) -> dict[str, Any]:
        return super().start() | {"SentToContact": False}

    def rules(self, body: dict[str, Any]) -> Rules:
        return Rules("PurchaseDetails", posts=False)

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        parts, values = _days(query, "date", "Date")
        if query.get("status"):
            parts.append("json_extract(body, '$.Status') = ?")
            values.append(query["status"].upper())
        return parts, values


class Quotes(Document):
    """Offers to customers: not in the book; LineAmountTypes in capitals."""

    plural, kind, id_field = "Quotes", "quote", "QuoteID"
    number_field, number_key = "QuoteNumber", "quote.number"
    table, scopes = tables.QUOTE, scopes.INVOICES
    named, prefix, final = "Quote", "QU-", ("DELETED",)
    counted = False
    taken = "Quote number must be unique"
    columns: ClassVar[dict[str, str]] = {
        **COLUMNS,
        **dict.fromkeys(("QuoteNumber", "Title"), "text"),
        "ExpiryDate": "day",
        "QuoteID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("GET", "/Quotes/{id}/pdf", self.pdf)

    def start(self) -> dict[str, Any]:
        return {"LineAmountTypes": "EXCLUSIVE", "Status": "DRAFT"}

    def rules(self, body: dict[str, Any]) -> Rules:
        return Rules("SalesDetails", discounts=True, posts=False)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        for name in ("Date", "ExpiryDate"):
            if record.body.get(name):
                body[f"{name}String"] = f"{record.body[name]}T00:00:00"
        body.pop("DueDateString", None)
        return body

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        parts, values = _days(query, "date", "Date")
        more, days = _days(query, "expirydate", "ExpiryDate")
        parts, values = parts + more, values + days
        for parameter, name in (
            ("status", "Status"),
            ("contactid", "Contact.ContactID"),
            ("quotenumber", "QuoteNumber"),
        ):
            if query.get(parameter):
                parts.append(f"json_extract(body, '$.{name}') = ?")
                values.append(query[parameter])
        return parts, values
