"""What belongs to a document: its order, invoice, bill, and the versions before and after it."""

from django.db.models import QuerySet
from django.utils.html import format_html

from hub.ui.components import Fact, SidePanel
from orders.domain.states import BillStatus
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Quote,
    SalesOrder,
    TradeDocument,
)
from orders.presenters.kinds import kind_of

MOST = 20


def related_panel(document: TradeDocument) -> SidePanel | None:
    """The panel of related documents, or None where there are none."""
    found = _related(document)
    if not found:
        return None
    facts = [
        Fact(
            label,
            format_html('<a href="{}">{}</a>', kind_of(one).url(one), one.number),
            kind_of(one).status(one).label,
        )
        for label, one in found
    ]
    return SidePanel("Related", facts, "link")


def _related(document: TradeDocument) -> list[tuple[str, TradeDocument]]:
    match document:
        case PurchaseOrder():
            bills = Bill.objects.filter(purchase_order=document).order_by("-id")[:MOST]
            return [("Bill", bill) for bill in bills]
        case SalesOrder():
            return _of_sale(document)
        case Invoice():
            sale = [("Sales order", document.sales_order)] if document.sales_order else []
            return sale + _credits(invoice=document)
        case Bill():
            return _of_bill(document) + _credits(bill=document)
        case Quote():
            made = SalesOrder.objects.filter(quote=document.id).order_by("-id")[:MOST]
            return [("Sales order", one) for one in made]
        case CreditNote():
            return [
                (label, one)
                for label, one in (("Invoice", document.invoice), ("Bill", document.bill))
                if one is not None
            ]
    return []


def _of_sale(order: SalesOrder) -> list[tuple[str, TradeDocument]]:
    found: list[tuple[str, TradeDocument]] = []
    if order.quote is not None:
        found += [("Quote", one) for one in Quote.objects.filter(id=order.quote)]
    invoices = Invoice.objects.filter(sales_order=order).order_by("-id")[:MOST]
    return found + [("Invoice", invoice) for invoice in invoices]


def _credits(**of: TradeDocument) -> list[tuple[str, TradeDocument]]:
    notes = CreditNote.objects.filter(**of).order_by("-id")[:MOST]
    return [("Credit note", note) for note in notes]


def newest_version(document: TradeDocument) -> Bill | None:
    """The bill that took the place of this one, if one did."""
    if not isinstance(document, Bill) or document.status != BillStatus.SUPERSEDED:
        return None
    return _later_versions(document).order_by("-partner_version").first()


def _later_versions(bill: Bill) -> QuerySet[Bill]:
    return Bill.objects.filter(
        contact_id=bill.contact_id,
        partner_key=bill.partner_key,
        partner_version__gt=bill.partner_version,
    )


def _of_bill(bill: Bill) -> list[tuple[str, TradeDocument]]:
    found: list[tuple[str, TradeDocument]] = []
    if bill.purchase_order is not None:
        found.append(("Purchase order", bill.purchase_order))
    if bill.supersedes is not None:
        found.append(("Version before", bill.supersedes))
    if bill.partner_key is not None:
        found += [("Newer version", one) for one in _later_versions(bill).order_by("id")[:MOST]]
    return found
