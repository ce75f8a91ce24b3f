"""The demo's mailbox: what Wharf would have sent. Answers in the demo only, to anybody there."""

import email
import email.policy
import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from hub.ui.components import Attachment, Link
from tenants.mail import mailbox_folder

MOST_SHOWN = 200
REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,80}")
View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """Elsewhere the page does not exist."""

    @wraps(view)
    def shown(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return require_safe(shown)


@demo_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """The latest messages."""
    folder = mailbox_folder()
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    mails = [json.loads(path.read_text()) for path in files[:MOST_SHOWN]]
    return render(request, "tenants/mailbox.html", {"page_title": "Mailbox", "mails": mails})


def _read(reference: str) -> EmailMessage:
    path = mailbox_folder() / f"{reference}.eml"
    if not REFERENCE.fullmatch(reference) or not path.is_file():
        raise Http404
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


@demo_only
def message(request: HttpRequest, reference: str) -> HttpResponse:
    """One message as text; what it looks like as HTML is nobody's business here."""
    mail = _read(reference)
    body = mail.get_body(("plain",))
    context = {
        "page_title": str(mail["Subject"]),
        "breadcrumbs": [Link("Mailbox", "/_mailbox/")],
        "mail": [
            (name, str(mail[name] or "")) for name in ("From", "To", "Cc", "Reply-To", "Date")
        ],
        "body": body.get_content() if body is not None else "",
        "files": [
            Attachment(part.get_filename() or "file", f"/_mailbox/{reference}/{number}/")
            for number, part in enumerate(mail.iter_attachments())
        ],
    }
    return render(request, "tenants/mail.html", context)


@demo_only
def attachment(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One attachment, to be kept, never shown."""
    parts = list(_read(reference).iter_attachments())
    if number >= len(parts):
        raise Http404
    content = parts[number].get_payload(decode=True)
    response = HttpResponse(content, content_type="application/octet-stream")
    name = parts[number].get_filename() or "file"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
