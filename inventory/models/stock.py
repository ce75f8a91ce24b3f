"""Stock: how much, how it came about, and what it cost.

Quantities are numeric(19,5) in the product's unit, values numeric(19,4) in the base currency.
Movements and layer entries only grow; levels and layers are sums of them, kept for speed, and
only `inventory.services.stock` writes them.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from inventory.models.locations import Location
from inventory.models.products import Product
from tenants.models import TenantForeignKey, TenantModel


class StockLevel(TenantModel):
    """What there is of a product at a location.

    `available` is on hand less allocated (promised to authorised sales). `on_order` is expected
    from authorised purchase orders, `in_transit` from transfers that have left another location.
    """

    product = TenantForeignKey(Product)
    location = TenantForeignKey(Location)
    on_hand = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    allocated = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    on_order = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    in_transit = models.DecimalField(max_digits=19, decimal_places=5, default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "product", "location"], name="stock_level_once"
            ),
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="stock_never_negative"),
            models.CheckConstraint(
                condition=models.Q(allocated__gte=0, allocated__lte=models.F("on_hand")),
                name="allocated_within_on_hand",
            ),
        ]


class MovementKind(models.TextChoices):
    """Why stock moved."""

    RECEIPT = "receipt", "Received"
    SHIPMENT = "shipment", "Shipped"
    RESTOCK = "restock", "Returned by a customer"
    UNSTOCK = "unstock", "Returned to a supplier"
    ADJUSTMENT = "adjustment", "Adjusted"
    STOCKTAKE = "stocktake", "Counted"
    TRANSFER_OUT = "transfer_out", "Sent to another location"
    TRANSFER_IN = "transfer_in", "Came from another location"
    OPENING = "opening", "Opening stock"


class StockMovement(TenantModel):
    """One change of one product's stock at one location; append-only.

    An undo is another movement that `reverses` it. `line_id` is the document line's.
    """

    product = TenantForeignKey(Product)
    location = TenantForeignKey(Location)
    kind = models.CharField(max_length=12, choices=MovementKind.choices)
    moved_on = models.DateField()
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    value = models.DecimalField(max_digits=19, decimal_places=4)
    source_kind = models.CharField(max_length=24)
    source_id = models.UUIDField()
    source_number = models.CharField(max_length=40, blank=True)
    line_id = models.UUIDField(null=True)
    reverses = TenantForeignKey("self", null=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "reverses"],
                condition=models.Q(reverses__isnull=False),
                name="movement_reversed_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "product", "-id"], name="movements_of_product"),
            models.Index(fields=["tenant", "source_id"], name="movements_of_source"),
            models.Index(fields=["tenant", "-id"], name="movements_newest"),
        ]


class StockLayer(TenantModel):
    """Goods that came in together at one cost; what is left of them and what that is worth.

    Issues take from the oldest (`received_on`, then id). With moving average there is one layer
    per product and location. `line_id` is the line that brought the goods; `parent_movement` the
    transfer that carried them from another layer, so that a corrected cost follows them.
    """

    product = TenantForeignKey(Product)
    location = TenantForeignKey(Location)
    received_on = models.DateField()
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    remaining = models.DecimalField(max_digits=19, decimal_places=5)
    remaining_value = models.DecimalField(max_digits=19, decimal_places=4)
    source_kind = models.CharField(max_length=24)
    source_id = models.UUIDField()
    line_id = models.UUIDField(null=True)
    parent = TenantForeignKey("self", null=True)
    parent_movement = TenantForeignKey(StockMovement, null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(remaining__gte=0), name="layer_never_negative"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "product", "location", "received_on", "id"],
                condition=models.Q(remaining__gt=0),
                name="open_layers",
            ),
            models.Index(fields=["tenant", "source_id"], name="layers_of_source"),
            models.Index(
                fields=["tenant", "parent_movement"],
                condition=models.Q(parent_movement__isnull=False),
                name="layers_carried",
            ),
        ]


class LayerEntry(TenantModel):
    """What went into or out of a layer; append-only. A layer's rest is the sum of its entries.

    `of_movement` is the issue that bears the value: a shipment's cost of goods sold is minus the
    sum of the entries of its movements, corrections and returns included. `is_cost_of_goods`
    marks entries of shipments, and what a corrected pool gave to the cost of goods sold: pooled
    goods cannot be told apart by issue.
    """

    layer = TenantForeignKey(StockLayer)
    product = TenantForeignKey(Product)
    location = TenantForeignKey(Location)
    movement = TenantForeignKey(StockMovement, null=True)
    of_movement = TenantForeignKey(StockMovement, null=True)
    is_cost_of_goods = models.BooleanField(default=False, db_default=False)
    posted_on = models.DateField()
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    value = models.DecimalField(max_digits=19, decimal_places=4)
    source_kind = models.CharField(max_length=24)
    source_id = models.UUIDField()

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "layer", "of_movement"], name="entries_of_layer"),
            models.Index(
                fields=["tenant", "of_movement"],
                condition=models.Q(of_movement__isnull=False),
                name="entries_of_movement",
            ),
            models.Index(fields=["tenant", "posted_on"], name="entries_by_day"),
        ]
