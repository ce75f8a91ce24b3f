"""The connection of an organisation, the provider's lists, and how ours correspond to them."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounting.domain.states import ConnectionState, Mode
from tenants.models import TenantForeignKey, TenantModel

LIVING = sorted(ConnectionState.living())


class Connection(TenantModel):
    """One organisation's connection to one company there; a disabled one stays as history.

    `realm` names the company there (QuickBooks' realm, Xero's tenant). `tokens` is sealed JSON:
    access, refresh and the refresh token before it. `cursor` maps a feed to how far it was read.
    `preferences` is what the company there was set to when it was last asked, `options` what our
    settings pages say, `wizard` what its steps were answered with.
    """

    # The network has connections too.
    activity_type: ClassVar[str] = "integration"

    provider = models.CharField(max_length=16)
    realm = models.CharField(max_length=64, blank=True)
    company_name = models.CharField(max_length=255, blank=True)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    plan = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=16, choices=ConnectionState.choices, default=ConnectionState.CONNECTING
    )
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.BOTH_WAYS)
    tokens = models.TextField(blank=True)
    access_expires_at = models.DateTimeField(null=True)
    refresh_expires_at = models.DateTimeField(null=True)
    must_consent_by = models.DateTimeField(null=True)
    cooled_until = models.DateTimeField(null=True)
    cursor = models.JSONField(default=dict)
    preferences = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    wizard = models.JSONField(default=dict)
    # Why it stands still: a stable code, and the sentence that is shown.
    pause_code = models.CharField(max_length=40, blank=True)
    pause_message = models.TextField(blank=True)
    lists_read_at = models.DateTimeField(null=True)
    connected_by = models.UUIDField(null=True)
    connected_by_name = models.CharField(max_length=160, blank=True)
    connected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(state__in=LIVING),
                name="one_living_connection",
            ),
            # A company there is kept in step by one organisation only; see the migration for the
            # rule across organisations.
            models.UniqueConstraint(
                fields=["tenant", "provider", "realm"],
                condition=models.Q(state__in=LIVING),
                name="connection_of_realm",
            ),
        ]

    def __str__(self) -> str:
        return self.company_name or self.provider


class RemoteRecord(TenantModel):
    """A row of one of the provider's lists as it was last read: an account, a tax code, a term.

    `kind`: account, tax, tax_rate, term, class, department, payment_method. `data` holds what the
    provider's mappers need besides (sub-type, rates, currency).
    """

    connection = TenantForeignKey(Connection)
    kind = models.CharField(max_length=16)
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    data = models.JSONField(default=dict)
    read_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "connection", "kind", "remote_id"], name="remote_record_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Link(TenantModel):
    """Ours and theirs: an account, tax rule or term that was mapped, one to one.

    `local_id` is of `ledger.Account`, `TaxRule` or `PaymentTerm`; for `class` and `department` the
    `local_key` is the text here that stands for it there.
    """

    connection = TenantForeignKey(Connection)
    kind = models.CharField(max_length=16)
    local_id = models.UUIDField(null=True)
    local_key = models.CharField(max_length=120, blank=True)
    remote_id = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "connection", "kind", "local_id"],
                condition=models.Q(local_id__isnull=False),
                name="link_of_local",
            ),
            models.UniqueConstraint(
                fields=["tenant", "connection", "kind", "local_key"],
                condition=~models.Q(local_key=""),
                name="link_of_key",
            ),
            models.UniqueConstraint(
                fields=["tenant", "connection", "kind", "remote_id"],
                condition=models.Q(kind__in=["account", "term"]),
                name="link_of_remote",
            ),
        ]
