"""Behaviours that nobody has verified, each with its switch at another value than usual."""

from decimal import Decimal
from json import dumps
from typing import Any
from urllib.parse import urlencode

import requests

from hub.launcher.places import ROOT
from sandbox.quickbooks.app import SWITCHES
from tests.sandbox.quickbooks.helping import (
    CLIENT,
    REDIRECT,
    Books,
    allow,
    books,
    sale,
    service,
)
from tests.sandbox.running import Running


def test_another_companys_token(server: Running, us: Books) -> None:
    """403 with 3100, or 401 as an unknown one, by the switch."""
    other = books(server)
    strange = Books(server, other.made, us.token)
    assert strange.ask("GET", "preferences").json()["Fault"]["Error"][0]["code"] == "3100"
    server.control("switches", {"wrong_company": "unknown"})
    answer = strange.ask("GET", "preferences")
    server.control("switches", {"wrong_company": "forbidden"})
    assert (answer.status_code, answer.json()["fault"]["error"][0]["code"]) == (401, "3200")


def test_a_missing_object_by_the_switch(us: Books) -> None:
    """610 with 400 as documented, or with 404."""
    assert us.ask("GET", "invoice/999").status_code == 400
    us.running.control("switches", {"missing_status": 404})
    answer = us.ask("GET", "invoice/999")
    us.running.control("switches", {"missing_status": 400})
    assert (answer.status_code, answer.json()["Fault"]["Error"][0]["code"]) == (404, "610")


def test_payments_above_the_balance_and_sparse_ones(us: Books) -> None:
    """Unapplied or refused; a sparse payment without its total refused or taken."""
    invoice = us.invoice(10)
    us.running.control("switches", {"line_over_balance": "refuse"})
    link = {"Amount": 11, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    body = {"CustomerRef": us.customer(), "TotalAmt": 11, "Line": [link]}
    assert us.refused("Payment", body) == "6000"
    us.running.control("switches", {"line_over_balance": "unapplied"})
    payment = us.post("Payment", body)
    assert payment["UnappliedAmt"] == 1
    sparse = {"Id": payment["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "a"}
    assert us.refused("Payment", sparse) == "2020"
    us.running.control("switches", {"sparse_payment": "taken"})
    taken = us.post("Payment", sparse)
    us.running.control("switches", {"sparse_payment": "refused"})
    assert (taken["PrivateNote"], taken["UnappliedAmt"], taken["TotalAmt"]) == ("a", 1, 11)


def test_numbers_that_are_sent_though_they_are_automatic(us: Books) -> None:
    """Kept, and policed only by the switch."""
    us.act("set_preferences", preferences={"SalesFormsPrefs.CustomTxnNumbers": False})
    us.invoice(DocNumber="Z-1")
    us.invoice(DocNumber="Z-1")
    us.running.control("switches", {"numbers_always_policed": True})
    assert us.refused("Invoice", sale(us, DocNumber="Z-1")) == "6140"
    us.running.control("switches", {"numbers_always_policed": False})


def test_items_with_their_sku_and_refunds_without_a_customer(us: Books) -> None:
    """SELECT * has no Sku unless the switch shows it; 6560 unless it is not needed."""
    us.post("Item", {**service(us), "Name": "Lantern", "Sku": "LAN"})
    text = "SELECT * FROM Item WHERE Name = 'Lantern'"
    assert "Sku" not in us.query(text)["Item"][0]
    assert us.query(text.replace("*", "*, Sku"))["Item"][0]["Sku"] == "LAN"
    us.running.control("switches", {"item_sku": True})
    assert us.query(text)["Item"][0]["Sku"] == "LAN"
    refund = sale(us, 5, DepositToAccountRef=us.account("Checking"))
    del refund["CustomerRef"]
    us.running.control("switches", {"item_sku": False})
    assert us.refused("RefundReceipt", refund) == "6560"
    us.running.control("switches", {"refund_customer": False})
    assert us.post("RefundReceipt", refund)["TotalAmt"] == 5
    us.running.control("switches", {"refund_customer": True})


def test_tax_outside_the_united_states_by_switches(server: Running) -> None:
    """Lines without a code, rounding by line, amounts that are net although tax is included."""
    made = books(server, country="AU")
    code = made.made["tax_codes"]["GST"]
    bare = sale(made, 100)
    del bare["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]
    assert made.refused("Invoice", bare) == "6000"
    server.control("switches", {"tax_code_needed": False})
    assert made.post("Invoice", bare)["TotalAmt"] == 100
    server.control("switches", {"tax_code_needed": True})
    lines = [made.line("Tin Mug", 1, "0.05", code) for _ in range(3)]
    body: Any = {"CustomerRef": made.customer(), "Line": lines}
    assert made.post("Invoice", body)["TotalAmt"] == Decimal("0.17")
    server.control("switches", {"tax_rounding": "line"})
    assert made.post("Invoice", body)["TotalAmt"] == Decimal("0.18")
    server.control("switches", {"tax_rounding": "rate", "inclusive_amount": "net"})
    body = sale(made, 100, code, GlobalTaxCalculation="TaxInclusive")
    assert made.post("Invoice", body)["TotalAmt"] == 110
    server.control("switches", {"inclusive_amount": "gross"})
    assert made.post("Invoice", body)["TotalAmt"] == 100


def test_codes_and_refresh_tokens_by_switches(server: Running, us: Books) -> None:
    """How long a code is good, how soon a refresh token changes, how long the old one goes on."""
    url = f"{server.url}/oauth2/v1/tokens/bearer"

    def refresh(token: str) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return requests.post(url, data=form, auth=CLIENT, timeout=30)

    asked = {"client_id": CLIENT[0], "redirect_uri": REDIRECT, "response_type": "code"}
    asked |= {"scope": "com.intuit.quickbooks.accounting", "state": "s"}
    page = f"{server.url}/connect/oauth2?{urlencode(asked)}"
    for seconds, status in ((10, 200), (5, 400)):
        server.control("switches", {"code_seconds": seconds})
        code = allow(page, us.realm)["code"]
        server.control("clock", {"advance": 7})
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        assert requests.post(url, data=form, auth=CLIENT, timeout=30).status_code == status
    server.control("switches", {"code_seconds": 300, "rotate_after": 0, "rotation_grace": 60})
    first = server.control("act/connect", {"realm": us.realm})["refresh_token"]
    second = refresh(first).json()["refresh_token"]
    assert second != first
    server.control("clock", {"advance": 50})
    assert refresh(first).status_code == 200
    server.control("clock", {"advance": 20})
    assert refresh(first).status_code == 400
    server.control("switches", {"rotate_after": 86_400, "rotation_grace": 0})


def test_a_currency_that_is_not_sent(server: Running) -> None:
    """2020 where there are many, or the customer's own by the switch."""
    made = books(server, currencies=["EUR"])
    quai = made.post("Customer", {"DisplayName": "Quai", "CurrencyRef": {"value": "EUR"}})
    body = sale(made, 100, CustomerRef={"value": quai["Id"]})
    assert made.refused("Invoice", body) == "2020"
    server.control("switches", {"currency_needed": False})
    shown = made.post("Invoice", body)
    server.control("switches", {"currency_needed": True})
    assert shown["CurrencyRef"] == {"value": "EUR", "name": "Euro"}


def test_the_readme_has_every_switch() -> None:
    """With its default and what it changes; every switch is tried at another value somewhere."""
    told = (ROOT / "sandbox" / "README.md").read_text()
    section = told[told.index("## QuickBooks Online") : told.index("## Xero")]
    here = ROOT / "tests" / "sandbox" / "quickbooks"
    tests = "".join(one.read_text() for one in here.glob("test_*.py"))
    for name, switch in SWITCHES.items():
        default = switch.default if isinstance(switch.default, str) else dumps(switch.default)
        assert f"| `{name}` | `{default}` | {switch.words} |" in section
        assert f'"{name}"' in tests, name
