"""How an organisation buys and sells."""

from typing import ClassVar

from django.db import models

from tenants.models import TenantModel


class SupplierPricing(models.TextChoices):
    """Which of a supplier's prices a new purchase line takes."""

    FIXED = "fixed", "The fixed price that was agreed"
    LATEST = "latest", "The latest price that was billed"


class TradeSettings(TenantModel):
    """One row at most; without one everything is as the defaults say."""

    supplier_pricing = models.CharField(
        max_length=8, choices=SupplierPricing.choices, default=SupplierPricing.FIXED
    )
    quotes_need_approval = models.BooleanField(default=False)
    # Whoever made a purchase order or bill may not approve it.
    separate_approval = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="trade_settings_once")
        ]
