"""The lists of documents: their tabs, columns and filters."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hub.choices import ToneChoices
from hub.ui.components import EmptyState, Link
from hub.ui.filters import ChoiceFilter, DateFilter, Filter, TextFilter
from hub.ui.listing import Column, Listing, ListTab
from orders.domain.states import (
    BillStatus,
    InvoiceStatus,
    NetworkStatus,
    PurchaseOrderStatus,
    SalesOrderStatus,
)
from orders.domain.stock_states import CreditNoteStatus, QuoteStatus
from orders.presenters.fulfilment import RECEIVING, SHIPPING, receiving_of, shipping_of
from orders.presenters.kinds import (
    BILL,
    CREDIT_NOTE,
    INVOICE,
    PURCHASE,
    QUOTE,
    SALE,
    SUPPLIER_CREDIT,
    Kind,
    contact_mark,
)
from orders.presenters.partner import network_mark
from orders.selectors import search_documents

MOST_CONTACTS = 500
Rows = QuerySet[Any]


def of_contact(rows: Rows, wanted: str) -> Rows:
    """Documents of the contact with this id, or of those whose name begins so."""
    try:
        return rows.filter(contact_id=UUID(wanted))
    except ValueError:
        found = RawSQL("SELECT search_contacts(%s, %s)", [wanted[:100], MOST_CONTACTS])
        return rows.filter(contact_id__in=found)


def contact_in_words(wanted: str) -> str:
    """What the chip of a contact's filter says."""
    try:
        UUID(wanted)
    except ValueError:
        return wanted
    return "chosen"


def _tab(label: str, *statuses: ToneChoices) -> ListTab:
    key = str(statuses[0].value)
    if len(statuses) == 1:
        return ListTab(key, label, {"status": key})
    return ListTab(key, label, {"status__in": [status.value for status in statuses]})


def _listing(
    kind: Kind,
    tabs: tuple[ListTab, ...],
    second: Column,
    empty: EmptyState,
    *,
    columns: tuple[Column, ...] = (),
    filters: tuple[Filter, ...] = (),
    travels: bool = True,
) -> Listing:
    network = Column("network_status", "Network", kind="status", value=network_mark)
    by_network = ChoiceFilter("network", "Network", NetworkStatus.choices, field="network_status")
    return Listing(
        key=kind.list_name,
        title=kind.list_title,
        noun=kind.title.lower(),
        columns=(
            Column("number", "Number", primary=True),
            Column("contact", kind.contact_label, kind="contact", value=contact_mark),
            Column("partner_number", "Their number", hide_below="lg"),
            Column("issued_on", "Date", kind="date"),
            second,
            Column("status", "Status", kind="status", value=kind.status),
            *columns,
            *((network,) if travels else ()),
            Column("total", "Total", kind="money", currency="currency"),
        ),
        tabs=(ListTab("all", "All"), *tabs),
        search=lambda rows, text: search_documents(kind.model, rows, text),
        search_hint="Search number, reference or contact"
        if travels
        else "Search the whole number, or a contact",
        filters=(
            TextFilter("contact", kind.contact_label, of_contact, show=contact_in_words),
            *((by_network,) if travels else ()),
            DateFilter("issued", "Date", "issued_on"),
            *filters,
        ),
        row_url=kind.url,
        empty=empty,
        template="orders/list.html",
    )


def _credits(kind: Kind, empty: EmptyState) -> Listing:
    return _listing(
        kind,
        (
            _tab("Draft", CreditNoteStatus.DRAFT),
            _tab("Not used up", CreditNoteStatus.AUTHORISED),
            _tab("Used", CreditNoteStatus.SETTLED),
            _tab("Void", CreditNoteStatus.VOID),
        ),
        Column(
            "left",
            "Not used",
            kind="money",
            value=lambda note: note.total - note.settled if note.status == "authorised" else None,
            currency="currency",
        ),
        empty,
        travels=False,
    )


_PO, _SO, _IN, _BI = PurchaseOrderStatus, SalesOrderStatus, InvoiceStatus, BillStatus
_QU = QuoteStatus
HELP = Link("How documents travel over the network", "/help/")
LISTINGS: dict[str, Listing] = {
    PURCHASE.key: _listing(
        PURCHASE,
        (
            _tab("Draft", _PO.DRAFT),
            _tab("Awaiting approval", _PO.AWAITING_APPROVAL),
            _tab("Authorised", _PO.AUTHORISED),
            _tab("Completed", _PO.COMPLETED),
            _tab("Declined and void", _PO.DECLINED, _PO.VOID),
        ),
        Column("required_on", "Required", kind="date", hide_below="lg"),
        EmptyState(
            "No purchase orders yet",
            "What you order from suppliers comes here. Connected suppliers get it at once.",
            "shopping-cart",
            Link("New purchase order", "/purchases/new/", "plus"),
            HELP,
        ),
        columns=(Column("fulfilment", "Goods", kind="status", value=receiving_of),),
        filters=(RECEIVING,),
    ),
    SALE.key: _listing(
        SALE,
        (
            _tab("Awaiting approval", _SO.AWAITING_APPROVAL, _SO.AWAITING_CONSENT),
            _tab("Draft", _SO.DRAFT),
            _tab("Authorised", _SO.AUTHORISED),
            _tab("Completed", _SO.COMPLETED),
            _tab("Declined and void", _SO.DECLINED, _SO.VOID),
        ),
        Column("required_on", "Required", kind="date", hide_below="lg"),
        EmptyState(
            "No sales orders yet",
            "Orders from customers come here, also those that arrive over the network.",
            "receipt",
            Link("New sales order", "/sales/new/", "plus"),
            HELP,
        ),
        columns=(Column("fulfilment", "Goods", kind="status", value=shipping_of),),
        filters=(SHIPPING,),
    ),
    INVOICE.key: _listing(
        INVOICE,
        (
            _tab("Draft", _IN.DRAFT),
            _tab("Awaiting payment", _IN.AUTHORISED),
            _tab("Paid", _IN.PAID),
            _tab("Void", _IN.VOID),
        ),
        Column("due_on", "Due", kind="date", hide_below="lg"),
        EmptyState(
            "No invoices yet",
            "Create one from an authorised sales order, or on its own.",
            "file-invoice",
            Link("New invoice", "/invoices/new/", "plus"),
            HELP,
        ),
    ),
    BILL.key: _listing(
        BILL,
        (
            _tab("Awaiting approval", _BI.AWAITING_APPROVAL),
            _tab("Draft", _BI.DRAFT),
            _tab("Awaiting payment", _BI.APPROVED),
            _tab("Paid", _BI.PAID),
            _tab("Declined, superseded, void", _BI.DECLINED, _BI.SUPERSEDED, _BI.VOID),
        ),
        Column("due_on", "Due", kind="date", hide_below="lg"),
        EmptyState(
            "No bills yet",
            "Invoices of connected suppliers arrive here; others you type in.",
            "file-invoice",
            Link("New bill", "/bills/new/", "plus"),
            HELP,
        ),
    ),
    QUOTE.key: _listing(
        QUOTE,
        (
            _tab("Draft", _QU.DRAFT),
            _tab("Waiting for the customer", _QU.AUTHORISED),
            _tab("Accepted", _QU.ACCEPTED),
            _tab("Rejected and void", _QU.REJECTED, _QU.VOID),
        ),
        Column("valid_until", "Valid until", kind="date", hide_below="lg"),
        EmptyState(
            "No quotes yet",
            "Offer prices to a customer; accepted, a quote becomes a sales order. "
            "Without a quote, begin with the sales order.",
            "file-text",
            Link("New quote", "/quotes/new/", "plus"),
        ),
        travels=False,
    ),
    CREDIT_NOTE.key: _credits(
        CREDIT_NOTE,
        EmptyState(
            "No credit notes yet",
            "Credit an invoice from its own page, or write a credit note on its own.",
            "receipt-refund",
            Link("New credit note", "/credit-notes/new/", "plus"),
        ),
    ),
    SUPPLIER_CREDIT.key: _credits(
        SUPPLIER_CREDIT,
        EmptyState(
            "No supplier credits yet",
            "Enter a supplier's credit from the bill that it is on, or on its own.",
            "receipt-refund",
            Link("New supplier credit", "/supplier-credits/new/", "plus"),
        ),
    ),
}
