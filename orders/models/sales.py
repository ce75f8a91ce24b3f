"""Sales orders; one that came over the network starts as a pre-sale awaiting approval."""

from typing import ClassVar

from django.db import models

from orders.domain.states import SalesOrderStatus
from orders.models.base import LineKind, TradeLine, TradeOrder, document_indexes, number_once
from tenants.models import TenantForeignKey, TenantManager


class SalesOrder(TradeOrder):
    """What a customer orders from us.

    `request` is the buyer's order as it arrived (the payload), to compare with; `proposal` is
    what we offered instead while the buyer has not answered. `partner_key` is the buyer's id of
    the purchase order.
    """

    status = models.CharField(
        max_length=20, choices=SalesOrderStatus.choices, default=SalesOrderStatus.DRAFT
    )
    from_network = models.BooleanField(default=False)
    channel = models.CharField(max_length=40, default="Wharf", db_default="Wharf")
    sales_rep = models.CharField(max_length=80, blank=True, default="", db_default="")
    quote = models.UUIDField(null=True)  # the quote that became this order
    request = models.JSONField(null=True)
    proposal = models.JSONField(null=True)
    assigned_to = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta(TradeOrder.Meta):
        abstract = False
        constraints: ClassVar = [
            number_once("sale"),
            models.UniqueConstraint(
                fields=["tenant", "contact", "partner_key"],
                condition=models.Q(partner_key__isnull=False),
                name="sale_once_per_partner_order",
            ),
        ]
        indexes: ClassVar = document_indexes("sale")


class OrderedLines(TenantManager["SalesOrderLine"]):
    """What the customer ordered: every line but the parts of kits."""

    def get_queryset(self) -> models.QuerySet["SalesOrderLine"]:
        return super().get_queryset().exclude(kind=LineKind.PART)


class SalesOrderLine(TradeLine):
    """A line of a sales order.

    A kit's components stand on lines of their own (`kind` part) from when the order is authorised:
    `kit_line` is the kit's `line_id` and `per_kit` how many go into one. `objects` and
    `order.lines` leave them out; whoever promises or moves stock reads `with_parts`.
    """

    objects: ClassVar[TenantManager["SalesOrderLine"]] = OrderedLines()
    with_parts: ClassVar[TenantManager["SalesOrderLine"]] = TenantManager()

    order = TenantForeignKey(SalesOrder, on_delete=models.CASCADE, related_name="lines")
    # Promised from stock and not shipped yet; shipped and invoiced so far.
    allocated = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    # On its way for this very line, see BoughtFor; shipped + allocated + bought <= quantity.
    bought = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    shipped = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    invoiced = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    kit_line = models.UUIDField(null=True)
    per_kit = models.DecimalField(max_digits=19, decimal_places=5, null=True)

    class Meta(TradeLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "order", "position"], name="sale_line_position"
            ),
            models.UniqueConstraint(
                fields=["tenant", "order", "line_id"], name="sale_line_id_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "product"],
                condition=models.Q(quantity__gt=models.F("shipped") + models.F("allocated")),
                name="sale_lines_waiting",
            ),
            models.Index(
                fields=["tenant", "kit_line"],
                condition=models.Q(kit_line__isnull=False),
                name="sale_lines_of_kits",
            ),
        ]
