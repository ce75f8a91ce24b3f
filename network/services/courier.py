"""Carrying an envelope from one organisation to another: three transactions, once in effect.

1. The sender's side claims the job and reads the envelope.
2. The recipient's side checks its own connection row and records the message id together with
   the effect; a second delivery finds the id, changes nothing and gives the first receipt again.
3. The sender's side records the receipt, if the claim is still the latest.

Killed anywhere, the job is claimed again and starts at 1; only 2 has an effect, and 2 is once.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from hub.errors import FailureType, WharfError
from hub.faults import fault
from hub.ids import new_id
from network.domain.payload_base import Payload, canonical_json, sha256_hex
from network.domain.states import (
    ConnectionStatus,
    DeliveryState,
    Direction,
    ValidationState,
)
from network.envelopes import EnvelopeKind, Incoming, PayloadRefused, Taken, envelope_kind
from network.models import Connection, Envelope
from network.services.keys import take_turns
from tenants.actor import Actor, acting_as
from tenants.boundary import current_tenant, tenant_context
from tenants.jobs import JobKind, Retry, Run
from tenants.models import Job, JobState, Organisation
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue, wake

JOB = "network.deliver"
NO_CONNECTION = "The connection between the two organisations was removed."


@dataclass(frozen=True, slots=True)
class Posting:
    """What is put into an envelope. `document_key` is the sender's id of the document."""

    kind: str
    payload: Payload
    document_key: UUID | None = None
    version: int = 1
    object_type: str = ""
    object_id: UUID | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the recipient's side says: arrived, and understood or refused and why."""

    returned: bool
    validation: ValidationState
    reason_code: str
    reason: str
    reply: dict[str, Any]


def post_envelope(connection: Connection, posting: Posting, *, wakes: bool = True) -> Envelope:
    """Write an envelope and its delivery job in the current transaction.

    `wakes=False`: the caller delivers it itself after the commit.

    Raises PayloadRefused when the connection is gone, unless the message is about connecting.
    """
    kind = envelope_kind(posting.kind)
    if connection.status != ConnectionStatus.CONNECTED and not kind.about_connection:
        raise PayloadRefused(
            f"{connection.partner_name or 'This partner'} is not connected any more. "
            "Invite it again under Settings → Trading network.",
            code="not_connected",
        )
    assert connection.partner_tenant is not None, "a partner that was never met gets e-mail only"
    text = canonical_json(posting.payload)
    envelope = Envelope(
        direction=Direction.OUT,
        message_id=new_id(),
        connection=connection,
        link=connection.link,
        partner_tenant=connection.partner_tenant,
        kind=posting.kind,
        document_key=posting.document_key,
        version=posting.version,
        payload=text,
        sha256=sha256_hex(text),
        object_type=posting.object_type,
        object_id=posting.object_id,
        label=posting.label[:80],
    )
    job = enqueue(
        JOB,
        {"envelope": envelope.id},
        title=f"{kind.label} {posting.label} to {connection.partner_name}".strip()[:200],
        wakes=wakes,
    )
    envelope.job_id = job.id
    envelope.save(force_insert=True)
    return envelope


def send_again(envelope: Envelope) -> None:
    """Deliver a failed envelope once more, under the same message id: it still lands once."""
    changed = Envelope.objects.filter(
        id=envelope.id, direction=Direction.OUT, delivery=DeliveryState.FAILED
    ).update(delivery=DeliveryState.QUEUED, reason="", reason_code="")
    if changed == 1:
        assert envelope.job_id is not None, "an outgoing envelope has its job"
        Job.objects.filter(
            id=envelope.job_id, state__in=[JobState.FAILED, JobState.CANCELLED]
        ).update(state=JobState.QUEUED, attempts=0, not_before=Now(), finished_at=None, wanted="")
        wake(envelope.job_id, lane="courier")
        log_activity(
            "network.sent_again", f"Sent {envelope.label or envelope.kind} again", about=envelope
        )


# --- The three transactions ------------------------------------------------------------------
def deliver(run: Run) -> None:
    """Job `network.deliver`."""
    with tenant_context(run.tenant_id):
        envelope = _claimed_envelope(UUID(run.payload["envelope"]))
        if envelope.delivery == DeliveryState.FAILED:
            _take_up(envelope)
        if envelope.delivery != DeliveryState.QUEUED:
            run.finish()
            return
    fault("courier.claimed")
    if _is_out_of_date(envelope):
        receipt = Receipt(True, ValidationState.PENDING, "not_connected", NO_CONNECTION, {})
    else:
        receipt = receive(run.tenant_id, envelope)
    fault("courier.received")
    with run.finishing():
        record_receipt(envelope, receipt)
        fault("courier.before_receipt_commit")
    fault("courier.receipt_recorded")


def _take_up(envelope: Envelope) -> None:
    """A delivery that was given up runs again only because somebody pressed Retry."""
    Envelope.objects.filter(id=envelope.id, delivery=DeliveryState.FAILED).update(
        delivery=DeliveryState.QUEUED, reason="", reason_code=""
    )
    envelope.delivery = DeliveryState.QUEUED


def _claimed_envelope(envelope_id: UUID) -> Envelope:
    """The envelope to deliver; raises Retry while an earlier one of its document is on its way."""
    earlier = Envelope.objects.filter(
        connection_id=OuterRef("connection_id"),
        document_key=OuterRef("document_key"),
        direction=Direction.OUT,
        delivery=DeliveryState.QUEUED,
        id__lt=OuterRef("id"),
    )
    envelope = (
        Envelope.objects.select_related("connection")
        .annotate(must_wait=Exists(earlier))
        .get(id=envelope_id)
    )
    if envelope.document_key is not None and envelope.must_wait:
        raise Retry("An earlier message about this document goes first.", seconds=1, counts=False)
    return envelope


def _is_out_of_date(envelope: Envelope) -> bool:
    """Whether our own side has removed the connection that the envelope was written for."""
    if envelope_kind(envelope.kind).about_connection:
        return False
    connection = envelope.connection
    return not _belongs_to(connection, envelope)


def receive(sender: UUID, envelope: Envelope) -> Receipt:
    """The recipient's transaction: record the message once, together with what it does."""
    with tenant_context(envelope.partner_tenant):
        _wait_while_locked(envelope.partner_tenant)
        connection = (
            Connection.objects.select_for_update(of=("self",), no_key=True)
            .select_related("contact")
            .filter(partner_tenant=sender)
            .first()
        )
        partner = Actor("partner", sender, connection.partner_name if connection else "", "network")
        with acting_as(partner):
            receipt = _receive(sender, envelope, connection)
        fault("courier.before_receive_commit")
    return receipt


def _wait_while_locked(recipient: UUID) -> None:
    """What comes for an organisation that is read-only waits; raises Retry."""
    if Organisation.objects.filter(id=recipient).exclude(locked_because="").exists():
        raise Retry("The partner is read-only for a while.", seconds=15, counts=False)


def _receive(sender: UUID, envelope: Envelope, connection: Connection | None) -> Receipt:
    kind = envelope_kind(envelope.kind)
    known, later = _known_messages(envelope, sender)
    if known is not None:
        return _receipt_of(known)
    if not kind.about_connection and _is_being_decided(connection):
        raise Retry("The connection is still being made.", seconds=1)
    if not kind.about_connection and not _belongs_to(connection, envelope):
        return _refuse_unconnected(envelope, connection)
    if connection is None:
        connection = _unknown_sender(sender)
    if sha256_hex(envelope.payload) != envelope.sha256:
        return _record(
            envelope, connection, Taken(), ValidationState.REFUSED, "damaged", "It was damaged."
        )
    if later:
        return _record(envelope, connection, Taken(), ValidationState.SUPERSEDED)
    return _hand_over(kind, envelope, connection, sender)


def _hand_over(
    kind: EnvelopeKind, envelope: Envelope, connection: Connection, sender: UUID
) -> Receipt:
    incoming = Incoming(
        message_id=envelope.message_id,
        kind=envelope.kind,
        connection=connection,
        sender=sender,
        document_key=envelope.document_key,
        version=envelope.version,
        payload=envelope.payload,
    )
    try:
        with transaction.atomic():
            taken = kind.receive(incoming)
    except WharfError as error:
        if error.failure_type is FailureType.TRANSIENT:
            raise
        return _record(
            envelope, connection, Taken(), ValidationState.REFUSED, error.code, error.message
        )
    return _record(envelope, connection, taken, ValidationState.UNDERSTOOD)


def _known_messages(envelope: Envelope, sender: UUID) -> tuple[Envelope | None, bool]:
    """The message if it came before, and whether a later one about the same document did."""
    same_document = Q(
        partner_tenant=sender,
        kind=envelope.kind,
        document_key=envelope.document_key,
        message_id__gt=envelope.message_id,
        version__gte=envelope.version,
        validation=ValidationState.UNDERSTOOD,
    )
    condition = Q(message_id=envelope.message_id)
    if envelope.document_key is not None:
        condition |= same_document
    rows = list(Envelope.objects.filter(condition, direction=Direction.IN)[:2])
    known = next((row for row in rows if row.message_id == envelope.message_id), None)
    return known, any(row.message_id != envelope.message_id for row in rows)


def _belongs_to(connection: Connection | None, envelope: Envelope) -> bool:
    return bool(
        connection is not None
        and connection.status == ConnectionStatus.CONNECTED
        and connection.link == envelope.link
    )


def _is_being_decided(connection: Connection | None) -> bool:
    """The partner accepted and writes already, while its acceptance is on its way to us."""
    return (
        connection is not None
        and connection.status == ConnectionStatus.WAITING
        and connection.link is not None
    )


def _refuse_unconnected(envelope: Envelope, connection: Connection | None) -> Receipt:
    """A message of a connection that is gone: refused, shown here, and returned to its sender."""
    if connection is not None:
        _record(
            envelope,
            connection,
            Taken(),
            ValidationState.REFUSED,
            "not_connected",
            NO_CONNECTION,
        )
    return Receipt(True, ValidationState.REFUSED, "not_connected", NO_CONNECTION, {})


def _unknown_sender(sender: UUID) -> Connection:
    """A first row for somebody who presents our key; its handler says what it becomes."""
    take_turns()
    rows = Connection.objects.select_for_update(of=("self",), no_key=True)
    meanwhile = rows.select_related("contact").filter(partner_tenant=sender).first()
    if meanwhile is not None:
        return meanwhile
    connection = Connection(partner_tenant=sender, status=ConnectionStatus.WANTS)
    connection.save(force_insert=True)
    return connection


def _record(
    envelope: Envelope,
    connection: Connection,
    taken: Taken,
    validation: ValidationState,
    *refusal: str,
) -> Receipt:
    """Write the recipient's row; `refusal` is empty, or the reason's code and sentence."""
    reason_code, reason = refusal or ("", "")
    assert envelope.tenant_id is not None, "an envelope has its sender"
    connection = taken.connection or connection
    received = Envelope(
        direction=Direction.IN,
        message_id=envelope.message_id,
        connection=connection,
        link=envelope.link,
        partner_tenant=envelope.tenant_id,
        kind=envelope.kind,
        document_key=envelope.document_key,
        version=envelope.version,
        payload=envelope.payload,
        sha256=envelope.sha256,
        object_type=taken.object_type,
        object_id=taken.object_id,
        label=taken.label or envelope.label,
        delivery=DeliveryState.DELIVERED,
        validation=validation,
        reason_code=reason_code,
        reason=reason,
        reply=dict(taken.reply),
    )
    received.delivered_at = Now()
    received.save(force_insert=True)
    Connection.objects.filter(id=connection.id).update(last_received_at=Now())
    return _receipt_of(received)


def _receipt_of(received: Envelope) -> Receipt:
    return Receipt(
        returned=received.reason_code == "not_connected",
        validation=ValidationState(received.validation),
        reason_code=received.reason_code,
        reason=received.reason,
        reply=dict(received.reply),
    )


def record_receipt(envelope: Envelope, receipt: Receipt) -> None:
    """The sender's last transaction: the receipt, and what it means for the document."""
    delivery = DeliveryState.RETURNED if receipt.returned else DeliveryState.DELIVERED
    changed = Envelope.objects.filter(id=envelope.id, delivery=DeliveryState.QUEUED).update(
        delivery=delivery,
        validation=receipt.validation,
        reason_code=receipt.reason_code,
        reason=receipt.reason,
        reply=receipt.reply,
        delivered_at=None if receipt.returned else Now(),
    )
    if changed != 1:
        return
    Connection.objects.filter(id=envelope.connection_id).update(last_sent_at=Now())
    envelope.delivery, envelope.validation = delivery, receipt.validation
    envelope.reason_code, envelope.reason = receipt.reason_code, receipt.reason
    envelope.reply = receipt.reply
    kind = envelope_kind(envelope.kind)
    follow_up = kind.undelivered if receipt.returned else kind.receipt
    if follow_up is not None:
        with acting_as(_partner_of(envelope)):
            follow_up(envelope)


def _partner_of(envelope: Envelope) -> Actor:
    return Actor("partner", envelope.partner_tenant, envelope.connection.partner_name, "network")


def delivery_exhausted(run: Run, reason: str) -> None:
    """Every try failed: the envelope says so and its document offers Send again."""
    envelope = Envelope.objects.select_related("connection").get(id=UUID(run.payload["envelope"]))
    give_up(envelope, DeliveryState.FAILED, "undeliverable", reason)


def give_up(envelope: Envelope, delivery: DeliveryState, code: str, reason: str) -> None:
    """Mark a queued envelope as failed or returned and tell its document."""
    changed = Envelope.objects.filter(id=envelope.id, delivery=DeliveryState.QUEUED).update(
        delivery=delivery, reason_code=code, reason=reason
    )
    if changed != 1:
        return
    envelope.delivery, envelope.reason_code, envelope.reason = delivery, code, reason
    kind = envelope_kind(envelope.kind)
    if kind.undelivered is not None:
        kind.undelivered(envelope)


def return_queued(connection: Connection, reason: str) -> int:
    """Take back what is still on its way over a connection that goes; gives how many."""
    queued = Envelope.objects.select_related("connection").filter(
        connection=connection, direction=Direction.OUT, delivery=DeliveryState.QUEUED
    )
    count = 0
    for envelope in queued:
        if not envelope_kind(envelope.kind).about_connection:
            give_up(envelope, DeliveryState.RETURNED, "not_connected", reason)
            count += 1
    return count


def connection_with(contact_id: UUID) -> Connection | None:
    """The live connection behind a contact, if there is one."""
    return Connection.objects.filter(
        contact_id=contact_id, status=ConnectionStatus.CONNECTED, tenant_id=current_tenant()
    ).first()


DELIVER_KIND = JobKind(JOB, "courier", deliver, exhausted=delivery_exhausted)
