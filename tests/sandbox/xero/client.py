"""xero-python, and a plain client that holds every answer against the contract."""

from dataclasses import dataclass, field
from json import loads
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.identity import IdentityApi

from tests.sandbox.reference import REFERENCE
from tests.sandbox.running import Running
from tests.sandbox.xero.material import check

HELD: set[tuple[str, str]] = set()  # method and resource of what xero-python was answered
CLIENT, SECRET = "sandbox-client", "sandbox-secret"
BASE = "/api.xro/2.0"


@dataclass
class Company:
    """An organisation of a running sandbox, with tokens."""

    running: Running
    tenant: str
    tokens: dict[str, Any]
    banks: list[str] = field(default_factory=list)
    session: requests.Session = field(default_factory=requests.Session)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        hold: bool = True,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> requests.Response:
        """One request; an answer with 200 is held against the contract."""
        sent = {
            "authorization": f"Bearer {self.tokens['access_token']}",
            "xero-tenant-id": self.tenant,
            "accept": "application/json",
        } | (headers or {})
        given = {"data": body} if isinstance(body, bytes) else {"json": body}
        url = f"{self.running.url}{BASE}{path}"
        answer = self.session.request(method, url, headers=sent, timeout=60, **given, **more)
        if hold and REFERENCE.is_dir() and answer.status_code == 200:
            check(method, path.partition("?")[0], 200, answer.json())
        return answer

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The element of an answer that must be good; a list for lists."""
        answer = self.send(method, path, body, **more)
        assert answer.status_code == 200, answer.text
        (found,) = [v for k, v in answer.json().items() if isinstance(v, list) and k != "Warnings"]
        return found

    def bad(self, method: str, path: str, body: Any = None, **more: Any) -> str:
        """The messages of an answer that must be 400."""
        answer = self.send(method, path, body, **more)
        assert answer.status_code == 400, answer.text
        elements = answer.json()["Elements"]
        return " ".join(m["Message"] for one in elements for m in one["ValidationErrors"])

    def act(self, verb: str, **values: Any) -> Any:
        """What a person does."""
        return self.running.control(f"act/{verb}", {"tenant": self.tenant, **values})

    def book(self) -> dict[str, Any]:
        """Balances by the account's code or name; fails unless debits equal credits."""
        found = self.running.control(f"ledger/{self.tenant}", method="GET")
        assert found["total"] == 0
        self.running.control("act/clear_limits", {})
        accounts = self.ok("GET", "/Accounts")
        names = {one["AccountID"]: one.get("Code") or one["Name"] for one in accounts}
        return {names[one]: amount for one, amount in found["balances"].items() if amount}

    def contact(self, name: str = "Ada", **more: Any) -> str:
        """A contact's id."""
        return str(
            self.ok("PUT", "/Contacts", {"Contacts": [{"Name": name, **more}]})[0]["ContactID"]
        )

    def invoice(self, contact: str, *, lines: Any = None, **more: Any) -> dict[str, Any]:
        """An approved sales invoice, 100.00 and tax, unless said otherwise."""
        body = invoice(contact, lines=lines, **more)
        found: dict[str, Any] = self.ok("PUT", "/Invoices?unitdp=4", {"Invoices": [body]})[0]
        return found


def invoice(contact: str, *, lines: Any = None, **more: Any) -> dict[str, Any]:
    """The body of an approved sales invoice."""
    return {
        "Type": "ACCREC",
        "Contact": {"ContactID": contact},
        "Date": "2026-05-04",
        "DueDate": "2026-06-04",
        "Status": "AUTHORISED",
        "LineItems": lines or [line(100)],
    } | more


def line(amount: Any, account: str = "200", **more: Any) -> dict[str, Any]:
    """A line of one."""
    return {
        "Description": "Beans",
        "Quantity": 1,
        "UnitAmount": amount,
        "AccountCode": account,
    } | more


def company(running: Running, country: str = "NZ", **values: Any) -> Company:
    """A new organisation with a connected app."""
    made = running.control("fill", {"country": country, **values})
    tokens = running.control("act/connect", {"tenant": made["tenant"]})
    return Company(running, made["tenant"], tokens, made["bank_accounts"])


def sdk(running: Running, tokens: dict[str, Any], saved: list[Any] | None = None) -> ApiClient:
    """xero-python's client, which neither retries nor shares its tokens."""
    client = ApiClient(Configuration())
    client.configuration.oauth2_token = OAuth2Token(CLIENT, SECRET)
    TokenApi.refresh_token_url = f"{running.url}/connect/token"
    TokenApi.revoke_token_url = f"{running.url}/connect/revocation"
    kept = {**tokens, "scope": tokens["scope"].split()}
    holder = [kept]
    client.oauth2_token_getter(lambda: holder[0])

    def save(token: dict[str, Any]) -> None:
        holder[0] = token
        if saved is not None:
            saved.append(token)

    client.oauth2_token_saver(save)
    pool = client.rest_client.pool_manager
    pool.connection_pool_kw["retries"] = urllib3.Retry(total=0, redirect=0, status=0)
    _watched(pool)
    return client


def _watched(pool: urllib3.PoolManager) -> None:
    """Every good answer of JSON that comes through is held against the contract."""
    ask = pool.request

    def request(method: str, url: str, *args: Any, **more: Any) -> urllib3.BaseHTTPResponse:
        answer = ask(method, url, *args, **more)
        path = urlsplit(url).path
        json = answer.headers.get("content-type", "").startswith("application/json")
        if REFERENCE.is_dir() and BASE in path and answer.status == 200 and json:
            check(method, unquote(path.removeprefix(BASE)), 200, loads(answer.data))
            HELD.add((method, path.removeprefix(BASE).split("/")[1]))
        return answer

    pool.request = request  # type: ignore[method-assign]


def accounting(running: Running, client: ApiClient) -> AccountingApi:
    """The Accounting API at the sandbox."""
    return AccountingApi(client, base_url=f"{running.url}{BASE}")


def identity(running: Running, client: ApiClient) -> IdentityApi:
    """The connections at the sandbox."""
    return IdentityApi(client, base_url=running.url)
