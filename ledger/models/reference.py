"""Reference lists of the organisation's book: tax rules and payment terms."""

from typing import ClassVar

from django.db import models

from tenants.models import TenantModel


class TaxRule(TenantModel):
    """A tax rate with its components, in per cent. `components`: [{"name", "rate", "compound"}]."""

    name = models.CharField(max_length=60)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    components = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="tax_rule_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class PriceTier(TenantModel):
    """A list of sale prices, such as Wholesale: products have a price in it, contacts are on it."""

    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="price_tier_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class TermKind(models.TextChoices):
    """How a due date follows from the document's date."""

    DAYS = "days", "Days after the date"
    END_OF_MONTH = "end_of_month", "Days after the end of the month"
    DAY_OF_FOLLOWING_MONTH = "day_of_following_month", "On a day of the following month"


class PaymentTerm(TenantModel):
    """When a document is due. `days` is a number of days, or the day of the month."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=24, choices=TermKind.choices, default=TermKind.DAYS)
    days = models.SmallIntegerField(default=30)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="payment_term_name_once")
        ]

    def __str__(self) -> str:
        return self.name
