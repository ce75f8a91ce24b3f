"""Credit notes, prepayments and overpayments allocated to invoices and bills."""

from decimal import Decimal
from typing import Any

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero import problems, tables
from sandbox.xero.books import Books
from sandbox.xero.fields import read_object
from sandbox.xero.problems import Invalid, WrongData
from sandbox.xero.resource import Resource, envelope, shown
from sandbox.xero.settling import control_sides, is_sale, left, settle, unsettle, with_gain
from sandbox.xero.wire import cents, new_id

ID_FIELDS = {
    "credit_note": "CreditNoteID",
    "prepayment": "PrepaymentID",
    "overpayment": "OverpaymentID",
    "invoice": "InvoiceID",
}
LISTS = {"credit_note": "CreditNotes", "prepayment": "Prepayments", "overpayment": "Overpayments"}


class Allocations:
    """The addresses below one kind of credit."""

    def __init__(self, resource: Resource) -> None:
        self.resource, self.kind = resource, resource.kind
        path = f"/{resource.plural}/{{id}}/Allocations"
        resource.add("PUT", path, self.create)
        resource.add("DELETE", path + "/{allocation}", self.delete)

    def create(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002 - a step's name
        """PUT of allocations."""
        credit = self.resource.find(books, id)
        raw = call.json.get("Allocations") if isinstance(call.json, dict) else None
        listed = raw if isinstance(raw, list) else [call.json]
        done, bad = [], []
        for one in listed:
            given: dict[str, Any] = {}
            try:
                given = read_object(tables.ALLOCATION, one, "Allocations")
                with books.xero.store.part():
                    element = self._made(books, credit.id, given)
            except Invalid as error:
                books.forget()
                element = {
                    **shown(given),
                    "StatusAttributeString": "ERROR",
                    "ValidationErrors": problems.messages(error.messages),
                }
                bad.append(element)
            done.append(element)
        if not done:
            raise WrongData("No Allocations could be read from the body")
        if bad and books.summarize:
            raise Refused(problems.validation(bad))
        return envelope(books, "Allocations", done)

    def _made(self, books: Books, credit_id: str, given: dict[str, Any]) -> dict[str, Any]:
        credit = books.get(self.kind, credit_id)
        assert credit is not None
        made = allocate(books, self.kind, credit, given)
        invoice = {"InvoiceID": made["Invoice"]["InvoiceID"]}
        return {**shown(made), "Invoice": invoice, "StatusAttributeString": "OK"}

    def delete(self, call: Call, books: Books, id: str, allocation: str) -> Answer:  # noqa: A002
        """Undo one."""
        credit = self.resource.find(books, id)
        for one in credit.body.get("Allocations", []):
            if one["AllocationID"] == allocation.lower():
                break
        else:
            raise Refused(problems.not_found())
        books.must_be_editable(one["Date"])
        remove(books, self.kind, credit.id, one)
        # The contract has one Allocation here, with nothing around it.
        return Answer.json({"AllocationID": one["AllocationID"], "IsDeleted": True, **_plain(one)})


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    kept = shown(one)
    return {"Date": kept["Date"], "Amount": kept["Amount"], "Invoice": kept["Invoice"]}


def add(resource: Resource, plural: str) -> None:
    """Give a kind of credit its allocations."""
    Allocations(resource)


def invoice_named(books: Books, given: dict[str, Any]) -> Record | None:
    """An invoice by id, else by number."""
    if given.get("InvoiceID"):
        return books.get("invoice", given["InvoiceID"])
    if given.get("InvoiceNumber"):
        ids = books.found("invoice.number", given["InvoiceNumber"])
        return books.get("invoice", ids[-1]) if ids else None
    return None


def allocate(books: Books, kind: str, credit: Record, given: dict[str, Any]) -> dict[str, Any]:
    """Apply a credit to an invoice. Raises Invalid."""
    invoice = invoice_named(books, given.get("Invoice", {}))
    if invoice is None:
        raise Invalid("Invoice with the supplied id was not found")
    if "Amount" not in given or given["Amount"] <= 0:
        raise Invalid("The amount of an allocation must be greater than zero")
    amount, day = cents(given["Amount"]), given.get("Date", books.today)
    ours, theirs = credit.body, invoice.body
    if ours["Status"] != "AUTHORISED" or theirs["Status"] != "AUTHORISED":
        raise Invalid("Allocations can only be made between authorised documents")
    if is_sale(ours) != is_sale(theirs):
        raise Invalid("The document to allocate to is not of the same kind")
    if ours["Contact"]["ContactID"] != theirs["Contact"]["ContactID"]:
        raise Invalid("The contact of the allocation must be that of the document")
    if ours["CurrencyCode"] != theirs["CurrencyCode"]:
        raise Invalid("The currency of the allocation must be that of the document")
    if amount > left(kind, ours):
        raise Invalid("Allocation amount exceeds the remaining credit")
    if amount > left("invoice", theirs):
        raise Invalid("Allocation amount exceeds the amount outstanding on this document")
    books.must_be_open(day)
    id_ = new_id()
    named = {"InvoiceID": invoice.id, "InvoiceNumber": theirs.get("InvoiceNumber", "")}
    entry = {"AllocationID": id_, "Date": day, "Amount": amount, "Invoice": named}
    taken = settle(books, kind, credit, "Allocations", entry, day=day)
    id_field = ID_FIELDS[kind]
    theirs_entry = {id_field: credit.id, "AppliedAmount": amount, "Date": day, "_allocation": id_}
    if kind == "credit_note":
        theirs_entry["CreditNoteNumber"] = ours.get("CreditNoteNumber", "")
    given_to = settle(books, "invoice", invoice, LISTS[kind], theirs_entry, day=day)
    sides = control_sides(books, kind, ours, taken)
    sides += control_sides(books, "invoice", theirs, given_to)
    books.post("allocation", id_, day, _netted(with_gain(books, sides)), ours["Type"])
    books.note("invoice", invoice.id, "Credit Applied")
    books.xero.hooks.happened(books, "INVOICE", "UPDATE", "Invoices", invoice.id)
    return entry


def _netted(entries: list[Entry]) -> list[Entry]:
    sides: dict[str, Decimal] = {}
    for one in entries:
        sides[one.account] = sides.get(one.account, Decimal(0)) + one.amount
    return [Entry(account, amount) for account, amount in sides.items() if amount]


def remove(books: Books, kind: str, credit_id: str, one: dict[str, Any]) -> None:
    """Take an allocation back from both."""
    id_ = one["AllocationID"]
    unsettle(books, kind, credit_id, "Allocations", field="AllocationID", value=id_)
    invoice = one["Invoice"]["InvoiceID"]
    unsettle(books, "invoice", invoice, LISTS[kind], field="_allocation", value=id_)
    books.post("allocation", id_, one["Date"], [])
