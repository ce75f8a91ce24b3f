"""Every switch at another value than its default: what it changes, seen by a client.

`TRIALS` has one for each; a switch without one fails the first test.
"""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import requests

from sandbox.neto.switches import SWITCHES
from tests.sandbox.neto.client import LINES, Store, listed

Trial = Callable[[Store], None]
TRIALS: dict[str, Trial] = {}


def trial(trial: Trial) -> Trial:
    """The trial of the switch that has its name."""
    TRIALS[trial.__name__] = trial
    return trial


def turn(store: Store, **switches: Any) -> None:
    store.sandbox.control("switches", switches)


def add(store: Store, *lines: dict[str, Any], **more: Any) -> str:
    body = {"Order": [{"Username": "tanaka", "OrderLine": list(lines), **more}]}
    return str(listed(store.call("AddOrder", body)["Order"])[0]["OrderID"])


def test_each_switch_has_a_trial() -> None:
    """By name."""
    assert set(TRIALS) == set(SWITCHES)


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_a_switch_changes_what_it_says(store: Store, name: str) -> None:
    """The trial sees it both ways, or against the default that other tests assert."""
    TRIALS[name](store)


# --- Access --------------------------------------------------------------------------------------
@trial
def requests_a_minute(store: Store) -> None:
    store.sandbox.control("clock", {"set": "2027-05-05T10:00:00Z", "stop": True})
    turn(store, requests_a_minute=2)
    assert [store.post("GetOrder").status_code for _ in range(3)] == [200, 200, 429]
    store.sandbox.control("clock", {"set": 1_800_000_000})


@trial
def retry_after(store: Store) -> None:
    store.sandbox.control("clock", {"set": "2027-05-05T11:00:00Z", "stop": True})
    turn(store, requests_a_minute=0)
    assert "retry-after" not in store.post("GetOrder").headers
    turn(store, retry_after=True)
    assert int(store.post("GetOrder").headers["retry-after"]) <= 61
    store.sandbox.control("clock", {"set": 1_800_000_000})


@trial
def auth_status(store: Store) -> None:
    for status in (200, 401, 403):
        turn(store, auth_status=status)
        answer = store.post("GetOrder", NETOAPI_KEY="wrong")
        assert (answer.status_code, answer.json()["Ack"]) == (status, "Error")


def bearer(store: Store, token: str) -> requests.Response:
    headers = {"NETOAPI_ACTION": "GetOrder", "Accept": "application/json"}
    headers["Authorization"] = f"Bearer {token}"
    return requests.post(store.gateway, json={}, headers=headers, timeout=30)


@trial
def bearer_status(store: Store) -> None:
    assert bearer(store, "wrong").status_code == 401
    turn(store, bearer_status=200)
    answer = bearer(store, "wrong")
    assert (answer.status_code, answer.json()["Ack"]) == (200, "Error")


@trial
def bearer_seconds(store: Store) -> None:
    turn(store, bearer_seconds=5)
    told = store.act("connect", version=2)
    assert (told["expires_in"], bearer(store, told["access_token"]).status_code) == (5, 200)
    store.sandbox.control("clock", {"advance": 6})
    assert bearer(store, told["access_token"]).status_code == 401


def token(store: Store, **form: str) -> dict[str, Any]:
    sent = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", **form}
    url = f"{store.sandbox.url}/oauth/v2/token"
    return dict(requests.post(url, data=sent, timeout=30).json())


@trial
def refresh_rotates(store: Store) -> None:
    turn(store, refresh_rotates=False)
    refresh = store.act("connect", version=2)["refresh_token"]
    seen = set()
    for _ in range(3):
        told = token(store, grant_type="refresh_token", refresh_token=refresh)
        assert told["refresh_token"] == refresh
        seen.add(told["access_token"])
    assert [bearer(store, one).status_code for one in seen].count(200) == 1 and len(seen) == 3


@trial
def code_seconds(store: Store) -> None:
    back = "http://localhost:1/back"
    sent = {"client_id": "sandbox-client", "redirect_uri": back, "store": store.name}
    url = f"{store.sandbox.url}/oauth/v2/auth"
    sent["decision"] = "allow"
    answer = requests.post(url, data=sent, timeout=30, allow_redirects=False)
    code = answer.headers["location"].partition("code=")[2].partition("&")[0]
    turn(store, code_seconds=1)
    store.sandbox.control("clock", {"advance": 2})
    told = token(store, grant_type="authorization_code", code=code, redirect_uri=back)
    assert told["error"] == "invalid_grant"


# --- Shapes --------------------------------------------------------------------------------------
COLLECTIONS: dict[str, tuple[str, dict[str, Any], tuple[str | int, ...]]] = {
    "Order": ("GetOrder", {"OutputSelector": ["OrderID"]}, ()),
    "OrderLine": ("GetOrder", {"OutputSelector": ["OrderLine"]}, ("Order", 0)),
    "OrderPayment": ("GetOrder", {"OutputSelector": ["OrderPayment"]}, ("Order", 0)),
    "StickyNotes": ("GetOrder", {"OutputSelector": ["StickyNotes"]}, ("Order", 0)),
    "ExtraOption": (
        "GetOrder",
        {"OutputSelector": ["OrderLine", "OrderLine.ExtraOptions"]},
        ("Order", 0, "OrderLine", 0, "ExtraOptions"),
    ),
    "Item": ("GetItem", {"SKU": "TUMBLER-LAST"}, ()),
    "WarehouseQuantity": (
        "GetItem",
        {"SKU": "APRON-S", "OutputSelector": ["WarehouseQuantity"]},
        ("Item", 0),
    ),
    "Rma": ("GetRma", {}, ()),
    "RmaLine": ("GetRma", {"OutputSelector": ["RmaLines"]}, ("Rma", 0, "RmaLines", 0)),
    "Refund": ("GetRma", {"OutputSelector": ["Refunds"]}, ("Rma", 0, "Refunds", 0)),
    "Payment": ("GetPayment", {}, ()),
    "Customer": ("GetCustomer", {"Username": "tanaka"}, ()),
    "Warehouse": ("GetWarehouse", {"WarehouseID": 1}, ()),
}


@trial
def objects_for_one(store: Store) -> None:
    made = store.act("place_order", kind="options", seed=1)["OrderID"]
    note = {"OrderID": made, "StickyNotes": [{"Title": "A", "Description": "B"}]}
    sku = store.order(made, "OrderLine")["OrderLine"][0]["SKU"]
    store.act("change_order", order=made, quantities={sku: 1})
    options = [{"Name": "Grind", "Value": "Fine"}]
    store.act("place_order", kind="cancelled", seed=3)
    store.call("UpdateOrder", {"Order": note})
    store.act("return_goods", order=made, lines=[{"SKU": sku, "Quantity": 1}], refund="1.00")
    for name, (action, filters, way) in COLLECTIONS.items():
        asked: dict[str, Any] = {"Filter": {**filters}}
        if action in ("GetOrder", "GetPayment"):
            asked["Filter"]["OrderID"] = made
        turn(store, objects_for_one=[])
        found: Any = store.call(action, asked)
        for step in way:
            found = found[step]
        assert isinstance(found[name], list), name
        if name == "ExtraOption":  # the sample order has two of them
            assert len(found[name]) == 2 and options
            continue
        assert len(found[name]) == 1, name
        turn(store, objects_for_one=[name])
        alone: Any = store.call(action, asked)
        for step in way:
            alone = listed(alone[step])[0] if step == name else alone[step]
        assert alone[name] == found[name][0], name
    for name in ("Warning", "Error"):
        turn(store, objects_for_one=[])
        sent: dict[str, Any] = {"Item": {"SKU": "nope"} if name == "Warning" else []}
        many = store.post("UpdateItem", sent).json()["Messages"][name]
        turn(store, objects_for_one=[name])
        assert store.post("UpdateItem", sent).json()["Messages"][name] == many[0]
    turn(store, objects_for_one=["Written"])
    assert isinstance(store.call("UpdateItem", {"Item": {"SKU": "SCALE-01"}})["Item"], dict)
    turn(store, objects_for_one=[])
    assert isinstance(store.call("UpdateItem", {"Item": {"SKU": "SCALE-01"}})["Item"], list)


@trial
def empty_lists(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"})
    for how, seen in (("blank", ""), ("list", []), ("object", {}), ("absent", None)):
        turn(store, empty_lists=how)
        assert store.order(made, "StickyNotes").get("StickyNotes") == seen


@trial
def no_match(store: Store) -> None:
    for how, seen in (("blank", ""), ("list", []), ("object", {}), ("absent", None)):
        turn(store, no_match=how)
        answer = store.call("GetOrder", {"Filter": {"OrderID": "N1"}})
        assert (answer["Ack"], answer.get("Order")) == ("Success", seen)


@trial
def empty_address_parts(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"})
    assert "BillFax" not in store.order(made, "BillAddress")
    turn(store, empty_address_parts="blank")
    assert store.order(made, "BillAddress")["BillFax"] == ""


@trial
def keys_in_columns(store: Store) -> None:
    sent = {"Item": [{"SKU": "SCALE-01"}, {"SKU": "KETTLE-GOOSE"}]}
    assert store.call("UpdateItem", sent)["Item"] == [{"SKU": "SCALE-01"}, {"SKU": "KETTLE-GOOSE"}]
    turn(store, keys_in_columns=True)
    assert store.call("UpdateItem", sent)["Item"] == {"SKU": ["SCALE-01", "KETTLE-GOOSE"]}


@trial
def messages_in_a_list(store: Store) -> None:
    turn(store, messages_in_a_list=True)
    (messages,) = store.call("UpdateItem", {"Item": {"SKU": "nope"}})["Messages"]
    assert messages["Warning"]["Message"] == "Cannot find Item nope"


@trial
def warnings_describe(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"})
    sent = {"Order": [{"OrderID": made}, {"OrderID": made, "OrderStatus": "Sent"}]}
    assert "Description" not in store.call("UpdateOrder", sent)["Messages"]["Warning"]
    turn(store, warnings_describe=True)
    told = store.call("UpdateOrder", sent)["Messages"]["Warning"]
    assert told["Description"] == "OrderStatus Sent is unknown"


@trial
def wrapped(store: Store) -> None:
    turn(store, wrapped=True)
    answer = store.post("GetItem", {"Filter": {"SKU": "SCALE-01"}}).json()
    assert set(answer) == {"GetItemResponse"}
    assert answer["GetItemResponse"]["Ack"] == "Success"
    assert "<GetItemResponse><Item>" in store.post("GetItem", Accept="").text


@trial
def quantity_places(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01", "Quantity": 2}, {"SKU": "CUP-SET-2", "Quantity": "0.5"})
    for places, seen in ((0, ["2", "0.500"]), (3, ["2.000", "0.500"])):
        turn(store, quantity_places=places)
        lines = store.order(made, "OrderLine")["OrderLine"]
        assert [line["Quantity"] for line in lines] == seen


@trial
def price_places(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"})
    for places, seen in ((8, "69.00000000"), (3, "69.000")):
        turn(store, price_places=places)
        assert store.order(made, *LINES)["OrderLine"][0]["UnitPrice"] == seen


@trial
def images_flat(store: Store) -> None:
    asked = {"Filter": {"SKU": "SCALE-01", "OutputSelector": ["Images"]}}
    (flat,) = store.call("GetItem", asked)["Item"]
    turn(store, images_flat=False)
    (documented,) = store.call("GetItem", asked)["Item"]
    assert documented["Images"] == {"Image": flat["Images"]}


@trial
def groups_in_lists(store: Store) -> None:
    names = ["PriceGroups", "Categories", "KitComponents", "ItemSpecifics"]
    asked = {"Filter": {"SKU": "KIT-STARTER", "OutputSelector": names}}
    (plain,) = store.call("GetItem", asked)["Item"]
    turn(store, groups_in_lists=True)
    (deep,) = store.call("GetItem", asked)["Item"]
    for name in names:
        assert deep[name] == [plain[name]]


@trial
def bare_lines(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"})
    turn(store, bare_lines=False)
    (line,) = store.order(made, "OrderLine")["OrderLine"]
    assert {"UnitPrice", "Tax", "ProductName", "WarehouseID"} <= set(line)


# --- Pages ---------------------------------------------------------------------------------------
def ids(store: Store, **filters: Any) -> list[str]:
    return [one["OrderID"] for one in store.orders(**filters)]


@trial
def page_one_is_first(store: Store) -> None:
    made = [add(store, {"SKU": "SCALE-01"}) for _ in range(3)]
    assert ids(store, Page=1, Limit=2) == made[:1]
    turn(store, page_one_is_first=True)
    assert ids(store, Page=1, Limit=2) == ids(store, Page=0, Limit=2) == made[:0:-1]


@trial
def short_pages(store: Store) -> None:
    made = [add(store, {"SKU": "SCALE-01"}) for _ in range(5)]
    turn(store, short_pages=1)
    pages = [ids(store, Page=page, Limit=3) for page in range(4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert sorted(one for page in pages for one in page) == made


@trial
def default_limit(store: Store) -> None:
    made = [add(store, {"SKU": "SCALE-01"}) for _ in range(3)]
    turn(store, default_limit=2)
    assert (ids(store), ids(store, Limit=3)) == (made[:0:-1], made[::-1])


@trial
def order_of_rows(store: Store) -> None:
    made = [add(store, {"SKU": "SCALE-01"}) for _ in range(3)]
    store.sandbox.control("clock", {"advance": 5})
    store.call("UpdateOrder", {"Order": {"OrderID": made[0], "CustomerRef1": "A"}})
    assert ids(store) == made[::-1]
    turn(store, order_of_rows="oldest")
    assert ids(store) == made
    turn(store, order_of_rows="updated")
    assert ids(store) == [made[0], made[2], made[1]]


@trial
def edited_between_pages(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"})
    turn(store, edited_between_pages=1)
    first = store.order(made, "DateUpdated")["DateUpdated"]
    store.sandbox.control("clock", {"advance": 60})
    store.orders()
    assert store.order(made, "DateUpdated")["DateUpdated"] > first


@trial
def total_results(store: Store) -> None:
    for _ in range(3):
        add(store, {"SKU": "SCALE-01"})
    turn(store, total_results=True)
    answer = store.call("GetOrder", {"Filter": {"Limit": 1}})
    assert (answer["CurrentPage"], len(answer["Order"])) == ({"TotalResults": "3"}, 1)


@trial
def filter_required(store: Store) -> None:
    turn(store, filter_required=True)
    for filters in ({}, {"OrderStatus": "New"}, {"OutputSelector": ["ID"]}):
        assert store.post("GetOrder", {"Filter": filters}).json()["Ack"] == "Error"
    assert store.orders("ID", OrderStatus="New") == []


# --- Money and stock -----------------------------------------------------------------------------
@trial
def order_tax_has_shipping(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"}, ShippingCost="11.00")
    assert store.order(made, "OrderTax")["OrderTax"] == "7.27"
    turn(store, order_tax_has_shipping=False)
    made = add(store, {"SKU": "SCALE-01"}, ShippingCost="11.00")
    assert store.order(made, "OrderTax")["OrderTax"] == "6.27"


@trial
def product_discount_per(store: Store) -> None:
    line = {"SKU": "SCALE-01", "Quantity": 3, "DiscountAmount": "2.00"}
    assert store.order(add(store, line), "GrandTotal")["GrandTotal"] == "205.00"
    turn(store, product_discount_per="unit")
    assert store.order(add(store, line), "GrandTotal")["GrandTotal"] == "201.00"


@trial
def exporting_updates(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"})
    before = store.order(made, "DateUpdated")["DateUpdated"]
    store.sandbox.control("clock", {"advance": 60})
    turn(store, exporting_updates=False)
    store.orders(OrderID=made, UpdateResults={"ExportStatus": "Exported"})
    assert store.order(made, "DateUpdated")["DateUpdated"] == before
    assert ids(store, ExportStatus="Exported") == [made]
    turn(store, exporting_updates=True)
    store.orders(OrderID=made, UpdateResults={"ExportStatus": "Pending"})
    assert store.order(made, "DateUpdated")["DateUpdated"] > before


@trial
def kit_parts(store: Store) -> None:
    made = add(store, {"SKU": "KIT-STARTER"})
    turn(store, kit_parts="beside")
    lines = store.order(made, *LINES, SplitKitComponents="True")["OrderLine"]
    assert (lines[0]["SKU"], len(lines)) == ("KIT-STARTER", 4)
    assert {Decimal(line["UnitPrice"]) for line in lines[1:]} == {Decimal(0)}


@trial
def dates_are_local(store: Store) -> None:
    store.sandbox.control("clock", {"set": "2027-10-01T20:00:00Z", "stop": True})
    made = [add(store, {"SKU": "SCALE-01"})]
    turn(store, dates_are_local=False)
    made.append(add(store, {"SKU": "SCALE-01"}))
    store.sandbox.control("clock", {"set": 1_800_000_000})
    days = [store.order(one, "DateInvoiced")["DateInvoiced"] for one in made]
    assert days == ["2027-10-02", "2027-10-01"]


@trial
def approval_needed(store: Store) -> None:
    made = add(store, {"SKU": "SCALE-01"}, OrderApproval="False")
    sent = {"Order": {"OrderID": made, "OrderStatus": "Dispatched"}}
    assert store.post("UpdateOrder", sent).json()["Ack"] == "Error"
    turn(store, approval_needed=False)
    assert store.post("UpdateOrder", sent).json()["Ack"] == "Success"


def events(store: Store) -> int:
    page = requests.get(f"{store.sandbox.url}/_company/{store.name}", timeout=30).text
    return page.count("http://127.0.0.1:9/hook") - 1  # one is the subscription


@trial
def payments_notify(store: Store) -> None:
    store.act("subscribe", url="http://127.0.0.1:9/hook")
    made = add(store, {"SKU": "SCALE-01"})
    store.act("pay_order", order=made, amount="1.00")
    assert events(store) == 1
    turn(store, payments_notify=True)
    store.act("pay_order", order=made, amount="1.00")
    assert events(store) == 2


@trial
def notification_retry(store: Store) -> None:
    """At 60 and at 0 in test_notifications; here a second try without touching the clock."""
    turn(store, notification_retry=1)
    store.act("subscribe", url="http://127.0.0.1:9/hook")
    add(store, {"SKU": "SCALE-01"})
    url = f"{store.sandbox.url}/_company/{store.name}"
    deadline = time.monotonic() + 20
    while "<td>2</td><td>URLError</td>" not in requests.get(url, timeout=30).text:
        assert time.monotonic() < deadline, "no second try"
        time.sleep(0.1)


@trial
def cart_abandoned_after(store: Store) -> None:
    store.act("leave_cart", lines=[{"SKU": "SCALE-01"}])
    asked = {"Filter": {"OutputSelector": ["CheckoutStatus"]}}
    turn(store, cart_abandoned_after=0)
    (cart,) = store.call("GetCart", asked)["Cart"]
    assert cart["CheckoutStatus"] == "Abandoned"


@trial
def stock_dates_items(store: Store) -> None:
    def changed() -> str:
        asked = {"Filter": {"SKU": "SCALE-01", "OutputSelector": ["DateUpdatedUTC"]}}
        return str(store.call("GetItem", asked)["Item"][0]["DateUpdatedUTC"])

    before = changed()
    store.sandbox.control("clock", {"advance": 60})
    add(store, {"SKU": "SCALE-01"})
    assert changed() == before
    turn(store, stock_dates_items=True)
    add(store, {"SKU": "SCALE-01"})
    assert changed() > before
