"""Payments of invoices and bills, refunds of credit notes, prepayments and overpayments."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call
from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero import scopes, tables
from sandbox.xero.allocations import ID_FIELDS, invoice_named
from sandbox.xero.books import Books
from sandbox.xero.problems import Invalid
from sandbox.xero.resource import shown, updated_text
from sandbox.xero.settling import control_sides, is_sale, left, settle, unsettle, with_gain
from sandbox.xero.wire import cents, new_id
from sandbox.xero.writing import Writable

TARGETS = {
    "Invoice": "invoice",
    "CreditNote": "credit_note",
    "Prepayment": "prepayment",
    "Overpayment": "overpayment",
}
TYPES = {
    "invoice": ("ACCRECPAYMENT", "ACCPAYPAYMENT"),
    "credit_note": ("ARCREDITPAYMENT", "APCREDITPAYMENT"),
    "prepayment": ("ARPREPAYMENTPAYMENT", "APPREPAYMENTPAYMENT"),
    "overpayment": ("AROVERPAYMENTPAYMENT", "APOVERPAYMENTPAYMENT"),
}


class Payments(Writable):
    """Made and deleted, never changed."""

    plural, kind, id_field = "Payments", "payment", "PaymentID"
    table, scopes, paged = tables.PAYMENT, scopes.PAYMENTS, True
    flag = "HasValidationErrors"
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Status", "PaymentType", "Reference"), "text"),
        **dict.fromkeys(("Amount", "BankAmount", "CurrencyRate"), "number"),
        "IsReconciled": "boolean",
        "Date": "day",
        **dict.fromkeys(("PaymentID", "BatchPaymentID"), "guid"),
        **dict.fromkeys(("Invoice", "CreditNote", "Account"), "object"),
    }

    def upsert(self, call: Call, books: Books) -> Answer:
        """POST makes one payment; with an id and DELETED it takes that back."""
        return self.write(books, self.given(call), self._upsert)

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        if existing is not None:
            if given.get("Status") != "DELETED":
                raise Invalid("Payments cannot be updated, only deleted")
            delete(books, existing)
            return existing.id, []
        return pay(books, given), []

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        body["UpdatedDateUTCString"] = updated_text(record)
        account = books.get("account", record.body["Account"]["AccountID"])
        if account is not None:
            named = {"AccountID": account.id, "Name": account.body["Name"]}
            body["Account"] = named | {k: account.body[k] for k in ("Code",) if k in account.body}
        for field, kind in TARGETS.items():
            if field in body:
                target = books.get(kind, record.body[field][ID_FIELDS[kind]])
                if target is not None:
                    body[field] = _named_target(books, kind, target.body)
        return body | {"HasAccount": True, "HasValidationErrors": False}


def _named_target(books: Books, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    names = ("Type", "InvoiceNumber", "CreditNoteNumber", "CurrencyCode", "Total", "AmountDue")
    found = {name: body[name] for name in (ID_FIELDS[kind], *names) if name in body}
    contact = books.get("contact", body["Contact"]["ContactID"])
    if contact is not None:
        found["Contact"] = {"ContactID": contact.id, "Name": contact.body["Name"]}
    return dict(shown(found))


def _target(books: Books, given: dict[str, Any]) -> tuple[str, Record]:
    """What a payment is for. Raises Invalid."""
    for field, kind in TARGETS.items():
        ref = dict(given.get(field, {}))
        if field in ("Invoice", "CreditNote") and given.get(f"{field}Number"):
            ref.setdefault(f"{field}Number", given[f"{field}Number"])
        if not ref:
            continue
        if kind == "invoice":
            found = invoice_named(books, ref)
        elif ref.get(ID_FIELDS[kind]):
            found = books.get(kind, ref[ID_FIELDS[kind]])
        else:
            ids = books.found(f"{kind}.number", ref.get("CreditNoteNumber", ""))
            found = books.get(kind, ids[-1]) if ids else None
        if found is None:
            raise Invalid(f"{field} could not be found")
        return kind, found
    raise Invalid("The document to pay could not be found")


def payable(books: Books, given: dict[str, Any]) -> Record:
    """The account that money goes to or comes from. Raises Invalid."""
    ref = given.get("Account") or ({"Code": given["Code"]} if given.get("Code") else {})
    if not ref:
        raise Invalid("You must specify an account code or account ID for the payment")
    found = books.account(ref)
    if found is None or found.body["Status"] != "ACTIVE":
        raise Invalid("Account must be valid")
    if found.body["Type"] != "BANK" and not found.body["EnablePaymentsToAccount"]:
        shown = found.body.get("Code", found.id)
        raise Invalid(f"Account code '{shown}' is not a valid code for this document.")
    return found


def pay(books: Books, given: dict[str, Any], batch: str = "") -> str:
    """Make a payment; its id. Raises Invalid."""
    kind, target = _target(books, given)
    body, account = target.body, payable(books, given)
    amount = cents(given.get("Amount", Decimal(0)))
    if amount <= 0:
        raise Invalid("The payment amount must be greater than zero")
    if body["Status"] == "PAID":
        raise Invalid("Payment amount exceeds the amount outstanding on this document")
    if body["Status"] != "AUTHORISED":
        raise Invalid("Payments can only be made against Authorised documents")
    if amount > left(kind, body):
        raise Invalid("Payment amount exceeds the amount outstanding on this document")
    day = given.get("Date", books.today)
    books.must_be_open(day)
    currency = body["CurrencyCode"]
    held = account.body.get("CurrencyCode", books.base)
    if held not in (books.base, currency):
        raise Invalid("The account's currency must be the organisation's or the document's")
    rate = books.rate_of(currency, given.get("CurrencyRate", body["CurrencyRate"]))
    in_base = books.in_base(amount, rate)
    id_, sale = new_id(), is_sale(body)
    entry = {
        "PaymentID": id_,
        "Date": day,
        "Amount": amount,
        "CurrencyRate": rate,
        "Reference": given.get("Reference", ""),
        "HasAccount": True,
        "HasValidationErrors": False,
    } | ({"BatchPaymentID": batch} if batch else {})
    settled = settle(books, kind, target, "Payments", entry, day=day)
    comes_in = sale == (kind == "invoice")
    sides = [Entry(account.id, in_base if comes_in else -in_base)]
    payment_type = TYPES[kind][0 if sale else 1]
    entries = with_gain(books, sides + control_sides(books, kind, body, settled))
    books.post("payment", id_, day, entries, payment_type)
    field = next(name for name, one in TARGETS.items() if one == kind)
    kept: dict[str, Any] = {k: given[k] for k in ("Particulars", "Details") if k in given}
    kept |= {
        "PaymentID": id_,
        "Status": "AUTHORISED",
        "PaymentType": payment_type,
        "Date": day,
        "Amount": amount,
        "BankAmount": amount if held == currency else in_base,
        "CurrencyRate": rate,
        "Reference": given.get("Reference", ""),
        "IsReconciled": given.get("IsReconciled", False),
        "Account": {"AccountID": account.id},
        field: {ID_FIELDS[kind]: target.id},
        "_kind": kind,
    } | ({"BatchPaymentID": batch} if batch else {})
    books.put("payment", id_, kept, [("payment.of", target.id)])
    books.note(kind, target.id, "Paid")
    _tell(books, kind, target.id)
    return id_


def _tell(books: Books, kind: str, id_: str) -> None:
    if kind == "invoice" and books.xero.switch("payment_is_invoice_event"):
        books.xero.hooks.happened(books, "INVOICE", "UPDATE", "Invoices", id_)


def delete(books: Books, record: Record, *, batch: bool = False) -> None:
    """Take a payment back. Raises Invalid."""
    body = record.body
    if body["Status"] == "DELETED":
        raise Invalid("Payment not of valid status for modification")
    if body.get("BatchPaymentID") and not batch:
        raise Invalid("Payments within a batch cannot be deleted")
    if body["IsReconciled"] and not books.xero.switch("reconciled_payment_delete"):
        raise Invalid("The payment is reconciled and cannot be deleted")
    books.must_be_editable(body["Date"])
    kind = body["_kind"]
    field = next(name for name, one in TARGETS.items() if one == kind)
    target = body[field][ID_FIELDS[kind]]
    unsettle(books, kind, target, "Payments", field="PaymentID", value=record.id)
    books.post("payment", record.id, body["Date"], [])
    books.put("payment", record.id, body | {"Status": "DELETED"}, [("payment.of", target)])
    books.note(kind, target, "Payment Deleted")
    _tell(books, kind, target)
