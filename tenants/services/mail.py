"""The outbox: mail is a row in the transaction that asks for it, and leaves afterwards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models.functions import Now

from hub.errors import InvalidInput
from hub.faults import fault
from hub.secrets import SealedColumn, decrypt, encrypt
from tenants.boundary import current_tenant
from tenants.jobs import JobKind, Run
from tenants.mail import Attachment, OutgoingMail, deliver, many_lines, one_line
from tenants.models import MailMessage, MailState
from tenants.services.jobs import enqueue

MAX_RECIPIENTS = 50
SEALED = SealedColumn("tenants_mailmessage.secret", "tenants.MailMessage", "secret")
# Where a secret stood in the text; the message itself has the secret there.
REMOVED = "[removed after sending]"

# Attachments are rendered when the mail leaves, by the app that owns the document.
_renderers: dict[str, Callable[[Mapping[str, Any]], Attachment]] = {}


def register_attachment_renderer(
    name: str, renderer: Callable[[Mapping[str, Any]], Attachment]
) -> None:
    """Called from `AppConfig.ready`: how to make the attachment `name` from its reference."""
    _renderers[name] = renderer


# What an app does when a mail about one of its things could not be delivered.
_failure_handlers: dict[str, Callable[[MailMessage], None]] = {}


def register_mail_failure(object_type: str, handler: Callable[[MailMessage], None]) -> None:
    """Called from `AppConfig.ready`: told when mail about an `object_type` failed for good."""
    _failure_handlers[object_type] = handler


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody asks to be mailed. `attachments` holds {"renderer": name, …reference}.

    `secret` is a part of `body` that opens something: nobody reads it in the outbox.
    """

    to: Sequence[str]
    subject: str
    body: str
    cc: Sequence[str] = ()
    from_name: str = ""
    reply_to: str = ""
    attachments: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    secret: str = ""


def clean_addresses(addresses: Iterable[str], *, field: str = "to") -> list[str]:
    """Lower-cased, without doubles, in order; raises InvalidInput that names each bad one."""
    cleaned: list[str] = []
    bad: list[str] = []
    for address in addresses:
        address = address.strip()
        if not address:
            continue
        try:
            validate_email(address)
        except ValidationError:
            bad.append(f"“{address[:80]}” is no e-mail address; write it like name@example.com.")
            continue
        if address.lower() not in cleaned:
            cleaned.append(address.lower())
    if bad:
        raise InvalidInput("An address cannot be used.", fields={field: bad})
    if len(cleaned) > MAX_RECIPIENTS:
        message = f"At most {MAX_RECIPIENTS} addresses in one message."
        raise InvalidInput(message, fields={field: [message]})
    return cleaned


def post(letter: Letter, *, about: models.Model | None = None) -> MailMessage:
    """Put a message into the outbox of the current transaction.

    Raises InvalidInput for an empty or unusable list of addresses, or an empty subject.
    """
    to = clean_addresses(letter.to)
    if not to:
        message = "Add at least one address."
        raise InvalidInput(message, fields={"to": [message]})
    if not one_line(letter.subject):
        message = "Write a subject."
        raise InvalidInput(message, fields={"subject": [message]})
    mail = MailMessage.objects.create(
        to=to,
        cc=clean_addresses(letter.cc, field="cc"),
        reply_to=letter.reply_to,
        from_name=one_line(letter.from_name)[:120],
        subject=one_line(letter.subject)[:255],
        body=many_lines(_without(letter.secret, letter.body)),
        secret=_sealed(letter.secret),
        attachments=list(letter.attachments),
        object_type=about._meta.model_name or "" if about is not None else "",
        object_id=about.pk if about is not None else None,
    )
    enqueue(
        "mail.send",
        {"mail": mail.id},
        title=f"E-mail to {', '.join(to)}"[:200],
        visible=False,
    )
    return mail


def _without(secret: str, text: str) -> str:
    return text.replace(secret, REMOVED) if secret else text


def _sealed(secret: str) -> str:
    return encrypt(secret, tenant_id=current_tenant(), field=SEALED.field) if secret else ""


def body_to_send(mail: MailMessage) -> str:
    """The text as its recipient reads it, with the secret in its place until it was sent."""
    if not mail.secret:
        return mail.body
    secret = decrypt(mail.secret, tenant_id=current_tenant(), field=SEALED.field)
    return mail.body.replace(REMOVED, secret)


def send_mail(run: Run) -> None:
    """Job `mail.send`: render, hand over, record. A kill in between repeats the same Message-ID."""
    with run.transaction():
        mail = MailMessage.objects.get(id=UUID(run.payload["mail"]))
        if mail.state == MailState.SENT:
            run.finish()
            return
        body = body_to_send(mail)
        attachments = tuple(_renderers[item["renderer"]](item) for item in mail.attachments)
    fault("mail.before_handover")
    deliver(
        OutgoingMail(
            reference=str(mail.id),
            to=tuple(mail.to),
            cc=tuple(mail.cc),
            subject=mail.subject,
            body=body,
            from_name=mail.from_name,
            reply_to=mail.reply_to,
            attachments=attachments,
        )
    )
    fault("mail.after_handover")
    with run.finishing():
        MailMessage.objects.filter(id=mail.id).update(
            state=MailState.SENT, sent_at=Now(), error="", secret=""
        )


def mail_exhausted(run: Run, reason: str) -> None:
    """The last try failed: the row says so, and what the mail was about is told."""
    mail = MailMessage.objects.filter(id=UUID(run.payload["mail"])).first()
    if mail is None:
        return
    MailMessage.objects.filter(id=mail.id).update(state=MailState.FAILED, error=reason)
    mail.error = reason
    follow_up = _failure_handlers.get(mail.object_type)
    if follow_up is not None:
        follow_up(mail)


MAIL_KIND = JobKind("mail.send", "mail", send_mail, max_attempts=12, exhausted=mail_exhausted)
