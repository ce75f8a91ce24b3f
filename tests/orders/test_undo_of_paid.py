"""Undoing an invoice that is paid: its money is credit, and settles it again (Q24, O4)."""

from datetime import date
from decimal import Decimal

import pytest

from hub.errors import Conflict, InvalidInput
from ledger.models import Book
from orders.models import Invoice, Payment, Settlement
from orders.services.consequences import consequences_of
from orders.services.invoices import (
    authorise_invoice,
    change_invoice,
    undo_invoice,
    void_invoice,
)
from orders.services.payments import void_payment
from orders.services.settlements import ItemKey, settle
from tests.orders.business import Business

D = Decimal


@pytest.fixture
def shop() -> Business:
    return Business()


def sold(shop: Business, price: str = "10") -> Invoice:
    """Six at a price each, goods in stock, invoiced."""
    shop.receive(shop.order("20", "2"))
    return shop.invoice(shop.sale("6", price))


def now(shop: Business, invoice: Invoice) -> tuple[str, Decimal]:
    with shop.company.inside():
        row = Invoice.objects.get(id=invoice.id)
        return row.status, row.settled


def test_money_of_an_undone_invoice_is_credit_and_settles_it_again(shop: Business) -> None:
    """Q24: every step leaves the book and the open items equal; nothing is rewritten."""
    invoice = sold(shop)
    total = invoice.total
    shop.pay_invoice(invoice, str(total))
    before = shop.balances()
    assert now(shop, invoice) == ("paid", total)
    for _round in range(2):
        with shop.company.inside():
            undo_invoice(invoice.id)
        shop.check()
        assert now(shop, invoice) == ("draft", D(0))
        assert shop.balances()["customer_credits"] == -total
        with shop.company.inside():
            authorise_invoice(invoice.id)
        shop.check()
        assert now(shop, invoice) == ("paid", total)
        assert shop.balances() == before
    with shop.company.inside():
        rows = Settlement.objects.filter(invoice_id=invoice.id)
        assert sorted(row.amount for row in rows) == sorted([total] * 3 + [-total] * 2)
        void_payment(Payment.objects.get().id)
    shop.check()
    assert now(shop, invoice) == ("authorised", D(0))


def test_what_was_used_elsewhere_meanwhile_is_not_taken_back(shop: Business) -> None:
    """Q24: credit that went to another invoice stays there; the rest comes back."""
    invoice = sold(shop)
    shop.pay_invoice(invoice, str(invoice.total))
    other = shop.invoice(shop.sale("2", "10"))
    with shop.company.inside():
        undo_invoice(invoice.id)
        payment = Payment.objects.get()
        settle(ItemKey("payment", payment.id), ItemKey("invoice", other.id), other.total)
        authorise_invoice(invoice.id)
    assert now(shop, invoice) == ("authorised", invoice.total - other.total)
    assert now(shop, other) == ("paid", other.total)
    shop.check()


def test_a_payment_that_was_voided_meanwhile_stays_void(shop: Business) -> None:
    """Q24: what is gone does not come back; and an invoice voided then leaves credit."""
    invoice = sold(shop)
    payment = shop.pay_invoice(invoice, "10")
    rest = shop.pay_invoice(invoice, "5")
    with shop.company.inside():
        undo_invoice(invoice.id)
        void_payment(payment.id)
        authorise_invoice(invoice.id)
    assert now(shop, invoice) == ("authorised", D(5))
    shop.check()
    with shop.company.inside():
        with pytest.raises(Conflict) as refused:
            void_invoice(invoice.id)
        assert refused.value.code == "has_payments"
    with shop.company.inside():
        undo_invoice(invoice.id)
        void_invoice(invoice.id)
        assert Payment.objects.get(id=rest.id).used == 0
        assert Invoice.objects.get(id=invoice.id).held == []
    shop.check()


def test_a_locked_day_refuses_the_undo_whole(shop: Business) -> None:
    """Q24, O8: the payment's day is locked: nothing of the undo happens. Locked in between, it
    settles it again on the day of authorising.
    """
    invoice = sold(shop)
    shop.pay_invoice(invoice, "10")
    with shop.company.inside():
        Book.objects.update(locked_until=date(2099, 1, 1))
    with pytest.raises(InvalidInput) as refused, shop.company.inside():
        undo_invoice(invoice.id)
    assert refused.value.code == "period_locked"
    assert now(shop, invoice) == ("authorised", D(10))


def test_the_rehearsal_says_what_becomes_of_the_money(shop: Business) -> None:
    """Q24: the page that asks lists the journals of the payments too."""
    invoice = sold(shop)
    shop.pay_invoice(invoice, "10")
    with shop.company.inside():
        found = consequences_of(Invoice.objects.get(id=invoice.id), "undo")
    assert found.possible
    assert len(found.journals) == 2
    web = shop.company.browser()
    page = web.get(f"/invoices/{invoice.id}/undo/").content.decode()
    assert "10.00 GBP that are paid on it are the customer" in page
    assert web.post(f"/invoices/{invoice.id}/undo/").status_code == 302
    page = web.get(f"/invoices/{invoice.id}/").content.decode()
    assert "Settles it again" in page


def test_its_currency_stays_while_money_waits(shop: Business) -> None:
    """Q24: money in one currency cannot settle an invoice in another."""
    invoice = sold(shop)
    shop.pay_invoice(invoice, "10")
    with shop.company.inside():
        undo_invoice(invoice.id)
    with pytest.raises(InvalidInput) as refused, shop.company.inside():
        change_invoice(invoice.id, {"currency": "EUR"})
    assert "currency" in refused.value.fields
