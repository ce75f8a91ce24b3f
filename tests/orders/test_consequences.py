"""Undo and void say beforehand what they change, and then change exactly that."""

from decimal import Decimal
from typing import Any

import pytest

from inventory.models import StockMovement
from ledger.models import Journal, JournalLine
from orders.models import Bill, Invoice, Receipt
from orders.services.consequences import (
    VERBS,
    Consequences,
    changes_since,
    consequences_of,
    take_snapshot,
)
from orders.services.credit_notes import authorise_credit_note, credit_invoice
from orders.services.invoices import invoice_sales_order
from orders.services.receiving import authorise_receipt
from orders.services.shipping import draft_shipment
from tests.cast import Pair
from tests.orders.business import Business
from tests.orders.pages import billed, stocked_pair, text_of

D = Decimal


def counts(shop: Business) -> tuple[int, int, int]:
    """How many journals, journal lines and movements there are."""
    with shop.company.inside():
        return Journal.objects.count(), JournalLine.objects.count(), StockMovement.objects.count()


def foreseen(shop: Business, document: Any, verb: str) -> Consequences:
    """The preview, which leaves everything as it was."""
    before = counts(shop)
    with shop.company.inside():
        found = consequences_of(document, verb)
    assert counts(shop) == before
    return found


def done(shop: Business, document: Any, verb: str) -> Consequences:
    """What the verb really did."""
    with shop.company.inside():
        before = take_snapshot(document)
    with shop.company.inside():
        VERBS[type(document), verb](document.id)
    with shop.company.inside():
        return changes_since(before, document)


def test_undoing_a_receipt_says_goods_journal_and_order() -> None:
    """O8: ten beans leave, Inventory and GRNI are reversed, the order is open again."""
    shop = Business()
    order = shop.order("10", "2")
    receipt = shop.receive(order)
    found = foreseen(shop, receipt, "undo")

    assert found.possible
    assert [(row.sku, row.location, row.quantity) for row in found.movements] == [
        ("BEANS", "Main warehouse", D(-10))
    ]
    (journal,) = found.journals
    assert journal.event == "Goods received"
    assert journal.reverses.startswith("JE-")
    assert [side.amount for side in journal.lines] == [D(-20), D(20)]
    assert [(row.number, row.before, row.after) for row in found.statuses] == [
        (receipt.number, "Received", "Draft")
    ]
    assert [(row.counted, row.before, row.after) for row in found.counts] == [
        ("received", D(10), D(0))
    ]
    assert done(shop, receipt, "undo") == found
    shop.check()


def test_goods_that_leave_again_are_taken_from_the_newest_sales() -> None:
    """O4, O8: an undo gives back what it promised; a sale that is being picked keeps its part."""
    shop = Business()
    picked, kept, newest = shop.sale("2"), shop.sale("3"), shop.sale("4")
    shop.receive(shop.order("5", "2"))
    receipt = shop.receive(shop.order("4", "2"))
    with shop.company.inside():
        draft_shipment(picked.id)
    assert shop.level() == (D(9), D(9), D(0))
    found = foreseen(shop, receipt, "undo")

    promised = [row for row in found.counts if row.counted == "allocated"]
    assert [(row.order, row.before, row.after) for row in promised] == [(newest.number, D(4), D(0))]
    assert done(shop, receipt, "undo") == found
    assert shop.level() == (D(5), D(5), D(4))
    with shop.company.inside():
        assert [order.lines.get().allocated for order in (picked, kept, newest)] == [2, 3, 0]
    shop.check()
    with shop.company.inside():
        authorise_receipt(receipt.id)
    assert shop.level() == (D(9), D(9), D(0))
    shop.check()


def test_undoing_a_bill_names_the_sale_whose_cost_it_corrected() -> None:
    """O5, O8: the correction of goods sold meanwhile is taken back too, in a journal of its own."""
    shop = Business()
    order = shop.order("10", "2")
    shop.receive(order)
    shop.ship(shop.sale("4"))
    bill = shop.bill(order, "2.50")
    found = foreseen(shop, bill, "undo")

    assert [(row.event, bool(row.reverses)) for row in found.journals] == [
        ("Bill", True),
        ("Cost corrected", False),
    ]
    assert [side.amount for side in found.journals[1].lines] == [D(-2), D(2)]
    assert {(row.number, row.after) for row in found.statuses} == {
        (bill.number, "Draft"),
        (order.number, "Authorised"),
    }
    assert done(shop, bill, "undo") == found
    shop.check()


@pytest.mark.parametrize("costing", ["fifo", "average"])
@pytest.mark.parametrize("verb", ["undo", "void"])
def test_every_preview_is_what_then_happens(costing: str, verb: str) -> None:
    """O8: receipts, bills, shipments and invoices, with goods sold and a bill that came late."""
    shop = Business(costing=costing)
    order, second = shop.order("10", "2"), shop.order("4", "7")
    receipt = shop.receive(order, "6")
    shop.receive(second)
    sale = shop.sale("3")
    shipment = shop.ship(sale, "2")
    invoice = shop.invoice(sale)
    bill = shop.bill(order, "2.75", "5")

    other = shop.sale("1")
    shop.ship(other)
    credited = shop.invoice(other)
    with shop.company.inside():
        note = authorise_credit_note(credit_invoice(credited.id).id)
    for document in (note, invoice, shipment, bill, receipt):
        found = foreseen(shop, document, verb)
        if found.possible:
            assert done(shop, document, verb) == found
        else:
            assert found.journals == ()
        shop.check()


@pytest.mark.parametrize("verb", ["undo", "void"])
def test_an_order_says_what_it_lets_go(verb: str) -> None:
    """O8: a sale gives back what is promised; an order with pieces is refused with their names."""
    shop = Business()
    order = shop.order("10", "2")
    receipt = shop.receive(order)
    sale = shop.sale("4")
    refused = foreseen(shop, order, verb)
    assert (refused.code, receipt.number in refused.refusal) == ("has_pieces", True)
    found = foreseen(shop, sale, verb)

    assert [(row.order, row.counted, row.before, row.after) for row in found.counts] == [
        (sale.number, "allocated", D(4), D(0))
    ]
    assert done(shop, sale, verb) == found
    shop.check()


def test_a_verb_that_is_refused_says_why() -> None:
    """O8: the reason stands in the place of the effects, and the page has no button."""
    shop = Business()
    order = shop.order("10", "2")
    receipt = shop.receive(order)
    bill = shop.bill(order)
    found = foreseen(shop, receipt, "undo")

    assert (found.possible, found.code) == (False, "matched")
    assert bill.number in found.refusal
    shown = text_of(shop.company.browser(), f"/receipts/{receipt.id}/undo/")
    assert "This cannot be done now" in shown
    assert f"is matched by {bill.number}" in shown
    assert "Undo: back to draft</button>" not in shown
    answer = shop.company.browser().post(f"/receipts/{receipt.id}/undo/")
    assert answer.status_code == 422


def test_the_page_lists_what_changes_before_it_is_done() -> None:
    """O8: sentences and journals on the page; the button does it."""
    shop = Business()
    order = shop.order("10", "2")
    receipt = shop.receive(order)
    browser = shop.company.browser()
    page = f"/receipts/{receipt.id}/"

    assert f'href="{page}undo/"' in text_of(browser, page)
    shown = text_of(browser, f"{page}undo/")
    for words in (
        f"{receipt.number}: Received → Draft",
        "10 of BEANS Product BEANS leave Main warehouse",
        f"BEANS on {order.number}: received 10 → 0",
        "Goods received",
        "reverses JE-00001",
    ):
        assert words in shown, words
    answer = browser.post(f"{page}undo/", follow=True)
    assert f"{receipt.number} is a draft again." in answer.content.decode()
    with shop.company.inside():
        assert Receipt.objects.get().status == "draft"


def test_undo_and_void_need_their_own_permission() -> None:
    """A2, O8: a warehouse worker receives, but somebody with “Undo” takes it back."""
    shop = Business()
    receipt = shop.receive(shop.order("10", "2"))
    worker = shop.company.browser(shop.company.member("warehouse"))

    assert "/undo/" not in text_of(worker, f"/receipts/{receipt.id}/")
    assert worker.get(f"/receipts/{receipt.id}/undo/").status_code == 403
    assert worker.post(f"/receipts/{receipt.id}/undo/").status_code == 403


def test_a_voided_invoice_says_that_the_buyer_is_told() -> None:
    """N14, O8: the envelope the partner gets; an undo tells it nothing yet."""
    pair = invoiced()
    with pair.supplier.inside():
        invoice = Invoice.objects.get()
        void, undo = consequences_of(invoice, "void"), consequences_of(invoice, "undo")

    name = pair.buyer_contact.name
    assert void.partner == [
        f"{name} is told over the network that {invoice.number} was taken back."
    ]
    assert undo.partner == [
        f"{name} keeps the version that it has until you send {invoice.number} again."
    ]
    browser = pair.supplier.browser()
    assert void.partner[0] in text_of(browser, f"/invoices/{invoice.id}/void/")


def invoiced() -> Pair:
    """A pair whose order was approved, invoiced and sent."""
    pair = stocked_pair()
    billed(pair)
    return pair


def test_a_bill_of_the_partner_awaits_approval_again_after_an_undo() -> None:
    """O3: undo of an approved bill by button; the partner is not told."""
    pair = invoiced()
    browser = pair.buyer.browser()
    with pair.buyer.inside():
        bill = Bill.objects.get()
    browser.post(f"/bills/{bill.id}/approve/")
    shown = text_of(browser, f"/bills/{bill.id}/undo/")

    assert f"{bill.number}: Awaiting payment → Awaiting approval" in shown
    assert "is not told; it sees your next answer to its invoice." in shown
    browser.post(f"/bills/{bill.id}/undo/")
    with pair.buyer.inside():
        assert Bill.objects.get().status == "awaiting_approval"


def test_a_draft_is_voided_without_a_trace_in_the_book() -> None:
    """O8: nothing changes in the book, and it says so."""
    shop = Business()
    sale = shop.sale("1", product=shop.freight)
    with shop.company.inside():
        invoice = invoice_sales_order(sale.id)
    shown = text_of(shop.company.browser(), f"/invoices/{invoice.id}/void/")

    assert "Nothing changes in the book." in shown
    assert foreseen(shop, invoice, "void").journals == []
