"""Bills: what others invoice us."""

from typing import ClassVar

from django.db import models

from orders.domain.states import BillStatus
from orders.models.base import TradeDocument, TradeLine, document_indexes, number_once
from orders.models.purchases import PurchaseOrder
from tenants.models import TenantForeignKey


class Bill(TradeDocument):
    """An invoice as it reached us, tied to the purchase order it bills.

    `number` is ours, `partner_number` the supplier's. A newer version of the same invoice is a
    new bill that `supersedes` the older one (K5); at most one of them is current.
    """

    status = models.CharField(max_length=20, choices=BillStatus.choices, default=BillStatus.DRAFT)
    purchase_order = TenantForeignKey(PurchaseOrder, null=True)
    due_on = models.DateField()
    # How much of the total is paid or set off, in the bill's currency.
    settled = models.DecimalField(max_digits=19, decimal_places=4, default=0, db_default=0)
    from_network = models.BooleanField(default=False)
    from_customer = models.BooleanField(default=False)
    partner_key = models.UUIDField(null=True)
    partner_version = models.IntegerField(default=0)
    supersedes = TenantForeignKey("self", null=True)
    warning = models.TextField(blank=True)
    request = models.JSONField(null=True)
    opened_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by_name = models.CharField(max_length=160, blank=True)

    class Meta(TradeDocument.Meta):
        abstract = False
        constraints: ClassVar = [
            number_once("bill"),
            models.UniqueConstraint(
                fields=["tenant", "contact", "partner_key", "partner_version"],
                condition=models.Q(partner_key__isnull=False),
                name="bill_once_per_invoice_version",
            ),
        ]
        indexes: ClassVar = [
            *document_indexes("bill"),
            models.Index(fields=["tenant", "purchase_order"], name="bills_of_purchase"),
            models.Index(
                fields=["tenant", "contact", "due_on"],
                condition=models.Q(status="approved"),
                name="bills_open",
            ),
        ]


class CostSpread(models.TextChoices):
    """How a line that is no goods itself (freight, duty) is spread over the goods."""

    VALUE = "value", "By value"
    QUANTITY = "quantity", "By quantity"
    WEIGHT = "weight", "By weight"


class BillLine(TradeLine):
    """A line of a bill; `line_id` is the ordered line's where the supplier echoed it.

    `spread` makes its net part of the cost of the bill's goods. When the bill is approved,
    `goods_value` is what its goods cost in base currency, spread costs included, and
    `transit_quantity` and `transit_value` the part of it that was not received yet.
    """

    spread = models.CharField(
        max_length=8, choices=CostSpread.choices, blank=True, default="", db_default=""
    )
    goods_value = models.DecimalField(max_digits=19, decimal_places=4, default=0, db_default=0)
    transit_quantity = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    transit_value = models.DecimalField(max_digits=19, decimal_places=4, default=0, db_default=0)

    bill = TenantForeignKey(Bill, on_delete=models.CASCADE, related_name="lines")

    class Meta(TradeLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "bill", "position"], name="bill_line_position"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "line_id"], name="bill_lines_by_id")]
