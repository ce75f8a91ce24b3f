"""Keys, invitations and connections. Each side owns its own rows."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from network.domain.states import ConnectionStatus, InviteStatus, PartnerRole
from network.models.contacts import Contact
from tenants.models import TenantForeignKey, TenantModel


class NetworkKey(TenantModel):
    """The organisation's key: found by a keyed hash, kept encrypted so that admins can copy it."""

    key_hash = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    replaced_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_live_network_key",
            )
        ]


class Connection(TenantModel):
    """A row of the connections table (N4): from invited to connected to removed.

    `link` is agreed by both sides when they connect; a message of an earlier link is refused.
    The switches are this side's overrides (null: as the company-wide setting says); `partner_*`
    is what the partner last said of its own half.
    """

    contact = TenantForeignKey(Contact, null=True)
    email = models.EmailField(blank=True)
    status = models.CharField(max_length=12, choices=ConnectionStatus.choices)
    role = models.CharField(max_length=8, choices=PartnerRole.choices, blank=True)
    partner_tenant = models.UUIDField(null=True)
    partner_name = models.CharField(max_length=160, blank=True)
    partner_legal_name = models.CharField(max_length=160, blank=True)
    partner_tax_number = models.CharField(max_length=40, blank=True)
    partner_key_hint = models.CharField(max_length=12, blank=True)
    link = models.UUIDField(null=True)
    invited_at = models.DateTimeField(null=True)
    invite_bounced = models.BooleanField(default=False)
    connected_at = models.DateTimeField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    disconnect_reason = models.TextField(blank=True)
    last_sent_at = models.DateTimeField(null=True)
    last_received_at = models.DateTimeField(null=True)
    send_invoices = models.BooleanField(null=True)
    take_in_invoices = models.BooleanField(null=True)
    accept_customer_invoices = models.BooleanField(default=False)
    partner_sends_invoices = models.BooleanField(default=False)
    partner_takes_in_invoices = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "partner_tenant"],
                condition=models.Q(partner_tenant__isnull=False),
                name="one_connection_per_partner",
            ),
            models.UniqueConstraint(
                fields=["tenant", "contact"],
                condition=models.Q(
                    contact__isnull=False, status__in=["waiting", "wants", "connected"]
                ),
                name="one_live_connection_per_contact",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "status", "-id"], name="connection_by_status"),
            models.Index(fields=["tenant", "contact"], name="connection_of_contact"),
        ]


class Invitation(TenantModel):
    """One invitation e-mail to one address, with the key it carried."""

    connection = TenantForeignKey(Connection, related_name="invitations")
    email = models.EmailField()
    key = TenantForeignKey(NetworkKey)
    status = models.CharField(max_length=8, choices=InviteStatus.choices, default=InviteStatus.OPEN)
    mail = models.UUIDField(null=True)
    sent_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "email"], name="invitation_by_email"),
            models.Index(fields=["tenant", "connection"], name="invitation_of_row"),
        ]


class AutomationSettings(TenantModel):
    """Company-wide switches (K1 to K3). Where a connection has its own, that one counts."""

    send_invoices = models.BooleanField(default=False)
    take_in_invoices = models.BooleanField(default=False)
    separate_ecommerce_orders = models.BooleanField(default=False)
    consolidate_by = models.CharField(
        max_length=8,
        choices=[("order", "Each order"), ("day", "Day"), ("week", "Week")],
        default="order",
    )
    # What an e-commerce order lacks is drafted as purchase orders when it is authorised.
    draft_ecommerce_purchases = models.BooleanField(default=False, db_default=False)
    # {"<contact id>": "order" | "day" | "week"}: suppliers that differ from the company's choice
    consolidate_per_supplier = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="one_automation_settings")
        ]
