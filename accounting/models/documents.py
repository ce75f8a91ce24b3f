"""One row per document and system, what was exchanged about it, and what waits to be looked at."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounting.domain.states import Kind, SyncState, Verb
from accounting.models.connections import Connection
from tenants.models import TenantForeignKey, TenantModel

NEEDING = sorted(SyncState.needing_someone())
UNDER_WAY = sorted(SyncState.under_way())


class SyncDocument(TenantModel):
    """A local row in one role, and the object there that it corresponds to.

    `hash` is of the payload that is there, `sent_hash` of the one that was sent last; `generation`
    is part of every idempotency key and rises when an attempt came to a definite end. `facts` is
    what the provider said of it that pages show: the account that it uses, the link to it.
    """

    connection = TenantForeignKey(Connection)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    rank = models.SmallIntegerField()
    local_id = models.UUIDField()
    number = models.CharField(max_length=120, blank=True)
    happened_on = models.DateField(null=True)
    from_there = models.BooleanField(default=False)
    # What it comes to, in its own currency; to compare with what stands there.
    currency = models.CharField(max_length=3, blank=True)
    total = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    tax = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    remote_total = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    remote_tax = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    state = models.CharField(max_length=12, choices=SyncState.choices, default=SyncState.PENDING)
    reason = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    # It stands on both sides, but its goods could not be received or shipped here yet.
    goods_wait = models.BooleanField(default=False, db_default=False)
    # What a person can be led to: {"kind": "tax", "id": …}.
    fix = models.JSONField(default=dict)
    entity = models.CharField(max_length=24, blank=True)
    remote_id = models.CharField(max_length=64, blank=True)
    remote_version = models.CharField(max_length=40, blank=True)
    remote_number = models.CharField(max_length=120, blank=True)
    verb = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Verb], blank=True)
    hash = models.CharField(max_length=64, blank=True)
    sent_hash = models.CharField(max_length=64, blank=True)
    generation = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(db_default=Now())
    synced_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    # What it said when it was last in step, and in a conflict what it says there: sealed.
    synced_sheet = models.TextField(blank=True, default="", db_default="")
    there_sheet = models.TextField(blank=True, default="", db_default="")
    skipped_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "connection", "kind", "local_id"], name="sync_document_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "connection", "entity", "remote_id", "kind"],
                condition=~models.Q(remote_id=""),
                name="sync_document_of_remote",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="sync_documents_newest"),
            models.Index(fields=["tenant", "state", "-id"], name="sync_documents_by_state"),
            models.Index(
                fields=["tenant", "-id"],
                condition=models.Q(state__in=NEEDING),
                name="sync_documents_needing",
            ),
            models.Index(
                fields=["tenant", "-id"],
                condition=models.Q(state__in=UNDER_WAY),
                name="sync_documents_under_way",
            ),
            models.Index(fields=["tenant", "number"], name="sync_documents_by_number"),
            models.Index(
                fields=["tenant", "remote_number"],
                condition=~models.Q(remote_number=""),
                name="sync_documents_by_theirs",
            ),
            models.Index(
                fields=["tenant", "remote_id"],
                condition=~models.Q(remote_id=""),
                name="sync_documents_by_their_id",
            ),
            models.Index(fields=["tenant", "kind", "-id"], name="sync_documents_by_kind"),
            models.Index(fields=["tenant", "local_id"], name="sync_documents_of_local"),
            models.Index(
                fields=["tenant", "connection", "rank", "id"],
                condition=models.Q(state__in=["pending", "sending", "waiting"]),
                name="sync_documents_due",
            ),
            models.Index(
                fields=["tenant", "connection", "id"],
                condition=models.Q(goods_wait=True),
                name="sync_documents_goods_wait",
            ),
            models.Index(
                fields=["tenant", "reason"],
                condition=models.Q(state__in=NEEDING),
                name="sync_documents_by_cause",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.kind


class Exchange(TenantModel):
    """One call to the provider: append-only. `body` is sealed JSON of what was said both ways."""

    connection = TenantForeignKey(Connection)
    run = models.UUIDField(null=True)
    documents = models.JSONField(default=list)  # ids, for a batch more than one
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=255)
    status = models.SmallIntegerField(null=True)  # None: no answer
    milliseconds = models.IntegerField(default=0)
    trace = models.CharField(max_length=80, blank=True)  # the provider's own id of the call
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "connection", "-id"], name="exchanges_newest"),
        ]


class LocalChange(TenantModel):
    """A local row that was written and has not been looked at since.

    Written by triggers in the transaction of the write, while the organisation has a connection
    that is not disabled; `mark` changes with every write, so that none is lost while it is read.
    """

    kind = models.CharField(max_length=20)
    local_id = models.UUIDField()
    mark = models.UUIDField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "kind", "local_id"], name="local_change_once")
        ]


class RemoteChange(TenantModel):
    """An object there that was changed and has not been taken over yet. `body` is sealed."""

    connection = TenantForeignKey(Connection)
    entity = models.CharField(max_length=24)
    remote_id = models.CharField(max_length=64)
    deleted = models.BooleanField(default=False)
    body = models.TextField(blank=True)
    reason = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "connection", "entity", "remote_id"], name="remote_change_once"
            )
        ]
