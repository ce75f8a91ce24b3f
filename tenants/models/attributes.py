"""The attributes that an organisation gives to its products, contacts and orders."""

from typing import ClassVar

from django.db import models

from tenants.domain.attributes import AttributeOwner, AttributeType
from tenants.models.base import TenantModel


class Attribute(TenantModel):
    """One of ten slots of a set. The slot is what values and mappings refer to; it never moves.

    `choices` are what a list offers. A slot that is not used keeps its values, unseen.
    """

    owner = models.CharField(
        max_length=8, choices=[(owner.value, owner.label) for owner in AttributeOwner]
    )
    slot = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    type = models.CharField(
        max_length=8, choices=[(kind.value, kind.label) for kind in AttributeType]
    )
    choices = models.JSONField(default=list, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        ordering: ClassVar = ["owner", "slot"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "owner", "slot"], name="attribute_slot_once"),
            models.CheckConstraint(
                condition=models.Q(slot__gte=1, slot__lte=10), name="attribute_slots_one_to_ten"
            ),
        ]

    def __str__(self) -> str:
        return self.name
