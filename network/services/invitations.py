"""Inviting partners by e-mail (N3, N4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from hub.errors import Conflict, InvalidInput, NotFound
from network.domain.keys import normalise_key
from network.domain.states import ConnectionStatus, InviteStatus
from network.models import Connection, Contact, Invitation, NetworkKey
from network.services.keys import live_key, reveal_key
from tenants.models import MailMessage, Organisation
from tenants.services.activity import log_activity
from tenants.services.mail import Letter, clean_addresses, post
from tenants.services.mail_templates import TemplateKind, fill
from tenants.services.notifications import notify
from tenants.services.organisations import current_organisation

PAGE = "/settings/company/network/"
SUBJECT = "{name} invites you to trade over Wharf"
BODY = """Hello,

{name} ({legal_name}) would like to exchange purchase orders and invoices with you over Wharf, \
without retyping them.

Our network key is

    {key}

In Wharf, open Settings → Company → Trading network, choose "Add a connection", pick us from your \
contacts and enter the key. That is all: we are connected at once.

Kind regards,
{name}
"""

PARTS = {
    "key": "your network key",
    "name": "your trading name",
    "legal_name": "your legal name",
}


TEMPLATE = TemplateKind(
    "invitation",
    "Invitation to connect",
    SUBJECT,
    BODY,
    {
        "key": "your network key, which connects at once",
        "name": "your trading name",
        "legal_name": "your legal name",
    },
    required=("key", "name", "legal_name"),
)


@dataclass(frozen=True, slots=True)
class InviteText:
    """The text of an invitation."""

    subject: str
    body: str


def default_text(organisation: Organisation | None = None) -> InviteText:
    """The template with this organisation's key and names."""
    organisation = organisation or current_organisation()
    words = {
        "name": organisation.name,
        "legal_name": organisation.legal_name,
        "key": reveal_key(),
    }
    text = fill(TEMPLATE.name, words)
    return InviteText(text.subject, text.body)


def missing_parts(text: InviteText, organisation: Organisation, key: str) -> list[str]:
    """What was taken out of the body although the partner needs it: "key", "name", "legal_name"."""
    body = text.body.lower()
    squeezed = text.body.upper().replace("-", "").replace(" ", "")
    present = {
        "key": normalise_key(key).replace("-", "") in squeezed,
        "name": organisation.name.lower() in body,
        "legal_name": organisation.legal_name.lower() in body,
    }
    return [part for part, is_there in present.items() if not is_there]


def check_text(text: InviteText, organisation: Organisation, key: str) -> None:
    """Raise InvalidInput when the key or a name was taken out of the body (N3)."""
    missing = [PARTS[part] for part in missing_parts(text, organisation, key)]
    if missing:
        message = (
            f"The text lacks {_listed(missing)}. Your partner needs that to connect; "
            "use “Put it back” to add it again."
        )
        raise InvalidInput(message, fields={"body": [message]}, code="invitation_incomplete")


def _listed(words: list[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def put_back(text: InviteText) -> InviteText:
    """The text with what it lacks added at its end, the rest as somebody wrote it (N3)."""
    organisation, key = current_organisation(), reveal_key()
    lines = {
        "key": f"Our network key: {key}",
        "name": organisation.name,
        "legal_name": organisation.legal_name,
    }
    lacking = [lines[part] for part in missing_parts(text, organisation, key)]
    if not lacking:
        return text
    return InviteText(text.subject, text.body.rstrip() + "\n\n" + "\n".join(lacking) + "\n")


def send_invitations(
    contact_ids: Sequence[UUID], addresses: Sequence[str], text: InviteText
) -> list[Connection]:
    """Invite contacts and free addresses; each gets a row in the table and an e-mail of its own.

    Whether an address uses Wharf makes no difference to what is said (N3). Raises InvalidInput,
    NotFound, Conflict (already connected).
    """
    organisation, key = current_organisation(), live_key()
    check_text(text, organisation, reveal_key(key))
    contacts = _invited_contacts(contact_ids)
    known = {contact.email.lower() for contact in contacts}
    typed = [address for address in clean_addresses(addresses) if address not in known]
    if not contacts and not typed:
        message = "Add at least one contact or address."
        raise InvalidInput(message, fields={"to": [message]})
    rows = [_row_for_contact(contact) for contact in contacts]
    rows += [_row_for_address(address) for address in typed]
    for row in rows:
        _invite(row, text, organisation, key)
    names = ", ".join(row.contact.name if row.contact else row.email for row in rows)
    log_activity("network.invited", f"Invited {names} to connect")
    return rows


def _invited_contacts(contact_ids: Sequence[UUID]) -> list[Contact]:
    contacts = list(Contact.objects.filter(id__in=contact_ids).order_by("name_key"))
    if len(contacts) != len(set(contact_ids)):
        raise NotFound("One of the contacts does not exist.")
    for contact in contacts:
        if contact.connected:
            raise Conflict(f"You are already connected with {contact.name}.")
        if not contact.email:
            message = f"{contact.name} has no e-mail address. Add one to the contact first."
            raise InvalidInput(message, fields={"to": [message]})
    return contacts


def _row_for_contact(contact: Contact) -> Connection:
    row = Connection.objects.filter(
        contact=contact, status__in=[ConnectionStatus.WAITING, ConnectionStatus.WANTS]
    ).first()
    if row is None:
        row = Connection(contact=contact, status=ConnectionStatus.WAITING)
    row.email = contact.email.lower()
    return row


def _row_for_address(address: str) -> Connection:
    contact = Contact.objects.filter(email__iexact=address, is_active=True).order_by("id").first()
    if contact is not None:
        if contact.connected:
            raise Conflict(f"You are already connected with {contact.name}.")
        return _row_for_contact(contact)
    row = Connection.objects.filter(
        Q(contact=None), email=address, status=ConnectionStatus.WAITING
    ).first()
    return row or Connection(email=address, status=ConnectionStatus.WAITING)


def _invite(row: Connection, text: InviteText, organisation: Organisation, key: NetworkKey) -> None:
    row.invited_at = Now()
    row.invite_bounced = False
    row.save()
    Invitation.objects.filter(connection=row, status=InviteStatus.OPEN).update(
        status=InviteStatus.VOID
    )
    mail = post(
        Letter(
            to=[row.email],
            subject=text.subject,
            body=text.body,
            from_name=organisation.name,
            reply_to=organisation.company_email,
            secret=reveal_key(key),
        ),
        about=row,
    )
    Invitation.objects.create(connection=row, email=row.email, key=key, mail=mail.id)


def invite_again(connection_id: UUID) -> Connection:
    """Send the invitation of a waiting row once more, with today's key."""
    row = Connection.objects.select_related("contact").filter(id=connection_id).first()
    if row is None:
        raise NotFound("This connection does not exist.")
    if row.status != ConnectionStatus.WAITING or not row.email:
        raise Conflict("Only a row that is waiting to connect can be invited again.")
    organisation = current_organisation()
    _invite(row, default_text(organisation), organisation, live_key())
    log_activity("network.invited", f"Invited {row.email} again", about=row, label=row.email)
    return row


def mark_bounced(mail: MailMessage) -> None:
    """An invitation's e-mail could not be delivered: its row is marked (N4)."""
    rows = Connection.objects.filter(status=ConnectionStatus.WAITING)
    rows.filter(invitations__mail=mail.id).update(invite_bounced=True)
    notify(
        "network.bounced",
        f"The invitation to {', '.join(mail.to)} did not arrive",
        body=f"{mail.error} Check the address, then invite again.",
        url=PAGE,
        about=mail.object_id,
    )


def withdraw_invitation(connection_id: UUID) -> None:
    """Take back an invitation that nobody used: its row goes to Disconnected."""
    row = Connection.objects.select_for_update(no_key=True).filter(id=connection_id).first()
    if row is None:
        raise NotFound("This connection does not exist.")
    if row.status != ConnectionStatus.WAITING:
        raise Conflict("This row is not waiting any more; reload the page to see it.")
    Invitation.objects.filter(connection=row, status=InviteStatus.OPEN).update(
        status=InviteStatus.VOID
    )
    row.status = ConnectionStatus.DISCONNECTED
    row.disconnect_reason = "Invitation withdrawn"
    row.disconnected_at = Now()
    row.save()
    log_activity("network.invitation_withdrawn", f"Invitation to {row.email} withdrawn", about=row)
