"""Before the wizard: consent bound to session and person; companies that do not fit."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounting.domain.states import ConnectionState
from accounting.models import Connection, Exchange
from tests.accounting.books import Books
from tests.accounting.test_wizard import BASE, allow, company_there, connect, consent_address
from tests.cast import Company, make_company, make_user
from tests.sandbox.running import Running


@pytest.fixture
def company() -> Company:
    return make_company("Kestrel")


def connections(company: Company) -> list[str]:
    with company.inside():
        return list(Connection.objects.values_list("realm", flat=True))


def test_consent_needs_the_permission_and_two_step_sign_in(
    company: Company, quickbooks: Running
) -> None:
    """Q1: without “Integration: Accounting - QuickBooks” nothing begins, nor without two steps."""
    assert company.browser(company.teammate).post(f"{BASE}/connect/").status_code == 403
    page = company.browser().get(f"{BASE}/connect/").content.decode()
    assert "Two-step sign-in" in page and "GBP" in page


def test_denied_consent_is_said_plainly(company: Company, quickbooks: Running) -> None:
    """Q1: nothing is connected and nothing changed."""
    client = company.browser()
    realm = company_there(quickbooks)
    answer = client.get(allow(consent_address(client), realm, "deny"))
    assert answer.status_code == 400
    assert "You chose not to give Wharf access" in answer.content.decode()
    assert connections(company) == []


def test_a_callback_is_good_once_and_in_its_own_session(
    company: Company, quickbooks: Running
) -> None:
    """Q1: the state is bound to session, person and organisation, and used up."""
    realm = company_there(quickbooks)
    client, other = company.browser(), make_company("Other").browser()
    colleague = company.browser(company.member("admin"))
    back = allow(consent_address(client), realm)
    for stranger in (other, colleague):
        answer = stranger.get(back)
        assert answer.status_code == 400
        assert "started elsewhere" in answer.content.decode()
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    assert client.get(back).status_code == 400  # the forged one used it up
    assert connections(company) == []
    back = allow(consent_address(client), realm)
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 400
    assert connections(company) == [realm]


@pytest.mark.parametrize("plan", ["Plus", "Advanced", "Essentials", "SimpleStart"])
def test_plans(company: Company, quickbooks: Running, plan: str) -> None:
    """Q1: Plus and Advanced fit, Essentials is warned of, Simple Start refused with the way out."""
    client = company.browser()
    answer = connect(client, company_there(quickbooks, plan=plan))
    if plan == "SimpleStart":
        assert answer.status_code == 400
        assert "Subscriptions and billing" in answer.content.decode()
        assert connections(company) == []
        return
    assert answer.status_code == 302
    page = client.get(f"{BASE}/wizard/mode/").content.decode()
    assert ("lacks purchase orders" in page) == (plan == "Essentials")


def test_another_base_currency_is_refused(company: Company, quickbooks: Running) -> None:
    """Q1: the sentence names both currencies and where to change ours."""
    answer = connect(company.browser(), company_there(quickbooks, country="US"))
    assert answer.status_code == 400
    said = answer.content.decode()
    assert "in USD" in said and "in GBP" in said and "Settings, Company" in said
    assert connections(company) == []


def test_settings_there_that_matter_are_told(company: Company, quickbooks: Running) -> None:
    """Q2: tracking, quantity and rate, numbers, auto-apply: what to change and where; seen live."""
    realm = company_there(
        quickbooks,
        currencies=["EUR"],
        preferences={
            "ProductAndServicesPrefs.QuantityOnHand": True,
            "ProductAndServicesPrefs.QuantityWithPriceAndRate": True,
            "SalesFormsPrefs.CustomTxnNumbers": False,
            "SalesFormsPrefs.AutoApplyPayments": True,
        },
    )
    client = company.browser()
    connect(client, realm)
    page = client.get(f"{BASE}/wizard/mode/").content.decode()
    for said in (
        "QuickBooks tracks inventory quantities itself",
        "Track inventory quantity on hand",
        "price/rate” is on",
        "Custom transaction numbers” is off",
        "Automatically apply payments” is on",
        "Several currencies",
    ):
        assert said in page
    quickbooks.control("act/track_inventory", {"realm": realm, "on": False})
    assert client.post(f"{BASE}/wizard/mode/reload/").status_code == 302
    page = client.get(f"{BASE}/wizard/mode/").content.decode()
    assert "QuickBooks tracks inventory quantities itself" not in page


def test_a_company_of_another_organisation_is_refused(
    company: Company, quickbooks: Running
) -> None:
    """Q1: two organisations would post everything twice."""
    realm = company_there(quickbooks)
    connect(make_company("First").browser(), realm)
    answer = connect(company.browser(), realm)
    assert answer.status_code == 409
    assert "connected to another organisation" in answer.content.decode()


def test_reconnecting_with_another_company_needs_change_organisation(books: Books) -> None:
    """Q20: reconnecting takes the same company; another one only after Change organisation."""
    client = books.company.browser()
    other = company_there(books.sandbox)
    answer = connect(client, other)
    assert answer.status_code == 409
    assert "Change organisation" in answer.content.decode()
    books.act("revoke_app")
    with books.company.inside():
        Connection.objects.update(state=ConnectionState.NEEDS_RECONNECT, pause_message="gone")
    answer = connect(client, books.realm)
    assert answer.status_code == 302
    with books.company.inside():
        row = Connection.objects.get()
        assert (row.state, row.pause_message) == (ConnectionState.ACTIVE, "")


def test_change_organisation_begins_anew_and_says_what_stays(books: Books) -> None:
    """Q20: the old mapping stays as history, the new company has one of its own."""
    client = books.company.browser()
    page = client.get(f"{BASE}/change-organisation/").content.decode()
    assert "What stays" in page
    refused = client.post(f"{BASE}/change-organisation/", {"name": "wrong"})
    assert refused.status_code == 422
    with books.company.inside():
        name = str(Connection.objects.get())
    answer = client.post(f"{BASE}/change-organisation/", {"name": name})
    assert answer["Location"] == f"{BASE}/connect/"
    other = company_there(books.sandbox)
    assert connect(client, other)["Location"] == f"{BASE}/wizard/"
    with books.company.inside():
        rows = Connection.objects.order_by("id").values_list("realm", "state")
        assert list(rows) == [(books.realm, "disabled"), (other, "connecting")]


def test_disabling_gives_access_back_and_keeps_everything(books: Books) -> None:
    """Q20: the token is dead there; lists here can be changed again."""
    client = books.company.browser()
    assert client.get("/settings/payment-terms/new/").status_code == 409
    with books.company.inside():
        name = str(Connection.objects.get())
    answer = client.post(f"{BASE}/disable/", {"name": name.upper()})
    assert answer.status_code == 302
    with books.company.inside():
        row = Connection.objects.get()
        assert (row.state, row.tokens) == (ConnectionState.DISABLED, "")
    assert client.get("/settings/payment-terms/new/").status_code == 200


def test_the_chart_and_terms_are_read_only_while_connected(books: Books) -> None:
    """Q10: accounts and terms are kept there, tax rules can be changed here but not made."""
    client, api = books.company.browser(), books.company.api()
    assert client.get("/settings/accounts/new/").status_code == 409
    assert api.post("/api/v1/accounts", {}).json()["code"] == "kept_elsewhere"
    assert api.post("/api/v1/terms", {}).status_code in (404, 409)
    assert client.get("/settings/tax-rules/new/").status_code == 409
    rule = books.company.tax_rule()
    assert client.get(f"/settings/tax-rules/{rule.id}/").status_code == 200
    page = client.get("/settings/accounts/").content.decode()
    assert "QuickBooks Online keeps the chart of accounts" in page
    assert "New account" not in page


def test_launch_leads_a_stranger_to_sign_up_and_a_member_to_the_wizard(
    company: Company, quickbooks: Running
) -> None:
    """Q28: opened from QuickBooks."""
    answer = Client().get(f"{BASE}/launch/")
    assert answer["Location"].startswith("/accounts/login/")
    next_ = parse_qs(urlsplit(answer["Location"]).query)["next"]
    assert next_ == [f"{BASE}/launch/"]
    assert company.browser().get(f"{BASE}/launch/")["Location"] == f"{BASE}/wizard/"


def test_a_disconnect_there_is_asked_about_and_deletes_nothing(books: Books) -> None:
    """Q28: believed only when the access no longer works."""
    client = books.company.browser()
    place = f"{BASE}/disconnected/?realmId={books.realm}"
    assert "Still connected" in client.get(place).content.decode()
    books.act("revoke_app")
    assert "no longer lets Wharf in" in client.get(place).content.decode()
    with books.company.inside():
        row = Connection.objects.get()
        assert row.state == ConnectionState.NEEDS_RECONNECT
        assert row.realm == books.realm


def test_tokens_stay_out_of_sight(company: Company, quickbooks: Running) -> None:
    """Q1: neither code nor token in a page, an exchange or an activity entry."""
    client = company.browser()
    realm = company_there(quickbooks)
    back = allow(consent_address(client), realm)
    code = parse_qs(urlsplit(back).query)["code"][0]
    client.get(back)
    client.post(f"{BASE}/wizard/accounts/reload/")
    with company.inside():
        row = Connection.objects.get()
        assert code not in row.tokens and "refresh" not in row.tokens
        bodies: list[Any] = list(Exchange.objects.values_list("body", flat=True))
    page = client.get(f"{BASE}/wizard/mode/").content.decode()
    assert not re.search(r"eyJ|AB11", page)
    assert all("Bearer" not in body for body in bodies)


def test_setting_up_an_organisation_offers_to_connect_one(quickbooks: Running) -> None:
    """Q28: chosen on the page that sets up, or opened from QuickBooks; it leads to connecting."""
    client = Client()
    client.force_login(
        make_user("Newcomer", second_factor=True),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get(f"{BASE}/launch/")["Location"] == "/organisations/new/"
    page = client.get("/organisations/new/").content.decode()
    assert '<option value="quickbooks" selected>' in page
    values = {
        "name": "New Co", "legal_name": "New Co Ltd", "country": "GB", "timezone": "UTC",
        "begin_with": "quickbooks",
    }  # fmt: skip
    answer = client.post("/organisations/new/", values)
    assert answer["Location"] == f"{BASE}/connect/"
    assert client.get(f"{BASE}/connect/").status_code == 200
