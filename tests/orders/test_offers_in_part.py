"""A supplier's offer accepted for some lines and declined for others (N16)."""

from decimal import Decimal
from uuid import UUID

import pytest

from hub.errors import Conflict, InvalidInput
from inventory.models import StockLevel
from network.models import Envelope
from orders.comparisons import revised_order
from orders.domain.payloads import ConsentPayload, read_payload
from orders.models import PurchaseOrder, SalesOrder
from orders.services.pre_sales import ChangeInput, approve_pre_sale
from orders.services.purchases import accept_some_changes
from tests.cast import Pair
from tests.orders.pages import sale_of, sent_order, stocked_pair, text_of

D = Decimal


def offered(pair: Pair, *, second: str = "4") -> tuple[PurchaseOrder, list[UUID]]:
    """The supplier offers 8 of the first product and another quantity of the second."""
    order = sent_order(pair)
    sale = sale_of(pair, order)
    with pair.supplier.inside():
        lines = [row.line_id for row in sale.lines.filter(kind="item").order_by("position")][:2]
        changes = [ChangeInput(lines[0], quantity="8"), ChangeInput(lines[1], quantity=second)]
        approve_pre_sale(sale.id, changes, text="Short of both")
    pair.drain()
    return order, lines


def quantities(order: PurchaseOrder | SalesOrder) -> dict[UUID, Decimal]:
    rows = order.lines.filter(kind="item").order_by("position")
    return dict(rows.values_list("line_id", "quantity"))


def test_one_line_is_accepted_and_the_other_declined() -> None:
    """N16: the supplier gets a new version with the choice; approved, both sides are the same."""
    pair = stocked_pair()
    order, (first, _second) = offered(pair)
    with pair.buyer.inside():
        ordered = quantities(order)
        accept_some_changes(order.id, [first], "We need all of the second")
        mine = PurchaseOrder.objects.get(id=order.id)
        assert quantities(mine) == {**ordered, first: D(8)}
        assert (mine.offer, mine.version) == (None, 2)
        on_order = sum(StockLevel.objects.values_list("on_order", flat=True))
        assert on_order == sum(quantities(mine).values())
    pair.drain()

    with pair.supplier.inside():
        sale = SalesOrder.objects.get(partner_key=order.id)
        assert (sale.status, sale.partner_version, sale.proposal) == ("awaiting_approval", 2, None)
        assert quantities(sale) == {**ordered, first: D(8)}
        assert "We need all of the second" in sale.partner_message
        assert sale.partner_message.startswith("Accepted: ")
        found = revised_order(sale)
        assert found is not None
        assert [row.line_id for row in found.rows] == [first]
        approve_pre_sale(sale.id)
    pair.drain()

    with pair.buyer.inside():
        mine = PurchaseOrder.objects.get(id=order.id)
        assert mine.network_status == "approved"
        totals = (mine.net, mine.tax, mine.total)
    with pair.supplier.inside():
        sale = SalesOrder.objects.get(partner_key=order.id)
        assert sale.status == "authorised"
        assert (sale.net, sale.tax, sale.total) == totals


def test_a_line_that_cannot_be_supplied_is_done_without() -> None:
    """N16: accepting a quantity of 0 takes the line out; the other stays as ordered."""
    pair = stocked_pair()
    order, (first, second) = offered(pair, second="0")
    with pair.buyer.inside():
        ordered = quantities(order)
        accept_some_changes(order.id, [second])
    pair.drain()

    with pair.supplier.inside():
        sale = SalesOrder.objects.get(partner_key=order.id)
        assert quantities(sale) == {one: n for one, n in ordered.items() if one != second}
        assert quantities(sale)[first] == ordered[first]


def test_all_and_none_are_what_they_were() -> None:
    """N16: all lines accept the offer, none decline it; no new version is made for that."""
    for count, status in ((2, "approved"), (0, "opened")):
        pair = stocked_pair()
        order, lines = offered(pair)
        with pair.buyer.inside():
            accept_some_changes(order.id, lines[:count])
        pair.drain()
        with pair.buyer.inside():
            mine = PurchaseOrder.objects.get(id=order.id)
            assert (mine.network_status, mine.version, mine.offer) == (status, 1, None)


def test_what_is_not_offered_and_what_was_replaced_is_refused() -> None:
    """N16: nothing is changed by a choice that does not fit the offer."""
    pair = stocked_pair()
    order, (first, _second) = offered(pair)
    with pair.buyer.inside():
        before = quantities(order)
    with pair.buyer.inside(), pytest.raises(InvalidInput) as refused:
        accept_some_changes(order.id, [order.id])
    assert list(refused.value.fields) == ["lines"]
    with pair.buyer.inside(), pytest.raises(Conflict, match="changed its offer"):
        accept_some_changes(order.id, [first], offer=str(order.id))
    with pair.buyer.inside():
        assert quantities(order) == before


def test_a_consent_without_the_new_field_is_read() -> None:
    """N16: what travelled before lines could be named is still understood."""
    old = {
        "document_id": "01a20000-0000-7000-8000-000000000001",
        "document_version": 1,
        "answer_message_id": "01a20000-0000-7000-8000-000000000002",
        "consent": "declined",
        "text": "",
    }
    assert read_payload(ConsentPayload, old).accepted is None
    with pytest.raises(InvalidInput):
        read_payload(ConsentPayload, {**old, "accepted": []})


def test_a_side_is_chosen_for_each_line_on_the_page() -> None:
    """N16: two radio buttons a line; the answer goes back and the page says so."""
    pair = stocked_pair()
    order, (first, second) = offered(pair)
    browser = pair.buyer.browser()
    page = text_of(browser, f"/purchases/{order.id}/")
    for line in (first, second):
        assert f'name="choice-{line}" value="left"' in page
    with pair.buyer.inside():
        offer = PurchaseOrder.objects.get(id=order.id).offer
    assert offer is not None
    address = f"/purchases/{order.id}/accept-some/?offer={offer['message_id']}"
    assert f'action="{address}"' in page

    looker = pair.buyer.browser(pair.buyer.teammate)
    assert "choice-" not in text_of(looker, f"/purchases/{order.id}/")
    assert looker.post(address, {}).status_code == 403
    browser.post(address, {f"choice-{first}": "left", f"choice-{second}": "right", "text": "So"})

    assert "gets" in text_of(browser, f"/purchases/{order.id}/")
    with pair.buyer.inside():
        mine = PurchaseOrder.objects.get(id=order.id)
        assert quantities(mine)[second] == D(4)
        sent = Envelope.objects.filter(object_id=order.id, direction="out").order_by("id")
        assert [one.kind for one in sent] == ["order", "consent", "order"]


def test_a_program_accepts_some_lines() -> None:
    """N16: POST accept-changes with lines; without them all are accepted, as before."""
    pair = stocked_pair()
    order, (first, _second) = offered(pair)

    answer = pair.buyer.api().post(
        f"/api/v1/purchase-orders/{order.id}/accept-changes",
        {"lines": [str(first)], "text": "Only that"},
        format="json",
    )

    assert answer.status_code == 200, answer.content
    pair.drain()
    with pair.supplier.inside():
        sale = SalesOrder.objects.get(partner_key=order.id)
        assert quantities(sale)[first] == D(8)
        assert "Only that" in sale.partner_message
