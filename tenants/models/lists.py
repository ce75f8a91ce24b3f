"""What people keep of lists: views, and files of long exports."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from tenants.models.base import TenantForeignKey, TenantModel
from tenants.models.people import User
from tenants.models.trail import ApiKey
from tenants.models.work import StoredFile


class SavedView(TenantModel):
    """A list as somebody wants to find it again: the query string of its address, with a name.

    Without an owner it was made over the API. `shared`: everybody who may open the list sees it.
    """

    list_key = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    shared = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "list_key"], name="view_of_list")]


class DefaultView(TenantModel):
    """The view that a list opens with, for one person."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    list_key = models.CharField(max_length=60)
    view = TenantForeignKey(SavedView)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "user", "list_key"], name="view_default_once")
        ]


class ListExport(TenantModel):
    """A long list as a file, for the person or the key that asked; forgotten after `expires_at`."""

    list_key = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    file_format = models.CharField(max_length=4)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    key = TenantForeignKey(ApiKey, null=True)
    job = models.UUIDField(null=True)
    file = TenantForeignKey(StoredFile, null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) ^ models.Q(key__isnull=True),
                name="export_has_one_owner",
            )
        ]
