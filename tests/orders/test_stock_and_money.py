"""Purchases and sales with stock, cost and money: each event against the postings table."""

from datetime import date
from decimal import Decimal

import pytest

from hub.errors import Conflict, InvalidInput
from inventory.selectors import cost_of_sources
from ledger.models import Journal
from ledger.services.books import change_book
from ledger.services.rates import save_rate
from orders.models import Bill, CreditSide, Direction, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import undo_bill, void_bill
from orders.services.credit_notes import (
    CreditInput,
    authorise_credit_note,
    credit_bill,
    credit_invoice,
    undo_credit_note,
)
from orders.services.invoices import void_invoice
from orders.services.payments import PaymentInput, bank_credit_note, pay, void_payment
from orders.services.purchases import undo_purchase_order
from orders.services.receiving import undo_receipt, void_receipt
from orders.services.sales import undo_sales_order
from orders.services.settlements import Allocation, ItemKey, settle
from orders.services.shipping import ship, undo_shipment
from tests.orders.business import DAY, Business

D = Decimal


@pytest.fixture
def shop() -> Business:
    return Business()


# --- Purchases --------------------------------------------------------------------------------
def test_received_goods_accrue_until_their_bill_comes(shop: Business) -> None:
    """O3, O6: receipt: Inventory against GRNI; bill: GRNI, the difference, tax, payable."""
    order = shop.order("10", "2")
    assert shop.level() == (D(0), D(0), D(10))
    shop.receive(order)
    assert shop.level() == (D(10), D(0), D(0))
    assert shop.balances() == {"inventory": D(20), "grni": D(-20)}
    shop.bill(order, "2.50")
    assert shop.balances() == {
        "inventory": D(25),
        "tax_receivable": D(5),
        "payable": D(-30),
    }
    with shop.company.inside():
        assert PurchaseOrder.objects.get().status == "completed"
    shop.check()


def test_billed_goods_are_in_transit_until_they_come(shop: Business) -> None:
    """O3, O6: bill first: GINR against payable; the receipt takes the billed cost."""
    order = shop.order("10", "2")
    shop.bill(order, "2.50")
    assert shop.balances() == {"ginr": D(25), "tax_receivable": D(5), "payable": D(-30)}
    shop.receive(order, "4")
    assert shop.balances()["inventory"] == D(10)
    assert shop.balances()["ginr"] == D(15)
    shop.receive(order)
    shop.check()
    assert shop.balances() == {"inventory": D(25), "tax_receivable": D(5), "payable": D(-30)}


@pytest.mark.parametrize("accrual", [True, False])
@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_the_order_of_receiving_and_billing_does_not_matter(accrual: bool, costing: str) -> None:
    """O6: invariant 7: receive, bill and bill, receive end alike, in parts too."""
    ends = []
    for steps in ("rrb", "rbr", "brr"):
        here = Business(costing=costing, accrual=accrual)
        order = here.order("10", "3.33")
        for step in steps:
            if step == "b":
                here.bill(order, "3.41")
            else:
                here.receive(order, "5")
            here.check()
        ends.append(here.balances())
    assert ends[0] == ends[1] == ends[2]
    assert ends[0]["inventory"] == D("34.10")


def test_a_receipt_posts_nothing_without_accrual() -> None:
    """O6: real costs only: stock has its value when the bill is there."""
    here = Business(accrual=False)
    order = here.order("10", "2")
    here.receive(order)
    assert here.balances() == {}
    sale = here.sale("4")
    here.ship(sale)
    here.bill(order)
    assert here.balances()["inventory"] == D(12)
    assert here.balances()["cogs"] == D(8)
    here.check()


def test_a_bill_after_the_sale_corrects_its_cost(shop: Business) -> None:
    """O6: the cost of goods sold follows the bill, in a journal linked to the shipment."""
    order = shop.order("10", "2")
    shop.receive(order)
    shipment = shop.ship(shop.sale("6"))
    bill = shop.bill(order, "3")
    with shop.company.inside():
        assert cost_of_sources([shipment.id]) == {shipment.id: D(18)}
        correction = Journal.objects.get(event="cost_correction")
        assert (correction.source_id, correction.memo) == (
            shipment.id,
            f"Cost corrected by {bill.number}",
        )
    assert shop.balances()["cogs"] == D(18)
    assert shop.balances()["inventory"] == D(12)
    shop.check()


def test_a_correction_posts_in_the_open_period(shop: Business) -> None:
    """O6: the shipment's period is locked; its correction is dated with the bill."""
    order = shop.order("10", "2")
    shop.receive(order)
    shop.ship(shop.sale("6"))
    with shop.company.inside():
        change_book({"locked_until": DAY})
    shop.bill(order, "3", on=DAY.replace(day=20))
    with shop.company.inside():
        assert Journal.objects.get(event="cost_correction").posted_on == DAY.replace(day=20)
    shop.check()


def test_more_than_ordered_is_not_received(shop: Business) -> None:
    """O3: the message names the field and what is outstanding."""
    order = shop.order("10", "2")
    with pytest.raises(InvalidInput) as refused:
        shop.receive(order, "11")
    assert refused.value.fields == {
        "lines.0.quantity": ["10 of BEANS are outstanding. Change the order first if more came."]
    }
    shop.receive(order)
    with pytest.raises(Conflict) as nothing:
        shop.receive(order)
    assert nothing.value.code == "nothing_outstanding"


def test_undoing_a_purchase_step_by_step_leaves_nothing(shop: Business) -> None:
    """O3: undo in the wrong order names what comes first; in the right one all is as before."""
    order = shop.order("10", "2")
    receipt = shop.receive(order)
    bill = shop.bill(order, "3")
    with pytest.raises(Conflict) as refused, shop.company.inside():
        undo_receipt(receipt.id)
    assert refused.value.message == (
        f"{receipt.number} is matched by {bill.number}. Undo that first."
    )
    with shop.company.inside():
        undo_bill(bill.id)
    assert shop.balances() == {"inventory": D(20), "grni": D(-20)}
    with shop.company.inside():
        undo_receipt(receipt.id)
    assert shop.balances() == {}
    assert shop.level() == (D(0), D(0), D(10))
    with shop.company.inside():
        void_receipt(receipt.id)
        void_bill(bill.id)
        undo_purchase_order(order.id)
    assert shop.level() == (D(0), D(0), D(0))
    shop.check()


def test_used_goods_block_the_undo_of_their_receipt(shop: Business) -> None:
    """O3: the message names the shipment."""
    receipt = shop.receive(shop.order("10", "2"))
    shipment = shop.ship(shop.sale("6"))
    with pytest.raises(Conflict) as refused, shop.company.inside():
        undo_receipt(receipt.id)
    assert f"have been used by {shipment.number}. Undo those first." in refused.value.message
    with shop.company.inside():
        undo_shipment(shipment.id)
    shop.check()


# --- Sales ------------------------------------------------------------------------------------
def test_a_sale_promises_what_is_there_and_waits_for_the_rest(shop: Business) -> None:
    """O4, O5: allocated up to available; goods that come in go to the sale that waits."""
    order = shop.order("10", "2")
    shop.receive(order, "4")
    sale = shop.sale("6")
    assert shop.level() == (D(4), D(4), D(6))
    shop.receive(order)
    assert shop.level() == (D(10), D(6), D(0))
    shop.ship(sale)
    assert shop.level() == (D(4), D(0), D(0))
    shop.check()


def test_goods_promised_to_another_sale_are_not_shipped(shop: Business) -> None:
    """O5: allocation never goes below zero, and nobody takes another's goods."""
    shop.receive(shop.order("10", "2"))
    shop.sale("8")
    second = shop.sale("5")
    with pytest.raises(Conflict) as refused:
        shop.ship(second, "5")
    assert refused.value.code == "promised"
    shop.ship(second, "2")
    assert shop.level() == (D(8), D(8), D(0))
    shop.check()


@pytest.mark.parametrize("steps", ["si", "is"])
def test_shipping_and_invoicing_post_alike_in_either_order(shop: Business, steps: str) -> None:
    """O4, O6: invariant 7; complete when both are done."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("6", "5")
    for step in steps:
        if step == "s":
            shop.ship(sale)
        else:
            shop.invoice(sale)
        shop.check()
    assert shop.balances() == {
        "inventory": D(8),
        "grni": D(-20),
        "cogs": D(12),
        "receivable": D(36),
        "sales": D(-30),
        "tax_payable": D(-6),
    }
    with shop.company.inside():
        assert SalesOrder.objects.get().status == "completed"


def test_invoices_and_shipments_in_parts(shop: Business) -> None:
    """O4: each part takes what is left; then there is nothing to invoice or ship."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("6", "5")
    shop.invoice(sale, "2")
    shop.ship(sale, "4")
    shop.invoice(sale)
    shop.ship(sale)
    assert shop.balances()["receivable"] == D(36)
    with pytest.raises(Conflict) as invoiced:
        shop.invoice(sale)
    with pytest.raises(Conflict) as shipped:
        shop.ship(sale)
    assert (invoiced.value.code, shipped.value.code) == ("already_invoiced", "nothing_outstanding")
    shop.check()


def test_undoing_a_shipment_gives_goods_promise_and_cost_back(shop: Business) -> None:
    """O4: invariant 4: ledger, layers and allocations as before; again gives the same."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("6")
    before = (shop.balances(), shop.level())
    shipment = shop.ship(sale)
    with shop.company.inside():
        undo_shipment(shipment.id)
    assert (shop.balances(), shop.level()) == before
    with shop.company.inside():
        ship(shipment.id)
    assert shop.balances()["cogs"] == D(12)
    shop.check()


def test_an_order_with_pieces_is_not_undone(shop: Business) -> None:
    """O4: the message names them."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("6")
    shipment = shop.ship(sale, "1")
    with pytest.raises(Conflict) as refused, shop.company.inside():
        undo_sales_order(sale.id)
    assert refused.value.message == (
        f"{sale.number} has {shipment.number}. Undo or void that first."
    )


# --- Credit notes -------------------------------------------------------------------------------
def test_returned_goods_come_back_at_the_cost_they_were_sold_at(shop: Business) -> None:
    """O4, O6: invariant 6: the cost of fully returned goods is 0 for that sale."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("6", "5")
    shipment = shop.ship(sale)
    invoice = shop.invoice(sale)
    with shop.company.inside():
        note = credit_invoice(invoice.id, values={"issued_on": DAY})
        authorise_credit_note(note.id)
        assert cost_of_sources([shipment.id]) == {shipment.id: D(0)}
    assert shop.balances() == {"inventory": D(20), "grni": D(-20)}
    assert shop.level() == (D(10), D(0), D(0))
    shop.check()
    with shop.company.inside():
        undo_credit_note(note.id)
    assert shop.balances()["cogs"] == D(12)
    shop.check()


def test_a_credit_note_on_the_price_moves_no_goods(shop: Business) -> None:
    """O4: revenue, tax and receivable only; the restock is absent."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("6", "5")
    shop.ship(sale)
    invoice = shop.invoice(sale)
    with shop.company.inside():
        (line,) = invoice.lines.all()
        note = credit_invoice(
            invoice.id,
            [CreditInput(line.line_id, "6", unit_price="1")],
            values={"issued_on": DAY},
        )
        authorise_credit_note(note.id)
        settle(ItemKey("credit_note", note.id), ItemKey("invoice", invoice.id), D("7.20"), on=DAY)
        assert Invoice.objects.get().settled == D("7.20")
    assert shop.level()[0] == D(4)
    assert shop.balances()["receivable"] == D("28.80")
    shop.check()


def test_goods_sent_back_to_the_supplier_leave_at_their_cost(shop: Business) -> None:
    """O3: payable, inventory and tax are less; undone, all is as before."""
    order = shop.order("10", "2")
    shop.receive(order)
    bill = shop.bill(order, "2.50")
    before = shop.balances()
    with shop.company.inside():
        (line,) = bill.lines.all()
        note = credit_bill(
            bill.id, [CreditInput(line.line_id, "4", "4")], values={"issued_on": DAY}
        )
        authorise_credit_note(note.id)
    assert shop.balances() == {
        "inventory": D(15),
        "tax_receivable": D(3),
        "payable": D(-18),
    }
    assert shop.level()[0] == D(6)
    shop.check()
    with shop.company.inside():
        undo_credit_note(note.id)
    assert shop.balances() == before
    shop.check()


def test_a_credit_for_goods_that_never_came_ends_their_transit(shop: Business) -> None:
    """O3: billed 10, came 8, credited 2: nothing is left on GINR."""
    order = shop.order("10", "2")
    bill = shop.bill(order)
    shop.receive(order, "8")
    with shop.company.inside():
        (line,) = bill.lines.all()
        note = credit_bill(bill.id, [CreditInput(line.line_id, "2")], values={"issued_on": DAY})
        authorise_credit_note(note.id)
    assert shop.balances() == {
        "inventory": D(16),
        "tax_receivable": D("3.20"),
        "payable": D("-19.20"),
    }
    shop.check()


def test_a_credit_on_the_price_lowers_stock_and_what_was_sold(shop: Business) -> None:
    """O3, O6: 10 at 3.00 become 10 at 2.00 after 6 were sold."""
    order = shop.order("10", "3")
    shop.receive(order)
    bill = shop.bill(order)
    shop.ship(shop.sale("6"))
    with shop.company.inside():
        (line,) = bill.lines.all()
        note = credit_bill(
            bill.id,
            [CreditInput(line.line_id, "10", unit_price="1")],
            values={"issued_on": DAY},
        )
        authorise_credit_note(note.id)
    assert shop.balances()["inventory"] == D(8)
    assert shop.balances()["cogs"] == D(12)
    shop.check()
    with shop.company.inside():
        undo_credit_note(note.id)
    assert shop.balances()["inventory"] == D(12)
    assert shop.balances()["cogs"] == D(18)
    shop.check()


# --- Money --------------------------------------------------------------------------------------
def test_a_payment_settles_and_what_is_over_becomes_credit(shop: Business) -> None:
    """O4: invariant 5: more than the open amount is the customer's credit, used later."""
    shop.receive(shop.order("20", "2"))
    first = shop.invoice(shop.sale("6", "5"))
    second = shop.invoice(shop.sale("2", "5"))
    payment = shop.pay_invoice(first, "40", "36")
    assert shop.balances()["customer_credits"] == D(-4)
    shop.check()
    with shop.company.inside():
        assert Invoice.objects.get(id=first.id).status == "paid"
        settle(ItemKey("payment", payment.id), ItemKey("invoice", second.id), D(4), on=DAY)
    assert "customer_credits" not in shop.balances()
    assert shop.balances()["receivable"] == D(8)
    shop.check()
    with shop.company.inside():
        void_payment(payment.id)
        assert Invoice.objects.get(id=first.id).status == "authorised"
    assert shop.balances()["receivable"] == D(48)
    assert "bank" not in shop.balances()
    shop.check()


def test_more_than_is_open_cannot_be_allocated(shop: Business) -> None:
    """O4: the message names the open amount."""
    shop.receive(shop.order("20", "2"))
    invoice = shop.invoice(shop.sale("6", "5"))
    with pytest.raises(InvalidInput) as refused:
        shop.pay_invoice(invoice, "40")
    assert refused.value.fields == {
        "allocations.0.amount": [f"Only 36.00 GBP of {invoice.number} are open."]
    }


def test_a_paid_bill_is_not_undone(shop: Business) -> None:
    """O3, O4: the payment comes first; and before a paid invoice is voided."""
    order = shop.order("10", "2")
    bill = shop.bill(order)
    shop.pay_bill(bill, "24")
    with pytest.raises(Conflict) as refused, shop.company.inside():
        undo_bill(bill.id)
    assert refused.value.code in ("has_payments", "move_not_allowed")
    invoice = shop.invoice(shop.sale("6", "5"))
    shop.pay_invoice(invoice, "10")
    with pytest.raises(Conflict) as again, shop.company.inside():
        void_invoice(invoice.id)
    assert again.value.code == "has_payments"
    shop.check()


def test_a_credit_note_kept_as_credit_pays_a_later_invoice(shop: Business) -> None:
    """O4: credit note to customer credit, later used; voided, the note is open again."""
    shop.receive(shop.order("20", "2"))
    sale = shop.sale("6", "5")
    invoice = shop.invoice(sale)
    shop.pay_invoice(invoice, "36")
    with shop.company.inside():
        (line,) = invoice.lines.all()
        note = credit_invoice(invoice.id, [CreditInput(line.line_id, "1")])
        authorise_credit_note(note.id)
        credit = bank_credit_note(note.id, D(6))
    assert shop.balances()["customer_credits"] == D(-6)
    shop.check()
    with shop.company.inside():
        void_payment(credit.id)
    assert "customer_credits" not in shop.balances()
    shop.check()


def test_a_bill_at_another_rate_is_paid_with_a_gain() -> None:
    """O7: 120 USD billed at 0.50 and paid at 0.45: 6.00 gained."""
    here = Business()
    order = here.order("10", "10", currency="USD")
    with here.company.inside():
        PurchaseOrder.objects.filter(id=order.id).update(rate=D("0.5"))
        order.refresh_from_db()
    here.receive(order)
    bill = here.bill(order)
    assert here.balances() == {
        "inventory": D(50),
        "tax_receivable": D(10),
        "payable": D(-60),
    }
    with here.company.inside():
        save_rate("USD", date(2026, 1, 1), D("0.45"), "GBP")
        pay(
            PaymentInput(
                CreditSide.PURCHASE,
                Direction.OUT,
                bill.contact_id,
                here.bank,
                D(120),
                currency="USD",
                paid_on=DAY,
            ),
            [Allocation(ItemKey("bill", bill.id), D(120))],
        )
        assert Bill.objects.get().status == "paid"
    assert here.balances() == {
        "inventory": D(50),
        "tax_receivable": D(10),
        "bank": D(-54),
        "realised_gains": D(-6),
    }
    here.check_book()
