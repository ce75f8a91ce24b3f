"""Writing: partial success, statuses and approval, stock, splits, payments, returns, catalogue."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.neto.client import LINES, MONEY, Store, expected_total, listed
from tests.sandbox.neto.conftest import filled
from tests.sandbox.running import Running

STATUSES = (
    *("New", "New Backorder", "Backorder Approved", "Pick", "Pack", "Pending Pickup"),
    *("Pending Dispatch", "Dispatched", "Cancelled", "Uncommitted", "On Hold", "Quote"),
)


def item(store: Store, sku: str, *selectors: str) -> dict[str, Any]:
    asked = {"Filter": {"SKU": [sku], "OutputSelector": list(selectors)}}
    return dict(listed(store.call("GetItem", asked)["Item"])[0])


def quantities(store: Store, sku: str) -> tuple[str, str]:
    found = item(store, sku, "AvailableSellQuantity", "CommittedQuantity")
    return found["AvailableSellQuantity"], found["CommittedQuantity"]


def add(store: Store, *lines: dict[str, Any], **more: Any) -> str:
    body = {"Order": [{"Username": "tanaka", "OrderLine": list(lines), **more}]}
    return str(store.call("AddOrder", body)["Order"]["OrderID"])


def test_an_added_order_is_priced_from_what_was_said(store: Store) -> None:
    """Discounts, coupon, shipping, kit parts; the customer's addresses fill what is not said."""
    made = add(
        store,
        {"SKU": "SCALE-01", "Quantity": 3, "DiscountPercent": 10},
        {"SKU": "MILK-OAT-1L", "Quantity": "2", "DiscountAmount": "0.45"},
        {"SKU": "KIT-STARTER"},
        {"SKU": "X-1", "ItemDescription": "By hand", "UnitPrice": "3.333", "Quantity": 3},
        ShippingCost="9.95",
        ShippingDiscount="5.00",
        SurchargeTotal=1.5,
        SurchargeTaxable=1.5,
        AppliedDiscounts={"AppliedDiscount": {"CouponCode": "TEN", "Amount": 10}},
        ShipStreet1="1 Other Street",
        ShipInstructions="Ring twice",
    )
    order = store.order(made, *LINES, *MONEY, "CouponCode", "ShipAddress", "DeliveryInstruction")
    # 186.30 + 10.45 + 79.95 + 10.00, 9.95 - 5.00 and 1.50 on top, 10.00 off
    assert order["GrandTotal"] == "283.15" == str(expected_total(order))
    assert order["CouponDiscount"] == "10.00" and order["CouponCode"] == "TEN"
    assert (order["ShipStreetLine1"], order["ShipLastName"]) == ("1 Other Street", "田中")
    assert order["DeliveryInstruction"] == "Ring twice"
    taxes = sum(Decimal(line["Tax"]) for line in order["OrderLine"])
    assert Decimal(order["OrderTax"]) - taxes == Decimal("0.45") + Decimal("0.14")


def test_one_object_that_fails_does_not_stop_the_others(store: Store) -> None:
    """Ack Warning, what was done, and what was not; nothing done at all is an Error."""
    made = add(store, {"SKU": "SCALE-01"})
    body = {"Order": [{"OrderID": "N1"}, {"OrderID": made, "CustomerRef1": "A"}, {}]}
    answer = store.call("UpdateOrder", body)
    assert (answer["Ack"], answer["Order"]) == ("Warning", {"OrderID": made})
    said = [one["Message"] for one in answer["Messages"]["Warning"]]
    assert said == ["Request Error", "Cannot find Order N1"]
    failed = store.post("UpdateOrder", {"Order": [{"OrderID": made, "OrderStatus": "Sent"}]}).json()
    assert (failed["Ack"], "Order" in failed) == ("Error", False)
    assert failed["Messages"]["Error"]["Message"] == "Invalid Request"


def test_what_is_null_was_not_sent(store: Store) -> None:
    """Typed clients send every field that they know: nothing is emptied by it."""
    made = add(store, {"SKU": "SCALE-01", "WarehouseID": None}, BillFirstName=None, OrderID=None)
    sent = {"OrderID": made, "BillFirstName": None, "OrderStatus": None, "OrderLine": None}
    assert store.call("UpdateOrder", {"Order": sent})["Ack"] == "Success"
    assert store.order(made, "BillAddress")["BillFirstName"] == "花子"


def test_an_unknown_shipping_method_is_a_warning_and_the_rest_is_done(store: Store) -> None:
    """Tracking needs the name of a shipping service that is there."""
    made = add(store, {"SKU": "SCALE-01"})
    line: dict[str, Any] = {"SKU": "SCALE-01", "QuantityShipped": 1, "ItemSerialNumber": "S-9"}
    line["TrackingDetails"] = {"ShippingMethod": "Pigeon", "TrackingNumber": "1"}
    sent = {"OrderID": made, "OrderStatus": "Dispatched", "OrderLine": line}
    answer = store.call("UpdateOrder", {"Order": sent})
    assert answer["Ack"] == "Warning"
    assert answer["Messages"]["Warning"]["Message"] == "Cannot find Shipping Method Pigeon"
    order = store.order(made, "OrderStatus", *LINES, "OrderLine.SerialNumber")
    (line,) = order["OrderLine"]
    assert (order["OrderStatus"], line["ShippingTracking"]) == ("Dispatched", "")
    assert (line["QuantityShipped"], line["SerialNumber"]) == ("1", "S-9")


def test_lines_are_found_by_id_number_or_sku(store: Store) -> None:
    """The documentation says number, GetOrder answers N1-0."""
    made = add(store, {"SKU": "SCALE-01"}, {"SKU": "SCALE-01"})
    for number, key in enumerate((f"{made}-0", 1)):
        line = {"OrderLineID": key, "ExternalOrderLineReference": f"mine-{number}"}
        store.call("UpdateOrder", {"Order": {"OrderID": made, "OrderLine": [line]}})
    order = store.order(made, "OrderLine", "OrderLine.ExternalOrderLineReference")
    found = [line["ExternalOrderLineReference"] for line in order["OrderLine"]]
    assert found == ["mine-0", "mine-1"]
    assert len(store.orders(ExternalOrderLineReference="mine-1")) == 1


def test_an_order_must_be_approved_before_it_is_packed(store: Store) -> None:
    """A full payment approves it; a part of it does not."""
    made = store.act("place_order", kind="part_paid")["OrderID"]
    pack = {"Order": {"OrderID": made, "OrderStatus": "Pack"}}
    assert store.post("UpdateOrder", pack).json()["Ack"] == "Error"
    store.call("UpdateOrder", {"Order": {"OrderID": made, "OrderStatus": "Pick"}})
    order = store.order(made, "GrandTotal", "OrderPayment", "CompleteStatus")
    owed = Decimal(order["GrandTotal"])
    owed -= sum((Decimal(one["Amount"]) for one in order["OrderPayment"]), Decimal(0))
    assert (owed > 0, order["CompleteStatus"]) == (True, "Incomplete")
    payment = {"OrderID": made, "AmountPaid": str(owed), "CardAuthorisation": "1"}
    store.call("AddPayment", {"Payment": [payment | {"PaymentMethodID": 2}]})
    assert store.call("UpdateOrder", pack)["Ack"] == "Success"
    order = store.order(made, "CompleteStatus", "RealtimeConfirmation", "OrderPayment.PaymentType")
    assert (order["CompleteStatus"], order["RealtimeConfirmation"]) == ("Approved", "FULLY PAID")
    assert order["OrderPayment"][-1]["PaymentType"] == "Visa"
    assert store.orders(PaymentStatus="FullyPaid", OrderStatus="Pack") == [{"OrderID": made}]


@pytest.mark.parametrize("status", STATUSES)
def test_stock_follows_the_status(store: Store, status: str) -> None:
    """Reserved until it is picked, gone once it is packed, free when it is cancelled."""
    assert quantities(store, "SCALE-01") == ("36", "0")
    made = add(store, {"SKU": "SCALE-01", "Quantity": 5})
    assert quantities(store, "SCALE-01") == ("31", "5")
    store.call("UpdateOrder", {"Order": {"OrderID": made, "OrderStatus": status}})
    free = status in ("Quote", "Uncommitted", "Cancelled")
    held = status in ("New", "On Hold", "New Backorder", "Backorder Approved", "Pick")
    assert quantities(store, "SCALE-01") == ("36" if free else "31", "5" if held else "0")
    store.call("UpdateOrder", {"Order": {"OrderID": made, "OrderStatus": "Cancelled"}})
    assert quantities(store, "SCALE-01") == ("36", "0")
    assert store.book()["balances"] in ({}, {"receivable": 0, "sales": 0, "tax": 0})


def test_a_kit_takes_its_parts_from_the_warehouse_of_the_line(store: Store) -> None:
    """Two kits: two drippers, four packets of filters, two bags, from Brisbane."""
    made = add(store, {"SKU": "KIT-STARTER", "Quantity": 2, "WarehouseID": 2})
    store.act("move_order", order=made, status="Pack")
    for sku, left in (("DRIPPER-V60", "13"), ("FILTER-V60-100", "146"), ("BEAN-HOUSE-1KG", "38")):
        levels = item(store, sku, "WarehouseQuantity")["WarehouseQuantity"]
        assert {one["WarehouseID"]: one["Quantity"] for one in levels}["2"] == left
    whole = store.order(made, *LINES)["OrderLine"]
    parts = store.order(made, *LINES, SplitKitComponents="True")["OrderLine"]
    assert [line["SKU"] for line in whole] == ["KIT-STARTER"]
    assert {line["ComponentOfKit"] for line in parts} == {"KIT-STARTER"}
    assert [line["Quantity"] for line in parts] == ["2", "4", "2"]
    store.sandbox.control("switches", {"kit_parts": "beside"})
    beside = store.order(made, *LINES, SplitKitComponents="True")["OrderLine"]
    assert [line["UnitPrice"] for line in beside] == ["79.95000000", *["0.00000000"] * 3]


def test_a_split_order_names_the_one_it_was_split_off(store: Store) -> None:
    """Both add up, together they are what the one was, and stock is held once."""
    lines = [{"SKU": "SCALE-01", "Quantity": 2}, {"SKU": "CUP-SET-2", "PercentDiscount": 10}]
    made = store.act("place_order", lines=lines, seed=1)["OrderID"]
    before = store.order(made, *MONEY)
    part = store.act("split_order", order=made, lines=[f"{made}-1"], status="New Backorder")
    assert part["RelatedOrderID"] == made
    both = [store.order(one, *LINES, *MONEY) for one in (made, part["OrderID"])]
    assert all(expected_total(one) == Decimal(one["GrandTotal"]) for one in both)
    together = sum(Decimal(one["GrandTotal"]) for one in both)
    assert together == Decimal(before["GrandTotal"])
    assert both[1]["OrderLine"][0]["OrderLineID"] == f"{part['OrderID']}-0"
    assert quantities(store, "CUP-SET-2") == ("52", "1")


def test_a_person_changes_and_cancels_an_order(store: Store) -> None:
    """Quantity, a line more, a line less, the address: totals and stock follow."""
    made = store.act("place_order", lines=[{"SKU": "SCALE-01"}], seed=2)["OrderID"]
    store.act("change_order", order=made, quantities={"SCALE-01": 3}, add=[{"SKU": "GRINDER-HAND"}])
    store.act("change_order", order=made, fields={"ShipCity": "HOBART"})
    order = store.order(made, *LINES, *MONEY, "ShipAddress")
    assert [line["OrderLineID"] for line in order["OrderLine"]] == [f"{made}-0", f"{made}-1"]
    assert (order["ShipCity"], order["ProductSubtotal"]) == ("HOBART", "336.00")
    store.act("change_order", order=made, remove=[f"{made}-0"])
    store.act("change_order", order=made, add=[{"SKU": "CUP-SET-2"}])
    ids = [line["OrderLineID"] for line in store.order(made, "OrderLine")["OrderLine"]]
    assert ids == [f"{made}-1", f"{made}-0"]
    assert quantities(store, "SCALE-01") == ("36", "0")
    assert store.act("cancel_order", order=made)["OrderStatus"] == "Cancelled"
    with pytest.raises(AssertionError, match="no such verb"):
        store.act("sing")


def test_returns_are_refunds_and_put_goods_back(store: Store) -> None:
    """AddRma and GetRma: amounts from the line, tax in them, restocked when said."""
    made = add(store, {"SKU": "SCALE-01", "Quantity": 2})
    store.act("pay_order", order=made)
    store.act("move_order", order=made, status="Dispatched")
    line = {"SKU": "SCALE-01", "Quantity": 1, "ReturnReason": "Faulty", "IsRestockIssued": "True"}
    refund = {"RefundAmount": "79.00", "PaymentMethodName": "Visa"}
    sent = {"OrderID": made, "RmaLines": {"RmaLine": [line]}, "ShippingRefundAmount": "10.00"}
    answer = store.call("AddRma", {"Rma": [sent | {"Refunds": {"Refund": [refund]}}]})
    selectors = ["RmaLines", "Refunds", "RefundTotal", "RefundTaxTotal", "RefundSubtotal"]
    (rma,) = store.call("GetRma", {"Filter": {"OrderID": made, "OutputSelector": selectors}})["Rma"]
    assert rma["RmaID"] == answer["Rma"]["RmaID"]
    assert (rma["RefundSubtotal"], rma["RefundTotal"], rma["RefundTaxTotal"]) == (
        "69.00",
        "79.00",
        "7.18",
    )
    assert rma["Refunds"][0]["Refund"][0]["RefundAmount"] == "79.00"
    assert rma["RmaLines"][0]["RmaLine"][0]["ReturnReason"] == "Faulty"
    assert quantities(store, "SCALE-01") == ("35", "0")
    assert store.order(made, "OrderStatus")["OrderStatus"] == "Dispatched"
    book = store.book()
    assert (book["total"], book["balances"]["receivable"], book["balances"]["bank"]) == (0, 0, 59)
    more = {"OrderID": made, "RmaLines": {"RmaLine": [{"SKU": "SCALE-01", "Quantity": 3}]}}
    assert store.post("AddRma", {"Rma": more}).json()["Ack"] == "Error"


def test_stock_is_set_and_counted_up_and_down(store: Store) -> None:
    """UpdateItem per warehouse; prices; an unknown warehouse is a warning."""
    for action, quantity, left in (
        ("set", 25, "25"),
        ("increment", 5, "30"),
        ("decrement", 1, "29"),
    ):
        level = {"WarehouseID": 1, "Quantity": quantity, "Action": action}
        sent = {"SKU": "SCALE-01", "DefaultPrice": 70.5, "WarehouseQuantity": level}
        assert store.call("UpdateItem", {"Item": [sent]})["Item"] == {"SKU": "SCALE-01"}
        found = item(store, "SCALE-01", "WarehouseQuantity", "DefaultPrice")
        assert found["WarehouseQuantity"][0] == {"WarehouseID": "1", "Quantity": left}
        assert found["DefaultPrice"] == "70.50"
    sent = {"SKU": "SCALE-01", "WarehouseQuantity": {"WarehouseID": 99, "Quantity": 1}}
    answer = store.call("UpdateItem", {"Item": sent})
    assert answer["Messages"]["Warning"]["Message"] == "Cannot find Warehouse 99"
    store.sandbox.control("switches", {"keys_in_columns": True})
    many = store.call("UpdateItem", {"Item": [{"SKU": "SCALE-01"}, {"SKU": "KETTLE-GOOSE"}]})
    assert many["Item"] == {"SKU": ["SCALE-01", "KETTLE-GOOSE"]}


def test_customers_have_nested_addresses_and_no_password(store: Store) -> None:
    """AddCustomer, UpdateCustomer, GetCustomer; names in any case."""
    sent: dict[str, Any] = {"Username": "Bob", "EmailAddress": "bob@example.com"}
    sent |= {"BillingAddress": {"BillCity": "Perth", "BillState": "WA"}, "Password": "hush"}
    store.call("AddCustomer", {"Customer": [sent]})
    store.call("UpdateCustomer", {"Customer": {"Username": "bob", "ABN": "51 824 753 556"}})
    selectors = ["BillingAddress", "ABN", "Password", "DateUpdatedUTC"]
    asked = {"Filter": {"Username": "BOB", "OutputSelector": selectors}}
    (found,) = store.call("GetCustomer", asked)["Customer"]
    assert found["BillingAddress"] == {"BillCity": "Perth", "BillState": "WA"}
    assert (found["ABN"], "Password" in found) == ("51 824 753 556", False)
    asked = {"Filter": {"Email": "bob@example.com"}}
    assert store.call("GetCustomer", asked)["Customer"] == [{"Username": "Bob"}]


def test_warehouses_and_other_lists(store: Store) -> None:
    """Added, changed and read; one warehouse is the primary one."""
    sent = {"WarehouseName": "Perth", "WarehouseReference": "PER", "IsPrimary": True}
    made = store.call("AddWarehouse", {"Warehouse": [sent]})["Warehouse"]
    assert made == {"WarehouseID": "4", "WarehouseReference": "PER"}
    asked = {"Filter": {"IsPrimary": "True", "OutputSelector": ["WarehouseName"]}}
    (found,) = store.call("GetWarehouse", asked)["Warehouse"]
    assert found == {"WarehouseID": "4", "WarehouseName": "Perth"}
    order = store.order(add(store, {"SKU": "SCALE-01"}), *LINES)
    assert order["OrderLine"][0]["WarehouseID"] == "4"
    for action in ("GetShippingMethods", "GetPaymentMethods", "GetCategory", "GetContent"):
        assert len(store.call(action)) == 3


def test_a_store_elsewhere_has_its_own_tax_zone_and_currency(neto: Running) -> None:
    """New Zealand: 15 percent, Auckland's days, its own numbers."""
    store = filled(neto, country="NZ", orders=0, prefix="K")
    made = store.act("place_order", lines=[{"SKU": "SCALE-01"}])["OrderID"]
    order = store.order(made, "OrderLine.Tax")
    assert (made, order["OrderLine"][0]["Tax"]) == ("K100001", "9.00")
    found = store.call("GetCurrencySettings")["CurrencySettings"]
    assert (found["DEFAULTCURRENCY"], found["GST_AMT"]) == ("NZD", "15")
