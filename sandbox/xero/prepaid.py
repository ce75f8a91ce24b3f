"""Prepayments and overpayments: made by bank transactions, then allocated or refunded."""

from typing import Any, ClassVar

from sandbox.common.store import Record
from sandbox.xero import allocations, scopes
from sandbox.xero.books import Books
from sandbox.xero.query import Fields
from sandbox.xero.resource import Resource, in_list, updated_text

COLUMNS: Fields = {
    **dict.fromkeys(("Status", "Type", "Reference", "CurrencyCode"), "text"),
    **dict.fromkeys(("Total", "RemainingCredit", "CurrencyRate"), "number"),
    "Date": "day",
    "Contact": "object",
}


class Prepaid(Resource):
    """What both have in common."""

    scopes, paged = scopes.PAYMENTS, True
    lists = ("LineItems", "Payments", "Allocations")

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        allocations.add(self, self.plural)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        contact = books.get("contact", record.body["Contact"]["ContactID"])
        if contact is not None:
            body["Contact"] = {"ContactID": contact.id, "Name": contact.body["Name"]}
        return body | {"UpdatedDateUTCString": updated_text(record)}

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        if not query.get("references"):
            return [], []
        part, values = in_list("json_extract(body, '$.Reference')", query["references"])
        return [part], [*values]


class Prepayments(Prepaid):
    """RECEIVE-PREPAYMENT and SPEND-PREPAYMENT."""

    plural, kind, id_field = "Prepayments", "prepayment", "PrepaymentID"
    columns: ClassVar[Fields] = {**COLUMNS, "PrepaymentID": "guid"}


class Overpayments(Prepaid):
    """RECEIVE-OVERPAYMENT and SPEND-OVERPAYMENT."""

    plural, kind, id_field = "Overpayments", "overpayment", "OverpaymentID"
    columns: ClassVar[Fields] = {**COLUMNS, "OverpaymentID": "guid"}
