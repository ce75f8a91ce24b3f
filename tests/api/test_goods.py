"""Receipts, shipments, bills and previews by the API, as a warehouse's own program would."""

import json
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from hub.ids import new_id
from orders.models import Receipt
from tenants.services.api_keys import make_api_key
from tests.cast import make_company
from tests.orders.business import Business

D = Decimal
V1 = "/api/v1"


@pytest.fixture
def shop() -> Business:
    return Business()


def post(api: APIClient, address: str, body: Any = None, status: int = 200, **headers: Any) -> Any:
    answer = api.post(f"{V1}{address}", body or {}, format="json", headers=headers)
    assert answer.status_code == status, answer.content
    return answer.json()


def get(api: APIClient, address: str, status: int = 200) -> Any:
    answer = api.get(f"{V1}{address}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_an_order_is_received_in_one_call(shop: Business) -> None:
    """O3: in part with a line, then all that is outstanding; the order tells how far it is."""
    api, order = shop.company.api(), shop.order("10", "2")
    line = get(api, f"/purchase-orders/{order.id}")["lines"][0]
    assert (line["received"], line["billed"]) == ("0.00000", "0.00000")
    body = {
        "happened_on": "2026-05-06",
        "reference": "DN 1",
        "lines": [{"line_id": line["id"], "quantity": "4"}],
    }
    receipt = post(api, f"/purchase-orders/{order.id}/receive", body, 201)

    assert receipt["status"] == "received"
    assert receipt["reference"] == "DN 1"
    assert receipt["happened_on"] == "2026-05-06"
    assert receipt["purchase_order"] == str(order.id)
    assert receipt["lines"] == [
        {
            "line_id": line["id"],
            "product": str(shop.beans.id),
            "sku": "BEANS",
            "description": line["description"],
            "quantity": "4.00000",
            "unit_cost": "2.000000",
            "value": "8.0000",
        }
    ]
    post(api, f"/purchase-orders/{order.id}/receive", status=201)
    assert get(api, f"/purchase-orders/{order.id}")["lines"][0]["received"] == "10.00000"
    refused = post(api, f"/purchase-orders/{order.id}/receive", status=409)
    assert refused["code"] == "nothing_outstanding"
    shop.check()


def test_a_receipt_is_drafted_received_undone_and_void(shop: Business) -> None:
    """O3, O8: each verb answers the receipt; a preview says what an undo would change."""
    api, order = shop.company.api(), shop.order("10", "2")
    draft = post(api, "/receipts", {"purchase_order": str(order.id)}, 201)
    address = f"/receipts/{draft['id']}"
    assert draft["status"] == "draft"
    assert shop.level() == (D(0), D(0), D(10))

    assert post(api, f"{address}/authorise")["status"] == "received"
    preview = get(api, f"{address}/undo-preview")
    assert preview["possible"] is True
    assert preview["journals"][0]["event"] == "Goods received"
    assert [side["amount"] for side in preview["journals"][0]["lines"]] == ["-20.0000", "20.0000"]
    assert preview["movements"][0]["quantity"] == "-10.00000"
    assert preview["counts"][0] | {"description": ""} == {
        "order": order.number,
        "sku": "BEANS",
        "description": "",
        "counted": "received",
        "before": "10.00000",
        "after": "0.00000",
    }
    refused = get(api, f"{address}/void-preview")
    assert (refused["possible"], refused["code"]) == (False, "move_not_allowed")
    assert shop.level() == (D(10), D(0), D(0))
    assert post(api, f"{address}/undo")["status"] == "draft"
    assert post(api, f"{address}/void")["status"] == "void"
    assert shop.level() == (D(0), D(0), D(10))
    shop.check()


def test_goods_that_nobody_ordered(shop: Business) -> None:
    """O3: a blind receipt names a contact; what is wrong is named by line."""
    api = shop.company.api()
    lines = [
        {"product": str(shop.beans.id), "quantity": "5", "unit_cost": "3"},
        {"product": str(shop.freight.id), "quantity": "x"},
    ]
    body = {"contact": str(shop.supplier.id), "lines": lines}
    refused = post(api, "/receipts", body, 400)
    assert set(refused["fields"]) == {"lines.1.product"}
    assert "purchase_order" in post(api, "/receipts", {"lines": lines}, 400)["fields"]
    receipt = post(api, "/receipts", {**body, "lines": lines[:1]}, 201)
    post(api, f"/receipts/{receipt['id']}/authorise")
    assert shop.balances() == {"inventory": D(15), "grni": D(-15)}


def test_pick_pack_and_ship(shop: Business) -> None:
    """O4: the steps of a shipment, and the whole of it in one call."""
    shop.receive(shop.order("10", "2"))
    api, order = shop.company.api(), shop.sale("6")
    line = get(api, f"/sales-orders/{order.id}")["lines"][0]
    assert (line["allocated"], line["shipped"], line["invoiced"]) == (
        "6.00000",
        "0.00000",
        "0.00000",
    )
    body = {
        "sales_order": str(order.id),
        "lines": [{"line_id": line["id"], "quantity": "4"}],
        "carrier": "Van Ltd",
    }
    shipment = post(api, "/shipments", body, 201)
    address = f"/shipments/{shipment['id']}"
    assert shipment["status"] == "picking"
    assert post(api, f"{address}/pick")["status"] == "picked"
    assert post(api, f"{address}/pack", {"parcels": 2})["parcels"] == 2
    shipped = post(api, f"{address}/ship", {"tracking": "VL9", "happened_on": "2026-05-08"})
    assert (shipped["status"], shipped["carrier"], shipped["tracking"]) == (
        "shipped",
        "Van Ltd",
        "VL9",
    )
    assert get(api, f"{address}/undo-preview")["movements"][0]["quantity"] == "4.00000"
    assert post(api, f"{address}/undo")["status"] == "picking"
    assert post(api, f"{address}/void")["status"] == "void"
    whole = post(api, f"/sales-orders/{order.id}/ship", status=201)
    assert whole["status"] == "shipped"
    assert whole["lines"][0]["quantity"] == "6.00000"
    shop.check()


def test_an_order_is_billed_by_quantities_and_prices(shop: Business) -> None:
    """O3: a part at another price, then approved, undone and changed."""
    api, order = shop.company.api(), shop.order("10", "2")
    line = get(api, f"/purchase-orders/{order.id}")["lines"][0]["id"]
    address = f"/purchase-orders/{order.id}/bill"
    refused = post(api, address, {"quantities": {line: "x"}}, 400)
    assert list(refused["fields"]) == [f"quantities.{line}"]
    body = {
        "quantities": {line: "6"},
        "prices": {line: "2.50"},
        "partner_number": "F-1",
        "issued_on": "2026-05-06",
    }
    bill = post(api, address, body, 201)
    assert (bill["status"], bill["totals"]["net"]) == ("draft", "15.0000")
    post(api, f"/bills/{bill['id']}/approve")
    preview = get(api, f"/bills/{bill['id']}/undo-preview")
    assert preview["statuses"][0]["kind"] == "bill"
    assert preview["counts"][0]["counted"] == "billed"
    assert post(api, f"/bills/{bill['id']}/undo")["status"] == "draft"
    changed = shop.company.api().patch(
        f"{V1}/bills/{bill['id']}", {"reference": "Spring"}, format="json"
    )
    assert changed.json()["reference"] == "Spring"
    assert changed.json()["totals"]["net"] == "15.0000"
    shop.check()


def test_a_sale_is_invoiced_in_part(shop: Business) -> None:
    """O4: quantities by line id."""
    api, order = shop.company.api(), shop.sale("10", "3")
    line = get(api, f"/sales-orders/{order.id}")["lines"][0]["id"]
    body = {"quantities": {line: "4"}}
    invoice = post(api, f"/sales-orders/{order.id}/invoice", body, 201)
    assert invoice["totals"]["net"] == "12.0000"
    rest = post(api, f"/sales-orders/{order.id}/invoice", status=201)
    assert rest["totals"]["net"] == "18.0000"
    assert "possible" in get(api, f"/invoices/{invoice['id']}/void-preview")


def test_the_head_of_an_order(shop: Business) -> None:
    """O3, O4: location, job, handling; rep and channel on sales; simple becomes advanced."""
    api = shop.company.api()
    lines = [{"product": str(shop.beans.id), "quantity": "2", "price": "3"}]
    body = {
        "contact": str(shop.customer.id),
        "lines": lines,
        "location": str(shop.location),
        "is_advanced": False,
        "job": "Fair",
        "sales_rep": "Ada",
        "channel": "Market",
    }
    sale = post(api, "/sales-orders", body, 201)
    for name in ("location", "is_advanced", "job", "sales_rep", "channel"):
        assert sale[name] == body[name]
    refused = post(api, "/sales-orders", {**body, "location": str(new_id()), "job": "x" * 81}, 400)
    assert list(refused["fields"]) == ["job"]
    refused = post(api, "/sales-orders", {**body, "location": str(new_id())}, 400)
    assert list(refused["fields"]) == ["location"]
    assert post(api, f"/sales-orders/{sale['id']}/make-advanced")["is_advanced"] is True
    refused = post(api, f"/sales-orders/{sale['id']}/make-advanced", status=409)
    assert refused["code"] == "already_advanced"


def test_lists_page_filter_and_search(shop: Business) -> None:
    """O3: cursor pages, by status, contact and order."""
    api = shop.company.api()
    order = shop.order("10", "2")
    first = shop.receive(order, "4")
    second = shop.receive(shop.order("1", "2"))
    page = get(api, "/receipts?limit=1")
    assert [row["id"] for row in page["results"]] == [str(second.id)]
    assert page["next"]
    found = get(api, f"/receipts?q={order.number}&status=received&contact={shop.supplier.id}")
    assert [row["id"] for row in found["results"]] == [str(first.id)]
    assert "status" in get(api, "/receipts?status=lost", 400)["fields"]
    assert get(api, "/shipments")["results"] == []


def test_a_key_is_used_once(shop: Business) -> None:
    """API: the same Idempotency-Key receives once."""
    api, order = shop.company.api(), shop.order("10", "2")
    address = f"/purchase-orders/{order.id}/receive"
    answers = [post(api, address, status=201, **{"Idempotency-Key": "once"}) for _ in range(2)]
    assert answers[0] == answers[1]
    with shop.company.inside():
        assert Receipt.objects.count() == 1


def test_scopes_and_strangers(shop: Business) -> None:
    """A1, A4: stock is a scope of its own; another organisation finds nothing."""
    order = shop.order("10", "2")
    receipt = shop.receive(order, "4")
    with shop.company.inside():
        key = make_api_key(
            "Shop", ["purchases:read", "stock:read"], created_by=shop.company.owner.id
        ).value
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert get(reader, f"/receipts/{receipt.id}")["id"] == str(receipt.id)
    post(reader, f"/purchase-orders/{order.id}/receive", status=403)
    post(reader, f"/receipts/{receipt.id}/undo", status=403)
    stranger = make_company("Stranger").api()
    get(stranger, f"/receipts/{receipt.id}", 404)
    get(stranger, f"/receipts/{receipt.id}/undo-preview", 404)
    post(stranger, f"/receipts/{receipt.id}/undo", status=404)
    post(stranger, f"/purchase-orders/{order.id}/receive", status=404)


NAUGHTY: tuple[Any, ...] = (
    "\x00",
    "\u202e",
    "\ud800",
    "1e400",
    "NaN",
    "-1",
    "9" * 40,
    {},
    [],
    [[]],
    True,
    None,
    "0001-01-01",
    "9999-12-31",
    "x" * 5000,
)


def test_nothing_that_is_sent_breaks_a_verb(shop: Business) -> None:
    """API: every field with every kind of nonsense is refused or taken, never an accident."""
    shop.receive(shop.order("50", "2"))
    order, sale = shop.order("10", "2"), shop.sale("5")
    api = shop.company.api()
    with shop.company.inside():
        line, sold = str(order.lines.get().line_id), str(sale.lines.get().line_id)
    one, out = {"line_id": line, "quantity": "1"}, {"line_id": sold, "quantity": "1"}
    head = {"happened_on": "2026-05-06", "location": None, "note": "", "reference": ""}
    cases: list[tuple[str, dict[str, Any]]] = [
        (f"/purchase-orders/{order.id}/receive", {**head, "lines": [one]}),
        (
            f"/purchase-orders/{order.id}/bill",
            {"quantities": {line: "1"}, "prices": {line: "2"}, "issued_on": "2026-05-06"},
        ),
        (f"/sales-orders/{sale.id}/ship", {**head, "parcels": 1, "carrier": "", "lines": [out]}),
        (f"/sales-orders/{sale.id}/invoice", {"quantities": {sold: "1"}}),
        ("/receipts", {**head, "purchase_order": str(order.id), "lines": [one]}),
        ("/shipments", {**head, "sales_order": str(sale.id), "lines": [out]}),
    ]
    for address, body in cases:
        for name in body:
            for value in NAUGHTY:
                _answers(api, address, {**body, name: value})
                if name == "lines":
                    _answers(api, address, {**body, "lines": [value]})
                    _answers(api, address, {**body, "lines": [{**one, "quantity": value}]})
                    _answers(api, address, {**body, "lines": [{**one, "line_id": value}]})
                elif isinstance(body[name], dict):
                    _answers(api, address, {**body, name: {line: value, sold: value}})
                    _answers(api, address, {**body, name: {str(value)[:50]: "1"}})
    shop.check()


def _answers(api: APIClient, address: str, body: Any) -> None:
    text = json.dumps(body)
    answer = api.generic("POST", f"{V1}{address}", text, content_type="application/json")
    assert answer.status_code in (201, 400, 404, 409), (address, body, answer.content)
