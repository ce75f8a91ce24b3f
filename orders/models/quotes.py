"""Quotes to customers."""

from typing import ClassVar

from django.db import models

from orders.domain.stock_states import QuoteStatus
from orders.models.base import TradeLine, TradeOrder, document_indexes, number_once
from tenants.models import TenantForeignKey


class Quote(TradeOrder):
    """What we offer to a customer; accepted, it becomes the sales order `sale`."""

    status = models.CharField(max_length=20, choices=QuoteStatus.choices, default=QuoteStatus.DRAFT)
    valid_until = models.DateField(null=True)
    sales_rep = models.CharField(max_length=80, blank=True)
    sale = models.UUIDField(null=True)

    class Meta(TradeOrder.Meta):
        abstract = False
        constraints: ClassVar = [number_once("quote")]
        indexes: ClassVar = document_indexes("quote")


class QuoteLine(TradeLine):
    """A line of a quote."""

    quote = TenantForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")

    class Meta(TradeLine.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "quote", "position"], name="quote_line_position"
            )
        ]
