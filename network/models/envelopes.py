"""What travels. The sender keeps one row and the recipient another: they never share one."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from network.domain.states import AnswerState, DeliveryState, Direction, ValidationState
from network.models.connections import Connection
from tenants.models import TenantForeignKey, TenantModel


class Envelope(TenantModel):
    """One message of one version of one document, with its receipt, validation and answer apart.

    `payload` is canonical JSON and never changes; `sha256` is its hash. `document_key` is the
    sender's id of the document: versions of one document apply in order.
    """

    direction = models.CharField(max_length=3, choices=Direction.choices)
    message_id = models.UUIDField()
    connection = TenantForeignKey(Connection)
    link = models.UUIDField(null=True)
    partner_tenant = models.UUIDField()
    kind = models.CharField(max_length=24)
    document_key = models.UUIDField(null=True)
    version = models.IntegerField(default=1)
    payload = models.TextField()
    sha256 = models.CharField(max_length=64)
    # Our own document that it carries or became.
    object_type = models.CharField(max_length=24, blank=True)
    object_id = models.UUIDField(null=True)
    label = models.CharField(max_length=80, blank=True)
    delivery = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    validation = models.CharField(
        max_length=10, choices=ValidationState.choices, default=ValidationState.PENDING
    )
    answer = models.CharField(max_length=10, choices=AnswerState.choices, default=AnswerState.NONE)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    # What the recipient said at once, kept so that a second delivery gets the first receipt again.
    reply = models.JSONField(default=dict)
    attempts = models.IntegerField(default=0)
    job_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "direction", "message_id"], name="message_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="envelope_newest"),
            models.Index(fields=["tenant", "direction", "-id"], name="envelope_by_direction"),
            models.Index(fields=["tenant", "delivery", "-id"], name="envelope_by_delivery"),
            models.Index(fields=["tenant", "object_id", "-id"], name="envelope_of_object"),
            models.Index(fields=["tenant", "connection", "-id"], name="envelope_of_connection"),
            models.Index(
                fields=["tenant", "connection", "document_key", "id"],
                name="envelope_in_order",
            ),
        ]
