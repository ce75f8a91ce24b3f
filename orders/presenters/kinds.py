"""The kinds of document, as the pages name and address them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from hub.choices import ToneChoices
from hub.errors import NotFound
from orders.areas import MONEY
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Quote,
    Receipt,
    SalesOrder,
    Shipment,
    StockDocument,
    TradeDocument,
)
from orders.selectors import documents
from orders.services.documents import STATUSES, document_or_404
from orders.services.stock_documents import STATUSES as PIECE_STATUSES
from orders.services.stock_documents import piece_or_404
from tenants.domain.permissions import Area

AnyDocument = TradeDocument | StockDocument
# Which permission opens receipts and shipments.
GOODS_IN = Area.STOCK
GOODS_OUT = Area.STOCK


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. `name` begins its url names, `key` is its name everywhere else."""

    model: type[Any]  # of a TradeDocument, or of a StockDocument
    key: str
    name: str
    path: str
    area: Area
    title: str
    short: str  # the word on buttons: "Approve order"
    contact_label: str
    list_title: str
    list_name: str
    side: str = ""  # of a kind that shares its table with another: "sale" or "purchase"

    def find(self, document_id: UUID) -> Any:
        """The document with its contact; raises NotFound, also for one of the other side."""
        find: Any = piece_or_404 if self in PIECES else document_or_404
        document = find(self.model, document_id)
        if not self.holds(document):
            raise NotFound(f"This {self.title.lower()} does not exist.")
        return document

    def holds(self, document: AnyDocument) -> bool:
        """Whether it is of this kind."""
        same = type(document) is self.model
        return same and (not self.side or getattr(document, "side", "") == self.side)

    def rows(self, wanted: str = "") -> QuerySet[Any]:
        """The documents of this kind, those that the text finds."""
        rows: QuerySet[Any] = documents(self.model, wanted=wanted)
        return rows.filter(side=self.side) if self.side else rows

    def url(self, document: AnyDocument, page: str = "") -> str:
        """The document's page, or one of its pages ("edit", "email", a verb)."""
        base = reverse(f"orders:{self.name}", args=[document.id])
        return f"{base}{page}/" if page else base

    @property
    def list_url(self) -> str:
        """Where all of them are listed."""
        return reverse(f"orders:{self.list_name}")

    @property
    def sendable(self) -> bool:
        """Whether it can be printed and sent; a bill is what others print."""
        return self.model not in (Bill, Receipt, Shipment) and self.side != "purchase"

    def status(self, document: AnyDocument) -> ToneChoices:
        """The document's status with its words and colour."""
        choices = PIECE_STATUSES if self in PIECES else STATUSES
        found: ToneChoices = choices[self.model](document.status)
        return found


PURCHASE = Kind(
    PurchaseOrder,
    "purchase_order",
    "purchase",
    "purchases",
    Area.PURCHASES,
    "Purchase order",
    "order",
    "Supplier",
    "Purchase orders",
    "purchases",
)
SALE = Kind(
    SalesOrder,
    "sales_order",
    "sale",
    "sales",
    Area.SALES,
    "Sales order",
    "order",
    "Customer",
    "Sales orders",
    "sales",
)
INVOICE = Kind(
    Invoice,
    "invoice",
    "invoice",
    "invoices",
    Area.INVOICES,
    "Invoice",
    "invoice",
    "Customer",
    "Invoices",
    "invoices",
)
BILL = Kind(Bill, "bill", "bill", "bills", Area.BILLS, "Bill", "bill", "Supplier", "Bills", "bills")
RECEIPT = Kind(
    Receipt,
    "receipt",
    "receipt",
    "receipts",
    GOODS_IN,
    "Receipt",
    "receipt",
    "Supplier",
    "Receipts",
    "receipts",
)
SHIPMENT = Kind(
    Shipment,
    "shipment",
    "shipment",
    "shipments",
    GOODS_OUT,
    "Shipment",
    "shipment",
    "Customer",
    "Shipments",
    "shipments",
)
QUOTE = Kind(
    Quote, "quote", "quote", "quotes", Area.SALES, "Quote", "quote", "Customer", "Quotes", "quotes"
)
CREDIT_NOTE = Kind(
    CreditNote,
    "credit_note",
    "credit-note",
    "credit-notes",
    MONEY,
    "Credit note",
    "credit note",
    "Customer",
    "Credit notes",
    "credit-notes",
    "sale",
)
SUPPLIER_CREDIT = Kind(
    CreditNote,
    "supplier_credit",
    "supplier-credit",
    "supplier-credits",
    MONEY,
    "Supplier credit",
    "credit",
    "Supplier",
    "Supplier credits",
    "supplier-credits",
    "purchase",
)
KINDS = (PURCHASE, SALE, INVOICE, BILL, QUOTE, CREDIT_NOTE, SUPPLIER_CREDIT)
# Goods in and out: they have quantities and a location, and no price of their own.
PIECES = (RECEIPT, SHIPMENT)
BY_KEY = {kind.key: kind for kind in (*KINDS, *PIECES)}


def kind_of(document: AnyDocument) -> Kind:
    """The kind of a document."""
    return next(kind for kind in (*KINDS, *PIECES) if kind.holds(document))


def address_or_nothing(name: str, *args: Any) -> str:
    """The address of a page that another app brings, or "" where it does not."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, slots=True)
class ContactMark:
    """A contact as the components show it: its name and whether a partner is behind it."""

    name: str
    is_connected: bool

    @property
    def label(self) -> str:
        """As CSV writes it."""
        return self.name


def contact_mark(document: AnyDocument) -> ContactMark:
    """The contact of a document that was read with it."""
    return ContactMark(document.contact.name, document.contact.connected)
