"""From an invitation to Connected, and every way it is refused."""

import pytest

from hub.errors import Conflict, InvalidInput
from network.domain.keys import new_key
from network.domain.states import ConnectionStatus, PartnerRole
from network.models import Connection, Contact
from network.services.handshake import (
    PAGE,
    UNKNOWN_KEY,
    WrongPair,
    accept_wanting,
    connect_by_key,
    refuse_wanting,
)
from network.services.invitations import (
    InviteText,
    default_text,
    mark_bounced,
    send_invitations,
)
from network.services.keys import replace_key
from tenants.models import MailMessage, Notification
from tests.cast import Company, make_company, make_pair


def statuses(company: Company) -> list[str]:
    with company.inside():
        return list(Connection.objects.order_by("id").values_list("status", flat=True))


def invite(company: Company, *addresses: str) -> None:
    with company.inside():
        send_invitations([], addresses, default_text())


def test_an_invited_partner_who_enters_the_key_is_connected_at_once() -> None:
    """N5: both sides turn Connected, the inviter is told in the app and by e-mail."""
    pair = make_pair()

    with pair.buyer.inside():
        row = Connection.objects.select_related("contact").get()
        assert (row.status, row.role) == (ConnectionStatus.CONNECTED, PartnerRole.SUPPLIER)
        assert row.partner_tenant == pair.supplier.id
        assert row.contact is not None
        assert row.contact.connected
        told = Notification.objects.get(user=pair.buyer.owner, kind="network.connected")
        assert (told.title, told.url) == (f"{pair.supplier.name} is connected", PAGE)
        assert MailMessage.objects.filter(subject=told.title, state="sent").count() == 1
        link = row.link
    with pair.supplier.inside():
        row = Connection.objects.get()
        assert (row.status, row.role, row.link) == ("connected", PartnerRole.CUSTOMER, link)


def test_somebody_who_was_not_invited_waits_for_an_admin() -> None:
    """N5: the key alone leads to "Wants to connect"; accepting connects both."""
    owner, asker = make_company("Owner"), make_company("Asker")
    contact = asker.contact("Owner of the key", kind="supplier")

    connect_by_key(asker.id, contact.id, owner.key())

    assert statuses(owner) == [ConnectionStatus.WANTS]
    assert statuses(asker) == [ConnectionStatus.WAITING]
    customer = owner.contact("The asker", kind="customer")
    with owner.inside():
        row = Connection.objects.get()
        accept_wanting(row.id, customer.id)
    owner.drain()
    asker.drain()
    owner.drain()
    assert statuses(owner) == statuses(asker) == [ConnectionStatus.CONNECTED]
    with owner.inside():
        assert Contact.objects.get(id=customer.id).connected


def test_refusing_somebody_tells_them_why() -> None:
    """N5: a refusal travels with its reason and connects nobody."""
    owner, asker = make_company("Owner"), make_company("Asker")
    contact = asker.contact("Owner of the key", kind="supplier")
    connect_by_key(asker.id, contact.id, owner.key())

    with owner.inside():
        refuse_wanting(Connection.objects.get().id, "We do not know you")
    owner.drain()

    assert statuses(owner) == statuses(asker) == [ConnectionStatus.DISCONNECTED]
    with asker.inside():
        assert Connection.objects.get().disconnect_reason == "We do not know you"


@pytest.mark.parametrize("kinds", [("customer", "customer"), ("supplier", "supplier")])
def test_two_customers_or_two_suppliers_are_refused(kinds: tuple[str, str]) -> None:
    """N6: says what to change, and changes nothing on either side."""
    inviter, asker = make_company("Inviter"), make_company("Asker")
    contact = inviter.contact("The asker", kind=kinds[0], email=asker.owner.email)
    with inviter.inside():
        send_invitations([contact.id], [], default_text())
    own = asker.contact("The inviter", kind=kinds[1])

    with pytest.raises(WrongPair, match="one customer and one supplier"):
        connect_by_key(asker.id, own.id, inviter.key())

    assert statuses(inviter) == [ConnectionStatus.WAITING]
    assert statuses(asker) == []


def test_unknown_used_and_own_keys_change_nothing() -> None:
    """N2, N5: a replaced key and one that never was get the same words."""
    owner, asker = make_company("Owner"), make_company("Asker")
    contact = asker.contact("Somebody", kind="supplier")
    old = owner.key()
    with owner.inside():
        replace_key()

    messages = []
    for key in (old, new_key()):
        with pytest.raises(InvalidInput) as refused:
            connect_by_key(asker.id, contact.id, key)
        messages.append((refused.value.code, refused.value.message, refused.value.fields))
    assert messages[0] == messages[1] == ("unknown_key", UNKNOWN_KEY, {"key": [UNKNOWN_KEY]})
    with pytest.raises(InvalidInput, match="your own key"):
        connect_by_key(asker.id, contact.id, asker.key())
    with pytest.raises(InvalidInput, match="a character is missing or wrong"):
        connect_by_key(asker.id, contact.id, "WH-12345")
    assert statuses(asker) == statuses(owner) == []


def test_entering_the_key_again_says_that_it_is_connected() -> None:
    """N5: a key already connected."""
    pair = make_pair()

    with pytest.raises(Conflict, match="already connected"):
        connect_by_key(pair.supplier.id, pair.buyer_contact.id, pair.buyer.key())

    assert statuses(pair.supplier) == [ConnectionStatus.CONNECTED]


def test_both_partners_entering_keys_at_once_share_one_link() -> None:
    """N5: two requests that cross each other make one connection."""
    one, two = make_company("One"), make_company("Two")
    at_one = one.contact("Two", kind="supplier")
    at_two = two.contact("One", kind="customer")
    connect_by_key(one.id, at_one.id, two.key())
    connect_by_key(two.id, at_two.id, one.key())
    for company in (one, two, one, two):
        company.drain()

    with one.inside():
        first = Connection.objects.get(status=ConnectionStatus.CONNECTED).link
    with two.inside():
        assert Connection.objects.get(status=ConnectionStatus.CONNECTED).link == first


def test_a_typed_address_adds_a_row_and_makes_a_contact_when_it_connects() -> None:
    """N3: a free address is invited; the contact follows from who accepts."""
    inviter, guest = make_company("Inviter"), make_company("Guest")
    invite(inviter, guest.owner.email)
    contact = guest.contact("Inviter", kind="customer")

    connect_by_key(guest.id, contact.id, inviter.key())

    with inviter.inside():
        row = Connection.objects.select_related("contact").get()
        assert (row.status, row.email) == ("connected", guest.owner.email)
        assert row.contact is not None
        assert (row.contact.name, row.contact.is_supplier) == (guest.name, True)


def test_an_invitation_without_its_key_or_name_is_caught() -> None:
    """N3: the text must carry the key and the names."""
    inviter = make_company("Inviter")
    with inviter.inside(), pytest.raises(InvalidInput) as refused:
        send_invitations([], ["a@example.com"], InviteText("Hello", "Connect with us"))
    assert refused.value.fields["body"][0].startswith(
        "The text lacks your network key, your trading name and your legal name."
    )
    assert statuses(inviter) == []


def test_replacing_the_key_voids_invitations_and_keeps_connections() -> None:
    """N2: live connections stay; an open invitation no longer connects at once."""
    pair = make_pair()
    guest = make_company("Guest")
    invite(pair.buyer, guest.owner.email)
    with pair.buyer.inside():
        replace_key()
    contact = guest.contact("Buyer", kind="customer")

    connect_by_key(guest.id, contact.id, pair.buyer.key())

    assert statuses(pair.buyer) == ["connected", "waiting", "wants"]


def test_an_invitation_that_bounces_is_marked() -> None:
    """N4: the mail server refuses the address for good; the row says so and admins are told."""
    inviter = make_company("Inviter")
    invite(inviter, "nobody@example.com")
    with inviter.inside():
        mail = MailMessage.objects.get(to=["nobody@example.com"])
        mail.error = "nobody@example.com does not take mail: no such user."
        mark_bounced(mail)

        row = Connection.objects.get()
        assert (row.status, row.invite_bounced) == (ConnectionStatus.WAITING, True)
        told = Notification.objects.get(kind="network.bounced", user=inviter.owner)
        assert told.title == "The invitation to nobody@example.com did not arrive"
