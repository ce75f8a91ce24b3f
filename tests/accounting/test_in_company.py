"""The company's own addresses, as QuickBooks says them (Q10)."""

from dataclasses import replace
from typing import Any

from accounting.domain.answers import Company
from accounting.models import Connection
from accounting.services.company_details import take_company
from orders.services.freezing import party_of
from tenants.services.organisations import change_settings, current_organisation
from tests.accounting.books import Books

THEIRS = Company(
    "1",
    "Quay",
    "GB",
    "GBP",
    "Plus",
    address="1 Quay Street\nHull",
    legal_name="Quay Trading Ltd",
    customer_address="PO Box 7\nHull",
    email="hello@quay.example",
    phone="555 0100",
)


def settings_of(books: Books) -> dict[str, Any]:
    with books.company.inside():
        row = current_organisation()
        names = ("legal_name", "address", "customer_address", "company_email", "phone")
        return {name: getattr(row, name) for name in names}


def test_a_sync_fills_what_is_empty_and_says_where_it_is_from(books: Books) -> None:
    """Q10: address and telephone come in; what was entered at the founding stays; it is shown."""
    before = settings_of(books)
    books.sync()
    after = settings_of(books)
    assert after["legal_name"] == before["legal_name"]
    assert after["company_email"] == before["company_email"]
    assert (after["phone"], after["customer_address"]) == ("555 0100", "")
    assert after["address"].splitlines()[0] == "1 Quay Street"
    page = books.company.browser().get("/settings/company/").content.decode()
    assert page.count("From QuickBooks Online: follows it until you change it here.") == 2
    shown = books.company.api().get("/api/v1/organisation").json()
    assert (shown["phone"], shown["customer_address"]) == ("555 0100", "")


def test_what_came_from_there_follows_and_what_is_ours_stays(books: Books) -> None:
    """Q10: each setting by itself; emptied there it stays; customers' address is on documents."""
    with books.company.inside():
        change_settings({"company_email": "", "phone": "", "address": ""})
        connection = Connection.objects.get()
        take_company(connection, THEIRS)
    said = settings_of(books)
    assert (said["address"], said["customer_address"]) == ("1 Quay Street\nHull", "PO Box 7\nHull")
    assert (said["company_email"], said["phone"]) == ("hello@quay.example", "555 0100")
    with books.company.inside():
        assert party_of(current_organisation()).address == "PO Box 7\nHull"
        change_settings({"phone": "ours"})
        moved = replace(THEIRS, address="2 Quay Street", phone="555 0101", email="")
        take_company(Connection.objects.get(), moved)
        take_company(Connection.objects.get(), moved)
    said = settings_of(books)
    assert (said["address"], said["phone"]) == ("2 Quay Street", "ours")
    assert said["company_email"] == "hello@quay.example"
    with books.company.inside():
        one = replace(moved, customer_address="2 Quay Street")
        take_company(Connection.objects.get(), one)
        assert party_of(current_organisation()).address == "2 Quay Street"
    assert settings_of(books)["customer_address"] == ""


def test_the_address_by_which_others_find_us_is_never_changed_from_there(books: Books) -> None:
    """Q10: an organisation that can be found keeps its e-mail; what is no address is left out."""
    with books.company.inside():
        change_settings({"company_email": "", "discoverable": False})
        take_company(Connection.objects.get(), THEIRS)
        change_settings({"discoverable": True})
        take_company(Connection.objects.get(), replace(THEIRS, email="evil@other.example"))
        take_company(Connection.objects.get(), replace(THEIRS, email="no address"))
    assert settings_of(books)["company_email"] == "hello@quay.example"
