"""At the same moment: many hands on the same stock, the same numbers, the same invoice."""

from decimal import Decimal
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from inventory.models import StockLayer, StockLevel
from ledger.models import Journal
from orders.models import SalesOrder, Shipment
from orders.services import allocation
from orders.services.lines import LineInput
from orders.services.receiving import receive_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.shipping import ShipmentInput, draft_shipment, ship
from tenants import retrying
from tests.orders.business import DAY, Business
from tests.test_concurrency import at_once, codes, inside

D = Decimal


def test_two_shipments_at_once_never_take_the_same_unit() -> None:
    """O5: 12 hands ship 1 of 10: ten come through, two are told, nothing is below zero."""
    here = Business()
    here.receive(here.order("10", "2"))
    shipments = []
    for _ in range(12):
        with here.company.inside():
            order = create_sales_order(
                here.customer.id,
                {"issued_on": DAY},
                [LineInput(product=here.beans.id, quantity="1")],
            )
            authorise_sales_order(order.id)
    with here.company.inside():
        # Promised to the first ten; all twelve are picked all the same.
        for order in SalesOrder.objects.order_by("id"):
            line = order.lines.get()
            shipments.append(draft_shipment(order.id, [ShipmentInput(line.line_id, "1")]))

    outcomes = at_once(*(inside(here.company, partial(ship, s.id)) for s in shipments))

    assert codes(outcomes)["done"] == 10
    assert sum(codes(outcomes).values()) == 12
    with here.company.inside():
        assert StockLevel.objects.get().on_hand == 0
        layer = StockLayer.objects.get()
        assert (layer.remaining, layer.remaining_value) == (D(0), D(0))
    here.check()


def test_sales_authorised_at_once_share_what_is_there() -> None:
    """O5: 8 sales of 2 over 10 units: 10 are promised, never 11."""
    here = Business()
    here.receive(here.order("10", "2"))
    with here.company.inside():
        orders = [
            create_sales_order(
                here.customer.id,
                {"issued_on": DAY},
                [LineInput(product=here.beans.id, quantity="2")],
            )
            for _ in range(8)
        ]
    outcomes = at_once(
        *(inside(here.company, partial(authorise_sales_order, o.id)) for o in orders)
    )
    assert codes(outcomes) == {"done": 8}
    assert here.level() == (D(10), D(10), D(0))
    here.check()


def test_an_order_received_twice_at_once_is_received_once() -> None:
    """O3: the second hand finds nothing outstanding."""
    here = Business()
    order = here.order("10", "2")
    outcomes = at_once(*(inside(here.company, partial(receive_order, order.id)) for _ in range(4)))
    assert codes(outcomes) == {"done": 1, "nothing_outstanding": 3}
    assert here.level() == (D(10), D(0), D(0))
    here.check()


def test_goods_in_and_out_in_crossed_order_never_deadlock() -> None:
    """O5: two products in either order of lines, received, sold and shipped at once."""
    here = Business()
    here.receive(here.order("50", "2"))
    here.receive(here.order("50", "2", product=here.filters))
    pair = [here.beans.id, here.filters.id]

    def sell(products: list[Any]) -> Any:
        order = create_sales_order(
            here.customer.id,
            {"issued_on": DAY},
            [LineInput(product=product, quantity="1") for product in products],
        )
        authorise_sales_order(order.id)
        return ship(draft_shipment(order.id).id)

    acts = [inside(here.company, partial(sell, pair if n % 2 else pair[::-1])) for n in range(12)]
    assert codes(at_once(*acts)) == {"done": 12}
    with here.company.inside():
        numbers = list(Shipment.objects.order_by("number").values_list("number", flat=True))
        journals = list(Journal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [f"SH-{n:05d}" for n in range(1, 13)]
    assert journals == list(range(1, len(journals) + 1))
    here.check()


def test_a_deadlock_is_untied_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """O5: the transaction that PostgreSQL ended is done again, once in effect."""
    here = Business()
    here.receive(here.order("10", "2"))
    with here.company.inside():
        order = create_sales_order(
            here.customer.id,
            {"issued_on": DAY},
            [LineInput(product=here.beans.id, quantity="2")],
        )
    knots = iter([True, True, False])
    seen: list[Any] = []

    def noted(*_args: Any, **values: Any) -> None:
        seen.append(values)

    monkeypatch.setattr(retrying.log, "warning", noted)

    real = allocation.allocate

    def knotted(*args: Any) -> Any:
        found = real(*args)
        if next(knots):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            error = OperationalError("deadlock detected")
            error.__cause__ = psycopg.errors.DeadlockDetected("deadlock detected")
            raise error
        return found

    monkeypatch.setattr("orders.services.sales.allocate", knotted)
    answer = here.company.api().post(f"/api/v1/sales-orders/{order.id}/authorise")
    assert answer.status_code == 200, answer.content
    assert [k["attempt"] for k in seen] == [1, 2]
    assert here.level() == (D(10), D(2), D(0))
