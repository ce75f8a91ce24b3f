"""Prices of a product besides its own."""

from typing import ClassVar

from django.db import models

from inventory.models.products import Product
from ledger.models import PriceTier
from network.models import Contact
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


class LatestPrice(TenantModel):
    """What a supplier last billed for one unit: without tax, after discount, in its currency.

    `bill` is the approved bill that says so.
    """

    contact = TenantForeignKey(Contact)
    product = TenantForeignKey(Product, on_delete=models.CASCADE, related_name="latest_prices")
    price = models.DecimalField(max_digits=19, decimal_places=6)
    currency = models.CharField(max_length=3)
    billed_on = models.DateField()
    bill = models.UUIDField()
    bill_number = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "product", "contact"], name="latest_price_once"
            )
        ]


class SupplierPrice(TenantModel):
    """What a supplier asks for one unit, in the supplier's currency, without tax.

    It holds from `minimum_quantity` on (0: always). `lead_days`: from order to delivery.
    """

    contact = TenantForeignKey(Contact)
    product = TenantForeignKey(Product, on_delete=models.CASCADE, related_name="supplier_prices")
    price = models.DecimalField(max_digits=19, decimal_places=6)
    minimum_quantity = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    lead_days = models.SmallIntegerField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "product", "contact", "minimum_quantity"],
                name="supplier_price_once",
            )
        ]
