"""Invoices that we send: to a customer, or by N12 to a supplier."""

from typing import ClassVar

from django.db import models

from orders.domain.states import InvoiceStatus
from orders.models.base import TradeDocument, TradeLine, document_indexes, number_once
from orders.models.sales import SalesOrder
from tenants.models import TenantForeignKey


class Invoice(TradeDocument):
    """An invoice with its lines and tax; of a sales order, or on its own."""

    status = models.CharField(
        max_length=20, choices=InvoiceStatus.choices, default=InvoiceStatus.DRAFT
    )
    sales_order = TenantForeignKey(SalesOrder, null=True)
    due_on = models.DateField()
    channel = models.CharField(max_length=40, default="Wharf", db_default="Wharf")
    # How much of the total is paid or set off, in the invoice's currency.
    settled = models.DecimalField(max_digits=19, decimal_places=4, default=0, db_default=0)
    # Undone: the settlements (ids) that were taken back and settle it again when authorised.
    held = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    authorised_at = models.DateTimeField(null=True)
    authorised_by_name = models.CharField(max_length=160, blank=True)

    class Meta(TradeDocument.Meta):
        abstract = False
        constraints: ClassVar = [number_once("invoice")]
        indexes: ClassVar = [
            *document_indexes("invoice"),
            models.Index(fields=["tenant", "sales_order"], name="invoices_of_sale"),
            models.Index(
                fields=["tenant", "contact", "due_on"],
                condition=models.Q(status="authorised"),
                name="invoices_open",
            ),
        ]


class InvoiceLine(TradeLine):
    """A line of an invoice; `line_id` is the ordered line's where there is one."""

    invoice = TenantForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")

    class Meta(TradeLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "invoice", "position"], name="invoice_line_position"
            )
        ]
