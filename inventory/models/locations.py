"""Places where stock is kept."""

from typing import ClassVar

from django.db import models

from tenants.models import TenantModel


class Location(TenantModel):
    """A warehouse, a shop, a van. Exactly one is the default for new documents."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    address = models.TextField(max_length=500, blank=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "code"], name="location_code_once"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_default=True),
                name="one_default_location",
            ),
        ]

    def __str__(self) -> str:
        return self.name
