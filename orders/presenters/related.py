"""What belongs to a document: its order, invoice, bill, and the versions before and after it."""

from collections.abc import Iterable

from django.db.models import QuerySet, Sum
from django.utils.html import format_html

from hub.ui.components import Fact, SidePanel
from orders.domain.states import BillStatus
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseMatch,
    PurchaseOrder,
    Quote,
    Receipt,
    SalesOrder,
    Shipment,
    TradeDocument,
)
from orders.presenters.kinds import AnyDocument, kind_of

MOST = 20


def related_panel(document: AnyDocument) -> SidePanel | None:
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


def _related(document: AnyDocument) -> list[tuple[str, AnyDocument]]:
    found: list[tuple[str, AnyDocument]] = []
    match document:
        case PurchaseOrder():
            receipts = Receipt.objects.filter(purchase_order=document).order_by("-id")[:MOST]
            bills = Bill.objects.filter(purchase_order=document).order_by("-id")[:MOST]
            served = SalesOrder.objects.filter(
                bought_for__purchase_order=document, bought_for__quantity__gt=0
            )
            sales = _named("For", served.distinct().order_by("-id")[:MOST])
            found = [*sales, *_named("Receipt", receipts), *_named("Bill", bills)]
        case SalesOrder():
            found = _of_sale(document)
        case Invoice():
            sale = [document.sales_order] if document.sales_order else []
            found = _named("Sales order", sale) + _credits(invoice=document)
        case Shipment():
            found = [("Sales order", document.sales_order)]
            came = Receipt.objects.filter(id__in=[document.drop_receipt])
            found += _named("Receipt", came if document.drop_receipt is not None else ())
        case Receipt():
            found = _of_receipt(document)
        case Bill():
            found = _of_bill(document) + _credits(bill=document)
        case Quote():
            made = SalesOrder.objects.filter(quote=document.id).order_by("-id")[:MOST]
            found = _named("Sales order", made)
        case CreditNote():
            pairs = (("Invoice", document.invoice), ("Bill", document.bill))
            found = [(label, one) for label, one in pairs if one is not None]
    return found


def _named(label: str, rows: Iterable[AnyDocument]) -> list[tuple[str, AnyDocument]]:
    return [(label, one) for one in rows]


def _of_receipt(receipt: Receipt) -> list[tuple[str, AnyDocument]]:
    """Its order, the bill it was made from, and the bills that billed its goods."""
    found: list[tuple[str, AnyDocument]] = []
    if receipt.purchase_order is not None:
        found.append(("Purchase order", receipt.purchase_order))
    matched = (
        PurchaseMatch.objects.filter(receipt_line__receipt=receipt, bill_line__isnull=False)
        .values("bill_line__bill")
        .annotate(q=Sum("quantity"), b=Sum("billed"))
    )
    ids = {row["bill_line__bill"] for row in matched if row["q"] or row["b"]}
    if receipt.bill_id is not None:
        ids.add(receipt.bill_id)
    found += _named("Shipment", Shipment.objects.filter(drop_receipt=receipt.id))
    return found + _named("Bill", Bill.objects.filter(id__in=ids).order_by("-id")[:MOST])


def _of_sale(order: SalesOrder) -> list[tuple[str, AnyDocument]]:
    found: list[tuple[str, AnyDocument]] = []
    if order.quote is not None:
        found += _named("Quote", Quote.objects.filter(id=order.quote))
    bought = PurchaseOrder.objects.filter(bought_for__sales_order=order, bought_for__quantity__gt=0)
    found += _named("Purchase order", bought.distinct().order_by("-id")[:MOST])
    shipments = Shipment.objects.filter(sales_order=order).order_by("-id")[:MOST]
    invoices = Invoice.objects.filter(sales_order=order).order_by("-id")[:MOST]
    return [*found, *_named("Shipment", shipments), *_named("Invoice", invoices)]


def _credits(**of: TradeDocument) -> list[tuple[str, AnyDocument]]:
    return _named("Credit note", CreditNote.objects.filter(**of).order_by("-id")[:MOST])


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


def _of_bill(bill: Bill) -> list[tuple[str, AnyDocument]]:
    found: list[tuple[str, AnyDocument]] = []
    if bill.purchase_order is not None:
        found.append(("Purchase order", bill.purchase_order))
    if bill.supersedes is not None:
        found.append(("Version before", bill.supersedes))
    if bill.partner_key is not None:
        found += [("Newer version", one) for one in _later_versions(bill).order_by("id")[:MOST]]
    return found
