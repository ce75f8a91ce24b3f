"""Quotes, credit notes and payments for programs: the same verbs, the same words."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from orders.models import Invoice, Payment
from tests.cast import make_company
from tests.orders.business import DAY, Business
from tests.orders.pages import fresh
from tests.orders.test_money_pages import invoiced, sold

D = Decimal
V1 = "/api/v1"


@pytest.fixture
def shop() -> Business:
    return Business()


def post(client: APIClient, path: str, body: Any = None, status: int = 200, **headers: Any) -> Any:
    answer = client.post(f"{V1}/{path}", body or {}, format="json", **headers)
    assert answer.status_code == status, answer.content
    return answer.json()


def money(shop: Business, amount: str, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "account": str(shop.bank), "paid_on": DAY.isoformat(), **more}


def test_a_payment_with_allocations(shop: Business) -> None:
    """O5: list, detail, POST, settle, void, take-back."""
    first, second = invoiced(shop), invoiced(shop, "5")
    client = shop.company.api()
    body = money(
        shop,
        "150.00",
        side="sale",
        direction="in",
        contact=str(shop.customer.id),
        reference="BACS",
        allocations=[{"invoice": str(first.id), "amount": "120"}],
    )
    made = post(client, "payments", body, 201, HTTP_IDEMPOTENCY_KEY="one")
    assert post(client, "payments", body, 201, HTTP_IDEMPOTENCY_KEY="one") == made
    assert (made["amount"], made["used"], made["status"]) == ("150.0000", "120.0000", "authorised")
    assert made["settlements"][0]["number"] == first.number
    listed = client.get(f"{V1}/payments?side=sale&status=authorised").json()["results"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert client.get(f"{V1}/payments?side=both").json()["fields"]["side"]

    wanted = {"invoice": str(second.id), "amount": "31"}
    refused = post(client, f"payments/{made['id']}/settle", wanted, 400)
    assert "Only 30.00 GBP of" in refused["fields"]["amount"][0]
    dated = {**wanted, "amount": "30", "settled_on": "2026-05-09"}
    used = post(client, f"payments/{made['id']}/settle", dated)
    assert used["used"] == "150.0000"
    assert used["settlements"][-1]["settled_on"] == "2026-05-09"
    invoice = client.get(f"{V1}/invoices/{second.id}").json()
    assert invoice["settled"] == "30.0000"
    both = {"invoice": str(second.id), "bill": str(second.id), "amount": "1"}
    post(client, f"payments/{made['id']}/settle", both, 400)
    post(client, f"settlements/{used['settlements'][0]['settlement']}/take-back")
    assert fresh(shop.company, first).settled == D(0)
    assert post(client, f"payments/{made['id']}/void")["status"] == "void"
    assert fresh(shop.company, second).settled == D(0)
    shop.check()


def test_pay_and_refuse(shop: Business) -> None:
    """O5: the short way, and every field that can be wrong."""
    invoice, client = invoiced(shop), shop.company.api()
    made = post(client, f"invoices/{invoice.id}/pay", money(shop, "120"), 201)
    assert made["settlements"][0]["id"] == str(invoice.id)
    post(client, f"invoices/{invoice.id}/pay", money(shop, "1"), 409)
    bill = shop.bill(shop.order("10", "2"))
    post(client, f"bills/{bill.id}/pay", money(shop, "24"), 201)
    for change, field in (
        ({"amount": "0"}, "amount"),
        ({"account": str(shop.location)}, "account"),
        ({"currency": "???"}, "currency"),
        ({"direction": "sideways"}, "direction"),
    ):
        body = money(shop, "5", side="sale", direction="in", contact=str(shop.customer.id))
        assert field in post(client, "payments", {**body, **change}, 400)["fields"], field
    shop.check()


def test_credit_notes(shop: Business) -> None:
    """O5: on an invoice, on its own, settle, refund, keep, PDF, list by side."""
    invoice, client = sold(shop), shop.company.api()
    line = client.get(f"{V1}/invoices/{invoice.id}").json()["lines"][0]["id"]
    lines = [{"line": line, "quantity": "9", "returned": "1"}]
    body = {"invoice": str(invoice.id), "reason": "Damaged", "lines": lines}
    assert "lines.0.quantity" in post(client, "credit-notes", body, 400)["fields"]
    lines[0]["quantity"] = "2"
    note = post(client, "credit-notes", body, 201)
    assert (note["side"], note["totals"]["total"]) == ("sale", "24.0000")
    assert note["lines"][0]["returned"] == "1.00000"
    lines[0]["returned"] = "2"
    changed = client.patch(f"{V1}/credit-notes/{note['id']}", {"lines": lines}, format="json")
    assert changed.json()["lines"][0]["returned"] == "2.00000"
    assert post(client, f"credit-notes/{note['id']}/authorise")["status"] == "authorised"
    wanted = {"invoice": str(invoice.id), "amount": "4"}
    assert post(client, f"credit-notes/{note['id']}/settle", wanted)["settled"] == "4.0000"
    post(client, f"credit-notes/{note['id']}/refund", money(shop, "5"), 201)
    assert post(client, f"credit-notes/{note['id']}/keep", {}, 201)["amount"] == "15.0000"
    assert client.get(f"{V1}/credit-notes/{note['id']}").json()["status"] == "settled"
    assert client.get(f"{V1}/credit-notes/{note['id']}/pdf").content.startswith(b"%PDF")
    assert client.get(f"{V1}/credit-notes?side=purchase").json()["results"] == []
    alone = {
        "side": "purchase",
        "contact": str(shop.supplier.id),
        "lines": [{"description": "Rebate", "quantity": "1", "price": "7"}],
    }
    rebate = post(client, "credit-notes", alone, 201)
    post(client, f"credit-notes/{rebate['id']}/authorise")
    post(client, f"credit-notes/{rebate['id']}/undo")
    assert post(client, f"credit-notes/{rebate['id']}/void")["status"] == "void"
    assert "invoice" in post(client, "credit-notes", {"reason": "x"}, 400)["fields"]
    shop.check()


def test_quotes(shop: Business) -> None:
    """O4: draft, change, authorise, deposit, accept into a sales order."""
    client = shop.company.api()
    body = {
        "contact": str(shop.customer.id),
        "valid_until": "2099-01-31",
        "lines": [{"product": "BEANS", "quantity": "3", "price": "12"}],
    }
    quote = post(client, "quotes", body, 201)
    changed = client.patch(f"{V1}/quotes/{quote['id']}", {"reference": "R"}, format="json").json()
    assert (changed["reference"], changed["valid_until"]) == ("R", "2099-01-31")
    post(client, f"quotes/{quote['id']}/deposit", money(shop, "5"), 409)
    post(client, f"quotes/{quote['id']}/authorise")
    post(client, f"quotes/{quote['id']}/deposit", money(shop, "5"), 201)
    order = post(client, f"quotes/{quote['id']}/accept", {"authorise": True}, 201)
    assert (order["status"], order["lines"][0]["price"]) == ("authorised", "12.000000")
    found = client.get(f"{V1}/quotes/{quote['id']}").json()
    assert (found["status"], found["sales_order"]) == ("accepted", order["id"])
    post(client, f"quotes/{quote['id']}/undo", None, 409)
    post(client, f"sales-orders/{order['id']}/deposit", money(shop, "5"), 201)
    with shop.company.inside():
        orders = {str(one.order) for one in Payment.objects.all()}
        assert orders == {order["id"]}


def test_a_stranger_finds_nothing(shop: Business) -> None:
    """A1: another organisation's ids are unknown, and nothing happens."""
    invoice = invoiced(shop)
    payment = shop.pay_invoice(invoice, "10")
    stranger = make_company("Stranger").api()
    assert stranger.get(f"{V1}/payments/{payment.id}").status_code == 404
    post(stranger, f"payments/{payment.id}/void", None, 404)
    post(stranger, f"invoices/{invoice.id}/pay", money(shop, "1"), 404)
    post(stranger, "credit-notes", {"invoice": str(invoice.id)}, 404)
    found: Invoice = fresh(shop.company, invoice)
    assert found.settled == D(10)
