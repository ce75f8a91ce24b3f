"""What belongs to a document: its order, invoice, bill, and the versions before and after it."""

from django.db.models import QuerySet
from django.utils.html import format_html

from hub.ui.components import Fact, SidePanel
from orders.domain.states import BillStatus
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder, TradeDocument
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
            invoices = Invoice.objects.filter(sales_order=document).order_by("-id")[:MOST]
            return [("Invoice", invoice) for invoice in invoices]
        case Invoice():
            return [("Sales order", document.sales_order)] if document.sales_order else []
        case Bill():
            return _of_bill(document)
    return []


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
