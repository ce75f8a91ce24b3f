"""The buttons that make the pieces of an order: receive, bill, ship, invoice."""

from django.db.models import Model

from hub.ui.components import Link
from orders.domain.states import BillStatus
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.models import (
    Bill,
    Invoice,
    PurchaseOrder,
    Receipt,
    SalesOrder,
    Shipment,
    StockDocument,
    TradeOrder,
)
from orders.presenters.kinds import BILL, INVOICE, PURCHASE, RECEIPT, SHIPMENT, Kind
from orders.services.bills import billable_lines
from orders.services.changes import is_shared
from orders.services.documents import STATUSES
from orders.services.invoices import invoiceable_lines
from orders.services.order_parts import pieces_of
from orders.services.receiving import outstanding_lines
from orders.services.shipping import shippable_lines
from orders.shortage import lines_short
from tenants.domain.permissions import Level
from tenants.selectors import MembershipInForce

Links = dict[str, list[Link]]


def add_order_parts(
    kind: Kind, order: PurchaseOrder | SalesOrder, member: MembershipInForce, links: Links
) -> None:
    """What can be made of an authorised order now; the next step first."""
    if order.status not in STATUSES[type(order)].sendable():
        return
    if is_shared(order) and member.can(kind.area, Level.APPROVE):
        links["menu"].append(Link("Ask for a change", kind.url(order, "change"), "arrows-diff"))
    if isinstance(order, PurchaseOrder):
        _add_of_purchase(kind, order, member, links)
    else:
        _add_of_sale(kind, order, member, links)


def _add_of_purchase(
    kind: Kind, order: PurchaseOrder, member: MembershipInForce, links: Links
) -> None:
    made = {type(piece) for piece in pieces_of(order, most=1)}
    if _may(member, RECEIPT, order, made) and outstanding_lines(order):
        if order.is_drop_ship:
            _add_drop_ship(kind, order, member, links)
        else:
            _offer(links, Link("Receive", kind.url(order, "receive"), "package-import"))
    if _may(member, BILL, order, made) and any(left > 0 for _row, left in billable_lines(order)):
        _offer(links, Link("Create bill", kind.url(order, "bill"), "file-dollar"))


def _add_drop_ship(
    kind: Kind, order: PurchaseOrder, member: MembershipInForce, links: Links
) -> None:
    """The goods go to the customer; where they come here after all, they can be received."""
    if member.can(SHIPMENT.area, Level.APPROVE):
        url = kind.url(order, "supplier-shipped")
        _offer(links, Link("Supplier has shipped", url, "truck-delivery"))
    links["menu"].append(Link("Receive here", kind.url(order, "receive"), "package-import"))


def _add_of_sale(kind: Kind, order: SalesOrder, member: MembershipInForce, links: Links) -> None:
    made = {type(piece) for piece in pieces_of(order, most=1)}
    if _may(member, SHIPMENT, order, made) and shippable_lines(order):
        _offer(links, Link("Ship", kind.url(order, "ship"), "truck-delivery"))
    if member.can(PURCHASE.area, Level.EDIT) and lines_short([order.id]).exists():
        buy = Link("Buy for this order", kind.url(order, "buy"), "shopping-cart")
        links["beside"].append(buy)
    if order.lines.filter(allocated__gt=0).exists():
        pick = Link("Pick list", kind.url(order, "pick-list"), "list-check")
        links["menu"].append(pick)
    if not _may(member, INVOICE, order, made):
        return
    if any(left > 0 for _line, left in invoiceable_lines(order)):
        rest = "Invoice the rest" if Invoice in made else "Create invoice"
        _offer(links, Link(rest, kind.url(order, "invoice"), "file-invoice", "post"))
        if order.is_advanced:
            part = Link("Invoice a part", kind.url(order, "invoice-part"), "file-invoice")
            links["menu"].append(part)


def add_bill_parts(kind: Kind, bill: Bill, member: MembershipInForce, links: Links) -> None:
    """The goods of a bill without an order are received from the bill."""
    if bill.purchase_order_id is not None or not member.can(RECEIPT.area, Level.EDIT):
        return
    if bill.status not in (BillStatus.APPROVED, BillStatus.PAID):
        return
    begun = Receipt.objects.filter(bill=bill).exclude(status=ReceiptStatus.VOID)
    if bill.lines.filter(transit_quantity__gt=0).exists() and not begun.exists():
        _offer(links, Link("Receive", kind.url(bill, "receive"), "package-import", "post"))


def _may(member: MembershipInForce, piece: Kind, order: TradeOrder, made: set[type[Model]]) -> bool:
    """Whether the person may make a piece of this kind, and the order may have one more."""
    return member.can(piece.area, Level.EDIT) and (order.is_advanced or piece.model not in made)


def _offer(links: Links, link: Link) -> None:
    """The first of them is the next step, unless something else waits to be done first."""
    if links["primary"]:
        links["beside"].append(link)
    else:
        links["primary"].append(
            Link(link.label, link.url, link.icon, link.method, "primary", shortcut="")
        )


def add_piece_pages(
    kind: Kind, piece: StockDocument, member: MembershipInForce, links: Links
) -> None:
    """A draft can be changed, unless it receives what a bill says."""
    is_open = piece.status in (ReceiptStatus.DRAFT, ShipmentStatus.PICKING)
    of_a_bill = isinstance(piece, Receipt) and piece.bill_id is not None
    if is_open and not of_a_bill and member.can(kind.area, Level.EDIT):
        links["beside"].insert(0, Link("Edit", kind.url(piece, "edit"), "pencil"))
    if isinstance(piece, Shipment):
        _add_papers(kind, piece, links)


def _add_papers(kind: Kind, shipment: Shipment, links: Links) -> None:
    """The paper of the next step stands beside it, the other in the menu."""
    if shipment.status == ShipmentStatus.VOID:
        return
    picks = shipment.status in ShipmentStatus.open()
    note = Link("Delivery note", kind.url(shipment, "delivery-note"), "file-type-pdf")
    links["menu" if shipment.status == ShipmentStatus.PICKING else "beside"].append(note)
    if picks:
        pick = Link("Pick list", kind.url(shipment, "pick-list"), "list-check")
        links["beside" if shipment.status == ShipmentStatus.PICKING else "menu"].append(pick)
