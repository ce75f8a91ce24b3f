"""The golden path by the API, as others write scripts against it."""

import json
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIClient

from orders.api.line_data import line_data
from orders.api.serializers import LineSerializer
from orders.models import PurchaseOrderLine
from tests.cast import Company, make_company


def post(client: APIClient, path: str, body: Any = None, **headers: str) -> Any:
    """POST under /api/v1/ and give the answer."""
    return client.post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def made(client: APIClient, path: str, body: Any = None, status: int = 201) -> Any:
    """POST that must succeed; gives the body."""
    response = post(client, path, body)
    assert response.status_code == status, response.content
    return response.json()


def contact(company: Company, name: str, **values: Any) -> str:
    return str(made(company.api(), "contacts", {"name": name, **values})["id"])


def drain(*companies: Company) -> None:
    for _ in range(5):
        for company in companies:
            company.drain()


def test_from_invitation_to_approved_bill_by_the_api_alone() -> None:
    """A4, N3, N5, N9, N10, N11, N14: every step of the golden path, in the documented shapes."""
    buyer, supplier = make_company("Buyer"), make_company("Supplier")
    buying, selling = buyer.api(), supplier.api()
    supplier_id = contact(buyer, supplier.name, is_supplier=True, email=supplier.owner.email)
    buyer_id = contact(supplier, buyer.name, is_customer=True)
    invited = made(buying, "network/invitations", {"contact": supplier_id})
    assert invited["status"] == "waiting"
    connected = made(selling, "network/connections", {"contact": buyer_id, "key": buyer.key()})
    assert connected["status"] == "connected"
    for client in (buying, selling):
        made(client, "products", {"sku": "BEANS", "name": "House blend"})

    order = made(
        buying,
        "purchase-orders",
        {
            "contact": supplier_id,
            "currency": "GBP",
            "lines": [{"product": "BEANS", "quantity": "10", "price": "12.50"}],
        },
    )
    assert order["status"] == "draft"
    assert order["totals"] == {
        "net": "125.0000",
        "tax": "25.0000",
        "total": "150.0000",
        "currency": "GBP",
    }
    made(buying, f"purchase-orders/{order['id']}/authorise", status=200)
    sent = made(
        buying,
        f"purchase-orders/{order['id']}/send",
        {"via": ["email", "network"], "to": ["orders@example.com"], "subject": "PO", "body": "Hi"},
        status=202,
    )
    assert sent["job"]
    assert sent["envelope"]
    drain(buyer, supplier)
    waiting = selling.get("/api/v1/sales-orders?status=awaiting_approval").json()["results"]
    assert [row["network"]["partner_number"] for row in waiting] == [order["number"]]
    sale = waiting[0]
    line = order["lines"][0]["id"]
    changed = made(
        selling,
        f"sales-orders/{sale['id']}/approve",
        {"changes": [{"line_id": line, "quantity": "8"}]},
        status=200,
    )
    assert changed["status"] == "awaiting_consent"
    drain(supplier, buyer)
    offer = buying.get(f"/api/v1/purchase-orders/{order['id']}").json()["offer"]
    assert [(c["line_id"], c["quantity"]) for c in offer["changes"]] == [(line, "8.00000")]
    made(buying, f"purchase-orders/{order['id']}/accept-changes", status=200)
    drain(buyer, supplier)
    invoice = made(selling, f"sales-orders/{sale['id']}/invoice")
    made(selling, f"invoices/{invoice['id']}/authorise", status=200)
    made(selling, f"invoices/{invoice['id']}/send", {"via": ["network"]}, status=202)
    drain(supplier, buyer)
    bill = buying.get("/api/v1/bills?status=awaiting_approval").json()["results"][0]
    assert (bill["purchase_order"], bill["totals"]["total"]) == (order["id"], "120.0000")
    approved = made(buying, f"bills/{bill['id']}/approve", status=200)
    assert approved["status"] == "approved"
    drain(buyer, supplier)
    final = selling.get(f"/api/v1/invoices/{invoice['id']}").json()
    assert final["network"]["status"] == "approved"


def test_an_idempotency_key_gives_the_first_answer_again() -> None:
    """A4: one order however often it is posted; another body under the key is refused."""
    buyer = make_company("Buyer")
    supplier_id = contact(buyer, "Supplier", is_supplier=True)
    body = {"contact": supplier_id, "lines": [{"description": "Cups", "quantity": "1"}]}
    client = buyer.api()

    first = post(client, "purchase-orders", body, **{"Idempotency-Key": "abc"})
    again = post(client, "purchase-orders", body, **{"Idempotency-Key": "abc"})
    other = post(client, "purchase-orders", {**body, "note": "x"}, **{"Idempotency-Key": "abc"})

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    assert len(client.get("/api/v1/purchase-orders").json()["results"]) == 1


def test_errors_have_one_shape_and_name_every_field() -> None:
    """A4: code, message, fields by path, request id; nothing is written."""
    buyer = make_company("Buyer")
    supplier_id = contact(buyer, "Supplier", is_supplier=True)
    client = buyer.api()
    response = post(
        client,
        "purchase-orders",
        {
            "contact": supplier_id,
            "lines": [
                {"description": "Cups", "quantity": "0", "price": "1.1234567"},
                {"product": "NO-SUCH", "quantity": "-1"},
            ],
        },
        **{"X-Request-ID": "request-12345"},
    )

    assert response.status_code == 400
    body = response.json()
    assert sorted(body) == ["code", "fields", "message", "request_id"]
    assert body["fields"] == {
        "lines.0.quantity": ["This must be greater than 0."],
        "lines.0.price": ["Enter at most 6 decimals."],
        "lines.1.product": ["No product has the SKU “NO-SUCH”."],
        "lines.1.quantity": ["This must be greater than 0."],
    }
    assert body["request_id"] == "request-12345"
    assert client.get("/api/v1/purchase-orders").json()["results"] == []


def test_a_key_opens_only_its_scopes() -> None:
    """A4: missing, wrong and narrow keys; the answer says which scope is needed."""
    from tenants.services.api_keys import make_api_key

    company = make_company("Company")
    with company.inside():
        narrow = make_api_key("Narrow", ["contacts:read"], created_by=None).value
    client = APIClient()
    assert client.get("/api/v1/contacts").status_code == 401
    client.credentials(HTTP_AUTHORIZATION="Bearer wharf_wrong")
    wrong = client.get("/api/v1/contacts")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "authentication_failed")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {narrow}")
    assert client.get("/api/v1/contacts").status_code == 200
    refused = client.get("/api/v1/purchase-orders")
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "This key lacks the scope “purchases:read”.",
    )
    assert post(client, "contacts", {"name": "X"}).status_code == 403


def test_pages_follow_their_cursors_both_ways() -> None:
    """A4: every row once, and back again."""
    company = make_company("Company")
    client = company.api()
    for number in range(7):
        contact(company, f"Contact {number}", is_customer=True)

    page = client.get("/api/v1/contacts?limit=3").json()
    names = [row["name"] for row in page["results"]]
    assert page["previous"] is None
    while page["next"]:
        page = client.get(page["next"]).json()
        names += [row["name"] for row in page["results"]]
    assert names == [f"Contact {number}" for number in range(7)]
    back = client.get(page["previous"]).json()
    assert [row["name"] for row in back["results"]] == ["Contact 3", "Contact 4", "Contact 5"]
    bad = client.get("/api/v1/contacts?cursor=garbage")
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_cursor")


def test_lines_are_written_as_their_serializer_documents() -> None:
    """A4: the fast way of writing a line says the same as the documented one."""
    buyer = make_company("Buyer")
    supplier_id = contact(buyer, "Supplier", is_supplier=True)
    buyer.product("CUP", "Cup")
    made(
        buyer.api(),
        "purchase-orders",
        {
            "contact": supplier_id,
            "lines": [
                {"product": "CUP", "quantity": "3", "price": "2", "expected_on": "2026-12-01"},
                {"kind": "note", "description": "Careful"},
            ],
        },
    )
    with buyer.inside():
        for line in PurchaseOrderLine.objects.all():
            documented = json.loads(JSONRenderer().render(LineSerializer(line).data))
            assert line_data(line) == documented
