"""Tables of trade: orders, what moves stock and money for them, and their frozen versions."""

from orders.models.approvals import ApprovalRequest, ApprovalState
from orders.models.base import LineKind, TradeDocument, TradeLine, TradeOrder
from orders.models.bills import Bill, BillLine, CostSpread
from orders.models.bought import BoughtFor
from orders.models.changes import OrderChange
from orders.models.credit_notes import CreditNote, CreditNoteLine, CreditSide
from orders.models.invoices import Invoice, InvoiceLine
from orders.models.payments import Direction, Payment, Settlement
from orders.models.purchases import PurchaseOrder, PurchaseOrderLine
from orders.models.quotes import Quote, QuoteLine
from orders.models.sales import SalesOrder, SalesOrderLine
from orders.models.settings import SupplierPricing, TradeSettings
from orders.models.stock_documents import (
    PurchaseMatch,
    Receipt,
    ReceiptLine,
    Shipment,
    ShipmentLine,
    StockDocument,
    StockDocumentLine,
)
from orders.models.versions import DocumentVersion

__all__ = [
    "ApprovalRequest",
    "ApprovalState",
    "Bill",
    "BillLine",
    "BoughtFor",
    "CostSpread",
    "CreditNote",
    "CreditNoteLine",
    "CreditSide",
    "Direction",
    "DocumentVersion",
    "Invoice",
    "InvoiceLine",
    "LineKind",
    "OrderChange",
    "Payment",
    "PurchaseMatch",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Quote",
    "QuoteLine",
    "Receipt",
    "ReceiptLine",
    "SalesOrder",
    "SalesOrderLine",
    "Settlement",
    "Shipment",
    "ShipmentLine",
    "StockDocument",
    "StockDocumentLine",
    "SupplierPricing",
    "TradeDocument",
    "TradeLine",
    "TradeOrder",
    "TradeSettings",
]
