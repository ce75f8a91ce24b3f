"""An invoice that is paid and undone: the same invoice there, its payments stay applied (Q24)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounting.domain.states import SyncState
from accounting.models import Connection
from accounting.services.reconciling import compare
from orders.models import Invoice, Payment
from orders.services.invoices import (
    authorise_invoice,
    change_invoice,
    undo_invoice,
    void_invoice,
)
from orders.services.lines import LineInput
from tests.accounting.books import Books
from tests.accounting.making import (
    credited,
    customer_of,
    invoice_of,
    paid,
    taxed_product,
)

D = Decimal


def compared(books: Books) -> list[tuple[str, Decimal, Decimal]]:
    """Accounts whose balance there is another than here."""
    until = date(timezone.localdate().year, 12, 31)
    theirs = books.session().trial_balance(until)
    with books.company.inside():
        rows = compare(Connection.objects.get(), until, theirs)
    return [(row.label, row.ours, row.theirs) for row in rows if row.difference]


def a_paid_invoice(books: Books, amount: str = "12") -> Invoice:
    """12.00, and so much paid on it, both in step."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    paid(books, invoice, amount)
    books.sync()
    return invoice


def undone(books: Books, invoice: Invoice) -> None:
    with books.company.inside():
        undo_invoice(invoice.id)


def authorised(books: Books, invoice: Invoice, quantity: str = "2") -> None:
    with books.company.inside():
        lines = [LineInput(sku="FILTER", quantity=quantity, unit_price="5")]
        change_invoice(invoice.id, {}, lines)
        authorise_invoice(invoice.id)


def standing(books: Books) -> list[tuple[str, str]]:
    """Kind and state of what there is, but for lists."""
    lists = ("customer", "product", "account_item")
    return [(row.kind, row.state) for row in books.documents() if row.kind not in lists]


def there(books: Books) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any, int]]]:
    """(id, balance) of invoices, (id, total, applied to how many) of payments."""
    invoices = [(row["Id"], row["Balance"]) for row in books.there("Invoice")]
    payments = [
        (row["Id"], row["TotalAmt"], len(row.get("Line", []))) for row in books.there("Payment")
    ]
    return invoices, payments


def test_the_payment_stays_applied_over_undo_and_authorise(books: Books) -> None:
    """Q24: undone and synced, nothing moves there; authorised again, the same one is updated."""
    invoice = a_paid_invoice(books)
    before = there(books)
    undone(books, invoice)
    books.sync()
    assert there(books) == before
    assert standing(books) == [
        ("invoice", SyncState.WAITING),
        ("credit_entry", SyncState.WAITING),
        ("payment", SyncState.WAITING),
    ]
    authorised(books, invoice, "3")
    with books.company.inside():
        now = Invoice.objects.get(id=invoice.id)
        assert (now.status, now.total, now.settled) == ("authorised", D(18), D(12))
        assert Payment.objects.get().status == "settled"
    books.sync()
    (id_, _balance), (payment,) = before[0][0], before[1]
    assert there(books) == ([(id_, 6)], [payment])
    assert ("payment", SyncState.SYNCED) in standing(books)
    assert books.there("JournalEntry") == []
    assert compared(books) == []


def test_without_a_sync_between_nothing_is_sent_for_the_payment(books: Books) -> None:
    """Q24: undone and authorised as it was: no call but the reading of changes."""
    invoice = a_paid_invoice(books)
    undone(books, invoice)
    authorised(books, invoice)
    books.sync()
    assert not books.runs()[-1].counts.get("sent")
    assert books.runs()[-1].counts["calls"] <= 3
    with books.company.inside():
        assert Invoice.objects.get().status == "paid"


def test_for_less_the_rest_is_the_customers_credit(books: Books) -> None:
    """Q24: authorised for 6 of which 12 are paid: 6 stay applied, 6 are credit; books agree."""
    invoice = a_paid_invoice(books)
    undone(books, invoice)
    books.sync()
    authorised(books, invoice, "1")
    books.sync()
    with books.company.inside():
        assert Invoice.objects.get().status == "paid"
        payment = Payment.objects.get()
        assert (payment.amount, payment.used, payment.status) == (D(12), D(6), "authorised")
    assert [row["Balance"] for row in books.there("Invoice")] == [0]
    assert [row["TotalAmt"] for row in books.there("Payment")] == [6]
    assert compared(books) == []


def test_with_void_on_undo_it_is_applied_again(books: Books) -> None:
    """Q24, the seed's way: void there at once frees the payment; filled again, it is applied again.

    The freed payment comes back by the feed: it is known by its id and nothing doubles.
    """
    invoice = a_paid_invoice(books)
    with books.company.inside():
        Connection.objects.update(options={"void_on_undo": True})
    undone(books, invoice)
    books.sync()
    assert [row["TotalAmt"] for row in books.there("Invoice")] == [0]
    assert [row["UnappliedAmt"] for row in books.there("Payment")] == [12]
    for _again in range(2):
        books.sync()
    with books.company.inside():
        assert Payment.objects.exclude(status="void").count() == 1
    authorised(books, invoice, "3")
    books.sync()
    books.sync()
    (row,) = books.there("Invoice")
    assert (row["TotalAmt"], row["Balance"]) == (18, 6)
    assert [(one["TotalAmt"], one["UnappliedAmt"]) for one in books.there("Payment")] == [(12, 0)]
    with books.company.inside():
        assert list(Payment.objects.values_list("amount", "status")) == [(D(12), "settled")]
    assert compared(books) == []


def test_void_after_undo_frees_the_money_on_both_sides(books: Books) -> None:
    """Q24: the draft is voided: voided there, and the payment is the customer's credit."""
    invoice = a_paid_invoice(books)
    undone(books, invoice)
    books.sync()
    with books.company.inside():
        void_invoice(invoice.id)
        assert Invoice.objects.get().held == []
    books.sync()
    (row,) = books.there("Invoice")
    assert (row["TotalAmt"], row["PrivateNote"][:6]) == (0, "Voided")
    assert compared(books) == []
    assert not [s for _kind, s in standing(books) if s in SyncState.needing_someone()]


def test_a_credit_note_applied_is_left_applied(books: Books) -> None:
    """Q24: a credit of another invoice that settled it settles it again; books agree."""
    from orders.services.settlements import ItemKey, settle

    taxed_product(books)
    customer = customer_of(books)
    first = invoice_of(books, customer, [("FILTER", "2", "5")])
    second = invoice_of(books, customer, [("FILTER", "4", "5")])
    note = credited(books, first, "1")
    with books.company.inside():
        settle(ItemKey("credit_note", note.id), ItemKey("invoice", second.id), D(6))
    books.sync()
    before = {row["Id"]: row["Balance"] for row in books.there("Invoice")}
    undone(books, second)
    books.sync()
    assert {row["Id"]: row["Balance"] for row in books.there("Invoice")} == before
    with books.company.inside():
        authorise_invoice(second.id)
        assert Invoice.objects.get(id=second.id).settled == 6
    books.sync()
    assert {row["Id"]: row["Balance"] for row in books.there("Invoice")} == before
    assert compared(books) == []


@pytest.mark.parametrize("other", [False, True])
def test_auto_apply_doubles_nothing(books: Books, other: bool) -> None:
    """Q24: the seed's overpayment: auto-apply on, void on undo. There is 12 of money, once, here
    and there, whether QuickBooks finds another invoice for it meanwhile or not; the books agree.
    """
    books.act("set_preferences", other={"AutoApplyPayments": True})
    books.act("set_preferences", preferences={"SalesFormsPrefs.AutoApplyPayments": True})
    invoice = a_paid_invoice(books)
    if other:
        with books.company.inside():
            customer = Invoice.objects.get().contact
        invoice_of(books, customer, [("FILTER", "2", "5")])
        books.sync()
    with books.company.inside():
        Connection.objects.update(options={"void_on_undo": True})
    undone(books, invoice)
    books.sync()
    books.sync()
    authorised(books, invoice, "3")
    for _again in range(3):
        books.sync()
    with books.company.inside():
        standing_ = Payment.objects.exclude(status="void")
        assert [row.amount for row in standing_] == [D(12)]
        assert sum(row.settled for row in Invoice.objects.all()) == 12
    assert sum(D(row["TotalAmt"]) for row in books.there("Payment")) == 12
    assert sum(D(row["Balance"]) for row in books.there("Invoice")) == (18 if other else 6)
    assert compared(books) == []
    assert not [s for _kind, s in standing(books) if s in SyncState.needing_someone()]
