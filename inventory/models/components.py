"""What a product consists of."""

from typing import ClassVar

from django.db import models

from inventory.models.products import Product
from tenants.models import TenantForeignKey, TenantModel


class ProductComponent(TenantModel):
    """So many units of `component` in one unit of `product`, in the order of `position`."""

    product = TenantForeignKey(Product, on_delete=models.CASCADE, related_name="components")
    component = TenantForeignKey(Product)
    quantity = models.DecimalField(max_digits=19, decimal_places=5)
    position = models.SmallIntegerField()

    class Meta(TenantModel.Meta):
        abstract = False
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "product", "component"], name="component_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="component_quantity_above_zero"
            ),
            models.CheckConstraint(
                condition=~models.Q(product=models.F("component")), name="component_of_another"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "component"], name="products_with_component")
        ]
