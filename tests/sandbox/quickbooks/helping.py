"""A running QuickBooks sandbox, a person who allows an app, and the reference data."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import requests
import simplejson

from tests.sandbox.quickbooks.helping_data import data
from tests.sandbox.quickbooks.schema import check_answer
from tests.sandbox.reference import REFERENCE
from tests.sandbox.running import Running, running

__all__ = [
    "CLIENT",
    "REDIRECT",
    "Books",
    "allow",
    "books",
    "data",
    "pay",
    "quickbooks",
    "sale",
    "service",
]
REDIRECT = "http://127.0.0.1:9/back"
CLIENT = ("sandbox-client", "sandbox-secret")


@contextmanager
def quickbooks(tmp: Path, *options: str) -> Iterator[Running]:
    """The sandbox, with no limits on requests."""
    with running("sandbox.quickbooks", tmp / "quickbooks.sqlite", *options) as made:
        made.control("switches", {"limits": False})
        yield made


def allow(authorise: str, realm: str, decision: str = "allow") -> dict[str, str]:
    """Follow the page as a person does; what comes back to the app."""
    page = requests.get(authorise, timeout=30)
    assert page.status_code == 200, page.text
    fields = dict(re.findall(r"name='(\w+)' value='([^']*)'", page.text))
    assert f"value='{realm}'" in page.text
    sent = {name: unescape(value) for name, value in fields.items() if name != "decision"}
    action = re.search(r"action='([^']+)'", page.text)
    assert action is not None
    parts = urlparse(authorise)
    answer = requests.post(
        f"{parts.scheme}://{parts.netloc}{action.group(1)}",
        data={**sent, "realmId": realm, "decision": decision},
        allow_redirects=False,
        timeout=30,
    )
    assert answer.status_code == 302, answer.text
    found = parse_qs(urlparse(answer.headers["location"]).query)
    return {name: values[0] for name, values in found.items()}


@dataclass
class Books:
    """A company, spoken to plainly."""

    running: Running
    made: dict[str, Any]
    token: str

    @property
    def realm(self) -> str:
        return str(self.made["realmId"])

    def url(self, path: str) -> str:
        return f"{self.running.url}/v3/company/{self.realm}/{path}"

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            more["data"] = body if isinstance(body, bytes) else simplejson.dumps(body)
            headers["Content-Type"] = "application/json"
        answer = requests.request(method, self.url(path), headers=headers, timeout=60, **more)
        if REFERENCE.is_dir() and answer.status_code == 200 and answer.content.startswith(b"{"):
            check_answer(answer.json())
        return answer

    def post(self, entity: str, body: Any, **params: str) -> Any:
        """The object after a write that is taken."""
        answer = self.ask("POST", entity.lower(), body, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)[entity]

    def refused(self, entity: str, body: Any, **params: str) -> str:
        """The code of a write that is refused."""
        answer = self.ask("POST", entity.lower(), body, params=params)
        assert answer.status_code in (400, 403), answer.text
        return str(answer.json()["Fault"]["Error"][0]["code"])

    def get(self, entity: str, id_: str) -> Any:
        answer = self.ask("GET", f"{entity.lower()}/{id_}")
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)[entity]

    def query(self, text: str) -> Any:
        answer = self.ask("GET", "query", params={"query": text})
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)["QueryResponse"]

    def report(self, name: str, **params: str) -> Any:
        answer = self.ask("GET", f"reports/{name}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, verb: str, **values: Any) -> Any:
        return self.running.control(f"act/{verb}", {"realm": self.realm, **values})

    def book(self) -> dict[str, Decimal]:
        """Balances by the names of accounts; the whole has to come to nothing."""
        answer = requests.get(f"{self.running.url}/_control/ledger/{self.realm}", timeout=60)
        found = answer.json(parse_float=Decimal)
        assert found["total"] == 0
        names = {one["Id"]: one["Name"] for one in self.query("SELECT * FROM Account")["Account"]}
        named = {names[one]: Decimal(amount) for one, amount in found["balances"].items()}
        return {name: amount for name, amount in named.items() if amount}

    def line(self, item: str, quantity: Any, price: Any, tax: str = "NON") -> dict[str, Any]:
        """A sales line."""
        detail = {"ItemRef": {"value": self.made["items"][item]}, "Qty": quantity}
        detail |= {"UnitPrice": price, "TaxCodeRef": {"value": tax}}
        amount = (Decimal(str(quantity)) * Decimal(str(price))).quantize(Decimal("0.01"))
        line = {"Amount": amount, "DetailType": "SalesItemLineDetail"}
        return {**line, "SalesItemLineDetail": detail}

    def customer(self, name: str = "Lighthouse Cafe") -> dict[str, str]:
        return {"value": self.made["customers"][name]}

    def vendor(self, name: str = "Tin Works") -> dict[str, str]:
        return {"value": self.made["vendors"][name]}

    def account(self, name: str) -> dict[str, str]:
        return {"value": self.made["accounts"][name]}

    def invoice(self, amount: Any = 100, **more: Any) -> Any:
        body = {"CustomerRef": self.customer(), "Line": [self.line("Canvas Bag", 1, amount)]}
        return self.post("Invoice", {**body, **more})

    def bill(self, amount: Any = 60, **more: Any) -> Any:
        detail = {"AccountRef": self.account("Purchases")}
        line = {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail"}
        line["AccountBasedExpenseLineDetail"] = detail
        return self.post("Bill", {"VendorRef": self.vendor(), "Line": [line], **more})


def books(running_: Running, **values: Any) -> Books:
    """A filled company and a token for it."""
    made = running_.control("fill", values)
    token = running_.control("act/connect", {"realm": made["realmId"]})["access_token"]
    return Books(running_, made, token)


def pay(made: Books, amount: Any, *links: tuple[str, str, Any], **more: Any) -> Any:
    """A payment of the first customer that settles (kind, id, amount)s."""
    lines = [
        {"Amount": part, "LinkedTxn": [{"TxnId": id_, "TxnType": kind}]}
        for kind, id_, part in links
    ]
    body = {"CustomerRef": made.customer(), "TotalAmt": amount, "Line": lines}
    return made.post("Payment", {**body, **more})


def sale(made: Books, amount: Any = 100, tax: str = "NON", **more: Any) -> dict[str, Any]:
    """The body of a sale of one bag."""
    line = made.line("Canvas Bag", 1, amount, tax)
    return {"CustomerRef": made.customer(), "Line": [line], **more}


def service(made: Books) -> dict[str, Any]:
    """The body of a service, but for its name."""
    return {"Type": "Service", "IncomeAccountRef": made.account("Sales of Product Income")}
