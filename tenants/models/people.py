"""Organisations, people, roles."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from hub.ids import new_id
from tenants.models.base import TenantForeignKey, TenantModel


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in once the address is verified."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class Appearance(models.TextChoices):
    """Which theme a person chose."""

    SYSTEM = "system", "Same as the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class User(AbstractBaseUser):
    """A person who signs in by e-mail; global: belongs to any number of organisations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    appearance = models.CharField(
        max_length=8, choices=Appearance.choices, default=Appearance.SYSTEM
    )
    shortcuts = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class TaxRounding(models.TextChoices):
    """Where tax is rounded to the cent."""

    LINE = "line", "On each line"
    DOCUMENT = "document", "On the document's total"


class Organisation(models.Model):
    """One trading company: the tenant. Its row is visible to itself only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("trading name", max_length=120)
    legal_name = models.CharField(max_length=160)
    tax_number = models.CharField(max_length=40, blank=True)
    company_email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(max_length=500, blank=True)
    # What customers and suppliers see instead; empty: the address above.
    customer_address = models.TextField(
        "address on documents", max_length=500, blank=True, default="", db_default=""
    )
    country = models.CharField(max_length=2, default="GB")
    base_currency = models.CharField(max_length=3)
    timezone = models.CharField(max_length=64, default="UTC")
    date_format = models.CharField(max_length=16, default="d M Y")
    tax_rounding = models.CharField(
        max_length=8, choices=TaxRounding.choices, default=TaxRounding.LINE
    )
    brand_colour = models.CharField(max_length=7, default="#0f4c5c")
    logo = models.UUIDField(null=True, editable=False)  # a StoredFile of the organisation
    document_footer = models.TextField(max_length=1000, blank=True)
    discoverable = models.BooleanField(
        "Partners may find us by our company e-mail",
        default=False,
    )
    require_second_factor = models.BooleanField(default=False)
    # Why nobody may change anything for now: a migration of its books runs. "": it may be changed.
    locked_because = models.CharField(max_length=200, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Role(TenantModel):
    """An editable set of permissions. `areas` maps an area to a level, `specials` lists names.

    `limits` maps a kind of document to the largest total, in base currency, that the role may
    authorise; a kind that is not there has no limit.
    """

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=200, blank=True)
    is_builtin = models.BooleanField(default=False)
    areas = models.JSONField(default=dict)
    specials = models.JSONField(default=list)
    limits = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "key"], name="role_key_once"),
            models.UniqueConstraint(fields=["tenant", "name"], name="role_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A person's place in one organisation. `overrides` beats every role, either way.

    `overrides` maps `area:<area>` to a level and `special:<name>` to true or false.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    overrides = models.JSONField(default=dict)
    roles = models.ManyToManyField(Role, through="MembershipRole", related_name="memberships")
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "user"], name="member_once")
        ]

    def __str__(self) -> str:
        return str(self.user)


class MembershipRole(TenantModel):
    """One role given to one member."""

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE)
    role = TenantForeignKey(Role, on_delete=models.PROTECT)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "membership", "role"], name="member_role_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "role"], name="member_role_by_role")]


class InvitationStatus(models.TextChoices):
    """What became of an invitation to join."""

    OPEN = "open", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    REVOKED = "revoked", "Withdrawn"


class UserInvitation(TenantModel):
    """An invitation to join as a user. The token in the e-mail is kept as SHA-256 only."""

    email = models.EmailField()
    role_ids = models.JSONField(default=list)
    token_hash = models.CharField(max_length=64)
    status = models.CharField(
        max_length=10, choices=InvitationStatus.choices, default=InvitationStatus.OPEN
    )
    invited_by_name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "email"],
                condition=models.Q(status="open"),
                name="one_open_invitation_per_address",
            ),
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="invitation_token"),
        ]
