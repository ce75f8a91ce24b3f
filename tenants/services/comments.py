"""What colleagues write under a document, and telling those whom they name with @."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models

from hub.errors import InvalidInput
from tenants.actor import current_actor
from tenants.domain.permissions import Area
from tenants.models import Membership
from tenants.selectors import membership_in_force
from tenants.services.activity import log_activity
from tenants.services.notifications import notify

LONGEST = 2_000
MENTIONED = "comments.mention"


def comment(about: models.Model, kind: str, label: str, text: str, *, url: str, area: Area) -> int:
    """Write a comment into the document's timeline; gives how many colleagues were told.

    A colleague is named by “@” and the whole name or the e-mail address, and told when they may
    see the `area`. Comments stay inside the organisation and cannot be changed, like all of the
    timeline. Raises InvalidInput naming `text`.
    """
    text = text.replace("\r\n", "\n").strip()
    message = ""
    if not text:
        message = "Write something."
    elif len(text) > LONGEST:
        message = f"At most {LONGEST:,} characters."
    elif any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        message = "This holds a character that is no text."
    if message:
        raise InvalidInput(message, fields={"text": [message]})
    log_activity(f"{kind}.commented", text, about=about, label=label)
    told = list(_mentioned(text, area))
    if told:
        name = current_actor().name
        notify(
            MENTIONED,
            f"{name} mentioned you on {label}",
            body=text,
            url=url,
            about=about.pk,
            only=told,
        )
    return len(told)


def _mentioned(text: str, area: Area) -> Iterable[UUID]:
    if "@" not in text:
        return
    wanted = text.casefold()
    me = current_actor().id
    for member in Membership.objects.filter(is_active=True).select_related("user"):
        person = member.user
        names = (str(person).casefold(), person.email.casefold())
        if person.pk == me or not any(name and f"@{name}" in wanted for name in names):
            continue
        rights = membership_in_force(person.pk)
        if rights is not None and rights.can(area):
            yield person.pk
