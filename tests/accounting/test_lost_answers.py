"""Nobody knows how it ended: exactly one document results (reliability.md, "Providers")."""

from typing import Any

import pytest

from accounting.domain.states import SyncState
from accounting.models import SyncDocument
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, paid, taxed_product


def strike(books: Books, **rule: Any) -> None:
    """Plan one fault for this company's writes."""
    path = rule.pop("path", "batch|invoice|payment|customer|item")
    where = {"method": "POST", "path": f"/company/{books.realm}/({path})"}
    books.sandbox.control("faults", {"match": where, **rule})


@pytest.fixture(autouse=True)
def _no_faults_after(books: Books) -> Any:
    yield
    books.sandbox.control("faults", method="DELETE")


def numbers(books: Books, entity: str) -> list[str]:
    return sorted(row["DocNumber"] for row in books.there(entity))


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("drop", ["after", "before"])
def test_a_cut_connection_leaves_one_of_each(books: Books, drop: str, nth: int) -> None:
    """Q25: cut before or after the commit, of customer, product or invoices: one of each there."""
    taxed_product(books)
    customer = customer_of(books)
    made = [invoice_of(books, customer, [("FILTER", "2", "5")]).number for _ in range(3)]
    strike(books, drop=drop, nth=nth)
    books.sync()
    books.let_time_pass()
    assert [row.state for row in books.documents()] == [SyncState.SYNCED] * 5
    assert numbers(books, "Invoice") == sorted(made)
    assert len(books.there("Customer")) == 1


@pytest.mark.parametrize("body", ["garbage", "html", "truncated", "empty", "xml"])
def test_an_answer_that_is_no_answer_is_looked_up(books: Books, body: str) -> None:
    """Q25: HTML, XML or half a JSON with status 200 after the write: one document, synced."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    strike(books, body=body, path="invoice")
    books.sync()
    books.let_time_pass()
    assert [row.state for row in books.documents()] == [SyncState.SYNCED] * 3
    assert numbers(books, "Invoice") == [invoice.number]


@pytest.mark.parametrize("drop", ["after", "before"])
def test_a_payment_without_a_number_is_found_by_its_facts(books: Books, drop: str) -> None:
    """Q12: payments have no number there; party, day, amount and our own number tell them."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    paid(books, invoice, "6")
    paid(books, invoice, "6")
    strike(books, drop=drop, path="batch", nth=1)
    books.sync()
    books.let_time_pass()
    assert [row["TotalAmt"] for row in books.there("Payment")] == [6, 6]
    (there,) = books.there("Invoice")
    assert there["Balance"] == 0


def test_after_a_server_error_it_is_sent_again(books: Books) -> None:
    """Q25: a 503 is nobody's fault: later, once."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    strike(books, status=503, path="invoice")
    books.sync()
    books.let_time_pass()
    assert numbers(books, "Invoice") == [invoice.number]


def test_a_pause_that_is_asked_for_is_kept(books: Books) -> None:
    """Q25: 429 stops the run and cools the whole connection; no call is made meanwhile."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    strike(books, status=429, path="customer")
    books.sync()
    with books.company.inside():
        connection = books.connection()
        assert connection.cooled_until is not None
        states = set(SyncDocument.objects.values_list("state", flat=True))
        assert states <= {SyncState.PENDING, SyncState.WAITING}
    assert books.there("Customer") == []
    books.let_time_pass()
    assert len(books.there("Invoice")) == 1
