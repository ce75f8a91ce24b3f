"""Receipts and shipments: the pieces of an order that move stock."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from hub.ids import new_id
from inventory.models import Location, Product
from network.models import Contact
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.models.bills import Bill, BillLine
from orders.models.credit_notes import CreditNoteLine
from orders.models.purchases import PurchaseOrder
from orders.models.sales import SalesOrder
from tenants.models import TenantForeignKey, TenantModel


class StockDocument(TenantModel):
    """Goods that come or go, between a contact and a location."""

    number = models.CharField(max_length=40)
    status = models.CharField(max_length=12)  # each document brings its own choices
    contact = TenantForeignKey(Contact)
    location = TenantForeignKey(Location)
    happened_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    created_by = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    authorised_at = models.DateTimeField(null=True)
    authorised_by_name = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number


class StockDocumentLine(TenantModel):
    """So much of one product. `line_id` is the ordered line's."""

    position = models.IntegerField()
    line_id = models.UUIDField(default=new_id)
    product = TenantForeignKey(Product)
    description = models.CharField(max_length=255, blank=True)
    quantity = models.DecimalField(max_digits=19, decimal_places=5)

    class Meta(TenantModel.Meta):
        abstract = True
        ordering: ClassVar = ["position"]


class Receipt(StockDocument):
    """Goods received: of a purchase order, of a bill, or blind (of neither).

    `rate` is the purchase order's: base units per unit of its currency.
    """

    status = models.CharField(
        max_length=12, choices=ReceiptStatus.choices, default=ReceiptStatus.DRAFT
    )
    purchase_order = TenantForeignKey(PurchaseOrder, null=True)
    bill = TenantForeignKey(Bill, null=True)
    # The supplier's shipment that it was filled from, and the version of its notice.
    notice = models.UUIDField(null=True)
    notice_version = models.IntegerField(default=0)

    class Meta(StockDocument.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="receipt_number_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="receipts_newest"),
            models.Index(fields=["tenant", "status", "-id"], name="receipts_by_status"),
            models.Index(fields=["tenant", "contact", "-id"], name="receipts_by_contact"),
            models.Index(fields=["tenant", "purchase_order"], name="receipts_of_purchase"),
        ]


class ReceiptLine(StockDocumentLine):
    """A received line. `unit_cost` is in base currency and counts until a bill says better.

    When authorised: `value` is what the goods came in at, `accrued_quantity` and `accrued_value`
    the part of it that was not billed yet.
    """

    receipt = TenantForeignKey(Receipt, on_delete=models.CASCADE, related_name="lines")
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6, default=0)
    value = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    accrued_quantity = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    accrued_value = models.DecimalField(max_digits=19, decimal_places=4, default=0)

    class Meta(StockDocumentLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "receipt", "position"], name="receipt_line_position"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "line_id"], name="receipt_lines_by_id")]


class PurchaseMatch(TenantModel):
    """Goods that are both received and billed; append-only, an undo writes the opposite.

    `accrued` is what the receipt had put on goods received, not invoiced, and `billed` what the
    bill says they cost, both in base currency; the goods' cost changed by the difference.
    Quantity 0 is a cost that came on top (freight) or off it (a supplier's credit on the price).
    Without a receipt line a credit ended what was billed and never came. `made_by` is the piece
    that came second.
    """

    receipt_line = TenantForeignKey(ReceiptLine, null=True)
    bill_line = TenantForeignKey(BillLine, null=True)
    credit_line = TenantForeignKey(CreditNoteLine, null=True)
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    accrued = models.DecimalField(max_digits=19, decimal_places=4)
    billed = models.DecimalField(max_digits=19, decimal_places=4)
    made_by = models.UUIDField()

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "receipt_line"], name="matches_of_receipt_line"),
            models.Index(fields=["tenant", "bill_line"], name="matches_of_bill_line"),
            models.Index(fields=["tenant", "made_by"], name="matches_made_by"),
        ]


class Shipment(StockDocument):
    """Goods on their way to a customer: picked, packed, shipped. Stock leaves when it ships."""

    status = models.CharField(
        max_length=12, choices=ShipmentStatus.choices, default=ShipmentStatus.PICKING
    )
    sales_order = TenantForeignKey(SalesOrder)
    carrier = models.CharField(max_length=80, blank=True)
    tracking = models.CharField(max_length=120, blank=True)
    delivery_address = models.TextField(max_length=500, blank=True)
    parcels = models.IntegerField(default=1)
    notice_version = models.IntegerField(default=0)  # how often the customer was told of it
    # The receipt that it was booked together with: the supplier shipped to the customer.
    drop_receipt = models.UUIDField(null=True)

    class Meta(StockDocument.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="shipment_number_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="shipments_newest"),
            models.Index(fields=["tenant", "status", "-id"], name="shipments_by_status"),
            models.Index(fields=["tenant", "contact", "-id"], name="shipments_by_contact"),
            models.Index(fields=["tenant", "sales_order"], name="shipments_of_sale"),
            models.Index(
                fields=["tenant", "drop_receipt"],
                condition=models.Q(drop_receipt__isnull=False),
                name="shipments_dropped",
            ),
        ]


class ShipmentLine(StockDocumentLine):
    """A shipped line."""

    shipment = TenantForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")

    class Meta(StockDocumentLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "shipment", "position"], name="shipment_line_position"
            )
        ]
