"""Texts of an organisation's own."""

from typing import ClassVar

from django.db import models

from tenants.models.base import TenantModel


class MailTemplate(TenantModel):
    """The subject and text that an e-mail window starts with; no row means Wharf's own words."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=255)
    body = models.TextField(max_length=10_000)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "kind"], name="mail_template_once")
        ]
