"""Credit notes, to customers and from suppliers."""

from typing import ClassVar

from django.db import models

from inventory.models import Location
from orders.domain.stock_states import CreditNoteStatus
from orders.models.base import TradeDocument, TradeLine, document_indexes, number_once
from orders.models.bills import Bill
from orders.models.invoices import Invoice
from tenants.models import TenantForeignKey


class CreditSide(models.TextChoices):
    """Whose money it is."""

    SALE = "sale", "To a customer"
    PURCHASE = "purchase", "From a supplier"


class CreditNote(TradeDocument):
    """A credit on an invoice or a bill, or on its own.

    `settled` is how much of it is set off, refunded or banked, in its currency.
    """

    status = models.CharField(
        max_length=20, choices=CreditNoteStatus.choices, default=CreditNoteStatus.DRAFT
    )
    side = models.CharField(max_length=8, choices=CreditSide.choices)
    invoice = TenantForeignKey(Invoice, null=True)
    bill = TenantForeignKey(Bill, null=True)
    location = TenantForeignKey(Location, null=True)  # where returned goods go, or leave
    reason = models.CharField(max_length=255, blank=True)
    settled = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    from_network = models.BooleanField(default=False)
    partner_key = models.UUIDField(null=True)
    partner_version = models.IntegerField(default=0)
    authorised_at = models.DateTimeField(null=True)
    authorised_by_name = models.CharField(max_length=160, blank=True)

    class Meta(TradeDocument.Meta):
        abstract = False
        constraints: ClassVar = [
            number_once("credit_note"),
            models.UniqueConstraint(
                fields=["tenant", "contact", "partner_key", "partner_version"],
                condition=models.Q(partner_key__isnull=False),
                name="credit_once_per_partner_version",
            ),
        ]
        indexes: ClassVar = [
            *document_indexes("credit_note"),
            models.Index(fields=["tenant", "invoice"], name="credits_of_invoice"),
            models.Index(fields=["tenant", "bill"], name="credits_of_bill"),
        ]


class CreditNoteLine(TradeLine):
    """A credited line. `returned` of its quantity comes back into stock, or leaves it.

    When a supplier's credit is authorised, `transit_quantity` and `transit_value` are the part
    that was billed and never received.
    """

    credit_note = TenantForeignKey(CreditNote, on_delete=models.CASCADE, related_name="lines")
    returned = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    transit_quantity = models.DecimalField(max_digits=19, decimal_places=5, default=0)
    transit_value = models.DecimalField(max_digits=19, decimal_places=4, default=0)

    class Meta(TradeLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "credit_note", "position"], name="credit_line_position"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "line_id"], name="credit_lines_by_id")]
