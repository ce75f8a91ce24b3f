"""How much of a product a location should have."""

from typing import ClassVar

from django.db import models

from inventory.models.locations import Location
from inventory.models.products import Product
from tenants.models import TenantForeignKey, TenantModel


class MinimumStock(TenantModel):
    """With less than `quantity` available or on its way, the product is below its minimum."""

    product = TenantForeignKey(Product, on_delete=models.CASCADE, related_name="minimums")
    location = TenantForeignKey(Location)
    quantity = models.DecimalField(max_digits=19, decimal_places=5)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "product", "location"], name="minimum_stock_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="minimum_stock_above_zero"
            ),
        ]
