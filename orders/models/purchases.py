"""Purchase orders."""

from typing import ClassVar

from django.db import models

from orders.domain.states import PurchaseOrderStatus
from orders.models.base import TradeDocument, TradeLine, document_indexes, number_once
from tenants.models import TenantForeignKey


class PurchaseOrder(TradeDocument):
    """What we order from a supplier.

    `offer` holds the supplier's changes (an order answer's payload) while we have not answered
    them. `partner_key` is the supplier's id of the sales order that this one came from (N17).
    """

    status = models.CharField(
        max_length=20,
        choices=PurchaseOrderStatus.choices,
        default=PurchaseOrderStatus.DRAFT,
    )
    required_on = models.DateField(null=True)
    delivery_address = models.TextField(max_length=500, blank=True)
    offer = models.JSONField(null=True)
    partner_key = models.UUIDField(null=True)
    partner_version = models.IntegerField(default=0)
    authorised_at = models.DateTimeField(null=True)
    authorised_by_name = models.CharField(max_length=160, blank=True)

    class Meta(TradeDocument.Meta):
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
            # The inbox lists what suppliers offer instead; few orders have that.
            models.Index(
                fields=["tenant", "-id"],
                condition=models.Q(offer__isnull=False),
                name="purchase_offers",
            ),
        ]


class PurchaseOrderLine(TradeLine):
    """A line of a purchase order."""

    order = TenantForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")

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
