"""What sides of the book are marked with, and accounts that are merged, for all sandboxes."""

import sqlite3
from decimal import Decimal
from pathlib import Path

from sandbox.common.ledger import Entry, Ledger
from sandbox.common.store import Store


def test_balances_by_a_mark() -> None:
    """Each value apart; "" is what has none; the sum is the balance."""
    book = Ledger(Store(), "1")
    shop = {"class": "5"}
    sides = [Entry("1", Decimal(30)), Entry("2", Decimal(-20), "", shop), Entry("2", Decimal(-10))]
    book.post("Invoice", "1", "2026-01-01", sides)
    book.post("Invoice", "2", "2026-02-01", sides)
    assert book.balances_by("class", "2026-01-31") == {
        "": {"1": 30, "2": -10},
        "5": {"2": -20},
    }
    assert book.balances_by("class")["5"] == {"2": -40}
    assert book.balances() == {"1": 60, "2": -60}
    assert [dict(line.marks) for line in book.lines(account="2", until="2026-01-31")] == [shop, {}]


def test_one_account_becomes_another() -> None:
    """Its lines are the other's; another company's are not touched."""
    store = Store()
    book, other = Ledger(store, "1"), Ledger(store, "2")
    for one in (book, other):
        one.post("Bill", "1", "2026-01-01", [Entry("1", Decimal(5)), Entry("2", Decimal(-5))])
    book.move("1", "3")
    assert book.balances() == {"2": -5, "3": 5}
    assert other.balances() == {"1": 5, "2": -5}


def test_a_store_of_before_there_were_marks(tmp_path: Path) -> None:
    """It is opened, what is in it has no marks, and new lines have theirs."""
    path = tmp_path / "old.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE posting (company TEXT NOT NULL, source_kind TEXT NOT NULL,"
        " source_id TEXT NOT NULL, day TEXT NOT NULL, account TEXT NOT NULL,"
        " amount INTEGER NOT NULL, memo TEXT NOT NULL)"
    )
    connection.execute(
        "INSERT INTO posting VALUES ('1', 'Bill', '1', '2026-01-01', '1', 10000, '')"
    )
    connection.commit()
    connection.close()
    for _ in range(2):
        store = Store(path)
        book = Ledger(store, "1")
        first = book.lines()[0]
        assert first.amount == 1
        assert not first.marks
        sides = [Entry("1", Decimal(-1), "", {"class": "5"}), Entry("2", Decimal(1))]
        book.post("Bill", "2", "2026-01-02", sides)
        assert book.balances_by("class")["5"] == {"1": -1}
        store.close()
