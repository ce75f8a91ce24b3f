"""Mailing lists: addresses that are told of some kinds of news, members or not."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from hub.errors import InvalidInput, NotFound
from tenants.models import MailingList
from tenants.services.activity import log_activity
from tenants.services.mail import clean_addresses
from tenants.services.notifications import notification_kinds


def mailing_list_or_404(list_id: UUID) -> MailingList:
    """The only door from an id to a mailing list; raises NotFound."""
    row = MailingList.objects.filter(id=list_id).first()
    if row is None:
        raise NotFound("This mailing list does not exist.")
    return row


def save_mailing_list(
    list_id: UUID | None, *, name: str, addresses: Sequence[str], kinds: Sequence[str]
) -> MailingList:
    """Make or change a list. Raises NotFound, InvalidInput (name, addresses)."""
    row = MailingList() if list_id is None else mailing_list_or_404(list_id)
    before = (row.name, list(row.addresses), list(row.kinds))
    if not name.strip():
        raise InvalidInput("Give the list a name.", fields={"name": ["Give the list a name."]})
    known = {kind.name for kind in notification_kinds()}
    row.name = name.strip()[:60]
    row.addresses = clean_addresses(addresses, field="addresses")
    row.kinds = sorted(set(kinds) & known)
    try:
        with transaction.atomic():
            row.save(force_insert=list_id is None)
    except IntegrityError as error:
        if "mailing_list_name_once" not in str(error):
            raise
        message = "Another list has this name. Choose a different one."
        raise InvalidInput(message, fields={"name": [message]}) from error
    after = (row.name, list(row.addresses), list(row.kinds))
    labels = ("Name", "Addresses", "Kinds")
    log_activity(
        "mailing_list.saved",
        f"Mailing list “{row.name}” saved",
        about=row,
        label=row.name,
        changes={
            label: (_words(old), _words(new))
            for label, old, new in zip(labels, before, after, strict=True)
            if old != new
        },
    )
    return row


def _words(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def delete_mailing_list(list_id: UUID) -> None:
    """Delete a list. Raises NotFound."""
    row = mailing_list_or_404(list_id)
    log_activity(
        "mailing_list.deleted", f"Mailing list “{row.name}” deleted", about=row, label=row.name
    )
    row.delete()
