"""The chart of accounts, exchange rates, and how the book is kept."""

from typing import ClassVar

from django.db import models

from ledger.domain.accounts import AccountRole, AccountType
from tenants.models import TenantModel


class Account(TenantModel):
    """One account of the chart. `role` says what Wharf itself posts to it; blank for most."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=20, choices=AccountType.choices)
    role = models.CharField(max_length=20, choices=AccountRole.choices, blank=True)
    accepts_payments = models.BooleanField(default=False)
    description = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "code"], name="account_code_once"),
            models.UniqueConstraint(
                fields=["tenant", "role"],
                condition=~models.Q(role=""),
                name="account_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CostingMethod(models.TextChoices):
    """How the cost of an issue is found; fixed once stock has moved (O5)."""

    FIFO = "fifo", "First in, first out"
    AVERAGE = "average", "Moving average per location"


class Book(TenantModel):
    """How one organisation keeps its book; one row, which every posting locks.

    `locked_until` is the last day that nobody may add to or change. `next_journal` is the number
    of the next journal.
    """

    accrual = models.BooleanField(default=True)
    costing = models.CharField(
        max_length=8, choices=CostingMethod.choices, default=CostingMethod.FIFO
    )
    locked_until = models.DateField(null=True, blank=True)
    next_journal = models.BigIntegerField(default=1)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="one_book")]


class ExchangeRate(TenantModel):
    """What one unit of `currency` is worth in the base currency from a day on."""

    currency = models.CharField(max_length=3)
    valid_from = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "currency", "valid_from"], name="exchange_rate_once"
            ),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_positive"),
        ]
