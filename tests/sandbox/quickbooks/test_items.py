"""Items: bundles and their parts, inventory and what it is worth, names that are used again."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.quickbooks.helping import Books, books
from tests.sandbox.running import Running


def bundle(made: Books) -> str:
    """Two bags and a mug: 2 x 25 and 1 x 12.50; its id."""
    items = made.made["items"]
    parts = [
        {"ItemRef": {"value": items["Canvas Bag"]}, "Qty": 2},
        {"ItemRef": {"value": items["Tin Mug"]}, "Qty": 1},
    ]
    body = {"Name": "Picnic", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": parts}}
    return str(made.act("create", entity="Item", body=body)["Id"])


def bundle_line(id_: str, quantity: Any = 1, **more: Any) -> Any:
    detail = {"GroupItemRef": {"value": id_}, "Quantity": quantity, **more}
    return {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}


def inventory(made: Books, name: str = "Anchor", quantity: Any = 10) -> dict[str, Any]:
    """An item that is counted, at a cost of 4 each."""
    item = {"Name": name, "Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": quantity}
    item |= {"InvStartDate": "2026-01-01", "PurchaseCost": 4, "UnitPrice": 9}
    for ref, account in (
        ("AssetAccountRef", "Inventory Asset"),
        ("IncomeAccountRef", "Sales of Product Income"),
        ("ExpenseAccountRef", "Cost of Goods Sold"),
    ):
        item[ref] = made.account(account)
    return item


@pytest.fixture
def counted(server: Running) -> Books:
    return books(server, preferences={"ProductAndServicesPrefs.QuantityOnHand": True})


# --- Bundles -------------------------------------------------------------------------------------
def test_a_bundle_is_made_by_a_person_and_read_by_apps(us: Books) -> None:
    """As documented: apps cannot make, change or deactivate one."""
    id_ = bundle(us)
    found = us.query("SELECT * FROM Item WHERE Type = 'Group'")["Item"]
    assert [one["Id"] for one in found] == [id_]
    part = found[0]["ItemGroupDetail"]["ItemGroupLine"][0]
    item = us.made["items"]["Canvas Bag"]
    assert part == {
        "ItemRef": {"value": item, "name": "Canvas Bag", "type": "NonInventory"},
        "Qty": 2,
    }
    group = {"Name": "G", "Type": "Group", "ItemGroupDetail": found[0]["ItemGroupDetail"]}
    assert us.refused("Item", group) == "500"
    body = {"Id": id_, "SyncToken": "0", "sparse": True, "Active": False}
    assert us.refused("Item", body) == "500"


def test_a_bundle_is_sold_by_its_parts(us: Books) -> None:
    """Two of them: 4 bags and 2 mugs; the parts are income; its own amount by the switch."""
    id_ = bundle(us)
    body = {"CustomerRef": us.customer(), "Line": [bundle_line(id_, 2)]}
    invoice = us.post("Invoice", body)
    line = invoice["Line"][0]
    parts = line["GroupLineDetail"]["Line"]
    assert [(one["SalesItemLineDetail"]["Qty"], one["Amount"]) for one in parts] == [
        (4, 100),
        (2, 25),
    ]
    assert (line["Id"], [one["Id"] for one in parts]) == ("1", ["2", "3"])
    assert (line["Amount"], line["GroupLineDetail"]["GroupItemRef"]["name"]) == (0, "Picnic")
    assert (invoice["Line"][1]["Amount"], invoice["TotalAmt"]) == (125, 125)
    assert us.book() == {"Accounts Receivable (A/R)": 125, "Sales of Product Income": -125}
    again = us.post("Invoice", invoice)
    assert again["Line"] == invoice["Line"]
    us.running.control("switches", {"bundle_amount": "sum"})
    summed = us.post("Estimate", body)
    us.running.control("switches", {"bundle_amount": "zero"})
    assert (summed["Line"][0]["Amount"], summed["TotalAmt"]) == (125, 125)
    us.post("Invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation="void")
    assert us.book() == {}


def test_parts_that_the_caller_names(us: Books) -> None:
    """With own prices and tax; a discount and tax are worked out from them."""
    id_ = bundle(us)
    parts: list[Any] = [us.line("Canvas Bag", 2, 20, "TAX"), us.line("Services", 1, 10)]
    discount = {"PercentBased": True, "DiscountPercent": 10}
    lines = [
        bundle_line(id_, 1, Line=parts),
        us.line("Tin Mug", 1, 50),
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount},
    ]
    body: Any = {"CustomerRef": us.customer(), "Line": lines, "ApplyTaxAfterDiscount": True}
    receipt = us.post("SalesReceipt", body)
    assert (receipt["TxnTaxDetail"]["TotalTax"], receipt["TotalAmt"]) == (
        Decimal("2.88"),
        Decimal("92.88"),
    )
    parts[0]["Amount"] = 41
    assert us.refused("SalesReceipt", body) == "6070"
    parts[0] = lines[2]
    assert us.refused("SalesReceipt", body) == "6000"
    body["Line"] = [bundle_line(us.made["items"]["Tin Mug"])]
    assert us.refused("Invoice", body) == "2500"
    body["Line"] = [bundle_line("999")]
    assert us.refused("Invoice", body) == "2500"
    body["Line"] = [us.line("Tin Mug", 1, 1)]
    body["Line"][0]["SalesItemLineDetail"]["ItemRef"] = {"value": id_}
    assert us.refused("Invoice", body) == "6000"


def test_a_bundle_of_goods_that_are_counted(counted: Books) -> None:
    """Its parts leave the stock."""
    anchor = counted.post("Item", inventory(counted))["Id"]
    group = {"ItemGroupLine": [{"ItemRef": {"value": anchor}, "Qty": 3}]}
    body = {"Name": "Moorings", "Type": "Group", "ItemGroupDetail": group}
    id_ = counted.act("create", entity="Item", body=body)["Id"]
    counted.post("Invoice", {"CustomerRef": counted.customer(), "Line": [bundle_line(id_, 2)]})
    assert counted.get("Item", anchor)["QtyOnHand"] == 4
    book = counted.book()
    assert [book["Cost of Goods Sold"], book["Inventory Asset"]] == [24, 16]


# --- Inventory -----------------------------------------------------------------------------------
def test_what_goods_are_worth_is_in_the_book(counted: Books) -> None:
    """Bought dearer, sold, credited: quantity and value follow, at average cost."""
    anchor = counted.post("Item", inventory(counted))["Id"]
    counted.made["items"]["Anchor"] = anchor
    detail = {"ItemRef": {"value": anchor}, "Qty": 10, "UnitPrice": 6}
    line = {"Amount": 60, "DetailType": "ItemBasedExpenseLineDetail"}
    line["ItemBasedExpenseLineDetail"] = detail
    bill = counted.post("Bill", {"VendorRef": counted.vendor(), "Line": [line]})
    assert counted.get("Item", anchor)["QtyOnHand"] == 20
    sale: Any = {"CustomerRef": counted.customer(), "Line": [counted.line("Anchor", 8, 9)]}
    counted.post("SalesReceipt", sale)
    book = counted.book()
    assert [book["Inventory Asset"], book["Cost of Goods Sold"]] == [60, 40]
    sale["Line"] = [counted.line("Anchor", 2, 9)]
    counted.post("CreditMemo", sale)
    assert counted.book()["Inventory Asset"] == 70
    assert counted.get("Item", anchor)["QtyOnHand"] == 14
    counted.post("Bill", {"Id": bill["Id"], "SyncToken": "0"}, operation="delete")
    assert counted.get("Item", anchor)["QtyOnHand"] == 4
    assert counted.book()["Inventory Asset"] == 10


@pytest.mark.parametrize(("adjusted", "asset", "held"), [(True, None, 0), (False, 40, 10)])
def test_an_inactive_item_with_goods_on_hand(
    counted: Books, adjusted: bool, asset: int | None, held: int
) -> None:
    """Written off to shrinkage, or left as it is, by the switch."""
    counted.running.control("switches", {"inactive_adjusted": adjusted})
    anchor = counted.post("Item", inventory(counted))["Id"]
    counted.act("make_inactive", entity="Item", id=anchor)
    counted.running.control("switches", {"inactive_adjusted": True})
    book = counted.book()
    assert book.get("Inventory Asset") == asset
    assert book.get("Inventory Shrinkage") == (40 if adjusted else None)
    assert counted.get("Item", anchor)["QtyOnHand"] == held
    counted.act("make_active", entity="Item", id=anchor)
    found = counted.get("Item", anchor)
    assert (found["Name"], found["QtyOnHand"]) == ("Anchor", held)


def test_an_item_that_is_counted_is_replaced(counted: Books) -> None:
    """It never becomes a service: renamed, made inactive, its name given to a new one."""
    old = counted.post("Item", inventory(counted, quantity=0))
    counted.act("track_inventory", on=False)
    body = {"Id": old["Id"], "SyncToken": "0", "sparse": True}
    for change in ({"Type": "Service"}, {"Type": "NonInventory"}, {"TrackQtyOnHand": False}):
        assert counted.refused("Item", {**body, **change}) == "6000"
    service: dict[str, Any] = {"Name": "Anchor", "Type": "Service"}
    service["IncomeAccountRef"] = counted.account("Sales of Product Income")
    service["ExpenseAccountRef"] = counted.account("Inventory Asset")
    assert counted.refused("Item", service) == "6240"
    renamed = counted.post("Item", {**body, "Name": "Anchor (old)"})
    gone = {**body, "SyncToken": renamed["SyncToken"], "Active": False}
    assert counted.post("Item", gone)["Name"] == "Anchor (old) (deleted)"
    made = counted.post("Item", service)
    assert (made["Type"], made["TrackQtyOnHand"], made["Name"]) == ("Service", False, "Anchor")
    counted.made["items"]["Anchor"] = made["Id"]
    sale: Any = {"CustomerRef": counted.customer(), "Line": [counted.line("Anchor", 1, 9)]}
    counted.post("Invoice", sale)
    assert "Cost of Goods Sold" not in counted.book()
    sale["Line"][0]["SalesItemLineDetail"]["ItemRef"] = {"value": old["Id"]}
    assert counted.refused("Invoice", sale) == "610"


def test_the_name_of_what_is_inactive(us: Books) -> None:
    """Free for another by its suffix; then it cannot come back with it; kept by the switch."""
    mug = us.made["items"]["Tin Mug"]
    us.act("make_inactive", entity="Item", id=mug)
    service: dict[str, Any] = {"Name": "Tin Mug", "Type": "Service"}
    service["IncomeAccountRef"] = us.account("Services")
    made = us.post("Item", service)
    both = us.query("SELECT * FROM Item WHERE Active IN (true, false) AND Name LIKE 'Tin Mug%'")
    assert {one["Name"]: one["Active"] for one in both["Item"]} == {
        "Tin Mug": True,
        "Tin Mug (deleted)": False,
    }
    body = {"Id": mug, "SyncToken": "1", "sparse": True, "Active": True}
    assert us.refused("Item", body) == "6240"
    us.act("make_inactive", entity="Item", id=made["Id"])
    again = us.query("SELECT * FROM Item WHERE Active = false")["Item"]
    assert [one["Name"] for one in again] == ["Tin Mug (deleted)", "Tin Mug (deleted-1)"]
    us.act("make_active", entity="Item", id=made["Id"])
    assert us.get("Item", made["Id"])["Name"] == "Tin Mug"
    us.running.control("switches", {"deleted_suffix": False})
    bag = us.made["items"]["Canvas Bag"]
    us.act("make_inactive", entity="Item", id=bag)
    us.running.control("switches", {"deleted_suffix": True})
    assert us.get("Item", bag)["Name"] == "Canvas Bag"
    assert us.refused("Item", {**service, "Name": "Canvas Bag"}) == "6240"
