"""Linked transactions: costs on a bill or money spent that a customer is billed for."""

from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.problems import Invalid
from sandbox.xero.wire import new_id
from sandbox.xero.writing import Writable

FILTERS = ("LinkedTransactionID", "SourceTransactionID", "ContactID", "TargetTransactionID")


class LinkedTransactions(Writable):
    """Each is of one line of its source; its status follows the two documents."""

    plural, kind, id_field = "LinkedTransactions", "linked_transaction", "LinkedTransactionID"
    table, scopes, attributed = tables.LINKED_TRANSACTION, scopes.INVOICES, False
    paged, counted = True, False
    columns: ClassVar[dict[str, str]] = dict.fromkeys(FILTERS, "guid")

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("DELETE", "/LinkedTransactions/{id}", self.delete)

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        found = [(name, query[name.lower()]) for name in FILTERS if query.get(name.lower())]
        parts = [f"json_extract(body, '$.{name}') = ?" for name, _value in found]
        values = [value.lower() for _name, value in found]
        if query.get("status"):
            parts.append("json_extract(body, '$.Status') = ?")
            values.append(query["status"].upper())
        return parts, [*values]

    def read_all(self, call: Call, books: Books) -> Answer:
        for record in self.xero.store.records(books.tenant, self.kind):
            status = _status(books, record.body)
            if status != record.body["Status"]:
                self._keep(books, record.body | {"Status": status}, quiet=True)
        return super().read_all(call, books)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        return body | {"Type": "BILLABLEEXPENSE", "Status": _status(books, record.body)}

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        body = {**(existing.body if existing else {self.id_field: new_id()}), **given}
        if existing is not None:
            body[self.id_field] = existing.id
            for name in ("SourceTransactionID", "SourceLineItemID"):
                body[name] = existing.body[name]
        source = _source(books, body.get("SourceTransactionID", ""))
        if source is None:
            raise Invalid("The SourceTransactionID must be an existing bill or spend money")
        body["SourceTransactionTypeCode"] = source["Type"]
        if not _line_of(source, body.get("SourceLineItemID", "")):
            raise Invalid("The SourceLineItemID and SourceTransactionID do not match")
        same = books.found("linked.source", body["SourceLineItemID"])
        if [one for one in same if one != body[self.id_field]]:
            raise Invalid("The source line item is linked already")
        if "ContactID" in body and books.get("contact", body["ContactID"]) is None:
            raise Invalid("The Contact with the supplied id could not be found")
        _check_target(books, body)
        body["Status"] = _status(books, body)
        self._keep(books, body)
        return body[self.id_field], []

    def _keep(self, books: Books, body: dict[str, Any], *, quiet: bool = False) -> None:
        keys = [("linked.source", body["SourceLineItemID"])]
        books.put(self.kind, body[self.id_field], body, keys, quiet=quiet)

    def delete(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002 - a step's name
        """One that is not billed goes."""
        found = self.find(books, id)
        if _status(books, found.body) == "BILLED":
            message = {"Message": "A linked transaction that is billed cannot be deleted"}
            raise Refused(problems.validation([{"ValidationErrors": [message]}]))
        books.remove(self.kind, found.id)
        return Answer(204)


def _source(books: Books, id_: str) -> dict[str, Any] | None:
    for kind, type_ in (("invoice", "ACCPAY"), ("bank_transaction", "SPEND")):
        found = books.get(kind, id_)
        if found is not None and found.body["Type"] == type_:
            return found.body
    return None


def _line_of(body: dict[str, Any], line: str) -> bool:
    return any(one["LineItemID"] == line for one in body["LineItems"])


def _check_target(books: Books, body: dict[str, Any]) -> None:
    if "TargetTransactionID" not in body:
        return
    target = books.get("invoice", body["TargetTransactionID"])
    if target is None or target.body["Type"] != "ACCREC":
        raise Invalid("The TargetTransactionID must be an existing sales invoice")
    if target.body["Contact"]["ContactID"] != body.get("ContactID"):
        raise Invalid("The ContactID must be that of the target transaction")
    if not _line_of(target.body, body.get("TargetLineItemID", "")):
        raise Invalid("The TargetLineItemID and TargetTransactionID do not match")


def _status(books: Books, body: dict[str, Any]) -> str:
    source = _source(books, body["SourceTransactionID"])
    if source is None or source["Status"] in ("VOIDED", "DELETED"):
        return "VOIDED"
    target = books.get("invoice", body.get("TargetTransactionID", ""))
    if target is not None and target.body["Status"] not in ("VOIDED", "DELETED"):
        return "BILLED" if target.body["Status"] in ("AUTHORISED", "PAID") else "ONDRAFT"
    return "APPROVED" if source["Status"] in ("AUTHORISED", "PAID") else "DRAFT"
