"""The shop's page: plain forms, used as a browser would send them."""

import re

import requests

from tests.sandbox.neto.client import LINES, MONEY, Store, expected_total


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


def test_an_order_with_coupon_surcharge_and_a_wholesale_buyer(store: Store) -> None:
    """As typed into the form of a new order: the buyer's price, all charges, part of it paid."""
    bought = send(
        store,
        "place",
        sku0="KIT-STARTER",
        quantity0="2",
        sku1="SCALE-01",
        quantity1="10",
        warehouse1="3",
        Username="cafe.corner",
        ShippingTotal="12.50",
        SurchargeTotal="1.50",
        CouponCode="TEN",
        OrderCoupon="10.00",
        ShippingOption="Express Shipping",
        pay="part",
    )
    assert bought.url.partition("?")[0].endswith("/shop/orders/N100001")
    order = store.order("N100001", *LINES, *MONEY, "ShipAddress", "CouponCode", "UserGroup")
    # 159.90, and ten scales at a fifth off: 552.00
    assert order["ProductSubtotal"] == "711.90"
    assert order["GrandTotal"] == "715.90" == str(expected_total(order))
    assert (order["ShipCity"], order["CouponCode"]) == ("COLLINGWOOD", "TEN")
    assert "Part paid" in bought.text and "Record payment" in bought.text
    send(store, "pay", order="N100001", amount="100.00", method="Cheque")
    payments = store.order("N100001", "OrderPayment.PaymentType")["OrderPayment"]
    assert [one["PaymentType"] for one in payments][-1] == "Cheque"


def test_goods_come_back_and_are_refunded(store: Store) -> None:
    """Ticked lines, once; the page says what came back; cancelling is one button."""
    store.act("place_order", lines=[{"SKU": "SCALE-01", "Quantity": 2}, {"SKU": "CUP-SET-2"}])
    ticked = {"order": "N100001", "tick_N100001-0": "on"}
    page = send(store, "return", **ticked).text
    assert "Return 1 of 138.00" in page and "2 returned" in page
    assert "have come back already" in send(store, "return", **ticked).text
    assert store.book()["balances"]["receivable"] == 0
    page = send(store, "move", order="N100001", status="Cancelled").text
    assert "N100001 is Cancelled" in page


def test_staff_keys_and_addons_on_the_settings_page(store: Store) -> None:
    """A user is added and works, is revoked and does not; an add-on is removed."""
    page = send(store, "add-user", username="warehouse").text
    assert "warehouse" in page
    key = re.findall(r"<td>warehouse</td><td><code>([^<]+)</code>", page)[0]
    headers = {"NETOAPI_USERNAME": "warehouse", "NETOAPI_KEY": key}
    assert store.post("GetOrder", **headers).json()["Ack"] == "Success"
    assert send(store, "add-user", username="warehouse").status_code == 400
    assert send(store, "revoke-key", username="warehouse").status_code == 200
    assert store.post("GetOrder", **headers).json()["Ack"] == "Error"
    store.act("connect")
    url = f"{store.filled['shop']}/settings"
    assert "sandbox-client" in requests.get(url, timeout=30).text
    assert "No add-on is connected" in send(store, "remove-app", client_id="sandbox-client").text


def test_every_screen_answers(store: Store) -> None:
    """Also for a cart, a status, a page that is not there, and for names that are not there."""
    store.act("place_orders", count=60, seed=5)
    cart = store.act("leave_cart", Username="tanaka", lines=[{"SKU": "SCALE-01", "Quantity": 3}])
    for path in ("", "?status=Pick", "?page=1", "?page=x", "/products", "/customers", "/settings"):
        answer = requests.get(store.filled["shop"] + path, timeout=30)
        assert answer.status_code == 200 and "<h1>" in answer.text, path
    filled_in = requests.get(f"{store.filled['shop']}/new?cart={cart['CartID']}", timeout=30).text
    assert "value='SCALE-01' selected" in filled_in and "value='3'" in filled_in
    for path in ("/nothing", "/orders/N1"):
        assert requests.get(store.filled["shop"] + path, timeout=30).status_code == 404
    for order in store.orders()[:40]:
        url = f"{store.filled['shop']}/orders/{order['OrderID']}"
        assert requests.get(url, timeout=30).status_code == 200
