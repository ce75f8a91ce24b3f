"""Settings → Company → Trading network: the table, the key, inviting, connecting, removing."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hub.ids import new_id
from network.models import Connection, Contact, Envelope, Invitation
from network.services.handshake import connect_by_key
from network.services.invitations import default_text, send_invitations
from tenants.models import MailMessage
from tests.cast import Company, make_company, make_pair

PAGE = "/settings/company/network/"


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def row_of(company: Company) -> Connection:
    with company.inside():
        return Connection.objects.get()


def waiting(company: Company, address: str = "guest@example.com") -> UUID:
    with company.inside():
        return send_invitations([], [address], default_text())[0].id


def test_only_holders_of_the_permission_see_the_menu_entry_and_the_page() -> None:
    """N1: others have no entry and get 403 by address, on each page."""
    company = make_company()
    row = waiting(company)

    assert 'href="/settings/company/network/"' in text_of(company.browser(), "/settings/")
    outsider = company.browser(company.teammate)
    assert 'href="/settings/company/network/"' not in text_of(outsider, "/settings/")
    for address in (PAGE, f"{PAGE}invite/", f"{PAGE}add/", f"{PAGE}{row}/", "/network/envelopes/"):
        assert outsider.get(address).status_code == 403
        assert outsider.post(address).status_code in (403, 405)
    assert row_of(company).status == "waiting"


def test_a_strangers_connection_does_not_exist() -> None:
    """N4: absent and another organisation's look alike."""
    mine, strange = make_company("Mine"), make_company("Strange")
    row = waiting(strange)

    client = mine.browser()
    for address in (f"{PAGE}{row}/", f"{PAGE}{row}/remove/", f"{PAGE}{new_id()}/"):
        assert "There is nothing here" in text_of(client, address, 404)
    for verb in ("again", "withdraw", "accept", "refuse", "remove"):
        assert client.post(f"{PAGE}{row}/{verb}/").status_code == 404
    assert row_of(strange).status == "waiting"


def test_the_key_is_masked_until_somebody_asks_for_it() -> None:
    """N2: shown to copy on demand only."""
    company = make_company()
    client, key = company.browser(), company.key()

    page = text_of(client, PAGE)
    assert key not in page
    assert key[-3:] in page
    assert key in text_of(client, f"{PAGE}?key=shown")


def test_replacing_the_key_asks_first_and_says_what_happens() -> None:
    """N2: open invitations become void, connections stay."""
    company = make_company()
    waiting(company)
    client, before = company.browser(), company.key()

    page = text_of(client, f"{PAGE}key/replace/")
    assert "become void (1 now)" in page
    assert "Partners who are connected stay connected." in page
    assert company.key() == before
    answer = client.post(f"{PAGE}key/replace/")

    assert answer.headers["Location"] == f"{PAGE}?key=shown"
    assert company.key() != before
    with company.inside():
        assert Invitation.objects.get().status == "void"


def test_an_invitation_goes_to_ticked_contacts_and_typed_addresses() -> None:
    """N3: each gets a row and an e-mail of its own."""
    company = make_company()
    contact = company.contact("Curlew", email="orders@curlew.example")
    client = company.browser()
    page = text_of(client, f"{PAGE}invite/?contact={contact.id}")
    assert f'value="{contact.id}" checked' in page
    with company.inside():
        text = default_text()

    answer = client.post(
        f"{PAGE}invite/",
        {
            "contacts": [str(contact.id)],
            "to": "new@example.com, new@example.com; ",
            "subject": text.subject,
            "body": text.body,
        },
    )

    assert answer.headers["Location"] == PAGE
    with company.inside():
        rows = set(Connection.objects.values_list("contact_id", "email", "status"))
        assert rows == {
            (contact.id, "orders@curlew.example", "waiting"),
            (None, "new@example.com", "waiting"),
        }
        assert MailMessage.objects.filter(subject=text.subject).count() == 2
    assert "2 invites sent." in text_of(client, PAGE)


def test_a_body_without_key_and_name_is_caught_and_put_back_with_one_click() -> None:
    """N3: nothing is sent; what was written stays."""
    company = make_company()
    client = company.browser()
    form = {"to": "a@example.com", "subject": "Hello", "body": "Dear Ana, <b>hi</b>"}

    answer = client.post(f"{PAGE}invite/", form)
    assert answer.status_code == 422
    assert "The text lacks your network key, your trading name and" in answer.content.decode()
    assert "Put it back" in answer.content.decode()
    page = client.post(f"{PAGE}invite/", {**form, "put_back": "1"}).content.decode()

    assert company.key() in page
    assert f"{company.name} Ltd" in page
    assert "Dear Ana, &lt;b&gt;hi&lt;/b&gt;" in page
    with company.inside():
        assert not Connection.objects.exists()
        assert not Invitation.objects.exists()


def test_contacts_in_the_directory_are_marked_and_others_are_not() -> None:
    """N3: only organisations that chose to be found are marked."""
    company, open_one, hidden = make_company(), make_company("Open"), make_company("Hidden")
    from tenants.services.organisations import change_settings

    with open_one.inside():
        change_settings({"discoverable": True})
    company.contact("Open", email=open_one.owner.email)
    company.contact("Hidden", email=hidden.owner.email)

    page = text_of(company.browser(), f"{PAGE}invite/")

    assert page.count("Uses Wharf") == 1
    assert page.index(open_one.owner.email) < page.index(hidden.owner.email)


def test_old_and_returned_invitations_are_marked_and_sent_again() -> None:
    """N4: over 14 days, or bounced."""
    company = make_company()
    old, bounced = waiting(company, "old@example.com"), waiting(company, "gone@example.com")
    with company.inside():
        Connection.objects.filter(id=old).update(invited_at=timezone.now() - timedelta(days=15))
        Connection.objects.filter(id=bounced).update(invite_bounced=True)
    client = company.browser()

    page = text_of(client, PAGE)
    assert page.count("No answer for over 14 days") == 1
    assert page.count("E-mail came back") == 1
    for row in (old, bounced):
        assert client.post(f"{PAGE}{row}/again/").headers["Location"] == PAGE

    page = text_of(client, PAGE)
    assert "No answer for over 14 days" not in page
    assert "E-mail came back" not in page


def test_an_invitation_is_withdrawn_once() -> None:
    """N4: a second try says that it is too late."""
    company = make_company()
    row = waiting(company)
    client = company.browser()

    assert client.get(f"{PAGE}{row}/withdraw/").status_code == 405
    client.post(f"{PAGE}{row}/withdraw/")
    assert row_of(company).status == "disconnected"
    assert client.post(f"{PAGE}{row}/withdraw/").status_code == 409


def test_entering_the_key_of_an_inviter_connects_both() -> None:
    """N5, N7: the page says Connected; the mark stands beside the contact."""
    inviter, guest = make_company("Inviter"), make_company("Guest")
    waiting(inviter, guest.owner.email)
    contact = guest.contact("Inviter <i>", kind="supplier")
    client = guest.browser()

    answer = client.post(f"{PAGE}add/", {"contact": "inviter  <I>", "key": inviter.key()})

    row = row_of(guest)
    assert answer.headers["Location"] == f"{PAGE}{row.id}/"
    assert (row.status, row.contact_id) == ("connected", contact.id)
    page = text_of(client, f"{PAGE}{row.id}/")
    assert f"Connected with {inviter.name}." in page
    assert "Inviter &lt;i&gt;" in page
    assert f"Connected to {inviter.name} on Wharf" in page
    assert row_of(inviter).status == "connected"


def test_a_wrong_key_and_an_unknown_contact_are_said_at_the_field() -> None:
    """N5: nothing changes."""
    company = make_company()
    company.contact("Somebody", kind="supplier")
    client = company.browser()

    answer = client.post(f"{PAGE}add/", {"contact": "Somebody", "key": "WH-1"})
    assert answer.status_code == 422
    assert 'href="#id_key">Network key: This is no network key' in answer.content.decode()
    answer = client.post(f"{PAGE}add/", {"contact": "Nobody", "key": company.key()})
    assert "You have no contact “Nobody”." in answer.content.decode()
    answer = client.post(f"{PAGE}add/", {"contact": "Somebody", "key": company.key()})
    assert "This is your own key." in answer.content.decode()
    with company.inside():
        assert not Connection.objects.exists()


def wanting() -> tuple[Company, Company]:
    owner, asker = make_company("Owner"), make_company("Asker")
    contact = asker.contact("Owner of the key", kind="supplier")
    connect_by_key(asker.id, contact.id, owner.key())
    return owner, asker


def test_somebody_who_wants_to_connect_is_accepted_as_a_new_contact() -> None:
    """N5: both sides turn Connected."""
    owner, asker = wanting()
    client, row = owner.browser(), row_of(owner)
    assert "entered your key without an invitation" in text_of(client, f"{PAGE}{row.id}/")

    client.post(f"{PAGE}{row.id}/accept/", {"contact": ""})
    owner.drain()

    assert row_of(owner).status == row_of(asker).status == "connected"
    with owner.inside():
        assert Contact.objects.get().name == asker.name


def test_accepting_as_a_supplier_who_would_be_a_customer_is_refused_at_the_field() -> None:
    """N6: says what to change."""
    owner, _asker = wanting()
    owner.contact("My supplier", kind="supplier")
    row = row_of(owner)

    answer = owner.browser().post(f"{PAGE}{row.id}/accept/", {"contact": "My supplier"})

    assert answer.status_code == 422
    assert "One of you has to be the customer" in answer.content.decode()
    assert row_of(owner).status == "wants"


def test_refusing_sends_the_reason_back() -> None:
    """N5: the asker reads why."""
    owner, asker = wanting()
    row = row_of(owner)

    owner.browser().post(f"{PAGE}{row.id}/refuse/", {"reason": "Not our customer"})
    owner.drain()

    page = text_of(asker.browser(), f"{PAGE}{row_of(asker).id}/")
    assert "Not our customer" in page


def test_removing_a_connection_says_what_stops_and_shows_on_both_sides() -> None:
    """N13: “Yes, remove the network”."""
    pair = make_pair()
    client, row = pair.buyer.browser(), row_of(pair.buyer)

    page = text_of(client, f"{PAGE}{row.id}/remove/")
    assert "Yes, remove the network" in page
    assert "Documents that were delivered stay, on both sides." in page
    assert 'data-dialog="remove"' in text_of(client, f"{PAGE}{row.id}/")
    assert row_of(pair.buyer).status == "connected"
    assert client.post(f"{PAGE}{row.id}/remove/").headers["Location"] == PAGE
    pair.drain()

    assert row_of(pair.buyer).status == row_of(pair.supplier).status == "disconnected"
    assert client.post(f"{PAGE}{row.id}/remove/").status_code == 409


def test_the_history_shows_each_message_and_sends_a_failed_one_again() -> None:
    """N14: receipt, check and answer apart; the reason; Send again."""
    pair = make_pair()
    client = pair.buyer.browser()
    with pair.buyer.inside():
        sent = Envelope.objects.filter(direction="out").order_by("id").first()
        assert sent is not None
        Envelope.objects.filter(id=sent.id).update(
            delivery="failed", reason="<b>Nobody</b> answered"
        )

    assert "Delivery failed" in text_of(client, "/network/envelopes/?tab=failed")
    page = text_of(client, f"/network/envelopes/{sent.id}/")
    assert "&lt;b&gt;Nobody&lt;/b&gt; answered" in page
    assert json.loads(sent.payload).keys()
    client.post(f"/network/envelopes/{sent.id}/again/")

    with pair.buyer.inside():
        assert Envelope.objects.get(id=sent.id).delivery == "queued"
    assert client.post(f"/network/envelopes/{sent.id}/again/").status_code == 409
    stranger = make_company("Stranger").browser()
    assert stranger.get(f"/network/envelopes/{sent.id}/").status_code == 404


@pytest.mark.parametrize("address", [PAGE, "/network/envelopes/"])
def test_a_list_takes_as_many_statements_for_one_row_as_for_forty(address: str) -> None:
    """N8: at most ten, whatever the number of rows."""
    company = make_company()
    waiting(company)
    client = company.browser()
    client.get(address)

    def statements() -> int:
        with CaptureQueriesContext(
            database,
        ) as caught:
            assert client.get(address).status_code == 200
        return sum(not q["sql"].startswith(("BEGIN", "COMMIT")) for q in caught.captured_queries)

    few = statements()
    for number in range(40):
        waiting(company, f"guest{number}@example.com")
    assert few == statements()
    assert few <= 10
