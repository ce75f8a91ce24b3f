"""What purchase orders are for: so much of a bought line serves a line of a sale."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from orders.models.purchases import PurchaseOrder
from orders.models.sales import SalesOrder
from tenants.models import TenantForeignKey, TenantModel


class BoughtFor(TenantModel):
    """So much of a purchase line is for a line of a sale; both are named by their `line_id`.

    `received` of it has come (for a drop-ship: has gone to the customer). What is given back
    lowers `quantity`, never below `received`; a row of 0 served nothing in the end. Whoever
    changes a row holds the lock of its sale.
    """

    purchase_order = TenantForeignKey(PurchaseOrder, related_name="bought_for")
    purchase_line = models.UUIDField()
    sales_order = TenantForeignKey(SalesOrder, related_name="bought_for")
    sale_line = models.UUIDField()
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    received = models.DecimalField(max_digits=19, decimal_places=5, default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(received__gte=0, quantity__gte=models.F("received")),
                name="bought_at_least_received",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "purchase_order"], name="bought_by_purchase"),
            models.Index(fields=["tenant", "sales_order"], name="bought_for_sale"),
        ]
