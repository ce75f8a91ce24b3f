"""What happened, who is told, who may call."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from tenants.models.base import TenantModel
from tenants.models.people import User


class Activity(TenantModel):
    """One line of the audit report; append-only, and the database sees to it.

    `changes` maps a field's label to [before, after].
    """

    at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=160)
    via = models.CharField(max_length=10)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.UUIDField(null=True)
    object_label = models.CharField(max_length=200, blank=True)
    summary = models.TextField()
    changes = models.JSONField(default=dict)
    ip = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="activity_newest"),
            models.Index(fields=["tenant", "object_id", "-id"], name="activity_by_object"),
        ]


class Notification(TenantModel):
    """Something a person is told in the app (and by e-mail where they chose so)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    tone = models.CharField(max_length=10, default="info")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "user", "-id"], name="notification_newest"),
            models.Index(
                fields=["tenant", "user"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread",
            ),
        ]


class NotificationPreference(TenantModel):
    """How one person wants one kind of notification; no row means in the app and by e-mail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    in_app = models.BooleanField(default=True)
    by_email = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "user", "kind"], name="preference_once")
        ]


class MailingList(TenantModel):
    """Addresses that are told of some kinds of notification, members or not."""

    name = models.CharField(max_length=60)
    addresses = ArrayField(models.EmailField(), default=list)
    kinds = ArrayField(models.CharField(max_length=40), default=list)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="mailing_list_name_once")
        ]


class ApiKey(TenantModel):
    """A key of one organisation for its own programs; only its SHA-256 is kept."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    created_at = models.DateTimeField(db_default=Now())
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False


class IdempotencyRecord(TenantModel):
    """The first answer to a POST with an Idempotency-Key, stored with its effect."""

    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "key"], name="idempotency_key_once")
        ]
