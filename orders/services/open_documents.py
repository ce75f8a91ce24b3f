"""Open invoices and bills of the books that came before: owed as they are, of no stock."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from hub.ids import new_id
from hub.money import NumberColumn, is_currency
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Account, ExchangeRate
from ledger.services.journals import post_all
from network.models import Contact
from network.services.contacts import name_key
from orders.domain.states import BillStatus, InvoiceStatus
from orders.models import Bill, BillLine, Invoice, InvoiceLine
from orders.services.booking import Books, open_books
from orders.services.documents import author
from tenants.domain.permissions import Area
from tenants.imports.kinds import Cells, Checked, ImportColumn, ImportKind, Staged
from tenants.imports.values import RowReader, amount_text, by_name
from tenants.models import ImportRow
from tenants.services.organisations import current_organisation

COLUMNS = (
    ImportColumn("number", "Number", True, ("invoicenumber", "billnumber", "documentnumber")),
    ImportColumn("contact", "Contact", True, ("customer", "supplier", "contactname", "vendor")),
    ImportColumn("issued_on", "Date", True, ("invoicedate", "billdate", "issuedate")),
    ImportColumn("due_on", "Due date", False, ("due",)),
    ImportColumn("total", "Amount open", True, ("amountdue", "balance", "outstanding", "total")),
    ImportColumn("currency", "Currency", False, ("currencycode",)),
    ImportColumn("reference", "Reference", False, ("ref",)),
)
AMOUNT = NumberColumn(19, 2)
CHUNK = 1_000
ZERO = Decimal(0)


class OpenDocumentChecker:
    """Looks at rows of open invoices or bills. What is open must date from before the switch."""

    def __init__(self, model: type[Invoice] | type[Bill]) -> None:
        self._columns = by_name(COLUMNS)
        self._what = "invoice" if model is Invoice else "bill"
        side = {"is_customer": True} if model is Invoice else {"is_supplier": True}
        self._contacts = {
            row.name_key: row
            for row in Contact.objects.filter(**side).only("id", "name_key", "currency")
        }
        self._base = current_organisation().base_currency
        self._rates = set(ExchangeRate.objects.values_list("currency", flat=True))
        self._numbers = set(model._default_manager.values_list("number", flat=True))

    def check(self, cells: Cells) -> Checked:
        """One row."""
        row = RowReader(self._columns, cells)
        number = row.text("number", 40)
        if number in self._numbers:
            row.fault("number", f"{number} is used already, here or in another row.")
        self._numbers.add(number)
        name = row.text("contact", 160)
        contact = self._contacts.get(name_key(name))
        if name and contact is None:
            whose = "customer" if self._what == "invoice" else "supplier"
            row.fault("contact", f"There is no {whose} “{name[:60]}”. Import contacts first.")
        issued, due = row.day("issued_on"), row.day("due_on")
        if issued and due and due < issued:
            row.fault("due_on", "This is before the document's own date.")
        total = row.number("total", AMOUNT)
        if total is not None and total == 0:
            row.fault("total", "Nothing is open; leave the row out.")
        row.checked.values = {
            "number": number,
            "contact": str(contact.id) if contact else None,
            "issued_on": _iso(issued),
            "due_on": _iso(due or issued),
            "total": amount_text(total),
            "currency": self._currency(row, contact),
            "reference": row.text("reference", 80) if row.has("reference") else "",
        }
        return row.checked

    def _currency(self, row: RowReader, contact: Contact | None) -> str:
        currency = row.raw("currency").upper() or (contact.currency if contact else self._base)
        if not is_currency(currency):
            row.fault("currency", f"“{currency[:10]}” is no currency; write three letters.")
        elif currency != self._base and currency not in self._rates:
            row.fault("currency", f"Add a rate for {currency} under Currencies first.")
        return currency


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _apply(staged: Staged, write: Callable[[Books, list[Mapping[str, Any]]], object]) -> str:
    books = open_books(staged.on, field="on")
    rows = ImportRow.objects.filter(of_import_id=staged.import_id).order_by("number")
    waiting = (row.values for row in rows.iterator(CHUNK))
    count = 0
    while chunk := list(islice(waiting, CHUNK)):
        write(books, chunk)
        count += len(chunk)
    return f"{count:,} open documents imported."


def apply_open_invoices(staged: Staged) -> str:
    """Authorised invoices, owed by customers, against Opening balances."""
    return _apply(staged, lambda books, rows: write_open_invoices(books, rows, staged.on))


def apply_open_bills(staged: Staged) -> str:
    """Approved bills, owed to suppliers, against Opening balances."""
    return _apply(staged, lambda books, rows: write_open_bills(books, rows, staged.on))


def write_open_invoices(
    books: Books, rows: Sequence[Mapping[str, Any]], on: date
) -> Sequence[Invoice]:
    """Invoices of what is still open, posted on that day; see `COLUMNS` for what a row has.

    A row may bring its `rate`; else there has to be one for its currency.
    """
    rates, opening = _rates(books, on), _opening()
    documents = [Invoice(status=InvoiceStatus.AUTHORISED, **_values(row, rates)) for row in rows]
    Invoice.objects.bulk_create(documents)
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=document, **_line(document, opening)) for document in documents
    )
    post_all([_posting(document, on, "invoice", 1) for document in documents], books.base)
    return documents


def write_open_bills(books: Books, rows: Sequence[Mapping[str, Any]], on: date) -> Sequence[Bill]:
    """Bills of what is still open; as `write_open_invoices`."""
    rates, opening = _rates(books, on), _opening()
    documents = [
        Bill(
            status=BillStatus.APPROVED,
            partner_number=row.get("partner_number", row["number"]),
            **_values(row, rates),
        )
        for row in rows
    ]
    Bill.objects.bulk_create(documents)
    BillLine.objects.bulk_create(
        BillLine(bill=document, **_line(document, opening)) for document in documents
    )
    post_all([_posting(document, on, "bill", -1) for document in documents], books.base)
    return documents


def _rates(books: Books, on: date) -> dict[str, Decimal]:
    """The rate of every currency on the day of the switch."""
    found = {books.base: Decimal(1)}
    for row in ExchangeRate.objects.filter(valid_from__lte=on).order_by("valid_from"):
        found[row.currency] = row.rate
    for row in ExchangeRate.objects.filter(valid_from__gt=on).order_by("-valid_from"):
        found.setdefault(row.currency, row.rate)
    return found


def _opening() -> Account:
    return Account.objects.get(role=AccountRole.OPENING_BALANCES)


def _values(row: Mapping[str, Any], rates: Mapping[str, Decimal]) -> dict[str, Any]:
    total = Decimal(row["total"])
    return {
        "id": new_id(),
        "number": row["number"],
        "contact_id": UUID(row["contact"]),
        "currency": row["currency"],
        "rate": Decimal(row["rate"]) if row.get("rate") else rates[row["currency"]],
        "issued_on": date.fromisoformat(row["issued_on"]),
        "due_on": date.fromisoformat(row["due_on"]),
        "reference": row["reference"],
        "net": total,
        "tax": ZERO,
        "total": total,
        **author(),
    }


def _line(document: Invoice | Bill, account: Account) -> dict[str, Any]:
    return {
        "position": 1,
        "description": f"Open amount of {document.number}",
        "quantity": 1,
        "unit_price": document.total,
        "net": document.total,
        "total": document.total,
        "account": account,
    }


def _posting(document: Invoice | Bill, on: date, kind: str, sign: int) -> Posting:
    control = AccountRole.RECEIVABLE if kind == "invoice" else AccountRole.PAYABLE
    return Posting(
        JournalEvent.OPENING,
        on,
        Source(kind, document.id, document.number),
        [
            Entry(control, sign * document.total, contact=document.contact_id),
            Entry(AccountRole.OPENING_BALANCES, -sign * document.total),
        ],
        document.currency,
        document.rate,
        memo="Open when the books began",
    )


OPEN_INVOICES = ImportKind(
    "open_invoices",
    "Open invoices",
    "invoices",
    Area.INVOICES,
    COLUMNS,
    lambda _columns: OpenDocumentChecker(Invoice),
    apply_open_invoices,
    help="What customers owe from before, one row each, with what is still open.",
    asks_date="The day that the books begin",
)
OPEN_BILLS = ImportKind(
    "open_bills",
    "Open bills",
    "bills",
    Area.BILLS,
    COLUMNS,
    lambda _columns: OpenDocumentChecker(Bill),
    apply_open_bills,
    help="What you owe suppliers from before, one row each, with what is still open.",
    asks_date="The day that the books begin",
)
