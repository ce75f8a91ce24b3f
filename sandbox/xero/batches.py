"""Batch payments: several payments that are one line at the bank."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.store import Record
from sandbox.xero import payments, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.problems import Invalid
from sandbox.xero.settling import is_sale
from sandbox.xero.wire import new_id
from sandbox.xero.writing import Writable


class BatchPayments(Writable):
    """Made and deleted as a whole."""

    plural, kind, id_field = "BatchPayments", "batch_payment", "BatchPaymentID"
    table, scopes, attributed = tables.BATCH_PAYMENT, scopes.PAYMENTS, False
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Status", "Type", "Reference"), "text"),
        "TotalAmount": "number",
        "Date": "day",
        "BatchPaymentID": "guid",
        "Account": "object",
    }

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        if existing is not None:
            return self._deleted(books, given, existing)
        account = payments.payable(books, given)
        members = given.get("Payments", [])
        if not members:
            raise Invalid("A batch payment needs at least one payment")
        id_, day = new_id(), given.get("Date", books.today)
        made, sides = [], set()
        for one in members:
            ref = {"AccountID": account.id}
            paid = payments.pay(books, {**one, "Date": day, "Account": ref}, batch=id_)
            record = books.get("payment", paid)
            assert record is not None
            if "Invoice" not in record.body:
                raise Invalid("Batch payments can only pay invoices")
            invoice = books.get("invoice", record.body["Invoice"]["InvoiceID"])
            assert invoice is not None
            sides.add(is_sale(invoice.body))
            made.append(
                {
                    "PaymentID": paid,
                    "Amount": record.body["Amount"],
                    "BankAmount": record.body["BankAmount"],
                    "Invoice": {"InvoiceID": invoice.id},
                }
            )
        if len(sides) > 1:
            raise Invalid("A batch payment cannot have both receipts and payments")
        names = ("Reference", "Particulars", "Code", "Details", "Narrative")
        body = {name: given[name] for name in names if name in given}
        body |= {
            "BatchPaymentID": id_,
            "Type": "RECBATCH" if True in sides else "PAYBATCH",
            "Status": "AUTHORISED",
            "Account": {"AccountID": account.id},
            "Date": day,
            "DateString": f"{day}T00:00:00",
            "Payments": made,
            "TotalAmount": sum((one["Amount"] for one in made), Decimal(0)),
            "IsReconciled": False,
        }
        books.put(self.kind, id_, body)
        return id_, []

    def _deleted(
        self, books: Books, given: dict[str, Any], existing: Record
    ) -> tuple[str, list[str]]:
        if given.get("Status") != "DELETED" or not self.xero.switch("batch_delete"):
            raise Invalid("Batch payments cannot be updated")
        if existing.body["Status"] == "DELETED":
            raise Invalid("Batch payment not of valid status for modification")
        for one in existing.body["Payments"]:
            paid = books.get("payment", one["PaymentID"])
            assert paid is not None
            payments.delete(books, paid, batch=True)
        books.put(self.kind, existing.id, existing.body | {"Status": "DELETED"})
        return existing.id, []
