"""Tables of trade: orders bought and sold, invoices and bills, and their frozen versions."""

from orders.models.base import LineKind, TradeDocument, TradeLine
from orders.models.bills import Bill, BillLine
from orders.models.invoices import Invoice, InvoiceLine
from orders.models.purchases import PurchaseOrder, PurchaseOrderLine
from orders.models.sales import SalesOrder, SalesOrderLine
from orders.models.versions import DocumentVersion

__all__ = [
    "Bill",
    "BillLine",
    "DocumentVersion",
    "Invoice",
    "InvoiceLine",
    "LineKind",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "SalesOrder",
    "SalesOrderLine",
    "TradeDocument",
    "TradeLine",
]
