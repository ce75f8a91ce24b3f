"""Contacts: the list, one contact, creating, changing, archiving."""

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from network.models import Contact, ContactEmail, ContactPerson
from tests.cast import make_company, make_pair

FORM = {
    "name": "Curlew & <b>Co</b>",
    "is_supplier": "on",
    "currency": "GBP",
    "email": "Hello@Curlew.example",
    "emails_orders": "orders@curlew.example, second@curlew.example",
    "emails_invoices": "",
    "emails_statements": "",
    "billing_address": "1 Quay\nBristol",
    "people-TOTAL_FORMS": "2",
    "people-INITIAL_FORMS": "0",
    "people-0-name": "Ana Ruiz",
    "people-0-email": "ana@curlew.example",
    "people-1-name": "",
}


def test_a_contact_is_created_with_its_people_and_addresses() -> None:
    """N9: the mailing list of a supplier for a purpose."""
    company = make_company()
    client = company.browser()
    page = client.get("/contacts/new/").content.decode()
    assert '<option value="GBP" selected>' in page

    answer = client.post("/contacts/new/", FORM)

    with company.inside():
        contact = Contact.objects.get()
        assert answer.headers["Location"] == f"/contacts/{contact.id}/"
        assert contact.email == "hello@curlew.example"
        assert list(ContactPerson.objects.values_list("name", "email")) == [
            ("Ana Ruiz", "ana@curlew.example")
        ]
        assert set(ContactEmail.objects.values_list("purpose", "email")) == {
            ("orders", "orders@curlew.example"),
            ("orders", "second@curlew.example"),
        }
    page = client.get(f"/contacts/{contact.id}/").content.decode()
    assert "Curlew &amp; &lt;b&gt;Co&lt;/b&gt;" in page
    assert "<b>Co</b>" not in page
    assert "orders@curlew.example, second@curlew.example" in page
    assert "1 Quay<br>Bristol" in page
    assert "Not connected on Wharf." in page
    assert f"/settings/company/network/invite/?contact={contact.id}" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Name: This field is required."),
        ({"is_supplier": ""}, "Choose customer, supplier, or both."),
        ({"emails_orders": "nonsense"}, "“nonsense” is no e-mail address"),
        ({"people-0-email": "nonsense"}, "Line 1, E-mail: Enter a valid email address."),
        ({"name": "TAKEN"}, "Another contact has this name."),
    ],
)
def test_what_cannot_be_used_is_said_at_the_field_and_values_are_kept(
    change: dict[str, str], said: str
) -> None:
    """A1: nothing is written."""
    company = make_company()
    company.contact("taken")

    answer = company.browser().post("/contacts/new/", {**FORM, **change})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "Ana Ruiz" in page
    with company.inside():
        assert Contact.objects.count() == 1


def test_changing_a_contact_keeps_what_is_not_touched_and_logs_the_change() -> None:
    """A3: before and after on the contact's timeline."""
    company = make_company()
    client = company.browser()
    client.post("/contacts/new/", FORM)
    with company.inside():
        contact = Contact.objects.get()
    page = client.get(f"/contacts/{contact.id}/edit/").content.decode()
    assert 'value="orders@curlew.example, second@curlew.example"' in page

    client.post(
        f"/contacts/{contact.id}/edit/",
        {**FORM, "phone": "0117", "people-0-DELETE": "on", "emails_orders": ""},
    )

    page = client.get(f"/contacts/{contact.id}/").content.decode()
    assert "Phone: <del>nothing</del> → <ins>0117</ins>" in page
    with company.inside():
        assert not ContactPerson.objects.exists()
        assert not ContactEmail.objects.exists()


def test_a_connected_contact_keeps_its_type_and_cannot_be_archived() -> None:
    """N6: the connection needs it; the page says what to do first."""
    pair = make_pair()
    client, contact = pair.buyer.browser(), pair.supplier_contact
    form = {**FORM, "name": contact.name, "is_supplier": "", "is_customer": "on"}

    answer = client.post(f"/contacts/{contact.id}/edit/", form)
    assert "is connected as your supplier. Remove the connection first." in answer.content.decode()
    answer = client.post(f"/contacts/{contact.id}/archive/")

    assert answer.status_code == 409
    with pair.buyer.inside():
        kept = Contact.objects.get(id=contact.id)
        assert (kept.is_supplier, kept.is_active) == (True, True)


def test_the_connected_mark_stands_wherever_a_contact_shows() -> None:
    """N7: in the list, on the page, in the search; with a text alternative."""
    pair = make_pair()
    client, contact = pair.buyer.browser(), pair.supplier_contact
    pair.buyer.contact("Somebody else")

    for address in ("/contacts/", f"/search/?q={contact.name}"):
        assert client.get(address).content.decode().count("Connected on Wharf") == 2
    page = client.get(f"/contacts/{contact.id}/").content.decode()
    assert f"Connected to {pair.supplier.name} on Wharf" in page
    assert "Remove connection" in page


def test_archiving_hides_and_restoring_brings_back() -> None:
    """A1: from the tabs, the suggestions and the search."""
    company = make_company()
    contact = company.contact("Curlew")
    client = company.browser()

    client.post(f"/contacts/{contact.id}/archive/")
    assert ">Curlew</a>" not in client.get("/contacts/?tab=suppliers").content.decode()
    assert ">Curlew</a>" in client.get("/contacts/?tab=archived").content.decode()
    assert client.get("/contacts/lookup/?q=curl").content == b""
    client.post(f"/contacts/{contact.id}/restore/")

    assert client.get("/contacts/lookup/?q=curl").content == (
        b'<option value="Curlew">Supplier</option>'
    )
    assert ">Curlew</a>" in client.get("/contacts/?q=CURL").content.decode()


def test_teammates_look_and_strangers_find_nothing() -> None:
    """A1: view without edit; another organisation's contact does not exist."""
    company, strange = make_company(), make_company("Strange")
    contact = company.contact("Curlew")
    teammate, stranger = company.browser(company.teammate), strange.browser()

    page = teammate.get(f"/contacts/{contact.id}/").content.decode()
    assert "Edit contact" not in page
    assert "Invite to connect" not in page
    assert "New contact" not in teammate.get("/contacts/?tab=archived").content.decode()
    for verb in ("edit", "archive", "restore"):
        address = f"/contacts/{contact.id}/{verb}/"
        assert teammate.post(address, FORM).status_code == 403
        assert stranger.post(address, FORM).status_code == 404
    assert teammate.get("/contacts/new/").status_code == 403
    assert stranger.get(f"/contacts/{contact.id}/").status_code == 404
    assert "Curlew" not in stranger.get("/contacts/").content.decode()


def test_the_list_takes_as_many_statements_for_one_row_as_for_sixty() -> None:
    """N8: at most ten."""
    company = make_company()
    company.contact("One")
    client = company.browser()
    client.get("/contacts/")

    def statements() -> int:
        with CaptureQueriesContext(database) as caught:
            assert client.get("/contacts/").status_code == 200
        return sum(not q["sql"].startswith(("BEGIN", "COMMIT")) for q in caught.captured_queries)

    few = statements()
    for number in range(60):
        company.contact(f"Contact {number}")
    assert few == statements()
    assert few <= 10
