"""Stock as random work leaves it: levels, layers and their entries agree after every step."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from hub.errors import Conflict
from hub.ids import new_id
from inventory.models import LayerEntry, Location, MovementKind, StockLayer, StockLevel
from inventory.selectors import cost_of_sources, standing_movements
from inventory.services.cost_corrections import CostChange, correct
from inventory.services.stock import StockSource, StockWork
from inventory.services.stock_returns import give_back, take_back
from ledger.services.books import change_book, current_book
from tenants.services.organisations import current_organisation
from tests.cast import Company, make_company

DAY = date(2026, 5, 1)
quantities = st.decimals(min_value=Decimal("0.5"), max_value=Decimal(9), places=1)
values = st.decimals(min_value=Decimal("0.00"), max_value=Decimal(99), places=2)


class Warehouse:
    """One product of one company, moved through `StockWork`."""

    def __init__(self, costing: str = "fifo") -> None:
        self.company: Company = make_company("Warehouse")
        self.product = self.company.product("BEANS")
        with self.company.inside():
            if costing != "fifo":
                change_book({"costing": costing})
            self.place = (self.product.id, Location.objects.get().id)

    @contextmanager
    def work(self, on: date = DAY, number: str = "T-1") -> Iterator[StockWork]:
        with self.company.inside():
            work = StockWork(
                current_organisation(),
                current_book(),
                on,
                StockSource("test", new_id(), number),
                [self.place],
            )
            yield work
            work.save()

    def receive(self, quantity: str, value: str, on: date = DAY) -> Any:
        with self.work(on) as work:
            work.receive(*self.place, Decimal(quantity), Decimal(value), kind=MovementKind.RECEIPT)
            return work.source.id

    def issue(self, quantity: str, on: date = DAY) -> Any:
        with self.work(on, "SHIP-1") as work:
            work.issue(self.product, self.place[1], Decimal(quantity), kind=MovementKind.SHIPMENT)
            return work.source.id

    def cost(self, source: Any) -> Decimal:
        with self.company.inside():
            return cost_of_sources([source]).get(source, Decimal(0))

    def check(self) -> None:
        """What the caches say is what the entries sum to."""
        with self.company.inside():
            level = StockLevel.objects.filter(product=self.product).first()
            layers = StockLayer.objects.aggregate(q=Sum("remaining"), v=Sum("remaining_value"))
            entries = LayerEntry.objects.aggregate(q=Sum("quantity"), v=Sum("value"))
            assert layers == entries
            if level is not None:
                assert level.on_hand == layers["q"]
            for layer in StockLayer.objects.all():
                own = LayerEntry.objects.filter(layer=layer).aggregate(
                    q=Sum("quantity"), v=Sum("value")
                )
                assert (own["q"], own["v"]) == (layer.remaining, layer.remaining_value)
                if not layer.remaining:
                    assert layer.remaining_value == 0


def test_a_shipment_costs_the_oldest_goods() -> None:
    """O5, O6: 4 of (2 at 10, 5 at 12) cost 44."""
    here = Warehouse()
    here.receive("5", "60", DAY)
    here.receive("2", "20", DAY - timedelta(days=3))
    assert here.cost(here.issue("4")) == Decimal(44)
    here.check()


def test_a_moving_average_pools_the_goods() -> None:
    """O5: 4 of 7 worth 80 cost 45.71, and the rest 34.29."""
    here = Warehouse("average")
    here.receive("5", "60")
    here.receive("2", "20")
    assert here.cost(here.issue("4")) == Decimal("45.71")
    with here.company.inside():
        assert StockLayer.objects.get().remaining_value == Decimal("34.29")
    assert here.cost(here.issue("3")) == Decimal("34.29")
    here.check()


def test_too_little_stock_is_explained_and_changes_nothing() -> None:
    """O5: the message names product, wanted, there, and the place."""
    here = Warehouse()
    here.receive("2", "20")
    with pytest.raises(Conflict) as refused:
        here.issue("5")
    assert refused.value.message == (
        "BEANS Product BEANS: 5 wanted, 2 on hand at Main warehouse. Receive or transfer the "
        "rest first, or take fewer."
    )
    here.check()


def test_a_late_bill_corrects_stock_and_what_was_sold() -> None:
    """O6: 10 at 2.00 turn out to cost 3.00 after 6 were sold: 4.00 stays, 6.00 is sold."""
    here = Warehouse()
    receipt = here.receive("10", "20")
    shipment = here.issue("6")
    with here.work() as work:
        layer = StockLayer.objects.get(source_id=receipt)
        carried = correct(work, [CostChange(layer, Decimal(10), Decimal(10))])
        assert [(c.movement.source_id if c.movement else None, c.value) for c in carried] == [
            (shipment, Decimal(6))
        ]
    assert here.cost(shipment) == Decimal(18)
    with here.company.inside():
        assert StockLayer.objects.get().remaining_value == Decimal(12)
    here.check()


def test_goods_that_were_used_keep_their_receipt_from_being_undone() -> None:
    """O3: the refusal names the documents that used them."""
    here = Warehouse()
    receipt = here.receive("10", "20")
    here.issue("6")
    with here.company.inside():
        movements = standing_movements([receipt])
    with pytest.raises(Conflict) as refused, here.work() as work:
        take_back(work, movements)
    assert "have been used by SHIP-1. Undo those first." in refused.value.message
    here.check()


@contextmanager
def may_refuse(code: str) -> Iterator[None]:
    """The work may be refused, for this reason only."""
    try:
        yield
    except Conflict as refused:
        if refused.code != code:
            raise


class RandomStock(RuleBasedStateMachine):
    """Receive, issue, return, undo and correct in any order."""

    costing = "fifo"

    def __init__(self) -> None:
        super().__init__()
        self.here = Warehouse(self.costing)
        self.receipts: list[Any] = []
        self.shipments: list[Any] = []

    @rule(quantity=quantities, value=values, days=st.integers(0, 5))
    def receive(self, quantity: Decimal, value: Decimal, days: int) -> None:
        on = DAY + timedelta(days=days)
        self.receipts.append(self.here.receive(str(quantity), str(value), on))

    @rule(quantity=quantities)
    def issue(self, quantity: Decimal) -> None:
        with may_refuse("short_of_stock"):
            self.shipments.append(self.here.issue(str(quantity)))

    @rule(data=st.data(), delta=st.decimals(min_value=-20, max_value=20, places=2))
    def correct(self, data: st.DataObject, delta: Decimal) -> None:
        if not self.receipts:
            return
        receipt = data.draw(st.sampled_from(self.receipts))
        with self.here.work() as work:
            entry = LayerEntry.objects.filter(source_id=receipt).select_related("layer").first()
            assert entry is not None
            before = StockLayer.objects.aggregate(v=Sum("remaining_value"))["v"]
            carried = correct(work, [CostChange(entry.layer, delta, entry.quantity)])
            after = StockLayer.objects.aggregate(v=Sum("remaining_value"))["v"]
            assert after + sum(part.value for part in carried) == before + delta

    @rule(data=st.data(), part=st.sampled_from(["0.5", "1"]))
    def restock(self, data: st.DataObject, part: str) -> None:
        if not self.shipments:
            return
        shipment = data.draw(st.sampled_from(self.shipments))
        with may_refuse("more_than_issued"), self.here.work() as work:
            (movement,) = standing_movements([shipment])
            give_back(work, [(movement, Decimal(part))], kind=MovementKind.RESTOCK)

    @rule(data=st.data())
    def undo_shipment(self, data: st.DataObject) -> None:
        if not self.shipments:
            return
        shipment = data.draw(st.sampled_from(self.shipments))
        with may_refuse("more_than_issued"):
            with self.here.work() as work:
                movements = standing_movements([shipment])
                give_back(work, [(m, -m.quantity) for m in movements])
            self.shipments.remove(shipment)
            assert self.here.cost(shipment) == 0

    @rule(data=st.data())
    def undo_receipt(self, data: st.DataObject) -> None:
        if not self.receipts:
            return
        receipt = data.draw(st.sampled_from(self.receipts))
        with may_refuse("stock_used"):
            with self.here.work() as work:
                take_back(work, standing_movements([receipt]))
            self.receipts.remove(receipt)

    @invariant()
    def everything_agrees(self) -> None:
        self.here.check()


class RandomAverageStock(RandomStock):
    costing = "average"


# A company is founded for every run: few, long runs here, many in the battery.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
FEW = settings(max_examples=3, stateful_step_count=20, deadline=None, phases=PHASES)
MANY = settings(max_examples=25, stateful_step_count=30, deadline=None, phases=PHASES)


@pytest.mark.parametrize("machine", [RandomStock, RandomAverageStock])
def test_stock_agrees_with_its_entries_after_any_work(machine: type[RandomStock]) -> None:
    """O5: levels, layers and entries agree after every step of random work."""
    run_state_machine_as_test(machine, settings=FEW)


@pytest.mark.battery
@pytest.mark.parametrize("machine", [RandomStock, RandomAverageStock])
def test_stock_agrees_after_a_lot_of_work(machine: type[RandomStock]) -> None:
    """O5: the same, for long."""
    run_state_machine_as_test(machine, settings=MANY)
