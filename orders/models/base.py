"""What every trade document and every line has in common.

Amounts are numeric(19,4) in the document's currency, unit prices numeric(19,6), quantities
numeric(19,5). Totals are stored once by the service that writes the lines.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from hub.ids import new_id
from inventory.models import Location, Product
from ledger.models import Account, TaxRule
from network.models import Contact
from orders.domain.states import NetworkStatus
from tenants.models import TenantForeignKey, TenantModel


class TradeDocument(TenantModel):
    """A document between this organisation and a contact.

    `version` counts what was sent: 0 before the first time; a change after sending makes the next
    one. `network_status` is how far the last version has come at the partner.
    """

    number = models.CharField(max_length=40)
    status = models.CharField(max_length=20)  # each document brings its own choices
    contact = TenantForeignKey(Contact)
    reference = models.CharField(max_length=80, blank=True)
    currency = models.CharField(max_length=3)
    # Base units per unit of the document's currency; fixed when it is authorised.
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1, db_default=1)
    prices_include_tax = models.BooleanField(default=False)
    issued_on = models.DateField()
    net = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    tax = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    total = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    note = models.TextField(max_length=4000, blank=True)  # printed and sent to the partner
    internal_note = models.TextField(max_length=4000, blank=True)  # never travels
    version = models.IntegerField(default=0)
    network_status = models.CharField(
        max_length=10, choices=NetworkStatus.choices, default=NetworkStatus.NOT_SENT
    )
    # What the partner last wrote: a reason, a question.
    partner_message = models.TextField(blank=True)
    partner_number = models.CharField(max_length=80, blank=True)
    emailed_at = models.DateTimeField(null=True)
    created_by = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number


class LineKind(models.TextChoices):
    """An item counts; a note is text between items and carries no quantity.

    A part is what the warehouse moves for the kit on another line; only sales orders have some.
    """

    ITEM = "item", "Item"
    NOTE = "note", "Note"
    PART = "part", "Part of a kit"

    @classmethod
    def written(cls) -> list[tuple[str, str]]:
        """What people and programs may write; parts follow from kits."""
        return [(kind.value, str(kind.label)) for kind in (cls.ITEM, cls.NOTE)]


class TradeLine(TenantModel):
    """One line. `line_id` is given by the buyer and echoed in every answer and invoice."""

    line_id = models.UUIDField(default=new_id)
    position = models.IntegerField()
    kind = models.CharField(max_length=4, choices=LineKind.choices, default=LineKind.ITEM)
    product = TenantForeignKey(Product, null=True)
    sku = models.CharField(max_length=60, blank=True)
    partner_sku = models.CharField(max_length=60, blank=True)
    barcode = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=255, blank=True)
    quantity = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    unit = models.CharField(max_length=20, blank=True)
    unit_price = models.DecimalField(max_digits=19, decimal_places=6, default=0)
    discount_percent = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    account = TenantForeignKey(Account, null=True)  # None: the product's, else the usual one
    tax_rule = TenantForeignKey(TaxRule, null=True)
    tax_name = models.CharField(max_length=60, blank=True)
    tax_rate = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    expected_on = models.DateField(null=True)
    net = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    tax = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    total = models.DecimalField(max_digits=19, decimal_places=4, default=0)

    class Meta(TenantModel.Meta):
        abstract = True
        ordering: ClassVar = ["position"]


class TradeOrder(TradeDocument):
    """An order, bought or sold.

    A simple one has one receipt (or shipment) and one bill (or invoice), an advanced one any
    number; simple can become advanced, never back. `attributes` maps a slot of the organisation's
    attributes of purchases or of sales to its text; a quote has those of sales.
    """

    location = TenantForeignKey(Location, null=True)
    is_advanced = models.BooleanField(default=True, db_default=True)
    job = models.CharField(max_length=80, blank=True, default="", db_default="")
    attributes = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    required_on = models.DateField(null=True)
    delivery_address = models.TextField(max_length=500, blank=True)
    partner_key = models.UUIDField(null=True)
    partner_version = models.IntegerField(default=0)
    authorised_at = models.DateTimeField(null=True)
    authorised_by_name = models.CharField(max_length=160, blank=True)

    class Meta(TradeDocument.Meta):
        abstract = True


def document_indexes(name: str) -> list[models.Index]:
    """The indexes behind each list: newest first, by status, by contact."""
    return [
        models.Index(fields=["tenant", "-id"], name=f"{name}_newest"),
        models.Index(fields=["tenant", "status", "-id"], name=f"{name}_by_status"),
        models.Index(fields=["tenant", "contact", "-id"], name=f"{name}_by_contact"),
    ]


def number_once(name: str) -> models.UniqueConstraint:
    """One document per number and organisation."""
    return models.UniqueConstraint(fields=["tenant", "number"], name=f"{name}_number_once")
