"""Journals: append-only, balanced (the database refuses a commit otherwise)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ledger.domain.postings import JournalEvent
from ledger.models.accounts import Account
from tenants.models import TenantForeignKey, TenantModel


class Journal(TenantModel):
    """One entry of the book. A correction is another journal that `reverses` it.

    `source_kind` and `source_id` name the piece of a document that caused it (`invoice`,
    `receipt` …); reports open it from here.
    """

    number = models.BigIntegerField()
    posted_on = models.DateField()
    event = models.CharField(max_length=24, choices=JournalEvent.choices)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    source_kind = models.CharField(max_length=24)
    source_id = models.UUIDField()
    source_number = models.CharField(max_length=40, blank=True)
    memo = models.CharField(max_length=255, blank=True)
    reverses = TenantForeignKey("self", null=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="journal_number_once"),
            models.UniqueConstraint(
                fields=["tenant", "reverses"],
                condition=models.Q(reverses__isnull=False),
                name="journal_reversed_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "source_id"], name="journals_of_source"),
            models.Index(fields=["tenant", "-id"], name="journals_newest"),
            models.Index(fields=["tenant", "posted_on", "id"], name="journals_by_day"),
            models.Index(fields=["tenant", "event", "posted_on", "id"], name="journals_of_event"),
            models.Index(fields=["tenant", "source_number"], name="journals_of_number"),
        ]

    def __str__(self) -> str:
        return f"JE-{self.number:05d}"


class JournalLine(TenantModel):
    """One side of a journal. Debits are positive, credits negative, in the base currency.

    `foreign` is the same in the journal's currency. `contact` and `product` are ids of rows in
    floors above, for sub-ledgers; `posted_on` repeats the journal's for reading by account.
    """

    journal = TenantForeignKey(Journal, related_name="lines")
    position = models.SmallIntegerField()
    account = TenantForeignKey(Account)
    posted_on = models.DateField()
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    foreign = models.DecimalField(max_digits=19, decimal_places=4)
    contact = models.UUIDField(null=True)
    product = models.UUIDField(null=True)
    memo = models.CharField(max_length=255, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "journal", "position"], name="journal_line_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "account", "posted_on", "id"], name="journal_lines_of_account"
            ),
            models.Index(
                fields=["tenant", "contact", "account", "posted_on"],
                condition=models.Q(contact__isnull=False),
                name="journal_lines_of_contact",
            ),
        ]


class AccountMonth(TenantModel):
    """What was posted to an account in one month: reports read these sums, not a million lines."""

    account = TenantForeignKey(Account)
    month = models.DateField()  # its first day
    debit = models.DecimalField(max_digits=21, decimal_places=4, default=0)
    credit = models.DecimalField(max_digits=21, decimal_places=4, default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "account", "month"], name="account_month_once"
            )
        ]
