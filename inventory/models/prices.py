"""Prices of a product besides its own."""

from typing import ClassVar

from django.db import models

from inventory.models.products import Product
from ledger.models import PriceTier
from tenants.models import TenantForeignKey, TenantModel


class TierPrice(TenantModel):
    """What contacts on a tier pay for one unit, in the base currency, without tax."""

    product = TenantForeignKey(Product, on_delete=models.CASCADE, related_name="tier_prices")
    tier = TenantForeignKey(PriceTier)
    price = models.DecimalField(max_digits=19, decimal_places=6)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "product", "tier"], name="tier_price_once")
        ]
