"""Undo keeps the document there; credit notes and refunds share their lines (Q23, Q24)."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounting.domain.sharing import share, split_credit
from accounting.domain.states import SyncState
from accounting.models import Connection, SyncDocument
from orders.services.credit_notes import void_credit_note
from orders.services.invoices import (
    authorise_invoice,
    change_invoice,
    undo_invoice,
    void_invoice,
)
from orders.services.lines import LineInput
from orders.services.payments import void_payment
from tests.accounting.books import Books
from tests.accounting.making import (
    credited,
    customer_of,
    invoice_of,
    paid,
    refunded,
    taxed_product,
)

D = Decimal


def state_of(books: Books, kind: str) -> tuple[str, str]:
    (row,) = books.documents(kind=kind)
    return row.state, row.reason


def totals(rows: list[dict[str, Any]]) -> list[tuple[Decimal, Decimal]]:
    return sorted((D(row["TotalAmt"]), D(row["TxnTaxDetail"]["TotalTax"])) for row in rows)


def test_undo_and_authorise_again_updates_the_same_invoice(books: Books) -> None:
    """Q24: undone it waits, authorised again the same invoice is updated; its id stays."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    (before,) = books.there("Invoice")
    with books.company.inside():
        undo_invoice(invoice.id)
    books.sync()
    assert state_of(books, "invoice") == (SyncState.WAITING, "undone_here")
    with books.company.inside():
        change_invoice(invoice.id, {}, [LineInput(sku="FILTER", quantity="3", unit_price="5")])
        authorise_invoice(invoice.id)
    books.sync()
    (after,) = books.there("Invoice")
    assert after["Id"] == before["Id"]
    assert (before["TotalAmt"], after["TotalAmt"]) == (12, 18)
    assert state_of(books, "invoice") == (SyncState.SYNCED, "")


def test_payments_stay_applied_over_an_undo(books: Books) -> None:
    """Q24: a payment that was made there stays applied to the same invoice."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    (there,) = books.there("Invoice")
    books.act("receive_payment", invoice=there["Id"], amount="4")
    with books.company.inside():
        undo_invoice(invoice.id)
        authorise_invoice(invoice.id)
    books.sync()
    (after,) = books.there("Invoice")
    assert (after["Id"], after["Balance"]) == (there["Id"], 8)


def test_a_void_invoice_is_void_there(books: Books) -> None:
    """Q24: it is voided there when it is voided here."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    with books.company.inside():
        void_invoice(invoice.id)
    books.sync()
    (there,) = books.there("Invoice")
    assert (there["TotalAmt"], there["PrivateNote"][:6]) == (0, "Voided")
    assert state_of(books, "invoice") == (SyncState.REMOVED, "")


def test_void_on_undo_where_it_is_wanted(books: Books) -> None:
    """Q24: with “Void on undo” the invoice is void there at once, and filled again later."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    with books.company.inside():
        Connection.objects.update(options={"void_on_undo": True})
        undo_invoice(invoice.id)
    books.sync()
    assert [row["TotalAmt"] for row in books.there("Invoice")] == [0]
    with books.company.inside():
        authorise_invoice(invoice.id)
    books.sync()
    (there,) = books.there("Invoice")
    assert (there["TotalAmt"], there.get("PrivateNote", "")) == (12, "")


def test_a_credit_note_and_its_refund_share_the_lines(books: Books) -> None:
    """Q23: 500 with 100 refunded gives a credit memo of 400 and a refund receipt of 100."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "100", "4.16666")])
    note = credited(books, invoice, "100")
    assert note.total == D(500)
    refunded(books, note, "100")
    books.sync()
    assert totals(books.there("CreditMemo")) == [(D(400), D("66.66"))]
    assert totals(books.there("RefundReceipt")) == [(D(100), D("16.67"))]


def test_a_later_refund_lowers_the_credit_memo(books: Books) -> None:
    """Q23: the credit memo that is there is updated; when nothing is left it goes."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "10", "10")])
    note = credited(books, invoice, "10")
    books.sync()
    assert totals(books.there("CreditMemo")) == [(D(120), D(20))]
    first = refunded(books, note, "20")
    books.sync()
    assert totals(books.there("CreditMemo")) == [(D(100), D("16.67"))]
    refunded(books, note, "100")
    books.sync()
    assert books.there("CreditMemo") == []
    assert [total for total, _tax in totals(books.there("RefundReceipt"))] == [20, 100]
    with books.company.inside():
        void_payment(first.id)
    books.sync()
    assert [total for total, _tax in totals(books.there("CreditMemo"))] == [20]
    assert [total for total, _tax in totals(books.there("RefundReceipt"))] == [100]


def test_a_void_payment_and_a_void_note_go_there_too(books: Books) -> None:
    """Q12: what is taken back here is taken back there."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    payment = paid(books, invoice, "12")
    books.sync()
    with books.company.inside():
        void_payment(payment.id)
    note = credited(books, invoice, "1")
    books.sync()
    assert len(books.there("CreditMemo")) == 1
    with books.company.inside():
        void_credit_note(note.id)
    books.sync()
    assert books.there("CreditMemo") == []
    (there,) = books.there("Invoice")
    assert there["Balance"] == 12


def test_nothing_changed_makes_no_call(books: Books) -> None:
    """Q14: a run with nothing to do costs at most three calls."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    books.sync()
    runs = books.runs()
    assert runs[-1].counts["calls"] <= 3
    with books.company.inside():
        SyncDocument.objects.update(state=SyncState.PENDING)
    books.sync()
    assert books.runs()[-1].counts["calls"] <= 3


cents = st.integers(0, 10**7).map(lambda units: D(units).scaleb(-2))


@given(cents, st.lists(cents, min_size=1, max_size=20))
def test_shares_sum_to_the_whole_and_are_near(amount: Decimal, weights: list[Decimal]) -> None:
    """Q23: the parts sum to the whole; each is less than a cent from its exact share."""
    parts = share(amount, weights, 2)
    assert sum(parts) == amount
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - amount * weight / whole) < D("0.01")


@given(st.lists(st.tuples(cents, cents), min_size=1, max_size=8), st.data())
def test_every_split_of_a_note_is_exact(
    lines: list[tuple[Decimal, Decimal]], data: st.DataObject
) -> None:
    """Q23: each document comes to what was asked, each line over all documents to its own."""
    left = total = sum((net + tax for net, tax in lines), D(0))
    refunds = []
    for _ in range(data.draw(st.integers(0, 3))):
        part = data.draw(st.integers(0, int(left * 100)).map(lambda units: D(units).scaleb(-2)))
        refunds.append(part)
        left -= part
    documents = split_credit([n for n, _t in lines], [t for _n, t in lines], refunds, 2)
    asked = [total - sum(refunds, D(0)), *refunds]
    assert [sum(n + t for n, t in document) for document in documents] == asked
    for place, (net, tax) in enumerate(lines):
        assert sum(document[place][0] for document in documents) == net
        assert sum(document[place][1] for document in documents) == tax
