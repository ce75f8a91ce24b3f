"""Statements as PDF, and by e-mail to the contact's addresses for statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hub.errors import InvalidInput
from hub.money import Money
from hub.ui.formatting import date_text
from network.models import EmailPurpose
from network.services.contacts import mailing_addresses
from orders.pdf.render import render_view
from orders.pdf.statement import statement_view
from orders.services.freezing import party_of, party_of_contact
from orders.services.printing import style_of
from orders.statements import Statement
from tenants.mail import Attachment
from tenants.models import MailMessage
from tenants.services.activity import log_activity
from tenants.services.mail import Letter, post
from tenants.services.mail_templates import TemplateKind, fill
from tenants.services.organisations import current_organisation

TEMPLATE = TemplateKind(
    "statement",
    "Statement",
    "Statement from {name}",
    "Hello,\n\nplease find your statement up to {until} attached. The balance is {balance}.\n\n"
    "Kind regards,\n{name}\n",
    {
        "name": "your trading name",
        "contact": "the contact's name",
        "until": "the last day of the statement",
        "balance": "the balance with its currency",
    },
)


@dataclass(frozen=True, slots=True)
class StatementLetter:
    """What is mailed; it starts with the contact's list and the template's words."""

    to: Sequence[str]
    subject: str
    body: str
    cc: Sequence[str] = field(default_factory=tuple)


def suggested_letter(statement: Statement) -> StatementLetter:
    """Addresses of the contact's list for statements and a text from the template."""
    me = current_organisation()
    text = fill(
        TEMPLATE.name,
        {
            "name": me.name,
            "contact": statement.contact.name,
            "until": date_text(statement.until, me.date_format),
            "balance": str(Money(statement.closing, statement.currency)),
        },
    )
    to = mailing_addresses(statement.contact, EmailPurpose.STATEMENTS)
    return StatementLetter(to, text.subject, text.body)


def file_name(statement: Statement) -> str:
    """The name of the PDF."""
    return f"Statement-{statement.until.isoformat()}.pdf"


def pdf_of_statement(statement: Statement) -> bytes:
    """The statement in the organisation's style."""
    return render_view(_view(statement), style_of(current_organisation()))


def _view(statement: Statement) -> dict[str, Any]:
    me = current_organisation()
    write_date = partial(date_text, style=me.date_format)
    return statement_view(statement, party_of(me), party_of_contact(statement.contact), write_date)


def email_statement(statement: Statement, letter: StatementLetter) -> MailMessage:
    """Mail it as it stands now. Raises InvalidInput naming `to` or `cc`."""
    if not letter.to:
        message = f"{statement.contact.name} has no address for statements. Type one."
        raise InvalidInput(message, fields={"to": [message]}, code="no_address")
    me = current_organisation()
    mail = post(
        Letter(
            to=letter.to,
            cc=letter.cc,
            subject=letter.subject,
            body=letter.body,
            from_name=me.name,
            reply_to=me.company_email,
            attachments=[
                {
                    "renderer": "orders.statement",
                    "name": file_name(statement),
                    "view": _view(statement),
                }
            ],
        ),
        about=statement.contact,
    )
    log_activity(
        "contact.statement_sent",
        f"Statement up to {statement.until:%-d %B %Y} sent to {', '.join(mail.to)}",
        about=statement.contact,
        label=statement.contact.name,
    )
    return mail


def render_statement(reference: Mapping[str, Any]) -> Attachment:
    """The PDF of what was asked to be mailed, for the mail that leaves."""
    style = style_of(current_organisation())
    return Attachment(reference["name"], "application/pdf", render_view(reference["view"], style))
