"""The shop's page: plain forms, used as a browser would send them."""

import requests

from tests.sandbox.neto.client import LINES, MONEY, Store


def send(store: Store, form: str, **fields: str) -> requests.Response:
    return requests.post(f"{store.filled['shop']}/{form}", data=fields, timeout=30)


def test_a_person_buys_pays_and_staff_send_it(store: Store) -> None:
    """Two items from two warehouses with a discount; paid later; approved; moved; split."""
    bought = send(
        store,
        "place",
        sku0="SCALE-01",
        quantity0="2",
        percent0="10",
        warehouse0="2",
        sku1="CUP-SET-2",
        quantity1="1",
        pay="",
    )
    assert bought.status_code == 200 and "Placed N100001" in bought.text
    order = store.order("N100001", *LINES, *MONEY, "CompleteStatus")
    assert [line["WarehouseID"] for line in order["OrderLine"]] == ["2", "1"]
    assert (order["ProductSubtotal"], order["CompleteStatus"]) == ("151.53", "Incomplete")
    assert "not approved" in send(store, "move", order="N100001", status="Pack").text
    assert "Split ticked lines off" in bought.text
    assert "Tick at least one line" in send(store, "split", order="N100001").text
    assert send(store, "split", order="N100001", **{"tick_N100001-1": "on"}).status_code == 200
    send(store, "change", order="N100001", **{"quantity_N100001-0": "3"})
    assert send(store, "pay", order="N100001").status_code == 200
    assert "is Dispatched" in send(store, "move", order="N100001", status="Dispatched").text
    found = store.order("N100001", "OrderStatus", "RealtimeConfirmation", *LINES)
    assert (found["OrderStatus"], found["RealtimeConfirmation"]) == ("Dispatched", "FULLY PAID")
    assert [line["Quantity"] for line in found["OrderLine"]] == ["3"]
    assert store.orders("RelatedOrderID")[0]["RelatedOrderID"] == "N100001"


def test_the_page_shows_text_as_text(store: Store) -> None:
    """Names of buyers and words in the address are never markup."""
    hostile = "<script>alert(1)</script>"
    store.call("UpdateItem", {"Item": [{"SKU": "SCALE-01", "Name": hostile}]})
    sent = {"OrderLine": [{"SKU": hostile}], "BillFirstName": hostile, "ShipFirstName": hostile}
    store.call("AddOrder", {"Order": sent})
    lists = f"{store.sandbox.url}/_company/{store.name}"
    shop, lost = store.filled["shop"], f"?said={hostile}"
    for url in (shop, shop + lost, lists, f"{shop}/orders/N100001", f"{shop}/products"):
        page = requests.get(url, timeout=30)
        assert page.status_code == 200 and hostile not in page.text
        assert "&lt;script&gt;" in page.text


def test_forms_of_other_sites_are_not_taken(store: Store) -> None:
    """And forms that make no sense are told so; nothing happens."""
    url = f"{store.filled['shop']}/place-many"
    headers = {"Origin": "https://elsewhere.example"}
    assert requests.post(url, data={"count": "3"}, headers=headers, timeout=30).status_code == 403
    assert send(store, "place-many", count="many").status_code == 400
    assert send(store, "move", order="nobody").status_code == 400
    assert send(store, "dance").status_code == 404
    assert store.orders() == []
    assert send(store, "place-many", count="4").status_code == 200
    assert len(store.orders()) >= 4


def test_a_day_in_the_store(store: Store) -> None:
    """Orders of all kinds are placed and walk on to their end; the book balances all the while."""
    store.act("place_orders", count=40, seed=3)
    for _ in range(6):
        store.act("walk", count=40)
    statuses = {one["OrderStatus"] for one in store.orders("OrderStatus")}
    assert "Dispatched" in statuses and "Pack" not in statuses
    assert store.book()["total"] == 0
