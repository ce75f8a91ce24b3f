"""Changing an order that both sides accepted: asked for, answered, done on both sides (N16)."""

from decimal import Decimal

import pytest

from hub.errors import Conflict, InvalidInput
from inventory.models import StockLevel
from network.models import Envelope
from orders.models import OrderChange, PurchaseOrder, SalesOrder
from orders.services.changes import accept_change, decline_change, request_change
from orders.services.pre_sales import ChangeInput
from orders.services.shipping import ShipmentInput, ship_order
from tests.cast import Pair
from tests.orders.test_network_goods import approved
from tests.trade import authorised_order, stocked_pair

D = Decimal


def ask(pair: Pair, quantity: str, *, price: str | None = None) -> None:
    """The buyer asks for another quantity."""
    with pair.buyer.inside():
        order = PurchaseOrder.objects.get()
        line = order.lines.get()
        wanted = [ChangeInput(line.line_id, quantity=quantity, unit_price=price)]
        request_change(PurchaseOrder, order.id, wanted, text="Please")
    pair.drain()


def quantities(pair: Pair) -> tuple[Decimal, Decimal]:
    """The line's quantity at the buyer and at the supplier."""
    with pair.buyer.inside():
        ours = PurchaseOrder.objects.get().lines.get().quantity
    with pair.supplier.inside():
        return ours, SalesOrder.objects.get().lines.get().quantity


def test_a_buyers_change_holds_on_both_sides_once_it_is_accepted() -> None:
    """N16: quantities, totals, promises and expectations follow on either side."""
    pair = stocked_pair()
    approved(pair)
    ask(pair, "5", price="3.50")
    assert quantities(pair) == (D(3), D(3))
    with pair.supplier.inside():
        sale = SalesOrder.objects.get()
        accept_change(SalesOrder, sale.id)
        assert StockLevel.objects.get().allocated == D(5)
    pair.drain()
    assert quantities(pair) == (D(5), D(5))
    with pair.buyer.inside():
        order = PurchaseOrder.objects.get()
        assert order.net == D("17.50")
        assert StockLevel.objects.get().on_order == D(5)
        assert OrderChange.objects.get().state == "accepted"
    with pair.supplier.inside():
        assert SalesOrder.objects.get().net == D("17.50")


def test_a_declined_change_leaves_both_sides_as_they_were() -> None:
    """N16: the reason is read by who asked, and another question may follow."""
    pair = stocked_pair()
    approved(pair)
    ask(pair, "5")
    with pair.supplier.inside():
        decline_change(SalesOrder, SalesOrder.objects.get().id, "Out of filters until May")
    pair.drain()
    assert quantities(pair) == (D(3), D(3))
    with pair.buyer.inside():
        change = OrderChange.objects.get()
        assert (change.state, change.answer) == ("declined", "Out of filters until May")
    ask(pair, "2")
    with pair.buyer.inside():
        assert OrderChange.objects.filter(state="open").count() == 1


def test_a_supplier_asks_too() -> None:
    """N16: the buyer accepts a smaller quantity."""
    pair = stocked_pair()
    approved(pair)
    with pair.supplier.inside():
        sale = SalesOrder.objects.get()
        line = sale.lines.get()
        request_change(SalesOrder, sale.id, [ChangeInput(line.line_id, quantity="2")])
    pair.drain()
    with pair.buyer.inside():
        accept_change(PurchaseOrder, PurchaseOrder.objects.get().id)
    pair.drain()
    assert quantities(pair) == (D(2), D(2))


def test_a_cancelled_order_is_void_on_both_sides() -> None:
    """N16: nothing had moved; nothing is promised or expected any more."""
    pair = stocked_pair()
    approved(pair)
    with pair.buyer.inside():
        request_change(PurchaseOrder, PurchaseOrder.objects.get().id, cancel=True)
    pair.drain()
    with pair.supplier.inside():
        accept_change(SalesOrder, SalesOrder.objects.get().id)
        assert SalesOrder.objects.get().status == "void"
        assert StockLevel.objects.get().allocated == D(0)
    pair.drain()
    with pair.buyer.inside():
        assert PurchaseOrder.objects.get().status == "void"
        assert StockLevel.objects.get().on_order == D(0)


def test_goods_that_moved_are_not_changed_away() -> None:
    """N16: 2 of 3 were shipped meanwhile: 1 cannot be accepted, and the message says why."""
    pair = stocked_pair()
    approved(pair)
    ask(pair, "1")
    with pair.supplier.inside():
        sale = SalesOrder.objects.get()
        ship_order(sale.id, [ShipmentInput(sale.lines.get().line_id, "2")])
    with pytest.raises(InvalidInput) as refused, pair.supplier.inside():
        accept_change(SalesOrder, sale.id)
    assert refused.value.fields == {
        "changes.0.quantity": ["2 of FILTER have moved or were billed."]
    }
    with pytest.raises(InvalidInput) as cancelled, pair.supplier.inside():
        request_change(SalesOrder, sale.id, cancel=True)
    assert cancelled.value.code == "has_moved"


def test_one_question_at_a_time() -> None:
    """N16: the second is refused here; of two that cross, one waits and the other is told."""
    pair = stocked_pair()
    approved(pair)
    with pair.buyer.inside():
        order = PurchaseOrder.objects.get()
        line = order.lines.get()
        request_change(PurchaseOrder, order.id, [ChangeInput(line.line_id, quantity="5")])
    with pytest.raises(Conflict) as twice, pair.buyer.inside():
        request_change(PurchaseOrder, order.id, [ChangeInput(line.line_id, quantity="6")])
    assert twice.value.code == "change_open"
    with pair.supplier.inside():
        sale = SalesOrder.objects.get()
        request_change(SalesOrder, sale.id, [ChangeInput(line.line_id, quantity="1")])
    pair.drain()
    with pair.buyer.inside():
        sent = Envelope.objects.get(kind="change_request", direction="out")
        assert sent.validation == "refused"
        states = OrderChange.objects.order_by("id").values_list("ours", "state")
        assert list(states) == [(True, "refused"), (False, "open")]
    with pair.supplier.inside():
        states = OrderChange.objects.order_by("id").values_list("ours", "state")
        assert list(states) == [(True, "open")]
    assert quantities(pair) == (D(3), D(3))


def test_an_order_of_our_own_is_not_asked_about() -> None:
    """N16: there is nobody to ask."""
    pair = stocked_pair()

    order_id = authorised_order(pair)
    with pytest.raises(Conflict) as refused, pair.buyer.inside():
        request_change(PurchaseOrder, order_id, cancel=True)
    assert refused.value.code == "not_shared"


def test_a_change_by_the_browser_from_question_to_agreement() -> None:
    """N16: the page asks, the other side sees it side by side, one button agrees."""
    pair = stocked_pair()
    order_id, sale = approved(pair)
    buyer, supplier = pair.buyer.browser(), pair.supplier.browser()
    page = buyer.get(f"/purchases/{order_id}/").content.decode()
    assert "Ask for a change" in page
    with pair.buyer.inside():
        line = PurchaseOrder.objects.get().lines.get()
    form = {
        "changes-TOTAL_FORMS": "1",
        "changes-INITIAL_FORMS": "1",
        "changes-0-line_id": str(line.line_id),
        "changes-0-quantity": "3",
        "changes-0-unit_price": "4",
        "text": "Guests are coming",
    }
    same = buyer.post(f"/purchases/{order_id}/change/", form)
    assert same.status_code == 422
    assert "Guests are coming" in same.content.decode()
    asked = buyer.post(f"/purchases/{order_id}/change/", {**form, "changes-0-quantity": "7"})
    assert asked.status_code == 302
    pair.drain()
    seen = supplier.get(f"/sales/{sale.id}/").content.decode()
    assert "A change that waits for an answer" in seen
    assert "Agree to the change" in seen
    assert supplier.post(f"/sales/{sale.id}/agree-change/").status_code == 302
    pair.drain()
    assert quantities(pair) == (D(7), D(7))
    assert "Agree to the change" not in supplier.get(f"/sales/{sale.id}/").content.decode()


def test_a_change_by_the_api_and_its_refusal() -> None:
    """N16: request, refuse; a stranger's order is not there."""
    pair = stocked_pair()
    order_id, sale = approved(pair)
    with pair.buyer.inside():
        line = PurchaseOrder.objects.get().lines.get()
    body = {"changes": [{"line_id": str(line.line_id), "quantity": "9"}]}
    client = pair.buyer.api()
    url = f"/api/v1/purchase-orders/{order_id}/request-change"
    empty = client.post(url, {}, format="json")
    assert (empty.status_code, list(empty.json()["fields"])) == (400, ["changes"])
    assert client.post(url, body, format="json").status_code == 200
    pair.drain()
    answer = pair.supplier.api().post(
        f"/api/v1/sales-orders/{sale.id}/refuse-change", {"text": "No"}, format="json"
    )
    assert answer.status_code == 200, answer.content
    pair.drain()
    assert quantities(pair) == (D(3), D(3))
    with pair.buyer.inside():
        assert OrderChange.objects.get().answer == "No"
