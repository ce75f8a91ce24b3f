"""Handing a message to the mail transport; the outbox rows are in `services.mail`.

`EMAIL_URL`: `mailbox://` writes files that a page of the demo shows; `smtp://user:password@host:port`
(or `smtps://`, `smtp+tls://`) sends. A message's Message-ID comes from its row, so a repeat is
recognised by the reader's mail program.
"""

import json
import smtplib
import tempfile
from dataclasses import dataclass
from email.message import EmailMessage as MimeMessage
from email.utils import formataddr, formatdate, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from hub.errors import FailureType, WharfError
from tenants.jobs import GiveUp

TIMEOUT_SECONDS = 20


class MailServerUnavailable(WharfError):
    """The mail server did not take the message; it is tried again."""

    code = "mail_server_unavailable"
    failure_type = FailureType.TRANSIENT


class AddressRefused(GiveUp):
    """The mail server refuses an address for good; the message is not tried again."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One message, ready to leave."""

    reference: str
    to: tuple[str, ...]
    subject: str
    body: str
    cc: tuple[str, ...] = ()
    from_name: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()


def one_line(text: str) -> str:
    """A header value: control characters and line breaks become spaces, so none can be added."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def many_lines(text: str) -> str:
    """A body as it can be kept and sent: printable letters, line breaks and tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c.isprintable() or c in "\n\t" or ord(c) > 0x9F)


def header(text: str) -> str:
    """`text` for a header, taken as typed: "=?…?=" would be decoded, line breaks and all."""
    return one_line(text).replace("=?", "= ?")


def build(mail: OutgoingMail) -> MimeMessage:
    """The MIME message; every header is one line whatever the text holds."""
    message = MimeMessage()
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["From"] = formataddr((header(mail.from_name) or name, address))
    message["To"] = ", ".join(header(a) for a in mail.to)
    if mail.cc:
        message["Cc"] = ", ".join(header(a) for a in mail.cc)
    if mail.reply_to:
        message["Reply-To"] = header(mail.reply_to)
    message["Subject"] = header(mail.subject)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{mail.reference}@{urlsplit(settings.BASE_URL).hostname}>"
    message.set_content(mail.body)
    for attachment in mail.attachments:
        maintype, _, subtype = attachment.content_type.partition("/")
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=header(attachment.name),
        )
    return message


def deliver(mail: OutgoingMail) -> None:
    """Give the message to the transport; raises MailServerUnavailable."""
    url = urlsplit(settings.EMAIL_URL)
    message = build(mail)
    if url.scheme == "mailbox":
        _to_mailbox(mail, message)
        return
    try:
        _to_server(
            url.scheme,
            url.hostname or "",
            url.port,
            url.username,
            url.password,
            message,
        )
    except smtplib.SMTPRecipientsRefused as error:
        _check_refusals(error.recipients)
        raise MailServerUnavailable("The mail server asks to try again later.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerUnavailable(
            f"The mail server did not take the message ({type(error).__name__})."
        ) from error


def _check_refusals(refused: dict[str, tuple[int, bytes]]) -> None:
    """Raise AddressRefused for answers of the 5xx kind: they will not change by waiting."""
    for address, (code, reason) in refused.items():
        if code >= 500:
            text = one_line(reason.decode(errors="replace"))[:200]
            raise AddressRefused(f"{address} does not take mail: {text}")


def _to_server(  # noqa: PLR0917 - the parts of one URL
    scheme: str,
    host: str,
    port: int | None,
    user: str | None,
    password: str | None,
    message: MimeMessage,
) -> None:
    secure = scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(host, port or (465 if secure else 25), timeout=TIMEOUT_SECONDS) as server:
        if scheme == "smtp+tls":
            server.starttls()
        if user:
            server.login(unquote(user), unquote(password or ""))
        server.send_message(message)


def mailbox_folder() -> Path:
    """Where the demo's mailbox keeps its messages."""
    return Path(settings.VAR) / "mailbox"


def _to_mailbox(mail: OutgoingMail, message: MimeMessage) -> None:
    folder = mailbox_folder()
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "to": [*mail.to, *mail.cc],
        "subject": one_line(mail.subject),
        "id": mail.reference,
    }
    # The name is the reference: a repeat replaces its first copy instead of adding a second one.
    for name, content in (
        (f"{mail.reference}.eml", message.as_bytes()),
        (f"{mail.reference}.json", json.dumps(facts).encode()),
    ):
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(content)
        Path(file.name).replace(folder / name)
