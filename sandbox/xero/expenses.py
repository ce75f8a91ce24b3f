"""Receipts, expense claims and employees: Xero has given them up, and answers them still."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero import scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.contacts import contact_of
from sandbox.xero.lines import Rules, entries, price
from sandbox.xero.problems import Invalid
from sandbox.xero.wire import new_id
from sandbox.xero.writing import Writable

CLAIM_MOVES = {
    "SUBMITTED": ("SUBMITTED", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
}


def _user(books: Books, given: dict[str, Any]) -> dict[str, Any]:
    found = books.get("user", given.get("UserID", ""))
    if found is None:
        raise Invalid("The User with the supplied id could not be found")
    return {name: found.body[name] for name in ("UserID", "FirstName", "LastName")}


class Receipts(Writable):
    """Drafts until a claim takes them; nothing of theirs is in the book by itself."""

    plural, kind, id_field = "Receipts", "receipt", "ReceiptID"
    table, scopes, attributed = tables.RECEIPT, scopes.INVOICES, False
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Status", "Reference", "ReceiptNumber"), "text"),
        "Total": "number",
        "Date": "day",
        "ReceiptID": "guid",
        "Contact": "object",
    }

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        contact = books.get("contact", record.body["Contact"]["ContactID"])
        if contact is not None:
            body["Contact"] = {"ContactID": contact.id, "Name": contact.body["Name"]}
        return body

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        start: dict[str, Any] = {"LineAmountTypes": "Exclusive", "Status": "DRAFT"}
        before = existing.body if existing else start | {"HasAttachments": False}
        if before["Status"] != "DRAFT" or given.get("Status", "DRAFT") not in ("DRAFT", "VOIDED"):
            raise Invalid("Receipt not of valid status for modification")
        body = {**before, **given, self.id_field: before.get(self.id_field) or new_id()}
        body["Contact"] = {"ContactID": contact_of(books, body.get("Contact", {}))}
        body["User"] = _user(books, body.get("User", {}))
        body.setdefault("Date", books.today)
        if not body.get("LineItems"):
            raise Invalid("One or more line items must be specified")
        known = {one["LineItemID"] for one in before.get("LineItems", [])}
        rules = Rules("PurchaseDetails", coded=True, posts=False)
        lines = [{k: v for k, v in one.items() if k != "LineAmount"} for one in body["LineItems"]]
        priced = price(books, lines, body["LineAmountTypes"], rules, known)
        if priced.total < 0:
            raise Invalid("The document total must not be less than zero")
        body |= {"LineItems": priced.lines, "SubTotal": priced.subtotal}
        body |= {"TotalTax": priced.tax, "Total": priced.total}
        if existing is None:
            name = f"receipt.{body['User']['UserID']}"
            body["ReceiptNumber"] = str(self.xero.store.next(books.tenant, name))
        books.put(self.kind, body[self.id_field], body)
        books.note(self.kind, body[self.id_field], "Edited" if existing else "Created")
        return body[self.id_field], priced.warnings


class ExpenseClaims(Writable):
    """Receipts of one user; what is approved stands in the book as owed to that user."""

    plural, kind, id_field = "ExpenseClaims", "expense_claim", "ExpenseClaimID"
    table, scopes, attributed = tables.EXPENSE_CLAIM, scopes.INVOICES, False
    columns: ClassVar[dict[str, str]] = {
        "Status": "text",
        **dict.fromkeys(("Total", "AmountDue", "AmountPaid"), "number"),
        "ExpenseClaimID": "guid",
    }

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        receipts = self.xero.resources["Receipts"]
        found = [books.get("receipt", one) for one in record.body["_receipts"]]
        return body | {"Receipts": [receipts.show(books, one) for one in found if one is not None]}

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        if existing is None:
            body = self._begun(books, given)
        else:
            status = given.get("Status", existing.body["Status"])
            if status not in CLAIM_MOVES.get(existing.body["Status"], ()):
                raise Invalid("Expense claim not of valid status for modification")
            body = existing.body | {"Status": status}
        if existing is not None and body["Status"] != "AUTHORISED":
            books.must_be_editable(existing.body["ReportingDate"])
        self._post(books, body)
        books.put(self.kind, body[self.id_field], body)
        books.note(self.kind, body[self.id_field], "Edited" if existing else "Created")
        return body[self.id_field], []

    def _begun(self, books: Books, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("Status", "SUBMITTED") not in ("SUBMITTED", "AUTHORISED"):
            raise Invalid("Expense claim not of valid status for creation")
        user = _user(books, given.get("User", {}))
        ids = list(dict.fromkeys(one.get("ReceiptID", "") for one in given.get("Receipts", [])))
        found = [books.get("receipt", one) for one in ids]
        if not found or any(one is None or one.body["Status"] != "DRAFT" for one in found):
            raise Invalid("An expense claim needs receipts that are drafts")
        receipts = [one for one in found if one is not None]
        if any(one.body["User"]["UserID"] != user["UserID"] for one in receipts):
            raise Invalid("The receipts must be of the user of the claim")
        total = sum((one.body["Total"] for one in receipts), Decimal(0))
        return {
            self.id_field: new_id(),
            "Status": given.get("Status", "SUBMITTED"),
            "User": user,
            "Payments": [],
            "Total": total,
            "AmountDue": total,
            "AmountPaid": Decimal(0),
            "ReportingDate": books.today,
            "_receipts": ids,
        }

    def _post(self, books: Books, body: dict[str, Any]) -> None:
        """Each receipt has the claim's status; an approved claim is in the book."""
        posted: list[Entry] = []
        owed = books.system_account("UNPAIDEXPCLM").id
        of_receipts = "DRAFT" if body["Status"] == "DELETED" else body["Status"]
        for id_ in body["_receipts"]:
            receipt = books.get("receipt", id_)
            assert receipt is not None
            books.put("receipt", id_, receipt.body | {"Status": of_receipts})
            if body["Status"] == "AUTHORISED":
                priced = receipt.body | {"CurrencyRate": Decimal(1)}
                posted += entries(books, priced, -1, owed, receipt.body.get("Reference", ""))[0]
        if posted:
            books.must_be_open(body["ReportingDate"])
        books.post(self.kind, body[self.id_field], body["ReportingDate"], posted, "EXPCLAIM")


class Employees(Writable):
    """Names for claims: plain records."""

    plural, kind, id_field = "Employees", "employee", "EmployeeID"
    table, scopes = tables.EMPLOYEE, scopes.SETTINGS
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Status", "FirstName", "LastName"), "text"),
        "EmployeeID": "guid",
    }

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        body = {"Status": "ACTIVE", **(existing.body if existing else {}), **given}
        body[self.id_field] = existing.id if existing else new_id()
        if not body.get("FirstName") or not body.get("LastName"):
            raise Invalid("FirstName and LastName are required")
        books.put(self.kind, body[self.id_field], body)
        return body[self.id_field], []
