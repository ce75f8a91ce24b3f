"""Invoices and bills, credit notes, purchase orders and quotes."""

from abc import ABC, abstractmethod
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import allocations, problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.contacts import became, contact_of
from sandbox.xero.lines import Priced, Rules, price
from sandbox.xero.postings import post_document
from sandbox.xero.problems import Invalid
from sandbox.xero.resource import envelope, in_list, updated_text
from sandbox.xero.settling import applied, is_sale, keys_of
from sandbox.xero.wire import new_id, rounded
from sandbox.xero.writing import Writable

MOVES: dict[str, dict[str, tuple[str, ...]]] = {
    "invoice": {
        "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
        "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"),
        "AUTHORISED": ("AUTHORISED", "VOIDED"),
    },
    "purchase_order": {
        "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
        "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"),
        "AUTHORISED": ("AUTHORISED", "BILLED", "DELETED"),
        "BILLED": ("BILLED", "AUTHORISED"),
    },
    "quote": {
        "DRAFT": ("DRAFT", "SENT", "DELETED"),
        "SENT": ("SENT", "ACCEPTED", "DECLINED", "DELETED"),
        "ACCEPTED": ("ACCEPTED", "INVOICED", "SENT", "DELETED"),
        "DECLINED": ("DECLINED", "SENT", "DELETED"),
        "INVOICED": ("INVOICED",),
    },
}
MOVES["credit_note"] = MOVES["invoice"]
GONE = ("VOIDED", "DELETED")
AFTER_PAYMENT = {
    *("Reference", "DueDate", "SentToContact", "Url", "BrandingThemeID", "ExpectedPaymentDate"),
    *("PlannedPaymentDate", "InvoiceID", "InvoiceNumber", "CreditNoteID", "CreditNoteNumber"),
    *("Status", "Type"),
}
WITHOUT_A_MOMENT = {"DueDate", "SentToContact"}  # of documents with something applied
COLUMNS = {
    **dict.fromkeys(("Status", "Reference", "CurrencyCode", "LineAmountTypes"), "text"),
    **dict.fromkeys(("Total", "SubTotal", "TotalTax", "CurrencyRate"), "number"),
    **dict.fromkeys(("Date",), "day"),
    "Contact": "object",
    "BrandingThemeID": "guid",
}


class Document(Writable, ABC):
    """What the four have in common."""

    paged = True
    lists = ("LineItems", "Payments", "Prepayments", "Overpayments", "CreditNotes", "Allocations")
    prefix: ClassVar[str] = ""
    first_status: ClassVar[str] = "DRAFT"
    named: ClassVar[str] = "Document"
    final: ClassVar[tuple[str, ...]] = ("PAID", "VOIDED", "DELETED")

    @abstractmethod
    def rules(self, body: dict[str, Any]) -> Rules:
        """What its lines may hold."""

    def start(self) -> dict[str, Any]:
        """What a new one has."""
        return {
            "LineAmountTypes": "Exclusive",
            "Status": self.first_status,
            "HasAttachments": False,
        }

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        contact = books.get("contact", record.body["Contact"]["ContactID"])
        if contact is not None:
            body["Contact"] = {"ContactID": contact.id, "Name": contact.body["Name"]}
        if books.places == 2:
            for line in body["LineItems"]:
                if "UnitAmount" in line:
                    line["UnitAmount"] = rounded(Decimal(line["UnitAmount"]), 2)
        if self.xero.switch("date_strings"):
            for name in ("Date", "DueDate"):
                if record.body.get(name):
                    body[f"{name}String"] = f"{record.body[name]}T00:00:00"
        return body

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        before = existing.body if existing else None
        given = {name: value for name, value in given.items() if name not in OWN}
        if before is not None:
            self._check_move(books, before, given)
            if given.get("Status") in GONE:
                return self._end(books, before, given["Status"])
            if applied(before):
                return self._change_applied(books, before, given)
        body = {**(before or self.start()), **given}
        if "Type" in self.table and "Type" not in body:
            raise Invalid("Type is required")
        body[self.id_field] = before[self.id_field] if before else new_id()
        body["Contact"] = {"ContactID": contact_of(books, body.get("Contact", {}))}
        body.setdefault("Date", books.today)
        priced = self._price(books, body, before)
        self.complete(books, body, before, priced)
        if before is None:
            self._number(books, body)
        self.check(books, body, before)
        self.keep(books, body)
        books.note(self.kind, body[self.id_field], "Edited" if before else "Created")
        self.event(books, body, "UPDATE" if before else "CREATE")
        return body[self.id_field], priced.warnings

    def _check_move(self, books: Books, before: dict[str, Any], given: dict[str, Any]) -> None:
        status = before["Status"]
        if status in self.final:
            settled = status == "PAID" and applied(before)
            if settled and set(given) - AFTER_PAYMENT and "Status" not in given:
                raise Invalid(
                    "This document cannot be edited as it has a payment or credit note"
                    " allocated to it."
                )
            raise Invalid(f"{self.named} not of valid status for modification")
        wanted = given.get("Status", status)
        if wanted not in MOVES[self.kind].get(status, ()):
            raise Invalid(f"{self.named} not of valid status for modification")
        if wanted in GONE and applied(before):
            raise Invalid(
                "This document cannot be edited as it has a payment or credit note allocated to it."
            )
        if status == "AUTHORISED" and self.posts(before):
            books.must_be_editable(before["Date"])
        if "Type" in given and "Type" in before and given["Type"] != before["Type"]:
            raise Invalid("The Type of a document cannot be changed")

    def _end(self, books: Books, before: dict[str, Any], status: str) -> tuple[str, list[str]]:
        body = {**before, "Status": status}
        for name in ("AmountDue", "RemainingCredit"):
            if name in body:
                body[name] = Decimal(0)
        self.keep(books, body)
        books.note(self.kind, body[self.id_field], status.capitalize())
        self.event(books, body, "UPDATE")
        return body[self.id_field], []

    def _change_applied(
        self, books: Books, before: dict[str, Any], given: dict[str, Any]
    ) -> tuple[str, list[str]]:
        changed = {name for name in given if given[name] != before.get(name)}
        if (
            "Contact" in changed
            and given["Contact"].get("ContactID") == before["Contact"]["ContactID"]
        ):
            changed.discard("Contact")
        if changed - AFTER_PAYMENT:
            raise Invalid(
                "This document cannot be edited as it has a payment or credit note allocated to it."
            )
        quiet = changed <= WITHOUT_A_MOMENT
        self.keep(books, {**before, **{name: given[name] for name in changed}}, quiet=quiet)
        return before[self.id_field], []

    def _price(self, books: Books, body: dict[str, Any], before: dict[str, Any] | None) -> Priced:
        kept = before["LineItems"] if before else []
        known = {line["LineItemID"] for line in kept}
        lines = body.get("LineItems", [])
        if lines is kept:  # a change without lines: reckoned again, with the precision asked for
            lines = [{k: v for k, v in one.items() if k != "LineAmount"} for one in kept]
            if books.places == 2:
                lines = [{k: v for k, v in one.items() if k != "TaxAmount"} for one in lines]
        rules = self.rules(body)
        if rules.coded and not lines:
            raise Invalid("One or more line items must be specified")
        priced = price(books, lines, body["LineAmountTypes"], rules, known)
        if priced.total < 0 and not self.xero.switch("negative_totals"):
            raise Invalid("The document total must not be less than zero")
        body |= {
            "LineItems": priced.lines,
            "SubTotal": priced.subtotal,
            "TotalTax": priced.tax,
            "Total": priced.total,
        }
        for line in priced.lines:
            for one in line.get("Tracking", []):
                name = f"used.{one['TrackingOptionID']}"
                if not self.xero.store.setting(books.tenant, name):
                    self.xero.store.set(books.tenant, name, True)
        return priced

    def complete(
        self, books: Books, body: dict[str, Any], before: dict[str, Any] | None, priced: Priced
    ) -> None:
        """Currency, and what else each has."""
        contact = books.get("contact", body["Contact"]["ContactID"])
        default = contact.body.get("DefaultCurrency") if contact else None
        body["CurrencyCode"] = body.get("CurrencyCode", default or books.base).upper()
        given = body.get("CurrencyRate")
        body["CurrencyRate"] = books.rate_of(body["CurrencyCode"], given)
        if priced.discount:
            body["TotalDiscount"] = priced.discount
        else:
            body.pop("TotalDiscount", None)
        theme = body.get("BrandingThemeID")
        if theme and books.get("branding_theme", theme) is None:
            raise Invalid("The branding theme could not be found")

    def _number(self, books: Books, body: dict[str, Any]) -> None:
        if body.get(self.number_field) or not self.prefix:
            return
        while True:
            number = f"{self.prefix}{self.xero.store.next(books.tenant, self.kind):04}"
            if not books.found(f"{self.kind}.unique", number):
                body[self.number_field] = number
                return

    def check(self, books: Books, body: dict[str, Any], before: dict[str, Any] | None) -> None:
        """Uniqueness, lock dates and the like. Raises Invalid."""
        number = body.get(self.number_field)
        if number and self.unique(body):
            ids = books.found(f"{self.kind}.unique", number)
            if [one for one in ids if one != body[self.id_field]]:
                raise Invalid(self.taken)

    taken: ClassVar[str] = "Invoice # must be unique."

    def unique(self, body: dict[str, Any]) -> bool:
        """Whether its number must be unique."""
        return True

    def posts(self, body: dict[str, Any]) -> bool:
        """Whether it is in the book."""
        return False

    def keep(self, books: Books, body: dict[str, Any], *, quiet: bool = False) -> None:
        """Write it; `quiet` leaves the moment of its last change."""
        number = body[self.number_field].casefold()
        contact = body["Contact"]["ContactID"]
        keys = [(f"{self.kind}.number", number), (f"{self.kind}.unique", number)]
        books.put(
            self.kind,
            body[self.id_field],
            body,
            [*keys, (f"{self.kind}.contact", contact)],
            quiet=quiet,
        )

    def event(self, books: Books, body: dict[str, Any], what: str) -> None:
        """Tell webhooks."""

    def match(self, books: Books, given: dict[str, Any]) -> Record | None:
        number = given.get(self.number_field, "") if self.unique(given) else ""
        ids = books.found(f"{self.kind}.unique", number) if number else []
        return books.get(self.kind, ids[0]) if ids else None

    def pdf(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """A small PDF."""
        self.find(books, id)
        return Answer(200, PDF, {"content-type": "application/pdf"})


PDF = (
    b"%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
OWN = ("SubTotal", "TotalTax", "Total", "AmountDue", "AmountPaid", "AmountCredited")


class Settled(Document):
    """Invoices and credit notes: posted, then settled."""

    def posts(self, body: dict[str, Any]) -> bool:
        return body["Status"] in ("AUTHORISED", "PAID")

    def rules(self, body: dict[str, Any]) -> Rules:
        side = "SalesDetails" if is_sale(body) else "PurchaseDetails"
        coded = body["Status"] in ("SUBMITTED", "AUTHORISED")
        return Rules(side, discounts=body["Type"] == "ACCREC", coded=coded)

    def check(self, books: Books, body: dict[str, Any], before: dict[str, Any] | None) -> None:
        super().check(books, body, before)
        if self.posts(body):
            books.must_be_open(body["Date"])
        if body["Status"] in ("PAID", *GONE) and before is None:
            raise Invalid(f"{self.named} not of valid status for creation")

    def unique(self, body: dict[str, Any]) -> bool:
        return body.get("Type", "ACCREC") in ("ACCREC", "ACCRECCREDIT")

    def keep(self, books: Books, body: dict[str, Any], *, quiet: bool = False) -> None:
        nothing = body["Status"] == "AUTHORISED" and not body["Total"]
        if nothing and self.xero.switch("zero_total_is_paid"):
            body |= {"Status": "PAID", "FullyPaidOnDate": body["Date"]}
        if self.posts(body) and not applied(body):
            field = "IsCustomer" if is_sale(body) else "IsSupplier"
            became(books, body["Contact"]["ContactID"], field)
        if not applied(body):
            post_document(books, self.kind, body)
        books.put(self.kind, body[self.id_field], body, keys_of(self.kind, body), quiet=quiet)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        return body | {"UpdatedDateUTCString": updated_text(record), "HasErrors": False}


class Invoices(Settled):
    """ACCREC and ACCPAY."""

    plural, kind, id_field = "Invoices", "invoice", "InvoiceID"
    number_field, number_key = "InvoiceNumber", "invoice.number"
    table, scopes, named, flag = tables.INVOICE, scopes.INVOICES, "Invoice", "HasErrors"
    prefix = "INV-"
    columns: ClassVar[dict[str, str]] = {
        **COLUMNS,
        **dict.fromkeys(("Type", "InvoiceNumber", "Url"), "text"),
        **dict.fromkeys(("AmountDue", "AmountPaid", "AmountCredited"), "number"),
        **dict.fromkeys(("DueDate", "FullyPaidOnDate", "ExpectedPaymentDate"), "day"),
        "PlannedPaymentDate": "day",
        **dict.fromkeys(("SentToContact", "IsDiscounted", "HasAttachments"), "boolean"),
        "InvoiceID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("GET", "/Invoices/{id}/pdf", self.pdf)
        self.add("GET", "/Invoices/{id}/OnlineInvoice", self.online)
        self.add("POST", "/Invoices/{id}/Email", self.email)

    def start(self) -> dict[str, Any]:
        empty: dict[str, Any] = {one: [] for one in self.lists[1:5]}
        return super().start() | empty | {"SentToContact": False, "IsDiscounted": False}

    def read(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        if call.headers.get("accept", "").startswith("application/pdf"):
            return self.pdf(call, books, id)
        return super().read(call, books, id)

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        parts, values = [], []
        kept = "SELECT id FROM lookup WHERE company = ? AND name = ? AND"
        for parameter, key in (("invoicenumbers", "number"), ("contactids", "contact")):
            if query.get(parameter):
                part, found = in_list("value", query[parameter].casefold())
                parts.append(f"id IN ({kept} {part})")
                values += [books.tenant, f"invoice.{key}", *found]
        for parameter, name in (("ids", "id"), ("statuses", "json_extract(body, '$.Status')")):
            if query.get(parameter):
                text = query[parameter]
                part, found = in_list(name, text.lower() if name == "id" else text.upper())
                parts.append(part)
                values += found
        if query.get("createdbymyapp", "").lower() == "true":
            parts.append("json_extract(body, '$._app') = ?")
            values.append(books.client)
        if query.get("searchterm"):
            names = ("InvoiceNumber", "Reference")
            one = " OR ".join(f"instr(lower(json_extract(body, '$.{n}')), ?)" for n in names)
            parts.append(f"({one})")
            values += [query["searchterm"].casefold()] * len(names)
        return parts, values

    def complete(
        self, books: Books, body: dict[str, Any], before: dict[str, Any] | None, priced: Priced
    ) -> None:
        super().complete(books, body, before, priced)
        if before is None:
            body["_app"] = books.client
        if body["Type"] == "ACCPAY":
            body.pop("Reference", None)
        body["IsDiscounted"] = bool(priced.discount)
        zero = Decimal(0)
        body |= {"AmountDue": priced.total, "AmountPaid": zero, "AmountCredited": zero}
        if "DueDate" not in body:
            body["DueDate"] = self._due(books, body)
        if body["Status"] in ("SUBMITTED", "AUTHORISED") and not body["DueDate"]:
            raise Invalid("Due Date is mandatory")
        if not body["DueDate"]:
            del body["DueDate"]
        if body.get("SentToContact") and body["Status"] in ("DRAFT", "SUBMITTED"):
            body["SentToContact"] = False
        approving = body["Status"] == "AUTHORISED" and not (before and self.posts(before))
        most = self.xero.store.setting(books.tenant, "invoice_limit")
        if approving and body["Type"] == "ACCREC" and most is not None:
            count = self.xero.store.next(books.tenant, f"approved.{body['Date'][:7]}")
            if count > most:
                raise Invalid("You have reached the limit of invoices you can approve")

    def _due(self, books: Books, body: dict[str, Any]) -> str:
        """By the contact's terms, else the organisation's; none for a document without them."""
        side = "Sales" if body["Type"] == "ACCREC" else "Bills"
        contact = books.get("contact", body["Contact"]["ContactID"])
        terms = (contact.body.get("PaymentTerms") if contact else None) or {}
        own = terms.get(side) or books.organisation.get("PaymentTerms", {}).get(side)
        return due_day(body["Date"], own) if own else ""

    def _number(self, books: Books, body: dict[str, Any]) -> None:
        if body["Type"] == "ACCREC":
            super()._number(books, body)

    def event(self, books: Books, body: dict[str, Any], what: str) -> None:
        books.xero.hooks.happened(books, "INVOICE", what, "Invoices", body["InvoiceID"])

    def online(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """Where a customer would see it."""
        found = self.find(books, id)
        address = f"{self.xero.base_url}/_online/{found.id}"
        return envelope(books, "OnlineInvoices", [{"OnlineInvoiceUrl": address}])

    def email(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """It is marked as sent."""
        found = self.find(books, id)
        if found.body["Type"] != "ACCREC" or found.body["Status"] not in ("AUTHORISED", "PAID"):
            message = {"Message": "Only approved sales invoices can be sent"}
            raise Refused(problems.validation([{"ValidationErrors": [message]}]))
        body = found.body | {"SentToContact": True}
        books.put("invoice", found.id, body, keys_of("invoice", body))
        books.note("invoice", found.id, "Emailed")
        return Answer(204)


def due_day(day: str, terms: dict[str, Any]) -> str:
    """A due date by payment terms."""
    start, count = date.fromisoformat(day), int(terms.get("Day", 0))
    months = {"DAYSAFTERBILLMONTH": 1, "OFCURRENTMONTH": 0, "OFFOLLOWINGMONTH": 1}
    kind = terms.get("Type", "DAYSAFTERBILLDATE")
    if kind == "DAYSAFTERBILLDATE":
        return (start + timedelta(days=count)).isoformat()
    first = (start.replace(day=1) + timedelta(days=32 * months[kind])).replace(day=1)
    if kind == "DAYSAFTERBILLMONTH":
        return (first + timedelta(days=count - 1)).isoformat()
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=max(count, 1) - 1), last).isoformat()


class CreditNotes(Settled):
    """ACCRECCREDIT and ACCPAYCREDIT."""

    plural, kind, id_field = "CreditNotes", "credit_note", "CreditNoteID"
    number_field, number_key = "CreditNoteNumber", "credit_note.number"
    table, scopes = tables.CREDIT_NOTE, scopes.INVOICES
    named, flag, prefix = "Credit note", "HasErrors", "CN-"
    taken = "Credit note number must be unique."
    columns: ClassVar[dict[str, str]] = {
        **COLUMNS,
        **dict.fromkeys(("Type", "CreditNoteNumber"), "text"),
        "RemainingCredit": "number",
        **dict.fromkeys(("DueDate", "FullyPaidOnDate"), "day"),
        "CreditNoteID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("GET", "/CreditNotes/{id}/pdf", self.pdf)
        allocations.add(self, "CreditNotes")

    def start(self) -> dict[str, Any]:
        return super().start() | {"Allocations": [], "Payments": [], "SentToContact": False}

    def complete(
        self, books: Books, body: dict[str, Any], before: dict[str, Any] | None, priced: Priced
    ) -> None:
        super().complete(books, body, before, priced)
        body["RemainingCredit"] = priced.total
        if body["Type"] == "ACCPAYCREDIT":
            body.setdefault("CreditNoteNumber", "")

    def _number(self, books: Books, body: dict[str, Any]) -> None:
        if body["Type"] == "ACCRECCREDIT":
            super()._number(books, body)

    def event(self, books: Books, body: dict[str, Any], what: str) -> None:
        books.xero.hooks.happened(
            *(books, "CREDITNOTE", what, "CreditNotes", body["CreditNoteID"]),
            data={"Type": body["Type"], "Status": body["Status"]},
        )
