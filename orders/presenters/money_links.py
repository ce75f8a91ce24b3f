"""The buttons about money on a document's page: pay, credit, deposit, refund."""

from hub.ui.components import Link
from orders.areas import MONEY
from orders.domain.states import BillStatus, InvoiceStatus, PurchaseOrderStatus, SalesOrderStatus
from orders.domain.stock_states import CreditNoteStatus, QuoteStatus
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Quote,
    SalesOrder,
    TradeDocument,
)
from orders.presenters.kinds import Kind
from tenants.domain.permissions import Level
from tenants.selectors import MembershipInForce


def money_links(
    kind: Kind, document: TradeDocument, member: MembershipInForce
) -> list[tuple[str, Link]]:
    """(place, link) of what can be done about the money now; nothing without the right."""
    if not member.can(MONEY, Level.EDIT):
        return []
    match document:
        case Invoice() | Bill():
            return _of_debt(kind, document)
        case CreditNote() if document.status == CreditNoteStatus.DRAFT:
            received = document.from_network and document.bill_id
            link = Link("Goods sent back", kind.url(document, "edit"), "truck-return")
            return [("beside", link)] if received else []
        case CreditNote() if document.status == CreditNoteStatus.AUTHORISED:
            return [("beside", Link("Refund", kind.url(document, "refund"), "cash"))]
        case SalesOrder() if document.status in SalesOrderStatus.sendable():
            return [_deposit(kind, document)]
        case PurchaseOrder() if document.status in PurchaseOrderStatus.sendable():
            return [_deposit(kind, document)]
        case Quote() if document.status == QuoteStatus.AUTHORISED:
            return [_deposit(kind, document)]
    return []


def _deposit(kind: Kind, document: TradeDocument) -> tuple[str, Link]:
    return "menu", Link("Record deposit", kind.url(document, "deposit"), "cash")


def _of_debt(kind: Kind, document: Invoice | Bill) -> list[tuple[str, Link]]:
    found = []
    if document.status in (InvoiceStatus.AUTHORISED, BillStatus.APPROVED):
        found.append(("beside", Link("Record payment", kind.url(document, "pay"), "cash")))
    if document.status in (
        InvoiceStatus.AUTHORISED,
        InvoiceStatus.PAID,
        BillStatus.APPROVED,
    ):
        label = "Credit" if isinstance(document, Invoice) else "Enter a credit"
        found.append(("menu", Link(label, kind.url(document, "credit"), "receipt-refund")))
    return found
