"""Changes to an order that both sides have accepted: asked for by one, answered by the other."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from hub.choices import Tone, ToneChoices
from tenants.models import TenantModel


class ChangeState(ToneChoices):
    """How far a requested change has come."""

    OPEN = "open", "Waiting for an answer", Tone.ATTENTION, "hourglass"
    ACCEPTED = "accepted", "Accepted", Tone.SUCCESS, "circle-check"
    DECLINED = "declined", "Declined", Tone.CRITICAL, "circle-x"
    REFUSED = "refused", "Could not be taken", Tone.CRITICAL, "mail-x"


class OrderChange(TenantModel):
    """One request, as each side keeps it. `order` is our purchase or sales order (`kind`).

    `request_id` is the same on both sides. `payload` is the request as it travelled.
    """

    kind = models.CharField(max_length=16)  # purchase_order or sales_order
    order = models.UUIDField()
    request_id = models.UUIDField()
    ours = models.BooleanField()  # we asked; else the partner did
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.OPEN)
    payload = models.JSONField()
    text = models.TextField(max_length=4000, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    created_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "request_id"], name="change_request_once"),
            # One question at a time: a second one waits until the first is answered.
            models.UniqueConstraint(
                fields=["tenant", "order"],
                condition=models.Q(state="open"),
                name="one_open_change",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "order"], name="changes_of_order"),
            models.Index(
                fields=["tenant", "kind"],
                condition=models.Q(state="open", ours=False),
                name="changes_to_answer",
            ),
        ]
