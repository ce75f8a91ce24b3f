"""What a simulator must have by the recorded facts, where no other file has a test of it.

Keys: test_access. JSON, XML, replies: test_recorded. Selectors, strings, pages, windows, marks,
edits between pages, kinds of orders: test_orders. Switches, collapsed collections: test_switches.
Dispatch, partial success, splits, part payments, kits: test_writes. Notifications and their
retry: test_notifications. Limits, pages of HTML, slow and cut answers: test_access.
"""

import json
from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring

from tests.sandbox.neto.client import LINES, MONEY, Store

TEXTS = ("Zoë Müller-Ødegård", "田中 花子", "O'Brien & Sons <Pty>", "🌟 Robin", "Thị Ánh")


def test_current_time_is_the_stores_clock_in_utc(store: Store) -> None:
    """To the second, in every answer, whatever became of the request."""
    store.sandbox.control("clock", {"set": "2027-11-03T23:59:58Z", "stop": True})
    for action, body in (("GetOrder", {}), ("UpdateOrder", {}), ("GetItem", "{"), ("None", {})):
        assert store.post(action, body).json()["CurrentTime"] == "2027-11-03 23:59:58"
    xml = fromstring(store.post("GetOrder", Accept="").content)
    assert xml.findtext("CurrentTime") == "2027-11-03 23:59:58"
    store.sandbox.control("clock", {"set": 1_800_000_000})


@pytest.mark.parametrize("text", TEXTS)
def test_unicode_comes_back_as_it_was_sent(store: Store, text: str) -> None:
    """In JSON, raw or escaped, and in XML, both ways."""
    made, order = "", {"BillLastName": text, "OrderLine": {"SKU": "X", "ItemDescription": text}}
    for ascii_only in (True, False):
        body = json.dumps({"Order": order}, ensure_ascii=ascii_only)
        made = store.post("AddOrder", body).json()["Order"]["OrderID"]
        found = store.order(made, "BillAddress", "OrderLine.ProductName")
        assert found["BillLastName"] == found["OrderLine"][0]["ProductName"] == text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    inner = f"<Order><OrderID>{made}</OrderID><CustomerRef1>{escaped}</CustomerRef1></Order>"
    answer = store.post("UpdateOrder", f"<UpdateOrder>{inner}</UpdateOrder>", Accept="")
    assert fromstring(answer.content).findtext("Ack") == "Success"
    asked = {"Filter": {"OrderID": made, "OutputSelector": ["CustomerRef1"]}}
    found_xml = fromstring(store.post("GetOrder", asked, Accept="").content)
    assert found_xml.findtext("Order/CustomerRef1") == text


def test_an_order_of_nothing_and_one_without_tax(store: Store) -> None:
    """Totals of zero are taken; a tax-free line has neither tax nor the usual code."""
    made = store.act("place_order", kind="zero", seed=1)["OrderID"]
    order = store.order(made, *LINES, *MONEY, "OrderPayment")
    assert (order["GrandTotal"], order["OrderTax"]) == ("0.00", "0.00")
    assert [line["SKU"] for line in order["OrderLine"]] == ["NOTE", "CUP-SET-2"]
    made = store.act("place_order", kind="tax_free", seed=1)["OrderID"]
    free = store.order(made, *LINES)["OrderLine"][:2]
    assert [(line["Tax"], line["TaxCode"]) for line in free] == [("0.00", "FREE")] * 2


def test_lines_of_several_warehouses_say_which(store: Store) -> None:
    """Each line its own, with name and reference; the filter finds the order by any of them."""
    made = store.act("place_order", kind="warehouses", seed=1)["OrderID"]
    names = ("OrderLine.WarehouseID", "OrderLine.WarehouseName", "OrderLine.WarehouseReference")
    lines = store.order(made, *names)["OrderLine"]
    assert [line["WarehouseReference"] for line in lines] == ["MAIN", "BNE", "SHOP"]
    assert [line["WarehouseName"] for line in lines][1] == "Brisbane Depot"
    for warehouse in ("1", "2", "3"):
        assert [one["OrderID"] for one in store.orders(WarehouseID=warehouse)] == [made]


def test_surcharges_coupons_and_part_payments_to_the_cent(store: Store) -> None:
    """A surcharge of 1.87 with its tax, five dollars off over three lines, two payments of 60 %."""
    made = store.act("place_order", kind="surcharge", seed=4)["OrderID"]
    order = store.order(made, *MONEY)
    parts = Decimal(order["ProductSubtotal"]) + Decimal(order["ShippingTotal"])
    assert Decimal(order["GrandTotal"]) == parts + Decimal("1.87")
    made = store.act("place_order", kind="coupon", seed=4)["OrderID"]
    order = store.order(made, *LINES, *MONEY, "CouponCode")
    off = [Decimal(line["CouponDiscount"]) for line in order["OrderLine"]]
    assert (sum(off), len(off), order["CouponCode"]) == (Decimal("5.00"), 3, "WELCOME5")
    made = store.act("place_order", kind="part_paid", seed=4)["OrderID"]
    order = store.order(made, "GrandTotal", "OrderPayment", "RealtimeConfirmation")
    paid = sum(Decimal(one["Amount"]) for one in order["OrderPayment"])
    assert len(order["OrderPayment"]) == 2 and order["RealtimeConfirmation"] == "PARTIALLY PAID"
    assert abs(paid - Decimal(order["GrandTotal"]) * Decimal("0.6")) <= Decimal("0.02")
