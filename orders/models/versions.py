"""What was sent, word for word."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from tenants.models import TenantModel


class DocumentVersion(TenantModel):
    """A frozen version of a document; append-only. PDFs and envelopes are made from it."""

    kind = models.CharField(max_length=24)
    object_id = models.UUIDField()
    version = models.IntegerField()
    payload = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "object_id", "version"], name="document_version_once"
            )
        ]
