"""Purchase orders."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from orders.domain.states import PurchaseOrderStatus
from orders.models.base import TradeLine, TradeOrder, document_indexes, number_once
from tenants.models import TenantForeignKey


class PurchaseOrder(TradeOrder):
    """What we order from a supplier.

    `offer` holds the supplier's changes (an order answer's payload) while we have not answered
    them. `partner_key` is the supplier's id of the sales order that this one came from (N17).
    """

    status = models.CharField(
        max_length=20,
        choices=PurchaseOrderStatus.choices,
        default=PurchaseOrderStatus.DRAFT,
    )
    offer = models.JSONField(null=True)
    # The bill is expected before the goods.
    bill_first = models.BooleanField(default=False, db_default=False)
    # Ordered for one sale: the goods go straight to its customer, or come here for it.
    for_sale = models.UUIDField(null=True)
    is_drop_ship = models.BooleanField(default=False, db_default=False)
    # Which demand the draft collects (of an order, a day, a week): more of it is added here.
    demand_group = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta(TradeOrder.Meta):
        abstract = False
        constraints: ClassVar = [
            number_once("purchase"),
            models.UniqueConstraint(
                fields=["tenant", "contact", "partner_key"],
                condition=models.Q(partner_key__isnull=False),
                name="purchase_once_per_partner_order",
            ),
        ]
        indexes: ClassVar = [
            *document_indexes("purchase"),
            models.Index(
                fields=["tenant", "for_sale"],
                condition=models.Q(for_sale__isnull=False),
                name="purchases_for_sale",
            ),
            models.Index(
                fields=["tenant", "contact", "demand_group"],
                condition=models.Q(status="draft") & ~models.Q(demand_group=""),
                name="purchase_collecting",
            ),
            # The inbox lists what suppliers offer instead; few orders have that.
            models.Index(
                fields=["tenant", "-id"],
                condition=models.Q(offer__isnull=False),
                name="purchase_offers",
            ),
        ]

    @property
    def is_from_demand(self) -> bool:
        """Whether it was made for sales; only then it has links to them."""
        return self.for_sale is not None or bool(self.demand_group)


class PurchaseOrderLine(TradeLine):
    """A line of a purchase order.

    `quantity` and `unit_price` are of the product's own unit. Where it was entered in packs,
    `pack_unit` names the pack and `pack_size` says how many units it holds.
    """

    order = TenantForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    received = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    billed = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    pack_unit = models.CharField(max_length=20, blank=True, default="", db_default="")
    pack_size = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    pack_price = models.DecimalField(max_digits=19, decimal_places=6, null=True)

    @property
    def packs(self) -> Decimal | None:
        """How many packs that is; None where it was entered in units."""
        return self.quantity / self.pack_size if self.pack_size else None

    class Meta(TradeLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "order", "position"], name="purchase_line_position"
            ),
            models.UniqueConstraint(
                fields=["tenant", "order", "line_id"], name="purchase_line_id_once"
            ),
        ]
