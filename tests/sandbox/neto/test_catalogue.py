"""Items as strangers read them: pictures, price groups, variations, kits; and what buyers owe."""

from typing import Any

import pytest
import requests

from tests.sandbox.neto.client import LINES, Store, listed

WHOLESALE = {
    "GroupID": "7",
    "Group": "Trade",
    "Price": "60.00",
    "MinimumQuantity": 1,
    "MultilevelBands": {
        "MultiLevelBand": [
            {"Price": "55.00", "MinimumQuantity": 10, "MaximumQuantity": 49},
            {"Price": "50.00", "MinimumQuantity": 50},
        ]
    },
}


def item(store: Store, sku: str, *selectors: str) -> dict[str, Any]:
    asked = {"Filter": {"SKU": [sku], "OutputSelector": list(selectors)}}
    return dict(listed(store.call("GetItem", asked)["Item"])[0])


def update(store: Store, sku: str, **fields: Any) -> None:
    store.call("UpdateItem", {"Item": [{"SKU": sku, **fields}]})


def bought(store: Store, sku: str, quantity: Any = 1, **more: Any) -> dict[str, Any]:
    """The line of an order in which no price is said."""
    line = {"SKU": sku, "Quantity": quantity}
    made = store.call("AddOrder", {"Order": {"OrderLine": line, **more}})["Order"]["OrderID"]
    return dict(store.order(made, *LINES)["OrderLine"][0])


def customer(store: Store, username: str) -> tuple[str, str]:
    """AccountBalance and AvailableCredit."""
    selectors = ["AccountBalance", "AvailableCredit"]
    asked = {"Filter": {"Username": username, "OutputSelector": selectors}}
    (found,) = store.call("GetCustomer", asked)["Customer"]
    return found["AccountBalance"], found["AvailableCredit"]


def test_pictures_have_addresses_that_answer(store: Store) -> None:
    """A list of pictures, by name; one more, one less; markup in a name stays text."""
    update(store, "SCALE-01", Name="<b>Scale</b>", Images={"Image": [{"Name": "Alt 1"}]})
    images = item(store, "SCALE-01", "Images")["Images"]
    assert [one["Name"] for one in images] == ["Main", "Alt 1"]
    assert set(images[0]) == {"Name", "URL", "ThumbURL", "MediumThumbURL", "Timestamp"}
    for name in ("URL", "ThumbURL", "MediumThumbURL"):
        answer = requests.get(images[0][name], timeout=30)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "<b>" not in answer.text
    update(store, "SCALE-01", Images={"Image": {"Name": "Main", "Delete": "True"}})
    assert [one["Name"] for one in item(store, "SCALE-01", "Images")["Images"]] == ["Alt 1"]
    assert requests.get(f"{store.filled['url']}/assets/thumb/nothing.svg", timeout=30).status_code


def test_prices_go_by_group_and_quantity(store: Store) -> None:
    """The group's price, its bands, the default for everybody else; what is said counts most."""
    update(store, "SCALE-01", PriceGroups={"PriceGroup": [WHOLESALE]})
    groups = item(store, "SCALE-01", "PriceGroups")["PriceGroups"]["PriceGroup"]
    assert groups == [
        {
            "GroupID": "7",
            "Group": "Trade",
            "Price": "60.00",
            "PromotionPrice": "0.00",
            "MinimumQuantity": "1",
            "MaximumQuantity": "0",
            "Multiple": "0",
            "MultipleStartQuantity": "0",
            "MultilevelBands": {
                "MultiLevelBand": [
                    {"Price": "55.00", "MinimumQuantity": "10", "MaximumQuantity": "49"},
                    {"Price": "50.00", "MinimumQuantity": "50", "MaximumQuantity": "0"},
                ]
            },
        }
    ]
    for quantity, group, price in (
        (1, "7", "60.00000000"),
        (10, "trade", "55.00000000"),
        (49, "7", "55.00000000"),
        (50, "7", "50.00000000"),
        (50, "1", "69.00000000"),
    ):
        assert bought(store, "SCALE-01", quantity, UserGroup=group)["UnitPrice"] == price
    store.call("UpdateCustomer", {"Customer": {"Username": "tanaka", "UserGroup": "7"}})
    assert bought(store, "SCALE-01", Username="tanaka")["UnitPrice"] == "60.00000000"
    line = {"SKU": "SCALE-01", "UnitPrice": "1.00"}
    made = store.call("AddOrder", {"Order": {"UserGroup": "7", "OrderLine": line}})["Order"]
    assert store.order(made["OrderID"], *LINES)["OrderLine"][0]["UnitPrice"] == "1.00000000"


def test_a_promotion_is_a_price_for_its_days(store: Store) -> None:
    """Before and behind them the default price."""
    clock = store.sandbox.control
    days = {"PromotionStartDate": "2027-08-01 00:00:00", "PromotionExpiryDate": "2027-08-08"}
    update(store, "SCALE-01", PromotionPrice="49.00", **days)
    for day, price in (("2027-07-31", "69"), ("2027-08-03", "49"), ("2027-08-09", "69")):
        clock("clock", {"set": f"{day}T12:00:00Z", "stop": True})
        assert bought(store, "SCALE-01")["UnitPrice"] == f"{price}.00000000", day
    clock("clock", {"set": 1_800_000_000})
    found = item(store, "SCALE-01", "PromotionStartDateUTC", "PromotionStartDateLocal")
    assert found["PromotionStartDateUTC"] == "2027-08-01 00:00:00"
    assert found["PromotionStartDateLocal"] == "2027-08-01 10:00:00"


def test_variations_and_their_parent(store: Store) -> None:
    """The parent names its children's ids, they name it and say what they are."""
    parent = item(store, "APRON", "VariantInventoryIDs", "IsVariant", "ParentSKU")
    assert (parent["IsVariant"], parent["ParentSKU"]) == ("False", "")
    asked = {"InventoryID": parent["VariantInventoryIDs"], "OutputSelector": ["ItemSpecifics"]}
    children = store.call("GetItem", {"Filter": asked})["Item"]
    assert {one["SKU"]: one["ItemSpecifics"] for one in children} == {
        "APRON-L": {"ItemSpecific": [{"Name": "Size", "Value": "Large"}]},
        "APRON-S": {"ItemSpecific": [{"Name": "Size", "Value": "Small"}]},
    }
    asked = {"ParentSKU": "APRON", "OutputSelector": ["IsVariant"]}
    assert {one["IsVariant"] for one in store.call("GetItem", {"Filter": asked})["Item"]} == {
        "True"
    }
    own = {"Item": {"SKU": "APRON", "ParentSKU": "APRON"}}
    assert store.post("UpdateItem", own).json()["Ack"] == "Error"


def test_a_kit_can_be_sold_as_often_as_its_parts_allow(store: Store) -> None:
    """The scarcest part decides, what orders hold counts, below nothing there is nothing."""

    def left() -> str:
        return str(item(store, "KIT-STARTER", "AvailableSellQuantity")["AvailableSellQuantity"])

    assert left() == "60"  # 60 drippers, 490 / 2 packets, 172 bags
    level = {"WarehouseID": 1, "Quantity": 7, "Action": "set"}
    for warehouse in (2, 3):
        update(
            store,
            "FILTER-V60-100",
            WarehouseQuantity={"WarehouseID": warehouse, "Quantity": 0, "Action": "set"},
        )
    update(store, "FILTER-V60-100", WarehouseQuantity=level)
    assert left() == "3"  # two packets each
    bought(store, "KIT-STARTER", 2)
    assert left() == "1"
    bought(store, "FILTER-V60-100", 9)
    assert left() == "0"
    negative = {"ComponentSKU": "SCALE-01", "AssembleQuantity": -1}
    sent = {"Item": {"SKU": "KIT-STARTER", "KitComponents": {"KitComponent": [negative]}}}
    assert store.post("UpdateItem", sent).json()["Ack"] == "Error"


def test_what_a_customer_owes_follows_orders_payments_and_returns(store: Store) -> None:
    """To the cent; quotes and cancelled orders are not owed; credit is what the limit leaves."""
    store.call("UpdateCustomer", {"Customer": {"Username": "tanaka", "CreditLimit": "500"}})
    assert customer(store, "tanaka") == ("0.00", "500.00")
    line = {"SKU": "SCALE-01", "Quantity": 2}
    sent = {"Order": {"Username": "Tanaka", "OrderLine": line}}
    made = store.call("AddOrder", sent)["Order"]["OrderID"]
    assert customer(store, "tanaka") == ("138.00", "362.00")
    store.act("pay_order", order=made, amount="100.00")
    assert customer(store, "tanaka") == ("38.00", "462.00")
    store.act("return_goods", order=made, lines=[{"SKU": "SCALE-01", "Quantity": 1}])
    assert customer(store, "tanaka") == ("-31.00", "531.00")
    other = store.call("AddOrder", sent)["Order"]["OrderID"]
    assert customer(store, "tanaka")[0] == "107.00"
    for status, owed in (("Cancelled", "-31.00"), ("New", "107.00"), ("Quote", "-31.00")):
        store.act("move_order", order=other, status=status)
        assert customer(store, "tanaka")[0] == owed
    assert customer(store, "obrien")[0] == "0.00"


@pytest.mark.parametrize("price", ["10.00", "0.05", "33.33"])
def test_returns_of_a_line_are_never_more_than_was_sold(store: Store, price: str) -> None:
    """In quantity, and together in money, to the cent; nor may the order shrink below them."""
    line = {"SKU": "SCALE-01", "Quantity": 3, "UnitPrice": price, "DiscountPercent": 10}
    made = store.call("AddOrder", {"Order": {"OrderLine": line}})["Order"]["OrderID"]
    one = {"OrderID": made, "RmaLines": {"RmaLine": [{"SKU": "SCALE-01", "Quantity": 1}]}}
    for _ in range(2):
        assert store.call("AddRma", {"Rma": one})["Ack"] == "Success"
    two = {"OrderID": made, "RmaLines": {"RmaLine": [{"SKU": "SCALE-01", "Quantity": 2}]}}
    assert store.post("AddRma", {"Rma": two}).json()["Ack"] == "Error"
    with pytest.raises(AssertionError, match="has returns of 2"):
        store.act("change_order", order=made, quantities={"SCALE-01": 1})
    with pytest.raises(AssertionError, match="has returns of 2"):
        store.act("change_order", order=made, remove=[f"{made}-0"], add=[{"SKU": "CUP-SET-2"}])
    assert store.call("AddRma", {"Rma": one})["Ack"] == "Success"
    assert store.post("AddRma", {"Rma": one}).json()["Ack"] == "Error"
    asked = {"OrderID": made, "OutputSelector": ["RefundTotal", "RmaLines", "RefundTaxTotal"]}
    found = store.call("GetRma", {"Filter": asked})["Rma"]
    total = store.order(made, "GrandTotal", "OrderTax")
    refunded = sum(round(float(rma["RefundTotal"]) * 100) for rma in found)
    assert refunded == round(float(total["GrandTotal"]) * 100)
    tax = sum(round(float(rma["RefundTaxTotal"]) * 100) for rma in found)
    assert tax == round(float(total["OrderTax"]) * 100)
    assert store.book()["balances"]["receivable"] == 0


def test_returns_of_one_sku_on_two_lines(store: Store) -> None:
    """The first line with enough left, or the one that is named; twice in one return counts too."""
    lines = [{"SKU": "SCALE-01"}, {"SKU": "SCALE-01", "Quantity": 2}]
    made = store.call("AddOrder", {"Order": {"OrderLine": lines}})["Order"]["OrderID"]
    twice = [{"SKU": "SCALE-01", "Quantity": 1}] * 2
    store.call("AddRma", {"Rma": {"OrderID": made, "RmaLines": {"RmaLine": twice}}})
    asked = {"OrderID": made, "OutputSelector": ["RmaLines"]}
    (rma,) = store.call("GetRma", {"Filter": asked})["Rma"]
    lines_back = rma["RmaLines"][0]["RmaLine"]
    assert [one["ItemNumber"] for one in lines_back] == [f"{made}-0", f"{made}-1"]
    named = {"SKU": "SCALE-01", "ItemNumber": f"{made}-0", "Quantity": 1}
    sent = {"Rma": {"OrderID": made, "RmaLines": {"RmaLine": named}}}
    assert store.post("AddRma", sent).json()["Ack"] == "Error"
    three = {"Rma": {"OrderID": made, "RmaLines": {"RmaLine": twice}}}
    assert store.post("AddRma", three).json()["Ack"] == "Error"
