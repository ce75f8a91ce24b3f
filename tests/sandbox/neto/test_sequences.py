"""After any sequence of what people and programs do: the book, the stock and the totals agree."""

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.common.ledger import Ledger
from sandbox.neto.customers import balance
from sandbox.neto.pricing import paid
from sandbox.neto.scenarios import USUAL
from sandbox.neto.shops import Shop
from sandbox.neto.stock import REMOVES, RESERVES
from tests.sandbox.neto.test_hostile import Inside

DEAD = ("Quote", "Uncommitted", "Cancelled")
NUMBER = st.integers(0, 60)
STEPS = st.one_of(
    st.tuples(st.just("place_order"), st.sampled_from(USUAL), NUMBER),
    st.tuples(st.just("move_order"), st.sampled_from([*RESERVES, *REMOVES, *DEAD, ""]), NUMBER),
    st.tuples(st.just("split_order"), st.just(""), NUMBER),
    st.tuples(st.just("pay_order"), st.sampled_from(["1.00", "0.01", ""]), NUMBER),
    st.tuples(st.just("change_order"), st.sampled_from(["0", "1", "7", "2.5"]), NUMBER),
    st.tuples(st.just("approve_order"), st.just(""), NUMBER),
    st.tuples(st.just("return_goods"), st.sampled_from(["restock", ""]), NUMBER),
    st.tuples(st.just("leave_cart"), st.sampled_from(["tanaka", "cafe.corner"]), NUMBER),
    st.tuples(st.just("check_out"), st.just(""), st.integers(1, 5)),
    st.tuples(st.just("walk"), st.just(""), NUMBER),
)


class Day:
    """A store whose day it is; keeps what was put back."""

    def __init__(self) -> None:
        self.inside = Inside()
        self.store = self.inside.neto.store
        self.returned: Counter[tuple[str, str]] = Counter()
        self.start = self.levels("hand")
        for order in self.orders():
            self.count(order, self.start, 1 if order["OrderStatus"] in REMOVES else 0)

    def orders(self) -> list[dict[str, Any]]:
        return [one.body for one in self.store.records("one", "order")]

    def levels(self, column: str) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for record in self.store.records("one", "stock"):
            for warehouse, level in record.body.items():
                found[(record.id, warehouse)] += Decimal(level[column])  # type: ignore[assignment]
        return found

    def count(self, order: dict[str, Any], into: Counter[tuple[str, str]], sign: int) -> None:
        for line in order["OrderLine"]:
            for part in line["Components"] or [{"SKU": line["SKU"], "Quantity": 1}]:
                item = self.store.get("one", "item", part["SKU"])
                if item is not None and item.body["IsInventoried"]:
                    moved = Decimal(line["Quantity"]) * Decimal(part["Quantity"]) * sign
                    into[(part["SKU"], line["WarehouseID"])] += moved  # type: ignore[assignment]

    def do(self, verb: str, how: str, number: int) -> None:
        orders = self.orders()
        order = orders[number % len(orders)]
        lines = order["OrderLine"]
        values: dict[str, Any] = {"store": "one", "order": order["OrderID"], "seed": number}
        more: dict[str, dict[str, Any]] = {
            "place_order": {"kind": how},
            "move_order": {"status": how},
            "split_order": {"lines": [lines[0]["OrderLineID"]] if lines else []},
            "pay_order": {"amount": how} if how else {},
            "change_order": {
                "quantities": {lines[0]["OrderLineID"]: how} if lines else {},
                "add": [{"SKU": "SCALE-01", "WarehouseID": "2"}] if number % 2 else [],
            },
            "return_goods": {
                "lines": [{"SKU": lines[-1]["SKU"], "Quantity": 1}] if lines else [],
                "restock": how == "restock",
            },
        }
        values |= more.get(verb, {})
        if verb == "leave_cart":
            values |= {"Username": how, "lines": [{"SKU": "KIT-STARTER", "Quantity": number % 4}]}
        values |= {"cart": number} if verb == "check_out" else {}
        try:
            with self.store.transaction():
                self.inside.neto.act(verb, values)
        except ValueError:
            return
        if verb == "return_goods" and how == "restock" and lines:
            sold = self.line_of_last_return(order["OrderID"])
            self.count({"OrderLine": [{**sold, "Quantity": 1}]}, self.returned, 1)

    def line_of_last_return(self, order_id: str) -> dict[str, Any]:
        found = self.store.records("one", "rma")[-1].body
        order = self.store.get("one", "order", order_id)
        assert order is not None and found["OrderID"] == order_id
        number = found["RmaLines"][0]["ItemNumber"]
        return next(one for one in order.body["OrderLine"] if one["OrderLineID"] == number)

    def returned_of(self, order_id: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for record in self.store.records("one", "rma"):
            if record.body["OrderID"] == order_id:
                for line in record.body["RmaLines"]:
                    found[line["ItemNumber"]] += line["Quantity"]
        return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=1, max_size=25))
def test_book_stock_and_totals_agree(steps: list[tuple[str, str, int]]) -> None:
    """Debits are credits; what buyers owe is theirs; what is held and gone is what orders say."""
    day = Day()
    for verb, how, number in steps:
        day.do(verb, how, number)
    orders, book = day.orders(), Ledger(day.store, "one")
    assert book.total() == 0
    owed = Decimal(0)
    for order in orders:
        owed += Decimal(order["GrandTotal"]) if order["OrderStatus"] not in DEAD else 0
        sold = {one["OrderLineID"]: one["Quantity"] for one in order["OrderLine"]}
        for line_id, quantity in day.returned_of(order["OrderID"]).items():
            assert quantity <= sold[line_id]
        owed -= paid(order)
    for rma in day.store.records("one", "rma"):
        owed -= Decimal(rma.body["RefundTotal"])
    assert book.balances().get("receivable", 0) == owed
    shop = Shop(day.inside.neto, "one", day.inside.neto.clock.now())
    buyers = {order["Username"] for order in orders}
    assert sum(balance(shop, one) for one in buyers) == owed
    assert book.balances().get("unexplained", 0) == 0
    held: Counter[tuple[str, str]] = Counter()
    hand = Counter(day.start)
    for order in orders:
        day.count(order, held, 1 if order["OrderStatus"] in RESERVES else 0)
        day.count(order, hand, -1 if order["OrderStatus"] in REMOVES else 0)
    for key, quantity in day.returned.items():
        hand[key] += quantity
    for column, expected in (("held", held), ("hand", hand)):
        levels = day.levels(column)
        assert {key: one for key, one in levels.items() if one} == {
            key: one for key, one in expected.items() if one
        }
