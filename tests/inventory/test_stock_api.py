"""Stock by the API: locations, levels, movements, stock work."""

from decimal import Decimal
from typing import Any

import pytest

from inventory.models import StockAdjustment
from inventory.services.stock_tasks import TaskLine
from tenants.services.api_keys import make_api_key
from tests.cast import make_company
from tests.inventory.warehouses import LATER, Warehouses, stocked
from tests.orders.business import DAY

D = Decimal


@pytest.fixture
def here() -> Warehouses:
    made = Warehouses()
    stocked(made, ("10", "2", DAY))
    return made


def call(here: Warehouses, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = getattr(here.company.api(), method)(f"/api/v1/{path}", body, format="json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_locations_by_the_api(here: Warehouses) -> None:
    """A4, O5: list, make, change; refusals at their field."""
    made = call(here, "post", "locations", {"code": "VAN", "name": "Van"}, 201)
    assert made["is_active"] is True
    found = call(here, "get", "locations")["results"]
    assert [one["code"] for one in found] == ["MAIN", "SHOP", "VAN"]
    changed = call(here, "patch", f"locations/{made['id']}", {"name": "Blue van"})
    assert (changed["code"], changed["name"]) == ("VAN", "Blue van")
    taken = call(here, "post", "locations", {"code": "SHOP", "name": "Other"}, 400)
    assert set(taken["fields"]) == {"code"}


def test_stock_by_product_and_location(here: Warehouses) -> None:
    """A4, O5: every count as text; the value needs the books' scope."""
    here.sale("3")
    here.send("4")
    main, shop = call(here, "get", f"stock?product={here.beans.id}")["results"]
    assert main == {
        "product": str(here.beans.id),
        "sku": "BEANS",
        "location": str(here.location),
        "location_code": "MAIN",
        "on_hand": "6.00000",
        "allocated": "3.00000",
        "available": "3.00000",
        "on_order": "0.00000",
        "in_transit": "0.00000",
        "minimum": None,
        "value": "12.0000",
    }
    assert (shop["location_code"], shop["in_transit"]) == ("SHOP", "4.00000")
    moved = call(here, "get", f"stock/movements?location={here.location}")["results"]
    assert [(one["kind"], one["quantity"], one["value"]) for one in moved] == [
        ("transfer_out", "-4.00000", "-8.0000"),
        ("receipt", "10.00000", "20.0000"),
    ]
    with here.company.inside():
        key = make_api_key("Shelf", ["stock:read"], created_by=here.company.owner.id).value
    client = here.company.api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    for path in ("stock", "stock/movements"):
        for row in client.get(f"/api/v1/{path}").json()["results"]:
            assert row["value"] is None


def test_minimums_by_the_api(here: Warehouses) -> None:
    """A4, O5: set and taken away."""
    path = f"products/{here.beans.id}/minimums"
    wanted = {"minimums": [{"location": str(here.location), "quantity": "12"}]}
    assert call(here, "post", path, wanted)["results"][0]["minimum"] == "12.00000"
    wanted["minimums"][0]["quantity"] = ""
    assert call(here, "post", path, wanted)["results"][0]["minimum"] is None


def test_an_adjustment_by_the_api(here: Warehouses) -> None:
    """A4, O5: draft, replace, authorise, undo, void; the same key does it once."""
    line = {"product": str(here.beans.id), "quantity": "-2"}
    client = here.company.api()
    body = {"lines": [line], "happened_on": DAY.isoformat(), "reference": "Torn"}
    answers = [
        client.post("/api/v1/adjustments", body, format="json", HTTP_IDEMPOTENCY_KEY="once")
        for _ in range(2)
    ]
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["id"] for one in answers}) == 1
    made = answers[0].json()
    assert (made["status"], made["location"]) == ("draft", str(here.location))
    path = f"adjustments/{made['id']}"
    changed = call(here, "put", path, {**body, "lines": [{**line, "quantity": "-3"}]})
    assert changed["lines"][0]["quantity"] == "-3.00000"
    assert call(here, "post", f"{path}/authorise")["status"] == "done"
    assert here.level() == (D(7), D(0), D(0))
    assert call(here, "put", path, body, 409)["code"] == "not_a_draft"
    assert call(here, "post", f"{path}/undo")["status"] == "draft"
    assert call(here, "post", f"{path}/void")["status"] == "void"
    assert call(here, "get", "adjustments?status=void")["results"][0]["number"] == made["number"]
    bad = {"lines": [{"product": str(here.beans.id), "quantity": "x", "unit_cost": "-1"}]}
    assert set(call(here, "post", "adjustments", bad, 400)["fields"]) == {"lines.0.quantity"}
    here.check()


def test_a_transfer_by_the_api(here: Warehouses) -> None:
    """A4, O5: send, receive on a day, undo."""
    lines = [{"product": str(here.beans.id), "quantity": "4"}]
    body = {"destination": str(here.shop), "lines": lines, "happened_on": DAY.isoformat()}
    path = f"transfers/{call(here, 'post', 'transfers', body, 201)['id']}"
    assert call(here, "post", f"{path}/receive", {}, 409)["code"] == "move_not_allowed"
    assert call(here, "post", f"{path}/send")["status"] == "in_transit"
    arrived = call(here, "post", f"{path}/receive", {"received_on": LATER.isoformat()})
    assert (arrived["status"], arrived["received_on"]) == ("done", LATER.isoformat())
    assert here.at(here.shop) == (D(4), D(8), D(0))
    call(here, "post", f"{path}/undo")
    assert here.at(here.shop) == (D(0), D(0), D(0))
    here.check()


def test_a_stocktake_by_the_api(here: Warehouses) -> None:
    """A4, O5: begin, count, authorise."""
    task = call(here, "post", "stocktakes", {"happened_on": DAY.isoformat()}, 201)
    assert [line["expected"] for line in task["lines"]] == ["10.00000"]
    path = f"stocktakes/{task['id']}"
    assert call(here, "post", f"{path}/authorise", {}, 409)["code"] == "nothing_counted"
    count = {"lines": [{"product": str(here.beans.id), "counted": "8"}]}
    assert call(here, "post", f"{path}/counts", count)["lines"][0]["counted"] == "8.00000"
    assert call(here, "post", f"{path}/authorise")["status"] == "done"
    assert here.level() == (D(8), D(0), D(0))


def test_anothers_products_and_locations_cannot_be_named(here: Warehouses) -> None:
    """A1, A4: as if they did not exist; nothing is written."""
    other = Warehouses()
    line = {"product": str(other.beans.id), "quantity": "1"}
    own = {"product": str(here.beans.id), "quantity": "1"}
    for path, body, field in (
        ("adjustments", {"lines": [line]}, "lines.0.product"),
        ("adjustments", {"lines": [own], "location": str(other.location)}, "location"),
        ("transfers", {"lines": [own], "destination": str(other.shop)}, "destination"),
    ):
        assert set(call(here, "post", path, body, 400)["fields"]) == {field}
    with here.company.inside():
        assert not StockAdjustment.objects.exists()
    task = here.adjust(TaskLine(here.beans.id, "-1"), authorise=False)
    stranger = make_company("Stranger").api()
    for address in ("", "/authorise"):
        method = stranger.post if address else stranger.get
        assert method(f"/api/v1/adjustments/{task.id}{address}").status_code == 404
