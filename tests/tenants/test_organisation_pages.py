"""Setting up an organisation, changing between them, its settings, the search."""

from uuid import UUID

import pytest
from django.test import Client

from tenants.models import Activity, Organisation, User
from tests.cast import make_company, make_user

FOUND = {
    "name": "Tern & Sons",
    "legal_name": "Tern & Sons Ltd",
    "country": "AU",
    "base_currency": "",
    "timezone": "Australia/Sydney",
    "company_email": "hello@tern.example",
    "tax_number": "123",
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_somebody_without_an_organisation_sets_one_up() -> None:
    """A1: after signing up; the currency follows the country."""
    client = signed_in(make_user("Founder", second_factor=True))
    assert client.get("/").headers["Location"] == "/organisations/new/"
    assert "Set up organisation" in client.get("/organisations/new/").content.decode()

    answer = client.post("/organisations/new/", FOUND)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    page = client.get("/settings/company/").content.decode()
    assert "Tern &amp; Sons" in page
    assert "Your books are kept in AUD." in page


def test_setting_up_without_a_name_is_refused_with_the_values_kept() -> None:
    """A1: the form says what is missing."""
    client = signed_in(make_user("Founder", second_factor=True))

    answer = client.post("/organisations/new/", {**FOUND, "name": ""})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id_name">Trading name: This field is required.' in page
    assert 'value="hello@tern.example"' in page


def test_switching_works_only_to_ones_own_organisations() -> None:
    """A1: the switcher; a stranger's organisation does not exist."""
    mine, strange = make_company("Mine"), make_company("Strange")
    client = mine.browser()
    client.post("/organisations/new/", {**FOUND, "name": "Second"})
    assert "Second" in client.get("/settings/").content.decode()

    answer = client.post("/organisations/switch/", {"organisation": str(mine.id)})
    assert answer.headers["Location"] == "/"
    assert f"{mine.name} · Wharf" in client.get("/settings/").content.decode()

    assert client.get("/organisations/switch/").status_code == 405
    answer = client.post("/organisations/switch/", {"organisation": str(strange.id)})
    assert answer.status_code == 404
    assert strange.name not in client.get("/settings/").content.decode()


def test_theme_and_shortcuts_are_kept_and_lead_back() -> None:
    """A1: a person's own choices; `next` never leaves the site."""
    company = make_company()
    client = company.browser()

    answer = client.post("/appearance/", {"theme": "dark", "next": "/help/"})
    assert answer.headers["Location"] == "/help/"
    answer = client.post("/appearance/", {"shortcuts": "off", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    client.post("/appearance/", {"theme": "neon"})

    user = User.objects.get(pk=company.owner.pk)
    assert (user.appearance, user.shortcuts) == ("dark", False)
    page = client.get("/help/").content.decode()
    assert 'data-bs-theme="dark"' in page
    assert 'data-shortcuts="off"' in page


def settings_of(company_id: UUID) -> Organisation:
    return Organisation.objects.get(id=company_id)


def company_form(organisation: Organisation) -> dict[str, str]:
    return {
        "name": organisation.name,
        "legal_name": organisation.legal_name,
        "tax_number": "GB123",
        "company_email": organisation.company_email,
        "phone": "",
        "country": "GB",
        "address": "1 Quay",
        "timezone": "Europe/London",
        "date_format": "Y-m-d",
        "tax_rounding": "document",
        "brand_colour": "#0f4c5c",
        "document_footer": "<b>Thank you</b>",
        "discoverable": "on",
    }


def test_company_settings_are_saved_and_the_audit_report_shows_what_changed() -> None:
    """A1, A3: every field, before and after."""
    company = make_company()
    client = company.browser()
    with company.inside():
        form = company_form(settings_of(company.id))

    answer = client.post("/settings/company/", form)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/company/")
    with company.inside():
        organisation = settings_of(company.id)
        assert (organisation.tax_rounding, organisation.discoverable) == ("document", True)
        line = Activity.objects.get(action="organisation.changed")
        assert line.changes["Tax number"] == ["", "GB123"]
        assert line.actor_id == company.owner.id
    page = client.get("/settings/company/").content.decode()
    assert "&lt;b&gt;Thank you&lt;/b&gt;" in page
    assert "Company settings saved." in page


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "javascript:"])
def test_a_colour_that_is_none_is_refused(colour: str) -> None:
    """A1: what is written into documents is a colour."""
    company = make_company()
    with company.inside():
        form = company_form(settings_of(company.id))

    answer = company.browser().post("/settings/company/", {**form, "brand_colour": colour})

    assert answer.status_code == 422
    assert "Choose a colour such as #0f4c5c." in answer.content.decode()


def test_a_teammate_looks_at_the_settings_and_cannot_change_them() -> None:
    """A1: view without edit; a person without the area gets 403."""
    company = make_company()
    client = company.browser(company.teammate)
    page = client.get("/settings/company/").content.decode()
    assert "Save settings" not in page
    assert company.name in page
    with company.inside():
        form = company_form(settings_of(company.id))

    assert client.post("/settings/company/", form).status_code == 403
    assert company.browser(company.member("warehouse")).get("/settings/company/").status_code == 403
    with company.inside():
        assert settings_of(company.id).tax_number == ""


def test_signed_out_people_are_asked_to_sign_in_and_come_back() -> None:
    """A1: every page is behind the sign-in."""
    for address in ("/", "/settings/", "/settings/company/", "/search/?q=a", "/help/"):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/?next=")


def test_a_search_that_finds_nothing_says_so_and_escapes_what_was_typed() -> None:
    """A7: the search box of every page."""
    page = make_company().browser().get("/search/", {"q": "<script>alert(1)</script>"})

    text = page.content.decode()
    assert "Nothing matches" in text
    assert "<script>alert" not in text


def test_a_search_leads_to_pages_and_things_to_make_that_one_may_open() -> None:
    """A1: what a command palette offers; nobody is led to a closed door."""
    company = make_company()
    page = company.browser().get("/search/", {"q": "mailing"}).content.decode()
    assert "Go to" in page
    assert 'href="/settings/mailing-lists/"' in page
    reader = company.browser(company.member("warehouse"))
    assert "/settings/users/" not in reader.get("/search/", {"q": "users"}).content.decode()
    assert "New: Product" in reader.get("/search/", {"q": "product"}).content.decode()
