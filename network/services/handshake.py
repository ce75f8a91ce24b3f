"""Connecting by key (N5, N6), from the partner's entering it to both sides being Connected.

Somebody who was invited is connected at once. Somebody who merely has the key lands in
"Wants to connect" at its owner and waits for an admin there.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models.functions import Now

from hub.errors import Conflict, InvalidInput, NotFound, WharfError
from hub.ids import new_id
from network.domain.keys import is_well_formed, normalise_key
from network.domain.payload_base import read_payload
from network.domain.payloads import ConnectAnswerPayload, ConnectPayload
from network.domain.states import ConnectionStatus, InviteStatus, PartnerRole
from network.envelopes import EnvelopeKind, Incoming, PayloadRefused, Taken
from network.models import Connection, Contact, Envelope, Invitation
from network.services.automations import say_our_half
from network.services.contacts import contact_or_404, create_contact
from network.services.courier import Posting, post_envelope, return_queued
from network.services.keys import check_tries, count_wrong_try, organisation_of_key, take_turns
from tenants.boundary import current_tenant, tenant_context
from tenants.jobs import run_job
from tenants.models import Job, JobState, Membership, Organisation
from tenants.services.activity import log_activity
from tenants.services.notifications import notify
from tenants.services.organisations import current_organisation

PAGE = "/settings/company/network/"
UNKNOWN_KEY = "This key does not fit. Copy it from your partner's invitation, or ask for a new one."


class WrongPair(WharfError):
    """Both customers, or both suppliers (N6)."""

    code = "wrong_pair"


# --- The side that enters the key --------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Entry:
    contact: Contact
    partner: UUID
    role: PartnerRole
    emails: tuple[str, ...]


def connect_by_key(
    tenant_id: UUID,
    contact_id: UUID,
    key: str,
    *,
    address: str = "",
    role: PartnerRole | None = None,
) -> UUID:
    """Enter a partner's key for a contact; gives the id of the connection's row.

    An entry point: works in several transactions, so it must run outside `tenant_context`. The
    row is Connected at the end, or waits for the partner's admin. `role` (what the partner is to
    us) is needed only for a contact that is both. Raises InvalidInput (no, unknown or own key),
    Conflict (already connected), WrongPair, TooManyTries, NotFound; then nothing was changed.
    """
    with tenant_context(tenant_id):
        entry = _check_entry(contact_id, key, address, role)
        me = current_organisation()
    with tenant_context(entry.partner):
        entry = replace(entry, emails=_check_welcome(tenant_id, entry, me))
    with tenant_context(tenant_id):
        connection_id, job_id = _write_request(entry, key, me)
    # A worker would do the same within seconds; doing it now lets the page say "Connected".
    if not run_job(tenant_id, job_id):
        _wait_for_worker(tenant_id, job_id)
    return connection_id


def _wait_for_worker(tenant_id: UUID, job_id: UUID) -> None:
    """The dispatcher's tick was faster and a worker has the job: give it a moment."""
    for _ in range(30):
        with tenant_context(tenant_id):
            busy = Job.objects.filter(id=job_id, state=JobState.RUNNING).exists()
        if not busy:
            return
        time.sleep(0.1)


def _check_entry(contact_id: UUID, key: str, address: str, role: PartnerRole | None) -> _Entry:
    contact = contact_or_404(contact_id)
    if not key.strip():
        raise InvalidInput("Enter the key.", fields={"key": ["Enter your partner's network key."]})
    check_tries(current_tenant(), address)
    if not is_well_formed(key):
        message = "This is no network key; a character is missing or wrong. Copy the whole key."
        raise InvalidInput(message, fields={"key": [message]}, code="malformed_key")
    partner = organisation_of_key(key)
    if partner is None:
        count_wrong_try(current_tenant(), address)
        raise InvalidInput(UNKNOWN_KEY, fields={"key": [UNKNOWN_KEY]}, code="unknown_key")
    if partner == current_tenant():
        message = "This is your own key. Enter the key of your partner."
        raise InvalidInput(message, fields={"key": [message]}, code="own_key")
    _check_free(contact, Connection.objects.filter(partner_tenant=partner).first())
    return _Entry(contact, partner, _role_of(contact, role), verified_addresses())


def _check_free(contact: Contact, row: Connection | None) -> None:
    """Raise Conflict when the partner, or the contact, is connected already."""
    if row is not None and row.status == ConnectionStatus.CONNECTED:
        raise Conflict(
            f"You are already connected with {row.partner_name}.", code="already_connected"
        )
    if Connection.objects.filter(contact=contact, status=ConnectionStatus.CONNECTED).exists():
        raise Conflict(
            f"{contact.name} is already connected with another partner. Choose another contact.",
            code="contact_already_connected",
        )


def _role_of(contact: Contact, wanted: PartnerRole | None) -> PartnerRole:
    if wanted is not None:
        fits = contact.is_customer if wanted is PartnerRole.CUSTOMER else contact.is_supplier
        if not fits:
            message = (
                f"{contact.name} is not your {wanted.label.lower()}. Change the contact first."
            )
            raise InvalidInput(message, fields={"role": [message]})
        return wanted
    return PartnerRole.SUPPLIER if contact.is_supplier else PartnerRole.CUSTOMER


def verified_addresses() -> tuple[str, ...]:
    """The verified e-mail addresses of the organisation's people, lower case."""
    people = Membership.objects.filter(is_active=True).values("user_id")
    rows = EmailAddress.objects.filter(user_id__in=people, verified=True).order_by("email")
    return tuple(email.lower() for email in rows.values_list("email", flat=True)[:100])


def _check_welcome(asker: UUID, entry: _Entry, me: Organisation) -> tuple[str, ...]:
    """In the key owner's transaction, before anything is written anywhere: would it refuse?

    Gives those of the asker's addresses that were invited: the owner knows them already, and no
    other address of the asker's people travels.
    """
    row, invitation = _row_for(asker, entry.emails)
    if row is not None and (invitation or row.status != ConnectionStatus.DISCONNECTED):
        _check_pair(row, entry.role.mirrored(), me.name)
    invited = Invitation.objects.filter(email__in=entry.emails, status=InviteStatus.OPEN)
    return tuple(sorted(set(invited.values_list("email", flat=True))))


def _row_for(asker: UUID, emails: Sequence[str]) -> tuple[Connection | None, Invitation | None]:
    """The key owner's row for the asker: its own, or the one that an open invitation belongs to."""
    invitation = (
        Invitation.objects.select_related("connection__contact")
        .filter(email__in=[*emails], status=InviteStatus.OPEN, key__replaced_at=None)
        .exclude(connection__status=ConnectionStatus.CONNECTED)
        .order_by("-id")
        .first()
    )
    row = Connection.objects.select_related("contact").filter(partner_tenant=asker).first()
    return (invitation.connection if invitation else row), invitation


def _check_pair(row: Connection, role: PartnerRole, asker_name: str) -> None:
    """`role` is what the asker would be to us. Raise WrongPair when our contact is not that."""
    contact = row.contact
    if contact is None:
        return
    fits = contact.is_customer if role is PartnerRole.CUSTOMER else contact.is_supplier
    if not fits:
        both = "suppliers" if role is PartnerRole.CUSTOMER else "customers"
        raise WrongPair(
            f"You and your partner would both be {both} of each other. A connection needs one "
            f"customer and one supplier: make your partner a {role.value} in one of the two "
            f"contact lists, at yours or at your partner's.",
            fields={"contact": ["One of you has to be the customer and the other the supplier."]},
        )


def _write_request(entry: _Entry, key: str, me: Organisation) -> tuple[UUID, UUID]:
    take_turns()
    rows = Connection.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(partner_tenant=entry.partner).first()
    _check_free(entry.contact, row)
    row = row or rows.filter(contact=entry.contact, status=ConnectionStatus.WAITING).first()
    row = row or Connection()
    # The contact's other open rows (an invitation of ours) give way to this one.
    Connection.objects.filter(
        contact=entry.contact, status__in=[ConnectionStatus.WAITING, ConnectionStatus.WANTS]
    ).exclude(id=row.id).update(contact=None, status=ConnectionStatus.DISCONNECTED)
    row.contact = entry.contact
    row.email = row.email or entry.contact.email
    row.status = ConnectionStatus.WAITING
    row.role = entry.role
    row.partner_tenant = entry.partner
    row.partner_name = row.partner_name or entry.contact.name
    row.partner_key_hint = normalise_key(key)[-5:]
    row.link = new_id()
    row.disconnect_reason = ""
    row.save()
    payload = ConnectPayload(
        link_id=row.link,
        organisation_id=me.id,
        name=me.name,
        legal_name=me.legal_name,
        tax_number=me.tax_number,
        company_email=me.company_email or None,
        verified_emails=entry.emails,
        partner_role="customer" if entry.role is PartnerRole.CUSTOMER else "supplier",
    )
    posting = Posting("connect", payload, object_type="connection", object_id=row.id)
    envelope = post_envelope(row, posting, wakes=False)
    log_activity(
        "network.key_entered",
        f"Entered the network key of {entry.contact.name}",
        about=row,
        label=entry.contact.name,
    )
    assert envelope.job_id is not None
    return row.id, envelope.job_id


# --- The key's owner ---------------------------------------------------------------------------
def receive_connect(incoming: Incoming) -> Taken:
    """Somebody presents our key. Invited, or asked by us too: connected. Otherwise: it waits."""
    payload = read_payload(ConnectPayload, incoming.payload)
    if payload.organisation_id != incoming.sender:
        raise PayloadRefused("The message does not come from whom it says.")
    row = incoming.connection
    if row.status == ConnectionStatus.CONNECTED:
        return _answer(row, "connected")
    role = PartnerRole(payload.partner_role).mirrored()
    _found, invitation = _row_for(incoming.sender, payload.verified_emails)
    ours_too = row.status == ConnectionStatus.WAITING and row.link is not None
    if invitation is not None and invitation.connection_id != row.id:
        row = _merge_into_invited(row, invitation.connection)
    if invitation is not None or ours_too:
        _check_pair(row, role, payload.name)
    _write_partner(row, payload, role, both_asked=ours_too)
    if invitation is None and not ours_too:
        return _let_wait(row, payload.name)
    if invitation is not None:
        Invitation.objects.filter(connection=row, status=InviteStatus.OPEN).update(
            status=InviteStatus.ACCEPTED
        )
    _become_connected(row)
    notify(
        "network.connected",
        f"{row.partner_name} is connected",
        body=f"{row.partner_name} accepted your invitation. You can now send each other "
        "purchase orders and invoices over the network.",
        url=PAGE,
        about=row.id,
    )
    return _answer(row, "connected")


def _merge_into_invited(fresh: Connection, invited: Connection) -> Connection:
    """The partner answers an invitation: the invited row is the one that goes on.

    A row that older messages hang on stays as history, without the partner.
    """
    Connection.objects.filter(id=fresh.id).update(
        partner_tenant=None, status=ConnectionStatus.DISCONNECTED, contact=None
    )
    if not Envelope.objects.filter(connection=fresh).exists():
        Connection.objects.filter(id=fresh.id).delete()
    return invited


def _write_partner(
    row: Connection, payload: ConnectPayload, role: PartnerRole, *, both_asked: bool
) -> None:
    # Both entered keys at once: both sides know both links and take the smaller one.
    own = row.link if both_asked and row.link is not None else payload.link_id
    row.partner_tenant = payload.organisation_id
    row.partner_name = payload.name[:160]
    row.partner_legal_name = payload.legal_name[:160]
    row.partner_tax_number = payload.tax_number[:40]
    row.email = row.email or payload.company_email or ""
    row.role = role
    row.link = min(own, payload.link_id)


def _let_wait(row: Connection, name: str) -> Taken:
    row.status = ConnectionStatus.WANTS
    row.disconnect_reason = ""
    row.save()
    notify(
        "network.wants",
        f"{name} wants to connect",
        body=f"{name} entered your network key without an invitation from you. Look who it is, "
        "then accept or refuse.",
        url=PAGE,
        about=row.id,
    )
    return _answer(row, "wants")


def _become_connected(row: Connection) -> None:
    if row.contact is None:
        row.contact = _contact_for(row)
    row.status = ConnectionStatus.CONNECTED
    row.connected_at = Now()
    row.disconnected_at = None
    row.disconnect_reason = ""
    row.save()
    Contact.objects.filter(id=row.contact.id).update(connected=True)
    log_activity(
        "network.connected", f"Connected with {row.partner_name}", about=row, label=row.partner_name
    )
    say_our_half(row)


def _contact_for(row: Connection) -> Contact:
    """A contact for a partner invited by a typed address; an existing one is not guessed."""
    taken = Contact.objects.filter(name_key=" ".join(row.partner_name.lower().split())).exists()
    return create_contact(
        {
            "name": f"{row.partner_name} (network)" if taken else row.partner_name,
            "legal_name": row.partner_legal_name,
            "tax_number": row.partner_tax_number,
            "email": row.email,
            "is_customer": row.role == PartnerRole.CUSTOMER,
            "is_supplier": row.role == PartnerRole.SUPPLIER,
            "currency": current_organisation().base_currency,
        }
    )


def _answer(row: Connection, status: str) -> Taken:
    me = current_organisation()
    assert row.link is not None
    payload = ConnectAnswerPayload(
        link_id=row.link,
        status=status,  # type: ignore[arg-type]
        organisation_id=me.id,
        name=me.name,
        legal_name=me.legal_name,
        tax_number=me.tax_number,
        company_email=me.company_email or None,
    )
    reply = payload.model_dump(mode="json")
    return Taken("connection", row.id, row.partner_name, reply, connection=row)


# --- An admin answers "Wants to connect" -----------------------------------------------------
def accept_wanting(connection_id: UUID, contact_id: UUID | None = None) -> Connection:
    """Accept somebody who has the key; `contact_id` names our contact, None makes one.

    Raises NotFound, Conflict, WrongPair.
    """
    row = _waiting_row(connection_id)
    row.contact = contact_or_404(contact_id) if contact_id is not None else None
    if row.contact is not None and row.contact.connected:
        raise Conflict(f"{row.contact.name} is already connected with another partner.")
    _check_pair(row, PartnerRole(row.role), row.partner_name)
    _become_connected(row)
    taken = _answer(row, "connected")
    payload = ConnectAnswerPayload.model_validate_json(_json(taken.reply))
    post_envelope(row, Posting("connect_answer", payload))
    return row


def refuse_wanting(connection_id: UUID, reason: str) -> Connection:
    """Refuse somebody who has the key; the partner reads the reason."""
    row = _waiting_row(connection_id)
    assert row.link is not None
    payload = ConnectAnswerPayload(
        link_id=row.link, status="refused", reason=reason.strip() or "Not accepted."
    )
    post_envelope(row, Posting("connect_answer", payload))
    row.status = ConnectionStatus.DISCONNECTED
    row.disconnected_at = Now()
    row.disconnect_reason = "You did not accept the connection."
    row.save()
    log_activity(
        "network.refused", f"Refused {row.partner_name}", about=row, label=row.partner_name
    )
    return row


def _json(reply: Mapping[str, object]) -> str:
    return json.dumps(dict(reply))


def _waiting_row(connection_id: UUID) -> Connection:
    row = (
        Connection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .filter(id=connection_id)
        .first()
    )
    if row is None:
        raise NotFound("This connection does not exist.")
    if row.status != ConnectionStatus.WANTS:
        raise Conflict("This row does not want to connect any more; reload the page to see it.")
    return row


# --- The answer arrives at the side that entered the key ----------------------------------------
def connect_receipt(envelope: Envelope) -> None:
    """The key's owner answered at once: connected, waiting, or refused."""
    row = _own_row(envelope)
    if row is None or row.status == ConnectionStatus.CONNECTED:
        return
    if not envelope.reply:
        _end(row, envelope.reason or "The partner could not take the request.")
        return
    _apply_answer(row, ConnectAnswerPayload.model_validate_json(_json(envelope.reply)))


def receive_connect_answer(incoming: Incoming) -> Taken:
    """The key's owner decided later."""
    payload = read_payload(ConnectAnswerPayload, incoming.payload)
    row = incoming.connection
    if row.status == ConnectionStatus.CONNECTED:
        return Taken("connection", row.id, row.partner_name)
    if row.status != ConnectionStatus.WAITING:
        raise PayloadRefused("This connection was not asked for, or was given up meanwhile.")
    _apply_answer(row, payload)
    if payload.status == "connected":
        notify("network.connected", f"{row.partner_name} is connected", url=PAGE, about=row.id)
    return Taken("connection", row.id, row.partner_name)


def _apply_answer(row: Connection, answer: ConnectAnswerPayload) -> None:
    if answer.status == "refused":
        _end(row, answer.reason)
        notify(
            "network.refused", f"{row.partner_name} did not accept", body=answer.reason, url=PAGE
        )
        return
    row.partner_name = answer.name[:160] or row.partner_name
    row.partner_legal_name = answer.legal_name[:160]
    row.partner_tax_number = answer.tax_number[:40]
    row.link = answer.link_id
    if answer.status == "connected":
        _become_connected(row)
    else:
        row.save()


def _end(row: Connection, reason: str) -> None:
    row.status = ConnectionStatus.DISCONNECTED
    row.disconnect_reason = reason
    row.disconnected_at = Now()
    row.save()
    return_queued(row, reason)


def _own_row(envelope: Envelope) -> Connection | None:
    return (
        Connection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .filter(id=envelope.connection_id)
        .first()
    )


CONNECT_KIND = EnvelopeKind(
    "connect",
    "Request to connect",
    receive_connect,
    receipt=connect_receipt,
    undelivered=connect_receipt,
    about_connection=True,
)
CONNECT_ANSWER_KIND = EnvelopeKind(
    "connect_answer", "Answer to connect", receive_connect_answer, about_connection=True
)
