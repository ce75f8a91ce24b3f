"""Workers that die while something comes in: nothing lost, nothing twice."""

from contextlib import suppress
from typing import Any

import pytest

from accounting.models import RemoteChange
from orders.models import Invoice, Payment
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, taxed_product
from tests.accounting.test_kills import Killed, go_on, kill_at

__all__ = ["kill_at"]


@pytest.mark.parametrize(
    ("point", "nth"),
    [
        ("sync.changes_kept", 1),
        ("sync.changes_read", 1),
        ("sync.absorbed", 1),
        ("sync.absorbed", 2),
        ("sync.absorbed", 3),
    ],
)
def test_a_worker_that_dies_takes_each_payment_over_once(
    books: Books, kill_at: Any, monkeypatch: pytest.MonkeyPatch, point: str, nth: int
) -> None:
    """Q12: killed between the feed and the books, each payment comes in exactly once."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    (there,) = books.there("Invoice")
    for amount in ("3", "4"):
        books.act("receive_payment", invoice=there["Id"], amount=amount)
    kill_at(point, nth)
    with suppress(Killed):
        books.sync()
    monkeypatch.undo()
    go_on(books)
    books.sync()
    with books.company.inside():
        assert sorted(Payment.objects.values_list("amount", flat=True)) == [3, 4]
        assert Invoice.objects.get(id=invoice.id).settled == 7
        assert RemoteChange.objects.count() == 0
    assert sorted(row["TotalAmt"] for row in books.there("Payment")) == [3, 4]
