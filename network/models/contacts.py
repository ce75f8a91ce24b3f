"""Customers and suppliers."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ledger.models import PaymentTerm, PriceTier, TaxRule
from tenants.models import TenantForeignKey, TenantModel


class Contact(TenantModel):
    """A customer, a supplier, or both. `connected` is true while a partner is behind it (N7)."""

    name = models.CharField(max_length=160)
    name_key = models.CharField(max_length=160)  # lower case, single spaces: compared and sorted
    legal_name = models.CharField(max_length=160, blank=True)
    code = models.CharField(max_length=40, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    is_customer = models.BooleanField(default=False)
    is_supplier = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.CharField(max_length=200, blank=True)
    billing_address = models.TextField(max_length=500, blank=True)
    delivery_address = models.TextField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3)
    terms = TenantForeignKey(PaymentTerm, null=True, blank=True)
    tax_rule = TenantForeignKey(TaxRule, null=True, blank=True)
    price_tier = TenantForeignKey(PriceTier, null=True, blank=True)
    note = models.TextField(max_length=4000, blank=True)  # ours alone: never travels
    # Slot of the organisation's attributes of customers, and of suppliers → text.
    customer_attributes = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    supplier_attributes = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    connected = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name_key"], name="contact_name_once"),
            models.CheckConstraint(
                condition=models.Q(is_customer=True) | models.Q(is_supplier=True),
                name="contact_is_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "name_key"],
                condition=models.Q(is_customer=True),
                name="contact_customers",
            ),
            models.Index(
                fields=["tenant", "name_key"],
                condition=models.Q(is_supplier=True),
                name="contact_suppliers",
            ),
            models.Index(
                fields=["tenant", "name_key"],
                condition=models.Q(connected=True),
                name="contact_connected",
            ),
            models.Index(
                fields=["tenant", "name_key"],
                condition=models.Q(is_active=False),
                name="contact_archived",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_connected(self) -> bool:
        """Whether a partner is behind it; what the connected mark asks for."""
        return self.connected


class ContactPerson(TenantModel):
    """Somebody who works there."""

    contact = TenantForeignKey(Contact, on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "contact"], name="person_of_contact")]


class EmailPurpose(models.TextChoices):
    """What a mailing address is for."""

    ORDERS = "orders", "Orders"
    INVOICES = "invoices", "Invoices"
    STATEMENTS = "statements", "Statements"


class ContactEmail(TenantModel):
    """One address of a contact's mailing list for a purpose."""

    contact = TenantForeignKey(Contact, on_delete=models.CASCADE, related_name="emails")
    purpose = models.CharField(max_length=12, choices=EmailPurpose.choices)
    email = models.EmailField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "contact", "purpose", "email"],
                name="contact_email_once",
            )
        ]
