"""Random buying for sales: nothing is ordered twice, nothing is lost, and the books agree."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from inventory.services.prices import SupplierPriceInput, add_supplier_price
from network.models import Contact
from network.services.automations import save_settings
from orders.models import PurchaseOrder, Receipt, SalesOrder, SalesOrderLine, Shipment
from orders.services.consequences import consequences_of
from orders.services.demand import BuyInput, buy_for_sale, order_demand
from orders.services.drop_shipping import supplier_shipped, undo_goods_in, undo_goods_out
from orders.services.lines import LineInput
from orders.services.purchases import (
    authorise_purchase_order,
    change_purchase_order,
    undo_purchase_order,
    void_purchase_order,
)
from orders.services.receiving import ReceiptInput
from orders.services.sales import (
    authorise_sales_order,
    change_sales_order,
    undo_sales_order,
    void_sales_order,
)
from orders.shortage import lines_short
from tests.orders.business import Business
from tests.orders.test_trade_machine import RUNS, may_be_refused

quantities = st.sampled_from(["1", "2", "3", "5"])


class RandomBuying(RuleBasedStateMachine):
    """Sell, buy for it, receive, drop-ship, ship, change, void and undo, in any order."""

    @initialize(
        costing=st.sampled_from(["fifo", "average"]), by=st.sampled_from(["order", "day", "week"])
    )
    def found(self, costing: str, by: str) -> None:
        self.here = Business(costing=costing)
        with self.here.company.inside():
            save_settings({"consolidate_by": by})
            Contact.objects.update(billing_address="2 Hill")
            add_supplier_price(self.here.beans.id, SupplierPriceInput(self.here.supplier.id, "3"))
        self.here.receive(self.here.order("4", "2"))
        self.here.sale("6")
        self.here.sale("3")

    def _any(self, data: st.DataObject, model: Any) -> Any:
        with self.here.company.inside():
            rows = list(model.objects.order_by("id"))
        return data.draw(st.sampled_from(rows)) if rows else None

    def _do(self, verb: Callable[..., Any], row: Any, *given: Any, **named: Any) -> None:
        if row is not None:
            with may_be_refused(), self.here.company.inside():
                verb(row.id, *given, **named)

    @rule(quantity=quantities)
    def sell(self, quantity: str) -> None:
        self.here.sale(quantity)

    @rule(data=st.data(), drop_ship=st.booleans())
    def buy(self, data: st.DataObject, drop_ship: bool) -> None:
        self._do(buy_for_sale, self._any(data, SalesOrder), drop_ship=drop_ship)

    @rule(data=st.data(), quantity=quantities)
    def buy_some(self, data: st.DataObject, quantity: str) -> None:
        with self.here.company.inside():
            lines = list(lines_short().order_by("id"))
        wanted = [BuyInput(one.order_id, one.line_id, quantity) for one in lines]
        if wanted:
            with may_be_refused(), self.here.company.inside():
                order_demand(data.draw(st.permutations(wanted))[:3])

    @rule(data=st.data())
    def authorise(self, data: st.DataObject) -> None:
        self._do(authorise_purchase_order, self._any(data, PurchaseOrder))

    @rule(data=st.data(), quantity=quantities)
    def receive(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, PurchaseOrder)
        with self.here.company.inside():
            simple = order is not None and order.lines.count() == 1
        if simple:
            with may_be_refused():
                self.here.receive(order, quantity)

    @rule(data=st.data(), quantity=quantities)
    def supplier_ships(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, PurchaseOrder)
        if order is None:
            return
        with self.here.company.inside():
            line = order.lines.order_by("position").first()
        self._do(supplier_shipped, order, [ReceiptInput(quantity, line_id=line.line_id)])

    @rule(data=st.data(), quantity=quantities)
    def ship(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, SalesOrder)
        if order is not None:
            with may_be_refused():
                self.here.ship(order, quantity)

    @rule(data=st.data(), quantity=quantities)
    def change_a_sale(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, SalesOrder)
        if order is not None:
            with may_be_refused(), self.here.company.inside():
                undo_sales_order(order.id)
                kept = order.lines.get().line_id
                line = LineInput(product=self.here.beans.id, quantity=quantity, line_id=kept)
                change_sales_order(order.id, {}, [line])
                authorise_sales_order(order.id)

    @rule(data=st.data(), quantity=quantities)
    def change_a_purchase(self, data: st.DataObject, quantity: str) -> None:
        order = self._any(data, PurchaseOrder)
        if order is not None:
            with may_be_refused(), self.here.company.inside():
                kept = order.lines.order_by("position")[0].line_id
                line = LineInput(product=self.here.beans.id, quantity=quantity, line_id=kept)
                change_purchase_order(order.id, {}, [line])

    @rule(data=st.data(), verb=st.sampled_from([undo_purchase_order, void_purchase_order]))
    def end_a_purchase(self, data: st.DataObject, verb: Any) -> None:
        self._do(verb, self._any(data, PurchaseOrder))

    @rule(data=st.data())
    def end_a_sale(self, data: st.DataObject) -> None:
        self._do(void_sales_order, self._any(data, SalesOrder))

    @rule(data=st.data())
    def undo_goods(self, data: st.DataObject) -> None:
        model, verb = data.draw(
            st.sampled_from([(Receipt, undo_goods_in), (Shipment, undo_goods_out)])
        )
        row = self._any(data, model)
        if row is not None:
            with self.here.company.inside():
                told = consequences_of(row, "undo")
            self._do(verb, row)
            with self.here.company.inside():
                assert told.possible == (model.objects.get(id=row.id).status != row.status)

    @invariant()
    def nothing_is_bought_twice_and_the_books_agree(self) -> None:
        if not hasattr(self, "here"):
            return
        self.here.check()
        with self.here.company.inside():
            for row in SalesOrderLine.objects.all():
                assert row.bought >= 0
                assert row.shipped + row.allocated + row.bought <= row.quantity
            for order in PurchaseOrder.objects.all():
                ordered = dict(order.lines.values_list("line_id", "quantity"))
                for link in order.bought_for.filter(quantity__gt=F("received")):
                    assert link.quantity <= ordered[link.purchase_line]


def test_random_buying_for_sales() -> None:
    """K3, O4: what is shipped, promised and bought never exceeds what was ordered."""
    run_state_machine_as_test(
        RandomBuying, settings=settings(RUNS, max_examples=6, stateful_step_count=20)
    )


@pytest.mark.battery
def test_a_lot_of_random_buying_for_sales() -> None:
    """K3, O4: the same, for long."""
    run_state_machine_as_test(
        RandomBuying, settings=settings(RUNS, max_examples=40, stateful_step_count=40)
    )
