"""Adjustments, transfers and stocktakes: what moves stock without a partner."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from inventory.domain.states import StockTaskStatus
from inventory.models.locations import Location
from inventory.models.products import Product
from ledger.models import Account
from tenants.models import TenantForeignKey, TenantModel


class StockTask(TenantModel):
    """A numbered piece of stock work, at a location, on a day."""

    number = models.CharField(max_length=40)
    status = models.CharField(
        max_length=10, choices=StockTaskStatus.choices, default=StockTaskStatus.DRAFT
    )
    location = TenantForeignKey(Location)
    happened_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    authorised_at = models.DateTimeField(null=True)
    authorised_by_name = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number


def task_constraints(name: str) -> list[models.BaseConstraint]:
    """A number is used once."""
    return [models.UniqueConstraint(fields=["tenant", "number"], name=f"{name}_number_once")]


def task_indexes(name: str) -> list[models.Index]:
    """The indexes behind each list: newest first, by status."""
    return [
        models.Index(fields=["tenant", "-id"], name=f"{name}_newest"),
        models.Index(fields=["tenant", "status", "-id"], name=f"{name}_by_status"),
    ]


class StockAdjustment(StockTask):
    """Stock that turned out more or less than written; `account` bears it, else Discrepancy."""

    account = TenantForeignKey(Account, null=True)

    class Meta(StockTask.Meta):
        abstract = False
        constraints: ClassVar = task_constraints("adjustment")
        indexes: ClassVar = task_indexes("adjustments")


class StockAdjustmentLine(TenantModel):
    """`quantity` more (or, negative, less) of a product; more comes in at `unit_cost`."""

    adjustment = TenantForeignKey(StockAdjustment, on_delete=models.CASCADE, related_name="lines")
    position = models.IntegerField()
    product = TenantForeignKey(Product)
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    note = models.CharField(max_length=255, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "adjustment", "position"], name="adjustment_line_position"
            )
        ]


class StockTransfer(StockTask):
    """Goods that go from `location` to `destination`; between the two they are in transit."""

    destination = TenantForeignKey(Location)
    received_on = models.DateField(null=True)

    class Meta(StockTask.Meta):
        abstract = False
        constraints: ClassVar = task_constraints("transfer")
        indexes: ClassVar = task_indexes("transfers")


class StockTransferLine(TenantModel):
    """So much of a product."""

    transfer = TenantForeignKey(StockTransfer, on_delete=models.CASCADE, related_name="lines")
    position = models.IntegerField()
    product = TenantForeignKey(Product)
    quantity = models.DecimalField(max_digits=19, decimal_places=5)

    class Meta(TenantModel.Meta):
        abstract = False
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "transfer", "position"], name="transfer_line_position"
            )
        ]


class Stocktake(StockTask):
    """A count of a location. What moves while it is counted stays moved."""

    class Meta(StockTask.Meta):
        abstract = False
        constraints: ClassVar = task_constraints("stocktake")
        indexes: ClassVar = task_indexes("stocktakes")


class StocktakeLine(TenantModel):
    """`expected` was on hand when the count began; `counted` is empty until somebody counted."""

    stocktake = TenantForeignKey(Stocktake, on_delete=models.CASCADE, related_name="lines")
    position = models.IntegerField()
    product = TenantForeignKey(Product)
    expected = models.DecimalField(max_digits=19, decimal_places=5)
    counted = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6, null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "stocktake", "product"], name="stocktake_product_once"
            )
        ]
