"""Products, and what partners call them."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ledger.models import Account, TaxRule
from network.models import Contact
from tenants.models import TenantForeignKey, TenantModel


class ProductKind(models.TextChoices):
    """Whether stock is kept of it; a kit is sold as the set of its components."""

    STOCK = "stock", "Stock"
    SERVICE = "service", "Service"
    KIT = "kit", "Kit"


class Product(TenantModel):
    """Something bought or sold. Prices per `unit`, in the base currency, six decimals."""

    sku = models.CharField(max_length=60)
    sku_key = models.CharField(max_length=60)  # lower case: compared and sorted
    name = models.CharField(max_length=255)
    description = models.TextField(max_length=4000, blank=True)
    kind = models.CharField(max_length=8, choices=ProductKind.choices, default=ProductKind.STOCK)
    unit = models.CharField(max_length=20, default="each")
    barcode = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=80, blank=True)
    brand = models.CharField(max_length=80, blank=True)
    family = models.CharField(max_length=80, blank=True, default="", db_default="")
    # What suppliers sell it in: a carton of 12. Stock and lines of documents are in `unit`.
    purchase_unit = models.CharField(max_length=20, blank=True, default="", db_default="")
    purchase_factor = models.DecimalField(max_digits=19, decimal_places=5, null=True, blank=True)
    sale_price = models.DecimalField(max_digits=19, decimal_places=6, null=True, blank=True)
    purchase_price = models.DecimalField(max_digits=19, decimal_places=6, null=True, blank=True)
    sale_tax_rule = TenantForeignKey(TaxRule, null=True, blank=True)
    purchase_tax_rule = TenantForeignKey(TaxRule, null=True, blank=True)
    # None: what the organisation posts sales, purchases and costs to as a rule.
    sale_account = TenantForeignKey(Account, null=True, blank=True)
    purchase_account = TenantForeignKey(Account, null=True, blank=True)
    cogs_account = TenantForeignKey(Account, null=True, blank=True)
    weight = models.DecimalField(  # of one unit, in kilograms
        max_digits=19, decimal_places=5, null=True, blank=True
    )
    # Slot of the organisation's product attributes → text; see tenants.domain.attributes.
    attributes = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "sku_key"], name="product_sku_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "barcode"],
                condition=~models.Q(barcode=""),
                name="product_by_barcode",
            ),
            models.Index(
                fields=["tenant", "sku_key"],
                condition=models.Q(is_active=False),
                name="product_archived",
            ),
            *(
                models.Index(
                    fields=["tenant", column],
                    condition=models.Q(**{f"{column}__gt": ""}),
                    name=f"product_by_{column}",
                )
                for column in ("category", "brand", "family")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class PartnerSku(TenantModel):
    """A partner's code for one of our products (N15), remembered once somebody confirmed it."""

    contact = TenantForeignKey(Contact)
    product = TenantForeignKey(Product)
    code = models.CharField(max_length=60)
    code_key = models.CharField(max_length=60)
    description = models.CharField(max_length=255, blank=True)
    confirmed_by = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "contact", "code_key"], name="partner_code_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "product"], name="partner_skus_of_product")
        ]
