"""Sending a document: by e-mail with its PDF, over the network, or both (N9, N11, N17).

Everything is written in one transaction, so nothing is half sent. Sending the same content twice
over the network gives the envelope that is already there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from hub.errors import Conflict, InvalidInput
from hub.money import Money
from network.domain.states import DeliveryState, Direction, PartnerRole
from network.models import Connection, EmailPurpose, Envelope
from network.services.automations import half_of, settings_row
from network.services.contacts import mailing_addresses
from network.services.courier import Posting, connection_with, post_envelope, send_again
from orders.domain.payloads import WithdrawPayload
from orders.domain.states import InvoiceStatus, NetworkStatus, PurchaseOrderStatus, SalesOrderStatus
from orders.domain.stock_states import CreditNoteStatus, QuoteStatus
from orders.models import (
    CreditNote,
    CreditSide,
    DocumentVersion,
    Invoice,
    PurchaseOrder,
    Quote,
    SalesOrder,
    TradeDocument,
)
from orders.services.documents import KINDS, NOUNS, lock_document, record, set_network_status
from orders.services.freezing import freeze, read_version
from orders.services.printing import pdf_of_version
from tenants.mail import Attachment
from tenants.models import MailMessage, Organisation
from tenants.services.mail import Letter, post
from tenants.services.mail_templates import TemplateKind, fill
from tenants.services.organisations import current_organisation

ENVELOPES = {
    "purchase_order": "order",
    "sales_order": "sales_order",
    "invoice": "invoice",
    "credit_note": "credit_note",
}
TITLES = {
    "purchase_order": "Purchase order",
    "sales_order": "Sales order",
    "invoice": "Invoice",
    "quote": "Quote",
    "credit_note": "Credit note",
}
PURPOSES = {
    "purchase_order": EmailPurpose.ORDERS,
    "sales_order": EmailPurpose.ORDERS,
    "invoice": EmailPurpose.INVOICES,
    "quote": EmailPurpose.ORDERS,
    "credit_note": EmailPurpose.INVOICES,
}
SENDABLE: dict[type[TradeDocument], frozenset[Any]] = {
    PurchaseOrder: frozenset(PurchaseOrderStatus.sendable()),
    SalesOrder: frozenset(SalesOrderStatus.sendable()),
    Invoice: frozenset(InvoiceStatus.sendable()),
    Quote: frozenset({QuoteStatus.AUTHORISED, QuoteStatus.ACCEPTED}),
    CreditNote: frozenset({CreditNoteStatus.AUTHORISED, CreditNoteStatus.SETTLED}),
}
WAYS = ("email", "network")
MODELS: dict[str, type[TradeDocument]] = {
    "purchase_order": PurchaseOrder,
    "sales_order": SalesOrder,
    "invoice": Invoice,
    "quote": Quote,
    "credit_note": CreditNote,
}


@dataclass(frozen=True, slots=True)
class Sending:
    """What the e-mail window asks for. Without addresses the contact's mailing list is used."""

    via: Sequence[str]
    to: Sequence[str] | None = None
    cc: Sequence[str] = field(default_factory=tuple)
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it."""

    document: TradeDocument
    envelope: Envelope | None
    mail: MailMessage | None


@dataclass(frozen=True, slots=True)
class SuggestedLetter:
    """What the e-mail window starts with."""

    to: list[str]
    subject: str
    body: str
    attachment: str


TEMPLATES = tuple(
    TemplateKind(
        kind,
        title,
        f"{title} {{number}} from {{name}}",
        f"Hello,\n\nplease find {title.lower()} {{number}} attached.\n\nKind regards,\n{{name}}\n",
        {
            "number": "the document's number",
            "name": "your trading name",
            "contact": "the contact's name",
            "total": "the total with its currency",
        },
    )
    for kind, title in TITLES.items()
)


def suggested_letter(document: TradeDocument, me: Organisation) -> SuggestedLetter:
    """Addresses of the contact's list and a text from the template."""
    kind = KINDS[type(document)]
    text = fill(
        kind,
        {
            "number": document.number,
            "name": me.name,
            "contact": document.contact.name,
            "total": str(Money(document.total, document.currency)),
        },
    )
    return SuggestedLetter(
        to=mailing_addresses(document.contact, PURPOSES[kind]),
        subject=text.subject,
        body=text.body,
        attachment=file_name(kind, document.number),
    )


def file_name(kind: str, number: str) -> str:
    """The name of the PDF."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in number)
    return f"{TITLES[kind].replace(' ', '-')}-{safe}.pdf"


def send_document(model: type[TradeDocument], document_id: UUID, sending: Sending) -> Sent:
    """Send an authorised document. Raises Conflict, InvalidInput; then nothing was sent at all."""
    document = lock_document(model, document_id)
    _check_ways(sending.via)
    _check_sendable(document)
    me = current_organisation()
    connection = _connection(document) if "network" in sending.via else None
    frozen, _is_new = freeze(document, me)
    mail = _mail(document, frozen, sending, me) if "email" in sending.via else None
    envelope = _post(document, frozen, connection) if connection is not None else None
    changes: dict[str, Any] = {"version": frozen.version}
    if mail is not None:
        changes["emailed_at"] = Now()
    if envelope is not None and envelope.delivery == DeliveryState.QUEUED:
        changes["network_status"] = NetworkStatus.QUEUED
        document.network_status = NetworkStatus.QUEUED
    model._default_manager.filter(id=document.id).update(**changes)
    record(document, "sent", _summary(document, sending, mail, connection))
    return Sent(document, envelope, mail)


def _check_ways(via: Sequence[str]) -> None:
    unknown = [way for way in via if way not in WAYS]
    if unknown or not via:
        message = "Choose e-mail, the network, or both."
        raise InvalidInput(message, fields={"via": [message]})


def _check_sendable(document: TradeDocument) -> None:
    if isinstance(document, CreditNote) and document.side != CreditSide.SALE:
        raise Conflict(
            f"{document.number} is the supplier's credit note, so it is not yours to send.",
            code="wrong_direction",
        )
    if document.status not in SENDABLE[type(document)]:
        raise Conflict(
            f"{document.number} is not authorised. Authorise it first, then send it.",
            code="not_authorised",
        )


def _connection(document: TradeDocument) -> Connection:
    if KINDS[type(document)] not in ENVELOPES:
        noun = NOUNS[type(document)]
        raise Conflict(f"A {noun} goes by e-mail, not over the network.", code="by_email_only")
    connection = connection_with(document.contact_id)
    if connection is None:
        raise Conflict(
            f"{document.contact.name} is not connected to you over the network. "
            "Send it by e-mail, or invite the contact to connect.",
            code="not_connected",
        )
    _check_direction(document, connection)
    return connection


def usable_connection(document: TradeDocument) -> Connection | None:
    """The connection over which this document could be sent now, if there is one."""
    if KINDS[type(document)] not in ENVELOPES:
        return None
    connection = connection_with(document.contact_id)
    if connection is None or not _is_right_direction(document, connection):
        return None
    return connection


def _is_right_direction(document: TradeDocument, connection: Connection) -> bool:
    if isinstance(document, Invoice):
        return True  # to a customer, or by N12 to a supplier
    needed = PartnerRole.SUPPLIER if isinstance(document, PurchaseOrder) else PartnerRole.CUSTOMER
    return connection.role == needed


def _check_direction(document: TradeDocument, connection: Connection) -> None:
    if not _is_right_direction(document, connection):
        raise Conflict(
            f"{connection.partner_name} is connected as your {connection.role}, so a "
            f"{NOUNS[type(document)]} cannot go to it over the network.",
            code="wrong_direction",
        )


def _mail(
    document: TradeDocument, frozen: DocumentVersion, sending: Sending, me: Organisation
) -> MailMessage:
    suggested = suggested_letter(document, me)
    to = suggested.to if sending.to is None else sending.to
    if not to:
        message = f"{document.contact.name} has no address for this. Type one."
        raise InvalidInput(message, fields={"to": [message]}, code="no_address")
    return post(
        Letter(
            to=to,
            cc=sending.cc,
            subject=sending.subject or suggested.subject,
            body=sending.body or suggested.body,
            from_name=me.name,
            reply_to=me.company_email,
            attachments=[
                {
                    "renderer": "orders.document",
                    "version": str(frozen.id),
                    "name": suggested.attachment,
                }
            ],
        ),
        about=document,
    )


def _post(document: TradeDocument, frozen: DocumentVersion, connection: Connection) -> Envelope:
    """The envelope for this version: the one that is there already, or a new one."""
    kind = KINDS[type(document)]
    existing = (
        Envelope.objects.select_related("connection")
        .filter(
            object_id=document.id,
            direction=Direction.OUT,
            kind=ENVELOPES[kind],
            version=frozen.version,
            link=connection.link,
        )
        .exclude(delivery=DeliveryState.RETURNED)
        .order_by("-id")
        .first()
    )
    if existing is not None and document.network_status not in (
        NetworkStatus.REFUSED,
        NetworkStatus.RETURNED,
    ):
        if existing.delivery == DeliveryState.FAILED:
            send_again(existing)
            existing.delivery = DeliveryState.QUEUED
        return existing
    return post_envelope(
        connection,
        Posting(
            ENVELOPES[kind],
            read_version(frozen),
            document_key=document.id,
            version=frozen.version,
            object_type=kind,
            object_id=document.id,
            label=document.number,
        ),
    )


def _summary(
    document: TradeDocument,
    sending: Sending,
    mail: MailMessage | None,
    connection: Connection | None,
) -> str:
    ways = []
    if mail is not None:
        ways.append(f"by e-mail to {', '.join(mail.to)}")
    if connection is not None:
        ways.append(f"over the network to {connection.partner_name}")
    return f"{document.number} sent {' and '.join(ways)}"


def send_automatically(invoice: Invoice) -> Envelope | None:
    """K1: a confirmed invoice of a network order goes out by itself where both halves are on."""
    order = invoice.sales_order
    if order is None or not order.from_network:
        return None
    connection = connection_with(invoice.contact_id)
    if connection is None or connection.role != PartnerRole.CUSTOMER:
        return None
    if not half_of(connection, settings_row()).effective:
        return None
    return send_document(Invoice, invoice.id, Sending(via=["network"])).envelope


def withdraw_document(document: TradeDocument) -> None:
    """Tell the partner that a sent document is void; nothing where it never reached it."""
    reached = document.network_status not in (
        NetworkStatus.NOT_SENT,
        NetworkStatus.RETURNED,
        NetworkStatus.REFUSED,
    )
    connection = connection_with(document.contact_id) if reached and document.version else None
    if connection is None:
        return
    kind = KINDS[type(document)]
    payload = WithdrawPayload(
        document_id=document.id, document_version=document.version, what="document"
    )
    post_envelope(
        connection,
        Posting(
            "withdraw",
            payload,
            document_key=document.id,
            version=document.version,
            object_type=kind,
            object_id=document.id,
            label=document.number,
        ),
    )


def resend_failed(model: type[TradeDocument], document_id: UUID) -> TradeDocument:
    """Send again after a failed delivery: the same message, so it still lands once."""
    document = lock_document(model, document_id)
    envelope = (
        Envelope.objects.filter(
            object_id=document.id, direction=Direction.OUT, delivery=DeliveryState.FAILED
        )
        .order_by("id")
        .first()
    )
    if envelope is None:
        raise Conflict(f"Nothing of {document.number} waits to be sent again.")
    send_again(envelope)
    set_network_status(document, NetworkStatus.QUEUED)
    record(document, "sent_again", f"{document.number} is being sent again")
    return document


def render_attachment(reference: Mapping[str, Any]) -> Attachment:
    """The PDF of a frozen version, for the mail that leaves."""
    frozen = DocumentVersion.objects.get(id=UUID(reference["version"]))
    return Attachment(reference["name"], "application/pdf", pdf_of_version(frozen))
