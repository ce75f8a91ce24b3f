"""A customer's goods come back to another location than the one they left."""

from decimal import Decimal
from uuid import UUID

import pytest

from hub.errors import Conflict
from hub.ids import new_id
from inventory.models import Location, StockLayer, StockLevel
from inventory.selectors import cost_of_sources
from inventory.services.adjustments import authorise_adjustment, draft_adjustment
from inventory.services.locations import save_location
from inventory.services.stock_tasks import TaskHeader, TaskLine
from ledger.domain.accounts import AccountRole
from orders.models import CreditNote, Invoice
from orders.services.consequences import consequences_of
from orders.services.credit_notes import (
    CreditInput,
    authorise_credit_note,
    credit_invoice,
    undo_credit_note,
)
from tests.orders.business import DAY, Business
from tests.orders.pages import text_of

D = Decimal


def sold(shop: Business) -> tuple[UUID, Invoice, UUID]:
    """6 of 10 bought at 2 were shipped and invoiced; gives shipment, invoice, another location."""
    order = shop.order("10", "2")
    shop.receive(order)
    sale = shop.sale("6", "5")
    shipment, invoice = shop.ship(sale), shop.invoice(sale)
    with shop.company.inside():
        returns = save_location(None, {"name": "Returns", "code": "RET"})
    return shipment.id, invoice, returns.id


def on_hand(shop: Business) -> dict[str, Decimal]:
    with shop.company.inside():
        return dict(StockLevel.objects.values_list("location__name", "on_hand"))


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_returned_goods_go_where_the_credit_note_says(costing: str) -> None:
    """O4, O5: at the cost of their sale; a later bill follows them; undone they are gone again."""
    shop = Business(costing=costing)
    shipment, invoice, returns = sold(shop)
    home = next(iter(on_hand(shop)))
    with shop.company.inside():
        line = invoice.lines.get()
        note = credit_invoice(
            invoice.id,
            [CreditInput(line.line_id, "6", "4")],
            values={"issued_on": DAY, "location": returns},
        )
        authorise_credit_note(note.id)
        assert cost_of_sources([shipment])[shipment] == D(4)
    assert on_hand(shop) == {home: D(4), "Returns": D(4)}
    assert shop.balances()["inventory"] == D(16)
    shop.check()
    with shop.company.inside():
        told = consequences_of(CreditNote.objects.get(), "undo")
        assert told.possible
        undo_credit_note(note.id)
    assert on_hand(shop) == {home: D(4), "Returns": D(0)}
    assert shop.balance(AccountRole.INVENTORY) == D(8)
    assert shop.balance(AccountRole.COGS) == D(12)
    shop.check()


def test_a_late_bill_corrects_goods_that_came_back_elsewhere() -> None:
    """O6: the part of the correction goes with the units to the other location."""
    shop = Business()
    order = shop.order("10", "2")
    shop.receive(order)
    sale = shop.sale("6", "5")
    shop.ship(sale)
    invoice = shop.invoice(sale)
    with shop.company.inside():
        returns = save_location(None, {"name": "Returns", "code": "RET"}).id
        note = credit_invoice(invoice.id, values={"issued_on": DAY, "location": returns})
        authorise_credit_note(note.id)
    shop.bill(order, "3")
    with shop.company.inside():
        layer = StockLayer.objects.get(location_id=returns)
        assert (layer.remaining, layer.remaining_value) == (D(6), D(18))
    assert shop.balance(AccountRole.COGS) == 0
    shop.check()
    with shop.company.inside():
        undo_credit_note(note.id)
    assert shop.balance(AccountRole.COGS) == D(18)
    shop.check()


def test_goods_used_at_the_other_location_keep_the_credit_note() -> None:
    """O4: they cannot be taken back from there any more."""
    shop = Business()
    _shipment, invoice, returns = sold(shop)
    with shop.company.inside():
        note = credit_invoice(invoice.id, values={"issued_on": DAY, "location": returns})
        authorise_credit_note(note.id)
        lost = draft_adjustment(TaskHeader(location=returns), [TaskLine(shop.beans.id, "-1", None)])
        authorise_adjustment(lost.id)
    with shop.company.inside(), pytest.raises(Conflict):
        undo_credit_note(note.id)


def test_without_a_location_goods_return_to_where_they_left() -> None:
    """O4: the default, also where another location is the usual one."""
    shop = Business()
    _shipment, invoice, returns = sold(shop)
    home = next(name for name in on_hand(shop) if name != "Returns")
    with shop.company.inside():
        save_location(returns, {"name": "Returns", "code": "RET", "is_default": True})
        note = credit_invoice(invoice.id, values={"issued_on": DAY})
        assert note.location is None
        authorise_credit_note(note.id)
    assert on_hand(shop)[home] == D(10)
    shop.check()


def test_the_location_is_chosen_in_the_browser_and_by_the_api() -> None:
    """O4: the form offers where they left first; the API takes `location`, null for that."""
    shop = Business()
    _shipment, invoice, returns = sold(shop)
    browser, page = shop.company.browser(), f"/invoices/{invoice.id}/credit/"
    assert "Where they left" in text_of(browser, page)
    with shop.company.inside():
        line = invoice.lines.get()
    form = {
        "issued_on": DAY.isoformat(),
        "location": str(returns),
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "1",
        "lines-0-line_id": str(line.line_id),
        "lines-0-quantity": "2",
        "lines-0-returned": "2",
        "lines-0-unit_price": "5",
    }
    answer = browser.post(page, form, follow=True)
    assert "Goods return to" in answer.content.decode()
    with shop.company.inside():
        note = CreditNote.objects.get()
        assert note.location == Location.objects.get(id=returns)
    browser.post(f"/credit-notes/{note.id}/edit/", {**form, "location": ""})
    with shop.company.inside():
        assert CreditNote.objects.get().location is None
    api = shop.company.api()
    for wanted in (str(returns), None):
        made = api.post(
            "/api/v1/credit-notes",
            {
                "invoice": str(invoice.id),
                "location": wanted,
                "lines": [{"line": str(line.line_id), "quantity": "1", "returned": "1"}],
            },
            format="json",
            HTTP_IDEMPOTENCY_KEY=new_id().hex,
        )
        assert made.status_code == 201, made.content
        assert made.json()["location"] == wanted
