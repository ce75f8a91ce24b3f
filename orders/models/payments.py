"""Payments, refunds, deposits, and what they and credit notes were used for."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ledger.models import Account
from network.models import Contact
from orders.domain.stock_states import PaymentStatus
from orders.models.bills import Bill
from orders.models.credit_notes import CreditNote, CreditSide
from orders.models.invoices import Invoice
from tenants.models import TenantForeignKey, TenantModel


class Direction(models.TextChoices):
    """Which way money goes."""

    IN = "in", "Received"
    OUT = "out", "Paid"


class Payment(TenantModel):
    """Money that came or went, in `currency`. What it was not used for is the contact's credit.

    From a customer `in` is a payment and `out` a refund; with a supplier the reverse. `order` is
    the purchase or sales order that a deposit was made on. Without `account` no money moved: a
    credit note was banked as credit (`credit_note`).
    """

    number = models.CharField(max_length=40)
    status = models.CharField(
        max_length=12, choices=PaymentStatus.choices, default=PaymentStatus.AUTHORISED
    )
    side = models.CharField(max_length=8, choices=CreditSide.choices)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    contact = TenantForeignKey(Contact)
    account = TenantForeignKey(Account, null=True)
    paid_on = models.DateField()
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    used = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    reference = models.CharField(max_length=80, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    order = models.UUIDField(null=True)
    credit_note = TenantForeignKey(CreditNote, null=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="payment_number_once"),
            models.CheckConstraint(
                condition=models.Q(used__gte=0, used__lte=models.F("amount")),
                name="payment_used_within_amount",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="payments_newest"),
            models.Index(fields=["tenant", "contact", "-id"], name="payments_by_contact"),
            models.Index(
                fields=["tenant", "contact", "side"],
                condition=models.Q(status="authorised"),
                name="payments_not_used_up",
            ),
            models.Index(
                fields=["tenant", "order"],
                condition=models.Q(order__isnull=False),
                name="payments_of_order",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Settlement(TenantModel):
    """So much of a payment or credit note was used for an invoice, bill or (refund) credit note.

    Append-only; an undo writes the opposite. `amount` is in the currency of both sides; `gain`
    is the realised currency gain in base currency that came with it.
    """

    payment = TenantForeignKey(Payment, null=True)
    credit_note = TenantForeignKey(CreditNote, null=True)
    invoice = TenantForeignKey(Invoice, null=True)
    bill = TenantForeignKey(Bill, null=True)
    refunded_note = TenantForeignKey(CreditNote, null=True)
    refunded_payment = TenantForeignKey(Payment, null=True)
    settled_on = models.DateField()
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    gain = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    reverses = TenantForeignKey("self", null=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "payment"], name="settlements_of_payment"),
            models.Index(fields=["tenant", "credit_note"], name="settlements_of_credit"),
            models.Index(fields=["tenant", "invoice"], name="settlements_of_invoice"),
            models.Index(fields=["tenant", "bill"], name="settlements_of_bill"),
            models.Index(fields=["tenant", "settled_on"], name="settlements_by_day"),
        ]
