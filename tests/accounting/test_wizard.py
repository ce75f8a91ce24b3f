"""The connect wizard in the browser, against the sandbox."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from accounting.domain.states import ConnectionState
from accounting.domain.wizard import PHRASE, WizardStep
from accounting.models import Connection
from accounting.services.mapping import asked_of, mapping_rows
from tests.accounting.books import LANES
from tests.cast import Company, make_company
from tests.sandbox.running import Running

BASE = "/integrations/quickbooks"


def consent_address(client: Client) -> str:
    """Press Continue; where it leads."""
    answer = client.post(f"{BASE}/connect/")
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def allow(address: str, realm: str, decision: str = "allow") -> str:
    """What a person does on the provider's page; where they are sent back to."""
    given = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    form = {**given, "realmId": realm, "decision": decision}
    target = address.partition("?")[0]
    answer = requests.post(target, data=form, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def connect(client: Client, realm: str) -> Any:
    """Consent from the button to the wizard."""
    return client.get(allow(consent_address(client), realm))


def company_there(quickbooks: Running, **fill: Any) -> str:
    """A company in the sandbox; its realm."""
    return str(quickbooks.control("fill", {"country": "GB", **fill})["realmId"])


def map_step(company: Company, client: Client, step: WizardStep, kind: str) -> None:
    """Take every proposal, create there what is missing, go on."""
    place = f"{BASE}/wizard/{step.value}/"
    with company.inside():
        rows = mapping_rows(Connection.objects.get(), kind, asked_only=True)
    for row in rows:
        if not row.proposal and not row.remote_id:
            client.post(f"{place}create/", {"create": str(row.ours.id)})
    with company.inside():
        rows = mapping_rows(Connection.objects.get(), kind, asked_only=True)
    wanted = {f"map-{row.ours.id}": row.remote_id or row.proposal for row in rows}
    answer = client.post(place, wanted)
    assert answer.status_code == 302, re.findall(
        r"w-field__error.*?</div>", answer.content.decode()
    )


def walk_to_confirm(company: Company, client: Client, mode: str = "both") -> None:
    """Every step but the last."""
    for step, values in (("mode", {"mode": mode}), ("data", {"choice": "keep"})):
        answer = client.post(f"{BASE}/wizard/{step}/", values)
        assert answer.status_code == 302, answer.content.decode()
    map_step(company, client, WizardStep.ACCOUNTS, "account")
    map_step(company, client, WizardStep.TAXES, "tax")
    map_step(company, client, WizardStep.TERMS, "term")
    assert client.post(f"{BASE}/wizard/opening/", {"wanted": "yes"}).status_code == 302
    page = client.get(f"{BASE}/wizard/stock/").content.decode()
    location = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert location is not None
    answer = client.post(f"{BASE}/wizard/stock/", {"wanted": "yes", "location": location.group(1)})
    assert answer.status_code == 302


@pytest.fixture
def company() -> Company:
    return make_company("Kestrel")


def test_the_wizard_is_walked_from_consent_to_connected(
    company: Company, quickbooks: Running
) -> None:
    """Q1-Q8: consent, eight steps, the phrase, the migration; then the connection is active."""
    realm = company_there(quickbooks)
    client = company.browser()
    page = client.get(f"{BASE}/connect/")
    assert page.status_code == 200
    assert quickbooks.url in page["Content-Security-Policy"]
    answer = connect(client, realm)
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}/wizard/")
    assert client.get(f"{BASE}/wizard/")["Location"] == f"{BASE}/wizard/mode/"
    walk_to_confirm(company, client)
    wrong = client.post(f"{BASE}/wizard/confirm/", {"phrase": "yes"})
    assert wrong.status_code == 422
    begun = client.post(f"{BASE}/wizard/confirm/", {"phrase": PHRASE})
    assert begun["Location"] == f"{BASE}/migration/"
    assert "Data is being moved" in client.get("/contacts/").content.decode()
    refused = client.post("/contacts/new/", {"name": "Nobody"})
    assert refused.status_code == 423
    company.drain(lanes=LANES)
    with company.inside():
        connection = Connection.objects.get()
        assert connection.state == ConnectionState.ACTIVE
        assert connection.connected_at is not None
    shown = client.get(f"{BASE}/migration/").content.decode()
    assert "The migration is done" in shown
    assert "Data is being moved" not in shown


def test_every_step_is_a_page(company: Company, quickbooks: Running) -> None:
    """Q2-Q8: each step shows itself; a later one is not opened before its turn."""
    client = company.browser()
    connect(client, company_there(quickbooks))
    assert client.get(f"{BASE}/wizard/stock/")["Location"] == f"{BASE}/wizard/mode/"
    walk_to_confirm(company, client)
    for step in WizardStep:
        page = client.get(f"{BASE}/wizard/{step.value}/")
        assert page.status_code == 200
        assert step.label in page.content.decode()
    with company.inside():
        assert asked_of("account")
