"""Money received and spent, prepayments and overpayments with it, and transfers."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero import scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.contacts import contact_of
from sandbox.xero.lines import Rules, entries, price
from sandbox.xero.problems import Invalid
from sandbox.xero.settling import applied, keys_of
from sandbox.xero.wire import cents, ms_moment, new_id
from sandbox.xero.writing import Writable

OWN = ("SubTotal", "TotalTax", "Total")


def bank_account(books: Books, ref: dict[str, Any]) -> Record:
    """A bank account that is in use. Raises Invalid."""
    found = books.account(ref)
    if found is None or found.body["Type"] != "BANK" or found.body["Status"] != "ACTIVE":
        raise Invalid("Bank account could not be found")
    return found


class BankTransactions(Writable):
    """SPEND, RECEIVE and their prepayments and overpayments."""

    plural, kind, id_field = "BankTransactions", "bank_transaction", "BankTransactionID"
    table, scopes, paged = tables.BANK_TRANSACTION, scopes.BANK, True
    lists = ("LineItems",)
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Type", "Status", "Reference", "CurrencyCode", "Url"), "text"),
        **dict.fromkeys(("Total", "SubTotal", "TotalTax", "CurrencyRate"), "number"),
        "IsReconciled": "boolean",
        "Date": "day",
        **dict.fromkeys(("BankTransactionID", "PrepaymentID", "OverpaymentID"), "guid"),
        **dict.fromkeys(("Contact", "BankAccount"), "object"),
    }

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        contact = books.get("contact", record.body["Contact"]["ContactID"])
        if contact is not None:
            body["Contact"] = {"ContactID": contact.id, "Name": contact.body["Name"]}
        account = books.get("account", record.body["BankAccount"]["AccountID"])
        if account is not None:
            named = {"AccountID": account.id, "Name": account.body["Name"]}
            code = {"Code": account.body["Code"]} if account.body.get("Code") else {}
            body["BankAccount"] = named | code
        return body

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        before = existing.body if existing else None
        given = {name: value for name, value in given.items() if name not in OWN}
        if before is not None:
            self._check_change(books, before, given)
            if given.get("Status") in ("DELETED", "VOIDED"):
                self._end(books, before)
                return before[self.id_field], []
        start = {"LineAmountTypes": "Exclusive", "Status": "AUTHORISED", "IsReconciled": False}
        body = {**(before or start), "HasAttachments": False, **given}
        body[self.id_field] = before[self.id_field] if before else new_id()
        if not body.get("Type"):
            raise Invalid("Type is required")
        account = bank_account(books, body.get("BankAccount", {}))
        body["BankAccount"] = {"AccountID": account.id}
        body["Contact"] = {"ContactID": contact_of(books, body.get("Contact", {}))}
        body.setdefault("Date", books.today)
        books.must_be_open(body["Date"])
        currency = account.body.get("CurrencyCode", books.base)
        if body.get("CurrencyCode", currency).upper() != currency:
            raise Invalid("The currency must be that of the bank account")
        body["CurrencyCode"] = currency
        body["CurrencyRate"] = books.rate_of(currency, body.get("CurrencyRate"))
        warnings = self._price(books, body, before)
        self._post(books, body, account)
        books.put(self.kind, body[self.id_field], body)
        books.note(self.kind, body[self.id_field], "Edited" if before else "Created")
        return body[self.id_field], warnings

    def _check_change(self, books: Books, before: dict[str, Any], given: dict[str, Any]) -> None:
        if before["Status"] != "AUTHORISED":
            raise Invalid("Bank transaction not of valid status for modification")
        if before["IsReconciled"] and set(given) - {self.id_field, "Url", "Reference"}:
            raise Invalid("Spend money transactions cannot be updated once they are reconciled")
        if given.get("Type", before["Type"]) != before["Type"]:
            raise Invalid("The Type of a bank transaction cannot be changed")
        books.must_be_editable(before["Date"])
        for kind, field in (("prepayment", "PrepaymentID"), ("overpayment", "OverpaymentID")):
            made = books.get(kind, before[field]) if field in before else None
            if made is not None and applied(made.body):
                raise Invalid(
                    "This document cannot be edited as it has a payment or credit note"
                    " allocated to it."
                )

    def _end(self, books: Books, before: dict[str, Any]) -> None:
        books.post(self.kind, before[self.id_field], before["Date"], [], "")
        books.put(self.kind, before[self.id_field], before | {"Status": "DELETED"})
        for kind, field in (("prepayment", "PrepaymentID"), ("overpayment", "OverpaymentID")):
            made = books.get(kind, before[field]) if field in before else None
            if made is not None:
                body = made.body | {"Status": "VOIDED", "RemainingCredit": Decimal(0)}
                books.put(kind, made.id, body, keys_of(kind, body))
        books.note(self.kind, before[self.id_field], "Deleted")

    def _price(
        self, books: Books, body: dict[str, Any], before: dict[str, Any] | None
    ) -> list[str]:
        incoming = body["Type"].startswith("RECEIVE")
        control = ("DEBTORS" if incoming else "CREDITORS") if "OVER" in body["Type"] else ""
        if control:
            body["LineAmountTypes"] = "NoTax"
        rules = Rules(
            "SalesDetails" if incoming else "PurchaseDetails", coded=True, control=control
        )
        kept = before["LineItems"] if before else []
        known = {line["LineItemID"] for line in kept}
        lines = body.get("LineItems", [])
        if not lines:
            raise Invalid("One or more line items must be specified")
        if lines is kept:
            lines = [{k: v for k, v in one.items() if k != "LineAmount"} for one in kept]
        priced = price(books, lines, body["LineAmountTypes"], rules, known)
        if priced.total < 0 and not self.xero.switch("negative_totals"):
            raise Invalid("The document total must not be less than zero")
        body |= {
            "LineItems": priced.lines,
            "SubTotal": priced.subtotal,
            "TotalTax": priced.tax,
            "Total": priced.total,
        }
        return priced.warnings

    def _post(self, books: Books, body: dict[str, Any], account: Record) -> None:
        sign = 1 if body["Type"].startswith("RECEIVE") else -1
        posted, total = entries(books, body, sign, account.id, body.get("Reference", ""))
        source = "CASHREC" if sign == 1 else "CASHPAID"
        books.post(self.kind, body[self.id_field], body["Date"], posted, source)
        for kind, ending in (("prepayment", "PREPAYMENT"), ("overpayment", "OVERPAYMENT")):
            if body["Type"].endswith(ending):
                self._credit(books, kind, body, total, posted)

    def _credit(
        self, books: Books, kind: str, body: dict[str, Any], total: Decimal, posted: list[Entry]
    ) -> None:
        """The prepayment or overpayment that comes with a bank transaction."""
        field = "PrepaymentID" if kind == "prepayment" else "OverpaymentID"
        total_in = body["Type"].startswith("RECEIVE")
        body.setdefault(field, new_id())
        names = (
            *("Type", "Contact", "Date", "LineAmountTypes", "LineItems", "SubTotal", "TotalTax"),
            *("Total", "CurrencyCode", "CurrencyRate", "Reference"),
        )
        made: dict[str, Any] = {name: body[name] for name in names if name in body}
        made |= {
            field: body[field],
            "Status": "AUTHORISED" if body["Total"] else "PAID",
            "RemainingCredit": body["Total"],
            "Allocations": [],
            "Payments": [],
            "HasAttachments": False,
            "_base": total,
            "_settled": Decimal(0),
            "_sides": {one.account: one.amount * (-1 if total_in else 1) for one in posted[1:]},
        }
        books.put(kind, body[field], made, keys_of(kind, made))


class BankTransfers(Writable):
    """Money between two bank accounts."""

    plural, kind, id_field = "BankTransfers", "bank_transfer", "BankTransferID"
    table, scopes, attributed = tables.BANK_TRANSFER, scopes.BANK, False
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Status", "Reference"), "text"),
        "Amount": "number",
        "Date": "day",
        "BankTransferID": "guid",
        **dict.fromkeys(("FromBankAccount", "ToBankAccount"), "object"),
    }

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        if query.get("includedeleted", "").lower() == "true":
            return [], []
        return ["json_extract(body, '$.Status') = 'AUTHORISED'"], []

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        del body["UpdatedDateUTC"]
        for side in ("FromBankAccount", "ToBankAccount"):
            account = books.get("account", record.body[side]["AccountID"])
            if account is not None:
                named = {"AccountID": account.id, "Name": account.body["Name"]}
                body[side] = named | {k: account.body[k] for k in ("Code",) if k in account.body}
        return body | {"CreatedDateUTC": ms_moment(record.created)}

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        if existing is not None:
            if given.get("Status") != "DELETED" or existing.body["Status"] == "DELETED":
                raise Invalid("Bank transfers cannot be updated, only deleted")
            books.must_be_editable(existing.body["Date"])
            books.post(self.kind, existing.id, existing.body["Date"], [])
            books.put(self.kind, existing.id, existing.body | {"Status": "DELETED"})
            return existing.id, []
        source = bank_account(books, given.get("FromBankAccount", {}))
        target = bank_account(books, given.get("ToBankAccount", {}))
        amount = cents(given.get("Amount", Decimal(0)))
        if source.id == target.id or amount <= 0:
            raise Invalid("A transfer needs two bank accounts and an amount greater than zero")
        currencies = {one.body.get("CurrencyCode", books.base) for one in (source, target)}
        if len(currencies) > 1:
            raise Invalid("Both bank accounts must be of the same currency")
        rate = books.rate_of(currencies.pop(), None)
        day, id_ = given.get("Date", books.today), new_id()
        books.must_be_open(day)
        in_base = books.in_base(amount, rate)
        sides = [Entry(source.id, -in_base), Entry(target.id, in_base)]
        books.post(self.kind, id_, day, sides, "TRANSFER")
        body = {
            self.id_field: id_,
            "FromBankAccount": {"AccountID": source.id},
            "ToBankAccount": {"AccountID": target.id},
            "Amount": amount,
            "Date": day,
            "Reference": given.get("Reference", ""),
            "CurrencyRate": rate,
            "FromBankTransactionID": new_id(),
            "ToBankTransactionID": new_id(),
            "FromIsReconciled": given.get("FromIsReconciled", False),
            "ToIsReconciled": given.get("ToIsReconciled", False),
            "HasAttachments": False,
            "Status": "AUTHORISED",
        }
        books.put(self.kind, id_, body)
        return id_, []
