"""Mail of the sign-in pages: an outbox without an organisation, since it is about a person."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from hub.celery import poke
from tenants.mail import MailServerUnavailable, OutgoingMail, deliver, one_line
from tenants.models import AccountMail

BATCH = 50
GIVE_UP_AFTER = 30
# These messages hold links and codes that open an account: none is kept once it is of no use.
REMOVED = "[text removed after sending]"


def post_account_mail(to: str, subject: str, body: str) -> AccountMail:
    """Write the message; it leaves once the request has committed."""
    mail = AccountMail.objects.create(to=to, subject=one_line(subject)[:255], body=body)
    transaction.on_commit(lambda: poke("tenants.send_account_mail", lane="mail"), robust=True)
    return mail


def send_due_account_mail() -> int:
    """Send what is due; gives how many left. Two runs at once take different rows."""
    sent = 0
    for _ in range(BATCH):
        with transaction.atomic():
            mail = (
                AccountMail.objects.select_for_update(skip_locked=True)
                .filter(sent_at=None, not_before__lte=Now(), attempts__lt=GIVE_UP_AFTER)
                .order_by("not_before")
                .first()
            )
            if mail is None:
                return sent
            try:
                deliver(
                    OutgoingMail(
                        reference=f"account-{mail.pk}",
                        to=(mail.to,),
                        subject=mail.subject,
                        body=mail.body,
                    )
                )
            except MailServerUnavailable:
                mail.attempts += 1
                given_up = mail.attempts >= GIVE_UP_AFTER
                AccountMail.objects.filter(pk=mail.pk).update(
                    attempts=mail.attempts,
                    body=REMOVED if given_up else mail.body,
                    not_before=Now() + timedelta(seconds=min(600, 5 * 2**mail.attempts)),
                )
                continue
            AccountMail.objects.filter(pk=mail.pk).update(sent_at=Now(), body=REMOVED)
            sent += 1
    return sent
