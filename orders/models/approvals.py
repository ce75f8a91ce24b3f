"""Documents that somebody asks a colleague to approve."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from tenants.models import TenantModel


class ApprovalState(models.TextChoices):
    """What became of a request."""

    OPEN = "open", "Waiting"
    APPROVED = "approved", "Approved"
    SENT_BACK = "sent_back", "Sent back"
    CLOSED = "closed", "Closed"


class ApprovalRequest(TenantModel):
    """Somebody who may not approve a document asks those who may; it keeps its status meanwhile.

    `kind` is the document's, such as purchase_order. A document has one open request at most.
    """

    kind = models.CharField(max_length=20)
    document = models.UUIDField()
    number = models.CharField(max_length=40)
    state = models.CharField(
        max_length=10, choices=ApprovalState.choices, default=ApprovalState.OPEN
    )
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=160, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    note = models.TextField(max_length=4000, blank=True)
    answered_by_name = models.CharField(max_length=160, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(max_length=4000, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "document"],
                condition=models.Q(state="open"),
                name="one_open_approval",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "kind", "-id"],
                condition=models.Q(state="open"),
                name="open_approvals",
            ),
            models.Index(fields=["tenant", "document", "-id"], name="approvals_of_document"),
        ]
