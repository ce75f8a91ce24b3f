"""Reading orders: selectors, shapes, pages, windows, and the side effect of reading."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.neto.client import LINES, MONEY, Store, expected_total, listed
from tests.sandbox.neto.conftest import filled
from tests.sandbox.running import Running

KINDS = (
    *("single", "several", "kit", "coupon", "percent", "amount_off", "surcharge", "gift"),
    *("free_shipping", "tax_free", "zero", "part_paid", "unpaid", "on_account", "warehouses"),
    *("split", "backorder", "unicode", "ebay", "options", "outside", "picked", "packed"),
    *("pickup", "dispatched", "cancelled", "on_hold", "layby"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_amounts_add_up_in_every_kind_of_order(store: Store, kind: str) -> None:
    """To the cent, from what GetOrder says, with kits whole and split; the book balances."""
    for seed in range(1, 6):
        store.act("place_order", kind=kind, seed=seed)
    for split in ("False", "True"):
        orders = store.orders(*LINES, *MONEY, "OrderPayment", SplitKitComponents=split)
        assert len(orders) >= 5
        for order in orders:
            assert expected_total(order) == Decimal(order["GrandTotal"]), order
            taxes = sum(Decimal(line["Tax"]) for line in listed(order["OrderLine"]))
            assert Decimal(order["OrderTax"]) >= taxes
    assert store.book()["total"] == 0
    assert "unexplained" not in store.book()["balances"]


def test_amounts_add_up_before_tax_too(neto: Running) -> None:
    """A store whose prices are without tax."""
    store = filled(neto, tax_inclusive=False, orders=40)
    for order in store.orders(*LINES, *MONEY):
        assert order["TaxInclusive"] == "False"
        assert expected_total(order) == Decimal(order["GrandTotal"]), order


def test_the_documented_odd_order_does_not_add_up(store: Store) -> None:
    """N001001: 64.00 more than its parts."""
    assert store.act("place_order", kind="odd")["OrderID"] == "N001001"
    order = store.order("N001001", *LINES, *MONEY)
    assert (order["GrandTotal"], expected_total(order)) == ("718.43", Decimal("654.43"))
    assert store.book()["balances"]["unexplained"] == -64


def test_only_what_is_selected_is_answered(store: Store) -> None:
    """Without a selector the identifier; groups and fields of lines on their own."""
    made = store.act("place_order", kind="single")["OrderID"]
    assert store.order(made) == {"OrderID": made}
    assert set(store.order(made, "GrandTotal")) == {"OrderID", "GrandTotal"}
    (line,) = store.order(made, "OrderLine")["OrderLine"]
    assert set(line) == {"OrderLineID", "SKU", "Quantity"}
    (line,) = store.order(made, "OrderLine", "OrderLine.Tax")["OrderLine"]
    assert set(line) == {"OrderLineID", "SKU", "Quantity", "Tax"}
    assert line["OrderLineID"] == f"{made}-0"
    address = store.order(made, "ShipAddress")
    assert address["ShipCountry"] in ("AU", "NZ") and "ShipAddress" not in address
    (payment,) = store.order(made, "OrderPayment", "OrderPayment.PaymentType")["OrderPayment"]
    assert set(payment) == {"Id", "Amount", "PaymentType"}


def test_every_scalar_is_text(store: Store) -> None:
    """Numbers and booleans too, with the decimals that each field has."""
    made = store.act("place_order", kind="tax_free")["OrderID"]
    order = store.order(made, *LINES, *MONEY, "OrderLine.Weight", "OrderLine.Cubic", "StickyNotes")

    def texts(value: Any) -> bool:
        if isinstance(value, dict):
            return all(texts(one) for one in value.values())
        return all(map(texts, value)) if isinstance(value, list) else isinstance(value, str)

    assert texts(order)
    line = order["OrderLine"][0]
    assert (line["UnitPrice"], line["Quantity"]) == ("5.45000000", "6")
    assert (line["Weight"], line["Tax"], line["TaxCode"]) == ("1.0400", "0.00", "FREE")
    store.sandbox.control("switches", {"price_places": 3, "quantity_places": 3})
    line = store.order(made, *LINES)["OrderLine"][0]
    assert (line["UnitPrice"], line["Quantity"]) == ("5.450", "6.000")


def test_one_or_none_is_written_as_the_switches_say(store: Store) -> None:
    """Lists, objects, blank text, or nothing at all."""
    made = store.act("place_order", kind="unpaid", seed=1)["OrderID"]
    body = {"Order": {"OrderID": made, "StickyNotes": [{"Title": "One", "Description": "x"}]}}
    store.call("UpdateOrder", body)
    order = store.order(made, "StickyNotes", "OrderPayment")
    assert order["StickyNotes"]["Title"] == "One" and order["OrderPayment"] == ""
    asked = {"Filter": {"OrderID": made, "OutputSelector": ["StickyNotes", "OrderPayment"]}}
    switch = store.sandbox.control
    switch("switches", {"objects_for_one": ["Order", "Written"], "empty_lists": "absent"})
    found = store.call("GetOrder", asked)["Order"]
    assert found["StickyNotes"] == [found["StickyNotes"][0]] and "OrderPayment" not in found
    for how, expected in (("list", []), ("blank", ""), ("object", {}), ("absent", None)):
        switch("switches", {"no_match": how})
        assert store.call("GetOrder", {"Filter": {"OrderID": "N1"}}).get("Order") == expected
    switch("switches", {"wrapped": True})
    assert "GetOrderResponse" in store.post("GetOrder", asked).json()


def test_pages_begin_at_zero(neto: Running) -> None:
    """All orders once over the pages; page one is the second, unless a switch says otherwise."""
    store = filled(neto, orders=25)
    total = store.filled["orders"]
    pages = [[one["OrderID"] for one in store.orders(Page=page, Limit=10)] for page in range(4)]
    together = [one for page in pages for one in page]
    assert (len(pages[0]), pages[3]) == (10, [])
    assert len(together) == len(set(together)) == total
    assert together == sorted(together, reverse=True)
    neto.control("switches", {"page_one_is_first": True})
    assert [one["OrderID"] for one in store.orders(Page=1, Limit=10)] == pages[0]
    neto.control("switches", {"page_one_is_first": False, "short_pages": 3})
    assert [len(store.orders(Page=page, Limit=10)) for page in (0, 1)] == [7, 7]
    neto.control("switches", {"short_pages": 0, "total_results": True})
    assert store.call("GetOrder", {"Filter": {"Limit": 1}})["CurrentPage"] == {
        "TotalResults": str(total)
    }
    neto.control("switches", {"total_results": False})


def test_orders_that_are_edited_between_pages_move(neto: Running) -> None:
    """By date of change, the next page then repeats or skips some."""
    store = filled(neto, orders=20)
    neto.control("switches", {"order_of_rows": "updated", "edited_between_pages": 3})
    neto.control("clock", {"advance": 60})
    first = [one["OrderID"] for one in store.orders(Page=0, Limit=5)]
    neto.control("clock", {"advance": 60})
    again = [one["OrderID"] for one in store.orders(Page=0, Limit=5)]
    neto.control("switches", {"order_of_rows": "newest", "edited_between_pages": 0})
    assert set(first[:3]) <= set(again)


def test_the_window_of_changes_is_in_utc_and_to_the_second(store: Store) -> None:
    """Both ends included; an offset is understood; a changed order comes into it."""
    clock = store.sandbox.control
    clock("clock", {"set": "2027-03-01T10:00:00Z", "stop": True})
    made = store.act("place_order", kind="single", seed=1)["OrderID"]
    clock("clock", {"set": "2027-03-01T11:00:00Z", "stop": True})
    later = store.act("place_order", kind="single", seed=2)["OrderID"]

    def between(since: str, until: str) -> list[str]:
        found = store.orders(DateUpdatedFrom=since, DateUpdatedTo=until)
        return [one["OrderID"] for one in found]

    assert between("2027-03-01 10:00:00", "2027-03-01 10:00:00") == [made]
    assert between("2027-03-01T21:00:00+11:00", "2027-03-01T21:00:00+11:00") == [made]
    assert between("2027-03-01 10:00:01", "2027-03-01 12:00:00") == [later]
    store.call("UpdateOrder", {"Order": {"OrderID": made, "CustomerRef1": "A"}})
    assert between("2027-03-01 10:00:01", "2027-03-01 12:00:00") == [later, made]
    order = store.order(made, "DatePlaced", "DateUpdated", "DateInvoiced", "DatePaymentDue")
    assert order["DatePlaced"] == "2027-03-01 10:00:00"
    assert order["DateUpdated"] == "2027-03-01 11:00:00"
    # A day is a day in Sydney; its midnight is 13:00 the day before in UTC.
    assert (order["DateInvoiced"], order["DatePaymentDue"]) == ("2027-03-01", "2027-02-28 13:00:00")
    days = {"DateInvoicedFrom": "2027-03-01 00:00:00", "DateInvoicedTo": "2027-03-01 12:00:00"}
    assert len(store.orders(**days)) == 2
    assert store.orders(DateInvoicedFrom="2027-03-01 13:00:00") == []  # the 2nd, in Sydney
    store.act("move_order", order=made, status="Dispatched")
    completed = {"DateCompletedFrom": "2027-03-01 10:30:00"}
    assert store.orders(**completed) == [{"OrderID": made}]
    clock("clock", {"set": 1_800_000_000})


def test_reading_marks_as_exported_when_asked(store: Store) -> None:
    """At most once: an answer that is lost loses its orders, though nobody has read them."""
    made = store.act("place_order", kind="single")["OrderID"]
    asked = {
        "Filter": {
            "ExportStatus": "Pending",
            "OrderComplete": "Approved",
            "OutputSelector": ["GrandTotal"],
            "UpdateResults": {"ExportStatus": "Exported"},
        }
    }
    store.sandbox.control("faults", {"match": {"path": "NetoAPI"}, "drop": "after"})
    with pytest.raises(Exception, match=r"Connection|closed|aborted"):
        store.post("GetOrder", asked)
    assert listed(store.call("GetOrder", asked)["Order"]) == []
    store.call("UpdateOrder", {"Order": {"OrderID": made, "ExportStatus": "Pending"}})
    assert len(listed(store.call("GetOrder", asked)["Order"])) == 1


def test_filters_of_every_sort(neto: Running) -> None:
    """By status in any case, SKU, user, warehouse, channel, payment, and what is not there."""
    store = filled(neto, orders=60)
    everything = store.orders("OrderStatus", "SalesChannel", "Username", *LINES)
    picked = [one for one in everything if one["OrderStatus"] == "Pick"]
    assert len(store.orders(OrderStatus="pick")) == len(picked) > 0
    some = ["Pick", "Cancelled"]
    expected = [one for one in everything if one["OrderStatus"] in some]
    assert len(store.orders(OrderStatus=some)) == len(expected)
    ebay = [one for one in everything if one["SalesChannel"] == "eBay"]
    assert len(store.orders(SalesChannel="eBay")) == len(ebay) > 0
    second = [one for one in everything if "2" in [it["WarehouseID"] for it in one["OrderLine"]]]
    assert len(store.orders(WarehouseID=2)) == len(second) > 0
    kits = [one for one in everything if "KIT-STARTER" in [it["SKU"] for it in one["OrderLine"]]]
    assert len(store.orders(SKU=["kit-starter"])) == len(kits) > 0
    assert store.orders(PaymentStatus="PartialPaid")
    assert store.orders(Supplier="Anyone") == []
    wrong = store.post("GetOrder", {"Filter": {"OrderStatus": "Sent"}}).json()
    assert (wrong["Ack"], wrong["Messages"]["Error"]["Message"]) == ("Error", "Invalid Request")
