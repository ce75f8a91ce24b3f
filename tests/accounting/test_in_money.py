"""Payments made in QuickBooks, as they come in (Q12, Q24)."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounting.domain.states import SyncState
from accounting.models import RemoteChange
from orders.domain.stock_states import PaymentStatus
from orders.models import Invoice, Payment
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, paid, taxed_product


def sent_invoice(books: Books, lines: list[tuple[str, str, str]] | None = None) -> Invoice:
    """An invoice of 12.00 that stands there."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), lines or [("FILTER", "2", "5")])
    books.sync()
    return invoice


def invoice_there(books: Books) -> str:
    (there,) = books.there("Invoice")
    return str(there["Id"])


def payments(books: Books) -> list[tuple[str, Any, Any]]:
    with books.company.inside():
        rows = Payment.objects.order_by("number")
        return [(row.status, row.amount, row.used) for row in rows]


def settled(books: Books, invoice: Invoice) -> tuple[str, Any]:
    with books.company.inside():
        row = Invoice.objects.get(id=invoice.id)
        return row.status, row.settled


def held(books: Books) -> list[tuple[str, str]]:
    with books.company.inside():
        return list(RemoteChange.objects.order_by("id").values_list("entity", "reason"))


def test_a_payment_made_there_pays_the_invoice_here(books: Books) -> None:
    """Q12: a payment there settles our invoice once, and does not go back there."""
    invoice = sent_invoice(books)
    books.act("receive_payment", invoice=invoice_there(books), amount="5")
    books.sync()
    assert payments(books) == [(PaymentStatus.SETTLED, 5, 5)]
    assert settled(books, invoice) == ("authorised", 5)
    books.sync()
    books.sync()
    assert payments(books) == [(PaymentStatus.SETTLED, 5, 5)]
    assert [row["TotalAmt"] for row in books.there("Payment")] == [5]
    (row,) = books.documents(kind="payment")
    assert (row.state, row.from_there) == (SyncState.SYNCED, True)
    assert held(books) == []


def test_a_payment_edited_there_is_corrected_here(books: Books) -> None:
    """Q12: an amount that was changed there is taken back here and recorded anew."""
    invoice = sent_invoice(books)
    made: Any = books.act("receive_payment", invoice=invoice_there(books), amount="5")
    books.sync()
    link = [{"TxnId": invoice_there(books), "TxnType": "Invoice"}]
    books.act(
        "edit_document",
        entity="Payment",
        id=made["Id"],
        changes={"TotalAmt": 7, "Line": [{"Amount": 7, "LinkedTxn": link}]},
    )
    books.sync()
    assert payments(books) == [(PaymentStatus.VOID, 5, 0), (PaymentStatus.SETTLED, 7, 7)]
    assert settled(books, invoice) == ("authorised", 7)
    books.sync()
    assert [row["TotalAmt"] for row in books.there("Payment")] == [7]
    assert [row.state for row in books.documents(kind="payment")] == [SyncState.SYNCED]


def test_a_payment_that_was_sent_and_edited_there_is_corrected(books: Books) -> None:
    """Q12: ours is corrected too when it was changed there."""
    invoice = sent_invoice(books)
    paid(books, invoice, "5")
    books.sync()
    (there,) = books.there("Payment")
    link = [{"TxnId": invoice_there(books), "TxnType": "Invoice"}]
    changes = {"TotalAmt": 4, "Line": [{"Amount": 4, "LinkedTxn": link}]}
    books.act("edit_document", entity="Payment", id=there["Id"], changes=changes)
    books.sync()
    assert payments(books) == [(PaymentStatus.VOID, 5, 0), (PaymentStatus.SETTLED, 4, 4)]
    books.sync()
    assert [row["TotalAmt"] for row in books.there("Payment")] == [4]


def test_a_payment_deleted_or_voided_there_is_reversed_here(books: Books) -> None:
    """Q12: what is gone there is taken back here, and stays so."""
    invoice = sent_invoice(books)
    id_ = invoice_there(books)
    first: Any = books.act("receive_payment", invoice=id_, amount="5")
    second: Any = books.act("receive_payment", invoice=id_, amount="3")
    books.sync()
    assert settled(books, invoice)[1] == 8
    books.act("delete", entity="Payment", id=first["Id"])
    books.act("void", entity="Payment", id=second["Id"])
    books.sync()
    assert settled(books, invoice) == ("authorised", 0)
    assert [status for status, _amount, _used in payments(books)] == [PaymentStatus.VOID] * 2
    books.sync()
    assert [row.state for row in books.documents(kind="payment")] == [SyncState.REMOVED] * 2
    assert held(books) == []


def test_a_payment_of_ours_does_not_come_in_again(books: Books) -> None:
    """Q12: what we sent is known by its version."""
    invoice = sent_invoice(books)
    paid(books, invoice, "12")
    books.sync()
    books.sync()
    assert payments(books) == [(PaymentStatus.SETTLED, 12, 12)]
    assert len(books.there("Payment")) == 1


def test_one_entered_on_both_sides_is_one(books: Books) -> None:
    """Q24: the same invoice, amount and date: the one there is ours, which is not sent."""
    invoice = sent_invoice(books)
    # The company there is in Pacific time: for some hours its day is another than ours.
    day = timezone.localdate().isoformat()
    books.act("receive_payment", invoice=invoice_there(books), amount="5", date=day)
    paid(books, invoice, "5")
    books.sync()
    assert payments(books) == [(PaymentStatus.SETTLED, 5, 5)]
    assert [row["TotalAmt"] for row in books.there("Payment")] == [5]
    assert [row.state for row in books.documents(kind="payment")] == [SyncState.SYNCED]


def test_more_than_is_open_is_not_posted(books: Books) -> None:
    """Q12: an amount above what is open here stays, with its reason, until somebody decides."""
    invoice = sent_invoice(books)
    books.act("receive_payment", invoice=invoice_there(books), amount="10")
    paid(books, invoice, "8")
    books.sync()
    assert ("Payment", "more_than_open") in held(books)
    assert settled(books, invoice)[1] == 8
    with books.company.inside():
        message = RemoteChange.objects.get(reason="more_than_open").message
    assert message.startswith("In QuickBooks Online 10.00 GBP are paid on INV-00001; only 4.00 GBP")


def test_what_is_for_nothing_is_said_and_not_posted(books: Books) -> None:
    """Q12: the part for our invoice is posted, the rest is explained."""
    invoice = sent_invoice(books)
    customer = books.there("Customer")[0]["Id"]
    books.act("receive_payment", customer=customer, amount="9")
    books.act("receive_payment", invoice=invoice_there(books), amount="15")
    books.sync()
    assert settled(books, invoice) == ("paid", 12)
    assert held(books) == [("Payment", "unapplied"), ("Payment", "unapplied")]
    books.sync()
    assert payments(books) == [(PaymentStatus.SETTLED, 12, 12)]


def test_a_locked_period_here_keeps_it_waiting(books: Books) -> None:
    """Q12: a payment into a locked period stays with the reason, and comes in once it is open."""
    from ledger.services.books import change_book

    invoice = sent_invoice(books)
    books.act("receive_payment", invoice=invoice_there(books), amount="5")
    with books.company.inside():
        change_book({"locked_until": invoice.issued_on})
    books.sync()
    assert held(books) == [("Payment", "period_locked")]
    with books.company.inside():
        change_book({"locked_until": None})
    books.sync()
    assert held(books) == []
    assert settled(books, invoice)[1] == 5


def test_a_bill_that_is_paid_there_is_paid_here(books: Books) -> None:
    """Q12: payments to suppliers come in the same way, and are taken back the same way."""
    from orders.models import Bill
    from orders.services.bills import approve_bill, create_bill
    from orders.services.lines import LineInput

    supplier = books.company.contact("Beans & Co")
    with books.company.inside():
        line = LineInput(description="Rent", quantity="1", unit_price="50")
        bill = create_bill(supplier.id, {"partner_number": "R-1"}, [line])
        approve_bill(bill.id)
    books.sync()
    (there,) = books.there("Bill")
    made: Any = books.act("pay_bill", bill=there["Id"], amount="20")
    books.sync()
    with books.company.inside():
        bill = Bill.objects.get(id=bill.id)
        payment = Payment.objects.get()
        assert (bill.settled, payment.side, payment.direction) == (Decimal(20), "purchase", "out")
    books.act("delete", entity="BillPayment", id=made["Id"])
    books.sync()
    with books.company.inside():
        assert Bill.objects.get(id=bill.id).settled == 0
    assert held(books) == []
    assert books.there("BillPayment") == []
