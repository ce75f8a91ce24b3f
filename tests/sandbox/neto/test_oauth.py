"""Add-ons: the merchant's page, both sorts of tokens, refreshing, and what ends them."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests_oauthlib import OAuth2Session

from tests.sandbox.neto.client import Store
from tests.sandbox.neto.conftest import filled
from tests.sandbox.running import Running

BACK = "http://127.0.0.1:9999/auth/callback"
ASKED = {"Filter": {"Limit": 1, "OutputSelector": ["GrandTotal"]}}
APP = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}


def page(store: Store, **more: str) -> requests.Response:
    """What the merchant sees."""
    asked = {"client_id": "sandbox-client", "redirect_uri": BACK, "response_type": "code"}
    domain = store.filled["url"].removeprefix("http://")
    asked |= {"store_domain": domain, "state": "s p/1"} | more
    url = f"{store.sandbox.url}/oauth/v2/auth"
    return requests.get(url, params=asked, timeout=30, allow_redirects=False)


def press(store: Store, shown: requests.Response, decision: str) -> dict[str, str]:
    """The merchant presses a button; what comes back to the app."""
    fields = dict(re.findall(r"type='hidden' name='(\w+)' value='([^']*)'", shown.text))
    url = f"{store.sandbox.url}/oauth/v2/auth"
    sent = {**fields, "decision": decision}
    answer = requests.post(url, data=sent, timeout=30, allow_redirects=False)
    assert answer.status_code == 302
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == BACK
    return {name: many[0] for name, many in parse_qs(where.query).items()}


def token(store: Store, path: str = "/oauth/v2/token", **form: str) -> requests.Response:
    """The token address, as a form."""
    return requests.post(f"{store.sandbox.url}{path}", data={**APP, **form}, timeout=30)


def code_of(store: Store, **more: str) -> str:
    """A code that the merchant allowed."""
    return press(store, page(store, **more), "allow")["code"]


def first(store: Store, secret: str, client_id: str = "sandbox-client") -> dict[str, Any]:
    """A call with a token of the first sort, at the store."""
    headers = {"X_ACCESS_KEY": client_id, "X_SECRET_KEY": secret}
    answer = store.post("GetOrder", ASKED, NETOAPI_KEY="", NETOAPI_USERNAME="", **headers)
    return dict(answer.json())


def second(store: Store, bearer: str, api_id: str) -> requests.Response:
    """A call with a bearer, at the gateway."""
    headers = {"NETOAPI_ACTION": "GetOrder", "Accept": "application/json"}
    headers["Authorization"] = f"Bearer {bearer}"
    url = f"{store.sandbox.url}/v1/stores/{api_id}/do/WS/NetoAPI"
    return requests.post(url, json=ASKED, headers=headers, timeout=30)


@pytest.mark.parametrize("field", ["access_code", "code"])
def test_a_merchant_allows_an_add_on(store: Store, field: str) -> None:
    """Code and state come back; the token opens this store, for this app, until it is removed."""
    came = press(store, page(store), "allow")
    assert came["state"] == "s p/1"
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, field: came["code"]}
    told = token(store, **form).json()
    assert set(told) == {
        *("scope", "store_id", "store_domain", "store_name", "store_timezone", "access_token"),
        *("user", "billing_address"),
    }
    assert (told["scope"], told["store_timezone"]) == ("api user address", "Australia/Sydney")
    assert f"http://{told['store_domain']}" == store.filled["url"]
    assert first(store, told["access_token"])["Ack"] == "Success"
    assert first(store, told["access_token"], "somebody")["Ack"] == "Error"
    assert token(store, **form).json()["error"] == "invalid_grant"  # a code is good once
    assert store.act("revoke_app") == {"tokens": 1}
    assert first(store, told["access_token"])["Messages"]["Error"]["Message"] == "Invalid API Key"


def test_bearers_end_and_are_refreshed(store: Store) -> None:
    """The second sort: at the gateway by api_id, 401 when it is over, a new one for the refresh."""
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    told = token(store, "/oauth/v2/token?version=2", **form, code=code_of(store)).json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    assert told["api_id"] == store.filled["api_id"]
    assert second(store, told["access_token"], told["api_id"]).json()["Ack"] == "Success"
    store.sandbox.control("clock", {"advance": 3601})
    late = second(store, told["access_token"], told["api_id"])
    assert (late.status_code, late.reason) == (401, "Unauthorized")
    again = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    new = token(store, "/oauth/v2/token?version=2", **again).json()
    assert second(store, new["access_token"], new["api_id"]).status_code == 200
    assert token(store, **again).json()["error"] == "invalid_grant"
    assert new["refresh_token"] != told["refresh_token"]


def test_a_bearer_opens_only_its_store(neto: Running) -> None:
    """Neither another store at the gateway, nor this one as the first sort."""
    one, two = filled(neto, orders=0), filled(neto, orders=0)
    told = one.act("connect", version=2)
    assert second(two, told["access_token"], two.filled["api_id"]).status_code == 401
    assert first(one, told["access_token"])["Ack"] == "Error"
    old = one.act("connect")
    assert second(one, old["access_token"], one.filled["api_id"]).status_code == 401
    assert first(two, old["access_token"])["Ack"] == "Error"


def test_a_merchant_does_not_allow_it(store: Store) -> None:
    """The app is told so with its state; what is wrong with the app is told to the person."""
    came = press(store, page(store), "deny")
    assert (came["error"], came["state"], "code" in came) == ("access_denied", "s p/1", False)
    for wrong in (
        {"client_id": "nobody"},
        {"redirect_uri": "https://elsewhere.example/x"},
        {"redirect_uri": "javascript://127.0.0.1/%0aalert(1)"},
        {"store_domain": "nowhere.example"},
    ):
        shown = page(store, **wrong)
        assert (shown.status_code, "location" in shown.headers) == (400, False), wrong
    answer = page(store, response_type="token")
    assert "error=unsupported_response_type" in answer.headers["location"]
    hostile = page(store, state="'><script>")
    assert "<script>" not in hostile.text and "&#x27;&gt;&lt;script&gt;" in hostile.text


def test_what_the_token_address_refuses(store: Store) -> None:
    """Each with its code, and a code of another app or address is not taken."""
    for form, status, error in (
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
    ):
        answer = token(store, **form)
        assert (answer.status_code, answer.json()["error"]) == (status, error), form
        assert set(answer.json()) == {"error", "error_description", "hint", "message"}
    form = {"grant_type": "authorization_code", "code": code_of(store)}
    assert token(store, **form, redirect_uri=BACK + "2").json()["error"] == "invalid_grant"
    other = store.act("register_app", client_id="other", redirect_uris=[BACK])
    secret = {"client_id": "other", "client_secret": other["client_secret"]}
    assert token(store, **form, **secret, redirect_uri=BACK).json()["error"] == "invalid_grant"
    assert page(store, client_id="other", redirect_uri=BACK + "/x").status_code == 400
    assert page(store, client_id="other").status_code == 200
    late = {**form, "code": code_of(store), "redirect_uri": BACK}
    store.sandbox.control("clock", {"advance": 601})
    assert token(store, **late).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "body", [b"[1]", b"{", b"\xff\xfe", b'{"client_id": "\\ud800"}', b"a=%ff&b=%00", b"{" * 9000]
)
def test_bodies_of_any_sort(store: Store, body: bytes) -> None:
    """An OAuth error, never a fault."""
    for path in ("token", "auth"):
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            url = f"{store.sandbox.url}/oauth/v2/{path}"
            answer = requests.post(url, data=body, headers={"Content-Type": kind}, timeout=30)
            assert answer.status_code in (400, 401)


def test_a_library_for_oauth_connects(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """requests-oauthlib, with the add-on's secret in a header or in the form."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    session = OAuth2Session("sandbox-client", redirect_uri=BACK)
    domain = store.filled["url"].removeprefix("http://")
    address = f"{store.sandbox.url}/oauth/v2/auth?version=2"
    where, state = session.authorization_url(address, store_domain=domain)
    came = press(store, requests.get(where, timeout=30), "allow")
    assert came["state"] == state
    told = session.fetch_token(
        f"{store.sandbox.url}/oauth/v2/token",
        code=came["code"],
        client_secret="sandbox-secret",
    )
    url = f"{store.sandbox.url}/v1/stores/{told['api_id']}/do/WS/NetoAPI"
    headers = {"NETOAPI_ACTION": "GetOrder", "Accept": "application/json"}
    assert session.post(url, json=ASKED, headers=headers, timeout=30).json()["Ack"] == "Success"
    new = session.refresh_token(f"{store.sandbox.url}/oauth/v2/token", **APP)
    assert new["access_token"] != told["access_token"]
