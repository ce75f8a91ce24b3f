"""E-mail leaves through the outbox: late perhaps, never lost, no foreign headers."""

import smtplib
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.conf import settings

from hub.errors import InvalidInput
from hub.launcher.processes import free_port
from network.domain.states import DeliveryState
from network.services.invitations import default_text, send_invitations
from orders.models import PurchaseOrder, SalesOrder
from orders.services.sending import Sending, send_document
from tenants.jobs import run_job
from tenants.mail import OutgoingMail, build
from tenants.models import AccountMail, Job, JobState, MailMessage, MailState
from tenants.services import mail as outbox
from tenants.services.account_mail import post_account_mail, send_due_account_mail
from tenants.services.mail import Letter, post
from tests.cast import Company, make_company
from tests.support.mail_server import MailServer
from tests.trade import authorised_order, let_leases_end, stocked_pair


class Killed(BaseException):
    """What SIGKILL looks like from inside."""


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The server that `EMAIL_URL` names."""
    with MailServer() as server:
        monkeypatch.setattr(settings, "EMAIL_URL", server.url)
        yield server


def mail_job(company: Company, mail: MailMessage) -> Job:
    with company.inside():
        return Job.objects.get(kind="mail.send", payload__mail=str(mail.id))


def written(company: Company, **values: Any) -> MailMessage:
    """A message in the outbox."""
    letter: dict[str, Any] = {"to": ["reader@example.com"], "subject": "Hello", "body": "Text"}
    with company.inside():
        return post(Letter(**{**letter, **values}))


def test_no_request_speaks_to_a_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """N9, N3: sending, inviting and asking for a password only write rows."""
    pair = stocked_pair()
    order_id = authorised_order(pair)

    def refuse(*_args: Any, **_options: Any) -> None:
        pytest.fail("a request opened a connection to the mail server")

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    monkeypatch.setattr(settings, "EMAIL_URL", "smtp://127.0.0.1:1")
    answer = pair.buyer.api().post(
        f"/api/v1/purchase-orders/{order_id}/send", {"via": ["email", "network"]}, format="json"
    )
    invited = pair.buyer.api().post(
        "/api/v1/network/invitations", {"to": ["new@example.com"]}, format="json"
    )
    asked = pair.buyer.browser().post("/accounts/password/reset/", {"email": "a@example.com"})

    assert (answer.status_code, invited.status_code, asked.status_code) == (202, 201, 302)


def test_a_mail_server_that_is_down_delays_the_mail_and_never_the_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """N9: the order is at the supplier at once; its mail follows with the Message-ID it had."""
    port = free_port()
    monkeypatch.setattr(settings, "EMAIL_URL", f"smtp://127.0.0.1:{port}")
    pair = stocked_pair()
    order_id = authorised_order(pair)
    with pair.buyer.inside():
        sent = send_document(PurchaseOrder, order_id, Sending(via=["email", "network"]))
        assert sent.mail is not None
    pair.drain()

    with pair.buyer.inside():
        mail = MailMessage.objects.get(id=sent.mail.id)
        assert (mail.state, PurchaseOrder.objects.get().network_status) == ("queued", "delivered")
        job = Job.objects.get(kind="mail.send", payload__mail=str(mail.id))
        assert (job.state, job.error_code) == (JobState.QUEUED, "mail_server_unavailable")
    with pair.supplier.inside():
        assert SalesOrder.objects.count() == 1

    with MailServer(port) as server:
        let_leases_end(pair.buyer)
        run_job(pair.buyer.id, job.id)
    with pair.buyer.inside():
        assert MailMessage.objects.get(id=mail.id).state == MailState.SENT
    (message,) = server.messages
    assert message["Message-ID"] == f"<{mail.id}@127.0.0.1>"
    (attachment,) = message.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == mail.attachments[0]["name"]
    assert attachment.get_content().startswith(b"%PDF-")


def test_a_mail_that_is_never_taken_is_given_up_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """N9: after twelve tries it is shown as failed; Retry sends it."""
    monkeypatch.setattr(settings, "EMAIL_URL", f"smtp://127.0.0.1:{free_port()}")
    company = make_company("Writer")
    mail = written(company)
    job = mail_job(company, mail)
    for _ in range(12):
        let_leases_end(company)
        run_job(company.id, job.id)

    with company.inside():
        mail.refresh_from_db()
        assert (mail.state, mail.error) == (
            "failed",
            "The mail server did not take the message (ConnectionRefusedError).",
        )
    with MailServer() as server:
        monkeypatch.setattr(settings, "EMAIL_URL", server.url)
        assert company.api().post(f"/api/v1/jobs/{job.id}/retry").status_code == 200
        run_job(company.id, job.id)
    with company.inside():
        mail.refresh_from_db()
        assert (mail.state, mail.error, len(server.messages)) == ("sent", "", 1)


def test_a_worker_killed_after_the_handover_repeats_one_message_id(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N9: at least once: two copies that any mail program knows as one."""

    def fault(name: str) -> None:
        if name == "mail.after_handover":
            raise Killed(name)

    company = make_company("Writer")
    mail = written(company)
    job = mail_job(company, mail)
    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(outbox, "fault", fault)
        run_job(company.id, job.id)
    let_leases_end(company)
    run_job(company.id, job.id)
    let_leases_end(company)
    run_job(company.id, job.id)

    ids = [message["Message-ID"] for message in mail_server.messages]
    assert ids == [f"<{mail.id}@127.0.0.1>"] * 2


def test_a_worker_killed_before_the_handover_sends_one(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N9: nothing had left, so one copy leaves."""

    def fault(name: str) -> None:
        if name == "mail.before_handover":
            raise Killed(name)

    company = make_company("Writer")
    job = mail_job(company, written(company))
    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(outbox, "fault", fault)
        run_job(company.id, job.id)
    let_leases_end(company)
    run_job(company.id, job.id)

    assert len(mail_server.messages) == 1


INJECTIONS = [
    "Hello\r\nBcc: victim@example.com",
    "Hello\nBcc: victim@example.com",
    "Hello\rBcc: victim@example.com",
    "Hello\u2028Bcc: victim@example.com",
    "Hello\x0bBcc: victim@example.com",
    "Hello\x00\r\n\r\nA body of my own",
    "\r\nBcc: victim@example.com",
    "Hello\u0085Bcc: victim@example.com",
    "=?utf-8?q?Hello=0D=0ABcc:_victim@example.com?=",
]
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_adds_a_header(mail_server: MailServer, text: str) -> None:
    """N9, N3: subject, sender's name and attachment's name stay one line each."""
    company = make_company("Writer")
    mail = written(company, subject=f"Order {text}", from_name=text, reply_to="x@example.com")
    run_job(company.id, mail_job(company, mail).id)

    (message,) = mail_server.messages
    assert set(message.keys()) == {*HEADERS, "Reply-To"}
    assert mail_server.recipients == [["reader@example.com"]]
    assert "\n" not in message["Subject"]
    assert message["From"].addresses[0].addr_spec == "no-reply@wharf.invalid"
    assert message.get_content().strip() == "Text"


def test_a_header_that_looks_encoded_stays_what_was_typed() -> None:
    """N3: nobody hides a line break in an encoded word."""
    mail = OutgoingMail("1", ("a@example.com",), INJECTIONS[-1], "Text", from_name=INJECTIONS[-1])
    message = message_from_bytes(build(mail).as_bytes(), policy=policy.default)

    assert "\n" not in str(message["Subject"])
    assert "Bcc" not in message


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com\r\nBcc: victim@example.com",
        "a@example.com, victim@example.com",
        "a@example.com\nvictim@example.com",
        "Name <a@example.com>",
        "a@example.com\x00",
        "not an address",
        "a@b",
        "@example.com",
        f"{'a' * 400}@example.com",
    ],
)
@pytest.mark.parametrize("field", ["to", "cc"])
def test_what_is_no_address_never_enters_the_outbox(field: str, address: str) -> None:
    """N9: refused at its field, with how to write one."""
    company = make_company("Writer")
    with pytest.raises(InvalidInput) as refused:
        written(company, **{field: [address]})

    assert list(refused.value.fields) == [field]
    assert "is no e-mail address" in refused.value.fields[field][0]
    with company.inside():
        assert not MailMessage.objects.filter(subject="Hello").exists()


def test_an_organisations_name_adds_no_header_to_its_invitations(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N3: a hostile trading name goes through subject, sender and body."""
    company = make_company('Evil "Bcc: victim@example.com", <x@evil.example>')
    with company.inside():
        send_invitations([], ["guest@example.com"], default_text())
    company.drain()

    (message,) = mail_server.messages
    assert mail_server.recipients == [["guest@example.com"]]
    assert [a.addr_spec for a in message["From"].addresses] == ["no-reply@wharf.invalid"]
    assert [a.addr_spec for a in message["To"].addresses] == ["guest@example.com"]


def test_mail_of_the_sign_in_pages_waits_for_its_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A2: the same outbox rules: later, once known, with one Message-ID."""
    AccountMail.objects.filter(sent_at=None).delete()
    port = free_port()
    monkeypatch.setattr(settings, "EMAIL_URL", f"smtp://127.0.0.1:{port}")
    mail = post_account_mail("a@example.com", "Reset\r\nBcc: victim@example.com", "Text")
    assert send_due_account_mail() == 0
    mail.refresh_from_db()
    assert (mail.attempts, mail.sent_at) == (1, None)

    AccountMail.objects.filter(pk=mail.pk).update(not_before="2020-01-01T00:00Z")
    with MailServer(port) as server:
        assert send_due_account_mail() == 1
        assert send_due_account_mail() == 0
    (message,) = server.messages
    assert message["Message-ID"] == f"<account-{mail.pk}@127.0.0.1>"
    assert message["Bcc"] is None
    assert message.get_content().strip() == "Text"
    mail.refresh_from_db()
    assert mail.body == "[text removed after sending]"


def test_a_network_key_is_not_read_in_the_outbox(mail_server: MailServer) -> None:
    """N3: the invitation that waits holds the key encrypted only; the message has it; then gone."""
    company = make_company()
    key = company.key()
    with company.inside():
        send_invitations([], ["guest@example.com"], default_text())
        (waiting,) = MailMessage.objects.values()
    assert key not in str(waiting)
    assert waiting["secret"].startswith("k1:")

    company.drain()

    with company.inside():
        (sent,) = MailMessage.objects.values()
    assert (sent["state"], sent["secret"]) == ("sent", "")
    (message,) = mail_server.messages
    assert message.get_content().count(key) == 1


def test_a_delivery_state_is_not_touched_by_mail(mail_server: MailServer) -> None:
    """N9: by e-mail alone no envelope is written."""
    pair = stocked_pair()
    order_id = authorised_order(pair)
    with pair.buyer.inside():
        sent = send_document(PurchaseOrder, order_id, Sending(via=["email"]))
        assert sent.envelope is None
        assert PurchaseOrder.objects.get().network_status not in DeliveryState.values
