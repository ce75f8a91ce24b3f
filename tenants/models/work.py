"""Long and external work, and what leaves by mail: rows first, effects after."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from tenants.models.base import TenantForeignKey, TenantModel


class JobState(models.TextChoices):
    """A job's life; `paused` and `cancelled` are people's choices."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Finished"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Job(TenantModel):
    """One piece of long or external work: the truth about it, and what the user sees of it.

    `lease` counts claims: a result is recorded only by the claim that is still the latest.
    """

    kind = models.CharField(max_length=60)
    lane = models.CharField(max_length=20)
    title = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    not_before = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(default=0)
    lease = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    progress_done = models.IntegerField(default=0)
    progress_total = models.IntegerField(default=0)
    step = models.CharField(max_length=200, blank=True)
    wanted = models.CharField(max_length=10, blank=True)  # "pause" or "cancel", asked of a run
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True)
    visible = models.BooleanField(default=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(
                fields=["lane", "not_before"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_due",
            ),
            models.Index(fields=["tenant", "-id"], name="job_newest"),
        ]


class JobLog(TenantModel):
    """A line in a job's log; append-only."""

    job = TenantForeignKey(Job)
    at = models.DateTimeField(db_default=Now())
    level = models.CharField(max_length=8, default="info")
    message = models.TextField()

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "job", "id"], name="job_log_lines")]


class MailState(models.TextChoices):
    """Whether a message has left."""

    QUEUED = "queued", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    BOUNCED = "bounced", "Bounced"


class MailMessage(TenantModel):
    """An e-mail in the outbox. `attachments` names renderers and their references, not bytes.

    At least once: the Message-ID is derived from the row, so a repeat carries the same one.
    `secret` is a link or a key that opens something, encrypted while the message waits: the body
    has a note in its place, and alone keeps standing once the message was sent.
    """

    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    reply_to = models.CharField(max_length=254, blank=True)
    from_name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=255)
    body = models.TextField()
    secret = models.TextField(blank=True, default="", db_default="")
    attachments = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    error = models.TextField(blank=True)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "object_id", "-id"], name="mail_by_object")
        ]


class AccountMail(models.Model):
    """Mail of the sign-in pages (verify, reset): about a person, so it has no organisation."""

    to = models.EmailField()
    subject = models.CharField(max_length=255)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(sent_at__isnull=True),
                name="account_mail_due",
            )
        ]


class StoredFile(TenantModel):
    """A private file: kept under the organisation's prefix, served by a view that checks it."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=255)
    purpose = models.CharField(max_length=20)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False


class NumberSequence(TenantModel):
    """The next number of one kind of document; taken under the row's lock, so without gaps."""

    kind = models.CharField(max_length=20)
    prefix = models.CharField(max_length=12, blank=True)
    digits = models.SmallIntegerField(default=5)
    next_value = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "kind"], name="sequence_once")
        ]
