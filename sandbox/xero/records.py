"""Attachments and history: plain records below any document."""

import mimetypes
import re
from typing import Any

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.fields import UNSTORABLE, read_object
from sandbox.xero.problems import Invalid, WrongData
from sandbox.xero.resource import envelope
from sandbox.xero.wire import ms_moment, new_id

PARENTS = {
    "Accounts": "account",
    "BankTransactions": "bank_transaction",
    "BankTransfers": "bank_transfer",
    "BatchPayments": "batch_payment",
    "Contacts": "contact",
    "CreditNotes": "credit_note",
    "Invoices": "invoice",
    "Items": "item",
    "ManualJournals": "manual_journal",
    "Overpayments": "overpayment",
    "Payments": "payment",
    "Prepayments": "prepayment",
    "PurchaseOrders": "purchase_order",
    "Quotes": "quote",
    "Receipts": "receipt",
    "RepeatingInvoices": "repeating_invoice",
    "ExpenseClaims": "expense_claim",
}
FILE_NAME = re.compile(r'[^\x00-\x1f<>:"/\\|?*]{1,256}')


def _parent(books: Books, plural: str, id_: str) -> Record:
    kind = PARENTS.get(plural, "")
    found = books.get(kind, id_.lower()) if kind else None
    if found is None:
        raise Refused(problems.not_found())
    return found


class Attachments:
    """Files of a document; their bytes are kept beside them."""

    def __init__(self, xero: Any) -> None:
        self.xero = xero
        path = "/{plural}/{id}/Attachments"
        xero.api("GET", path, self.read_all, scopes.ATTACHMENTS)
        xero.api("GET", path + "/{name}", self.read, scopes.ATTACHMENTS)
        for method in ("PUT", "POST"):
            xero.api(method, path + "/{name}", self.write, scopes.ATTACHMENTS)

    def _all(self, books: Books, parent: str) -> list[dict[str, Any]]:
        ids = books.found("attachment.of", parent)
        found = [books.get("attachment", one) for one in ids]
        return [one.body for one in found if one is not None]

    def read_all(self, call: Call, books: Books, plural: str, id: str) -> Answer:  # noqa: A002
        """What is attached."""
        parent = _parent(books, plural, id)
        listed = [_shown(one) for one in self._all(books, parent.id)]
        return envelope(books, "Attachments", listed)

    def read(self, call: Call, books: Books, plural: str, id: str, name: str) -> Answer:  # noqa: A002
        """The bytes of one, by id or file name."""
        parent = _parent(books, plural, id)
        for one in self._all(books, parent.id):
            if name in (one["AttachmentID"], one["FileName"]):
                kept = self.xero.store.get(books.tenant, "file", one["AttachmentID"])
                data = kept.body["data"].encode("latin-1") if kept else b""
                return Answer(200, data, {"content-type": one["MimeType"]})
        raise Refused(problems.not_found())

    def write(self, call: Call, books: Books, plural: str, id: str, name: str) -> Answer:  # noqa: A002
        """Attach; the same name replaces."""
        parent = _parent(books, plural, id)
        if not FILE_NAME.fullmatch(name) or UNSTORABLE.search(name):
            raise Invalid("The file name is not valid")
        if not call.body:
            raise Invalid("The attachment is empty")
        found = self._all(books, parent.id)
        same = [one for one in found if one["FileName"] == name]
        most = self.xero.switch("most_attachments")
        if not same and len(found) >= most:
            raise Invalid(f"A maximum of {most} attachments can be added to a document")
        id_ = same[0]["AttachmentID"] if same else new_id()
        online = {k.lower(): v for k, v in call.query.items()}.get("includeonline", "false")
        body = {
            "AttachmentID": id_,
            "FileName": name,
            "Url": f"{self.xero.base_url}{call.path}",
            "MimeType": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "ContentLength": len(call.body),
            "_online": online.lower() == "true",
        }
        books.put("attachment", id_, body, [("attachment.of", parent.id)])
        data = {"data": call.body.decode("latin-1")}
        self.xero.store.put(books.tenant, "file", id_, data, at=books.at)
        kind = PARENTS[plural]
        if "HasAttachments" in parent.body and not parent.body["HasAttachments"]:
            self.xero.store.connection.execute(
                "UPDATE record SET body = json_set(body, '$.HasAttachments', json('true'))"
                " WHERE company = ? AND kind = ? AND id = ?",
                (books.tenant, kind, parent.id),
            )
        return envelope(books, "Attachments", [_shown(body)])


def _shown(body: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in body.items() if name != "_online"}
    return shown | {"IncludeOnline": body["_online"]}


class History:
    """What happened to a document, and notes; nothing is ever taken out."""

    def __init__(self, xero: Any) -> None:
        self.xero = xero
        for method, handler in (("GET", self.read_all), ("PUT", self.write)):
            for plural, needed in (
                *((one, scopes.SETTINGS) for one in ("Accounts", "Items")),
                *((one, scopes.PAYMENTS) for one in ("Payments", "BatchPayments")),
                *((one, scopes.PAYMENTS) for one in ("Prepayments", "Overpayments")),
                *((one, scopes.BANK) for one in ("BankTransactions", "BankTransfers")),
                *((one, scopes.INVOICES) for one in ("Invoices", "CreditNotes")),
                *((one, scopes.INVOICES) for one in ("PurchaseOrders", "Quotes")),
                *((one, scopes.INVOICES) for one in ("RepeatingInvoices", "Receipts")),
                ("ExpenseClaims", scopes.INVOICES),
                ("Contacts", scopes.CONTACTS),
                ("ManualJournals", scopes.JOURNALS),
            ):
                xero.api(method, f"/{plural}/{{id}}/History", handler, needed)

    def read_all(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """Newest first."""
        plural = call.path.split("/")[3]
        parent = _parent(books, plural, id)
        numbers = books.found("history", f"{PARENTS[plural]}/{parent.id}")
        found = [books.get("history", one) for one in sorted(numbers, key=int, reverse=True)]
        return envelope(books, "HistoryRecords", [_line(one.body) for one in found if one])

    def write(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """Add notes."""
        plural = call.path.split("/")[3]
        kind = PARENTS[plural]
        found = books.get(kind, id.lower())
        if found is None:
            raise Invalid("The document with the supplied id was not found for this endpoint.")
        raw = call.json.get("HistoryRecords") if isinstance(call.json, dict) else None
        if not isinstance(raw, list) or not raw:
            raise WrongData("No HistoryRecords could be read from the body")
        made = []
        for one in raw:
            details = read_object(tables.HISTORY, one, "HistoryRecords").get("Details", "")
            longest = self.xero.switch("longest_note")
            if not details or len(details) > longest:
                raise Invalid(f"Details are mandatory and at most {longest} characters long")
            books.note(kind, found.id, "Note", details)
            line = {"Changes": "Note", "Details": details, "User": "System Generated"}
            made.append(_line(line | {"at": books.at}))
        return envelope(books, "HistoryRecords", made)


def _line(body: dict[str, Any]) -> dict[str, Any]:
    at = float(body["at"])
    kept = {name: body[name] for name in ("Details", "Changes", "User")}
    return {**kept, "DateUTC": ms_moment(at)}
