"""What a sync would do (Q26) and which accounts it would use (Q29), before anything is sent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounting.domain.effects import Effect, effects
from accounting.domain.outgoing import Entry, Line, Money, Moved, Party, Side, Trade
from accounting.domain.states import Kind, RunKind, SyncState
from accounting.models import Connection, RemoteRecord, SyncDocument
from accounting.services import preview
from accounting.services.preview import RollBack, planned_and_seen
from accounting.services.runs import start_run
from hub.ids import new_id
from inventory.models import Product
from ledger.domain.accounts import AccountType
from ledger.models import Account, Journal
from tenants.jobs import Run
from tests.accounting.books import LANES, Books, connected_books
from tests.accounting.making import customer_of, invoice_of, taxed_product
from tests.orders.test_worked_example import Month
from tests.sandbox.running import Running

PAGE = "/integrations/quickbooks/preview/"
D = Decimal


def foreseen(books: Books, since: date | None = None) -> dict[str, Any]:
    """A preview without the job; what it planned is rolled back."""
    found: dict[str, Any] = {}
    with books.company.inside():
        try:
            with transaction.atomic():
                found = planned_and_seen(Connection.objects.get(), since)
                raise RollBack
        except RollBack:
            pass
    return found


class Chart:
    """Accounts there by what they are called here."""

    def account(self, account_id: Any) -> str:
        return str(account_id)

    def of_item(self, item: tuple[Kind, UUID]) -> str:
        return f"item of {item[0].value}"


ITEM = (Kind.PRODUCT, new_id())
LINES = (
    Line(description="a", net=D("10"), item=ITEM, account="sales"),  # type: ignore[arg-type]
    Line(description="b", net=D("5"), account="rent"),  # type: ignore[arg-type]
)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.INVOICE, {"receivable": "18", "item of product": "-10", "rent": "-5", "tax": "-3"}),
        (Kind.CREDIT_NOTE, {"receivable": "-18", "item of product": "10", "rent": "5", "tax": "3"}),
        (Kind.REFUND, {"bank": "-18", "item of product": "10", "rent": "5", "tax": "3"}),
        (Kind.BILL, {"payable": "-18", "sales": "10", "rent": "5", "tax": "3"}),
        (Kind.SUPPLIER_CREDIT, {"payable": "18", "sales": "-10", "rent": "-5", "tax": "-3"}),
        (Kind.QUOTE, {}),
    ],
)
def test_each_kind_of_trade_posts_to_its_accounts(kind: Kind, expected: dict[str, str]) -> None:
    """Q26: sales go where the item goes, bills where the line says; each balances."""
    document = Trade(
        kind=kind, local_id=new_id(), party=new_id(), lines=LINES, tax=D(3), total=D(18),
        account="bank",  # type: ignore[arg-type]
    )  # fmt: skip
    found = effects(document, Chart(), "GBP")
    assert {one.account: one.amount for one in found} == {k: D(v) for k, v in expected.items()}
    assert sum((one.amount for one in found), D(0)) == 0


def test_money_journals_and_rates() -> None:
    """Q26: payments, transfers, journals; foreign amounts at their rate."""
    about: dict[str, Any] = {"local_id": new_id()}
    paid = Money(kind=Kind.PAYMENT, party=new_id(), total=D(10), rate=D("0.8"), **about)
    assert effects(paid, Chart(), "GBP") == [Effect("bank", D(8)), Effect("receivable", D(-8))]
    applied = Money(kind=Kind.ALLOCATION, party=new_id(), total=D(0), **about)
    assert effects(applied, Chart(), "GBP") == []
    sides: Any = (Side(account="a", amount=D(4)), Side(account="b", amount=D(-4)))  # type: ignore[arg-type]
    entry = Entry(kind=Kind.COGS, sides=sides, **about)
    assert effects(entry, Chart(), "GBP") == [Effect("a", D(4)), Effect("b", D(-4))]
    moved = Moved(kind=Kind.TRANSFER, total=D(7), from_account="x", to_account="y", **about)  # type: ignore[arg-type]
    assert effects(moved, Chart(), "GBP") == [Effect("y", D(7)), Effect("x", D(-7))]
    party = Party(kind=Kind.CUSTOMER, name="n", **about)
    assert effects(party, Chart(), "GBP") == []


def test_the_preview_of_a_month_is_what_then_stands_there(quickbooks: Running) -> None:
    """Q26: bills by account, cost of goods sold, foreign currency: the sums of the preview are the
    trial balance there after the run, but for gains of exchange, which are posted there.
    """
    books = connected_books(quickbooks, currencies=["USD"])
    before = books.session().trial_balance(date(2026, 12, 31))
    Month(company=books.company).run()
    found = foreseen(books)
    assert found["totals"]["attention"] == 0 and found["counts"][Kind.COGS]["create"] > 0
    assert books.documents() == [] and books.there("Invoice") == []
    with books.company.inside():
        start_run(Connection.objects.get(), RunKind.MANUAL)
    books.company.drain(lanes=LANES)
    after = books.session().trial_balance(date(2026, 12, 31))
    moved = {
        key: amount - before.get(key, D(0))
        for key, amount in after.items()
        if amount != before.get(key, D(0))
    }
    sums = {one["name"]: D(one["amount"]) for one in found["accounts"]}
    assert sum(sums.values()) == 0
    with books.company.inside():
        rows = RemoteRecord.objects.filter(kind="account")
        names = dict(rows.values_list("remote_id", "name"))
    theirs = {names[key]: amount for key, amount in moved.items()}
    # A gain is posted there when a payment is applied; tax goes to the account of its codes.
    assert theirs.pop("Exchange Gain or Loss") == D(-3)
    theirs["Accounts Payable (A/P)"] -= 3
    theirs["Tax, by its codes"] = theirs.pop("VAT Control")
    assert sums == theirs and len(sums) == 10


def test_another_account_there_is_shown_before_it_is_sent(books: Books) -> None:
    """Q29: the product's account counts there; preview, product and invoice say so, with link."""
    product = taxed_product(books)
    customer = customer_of(books)
    with books.company.inside():
        other = Account.objects.filter(type=AccountType.EXPENSE, role="").order_by("code")[0]
    invoice_of(books, customer, [("FILTER", "1", "10")])
    assert foreseen(books)["differences"] == []
    books.sync()
    with books.company.inside():
        # Somebody gives it another account here: it is not there yet.
        SyncDocument.objects.filter(local_id=product).update(hash="x")
        Product.objects.filter(id=product).update(sale_account=other)
    second = invoice_of(books, customer, [("FILTER", "2", "10")])
    [one] = foreseen(books)["differences"]
    assert (one["ours"], one["lines"], one["number"]) == (other.name, 1, second.number)
    assert UUID(one["item"]) == product and one["theirs"] != other.name
    web = books.company.browser()
    answer = web.post(f"{PAGE}begin/")
    books.company.drain(lanes=LANES)
    page = " ".join(web.get(answer["Location"]).content.decode().split())
    assert "Other accounts there" in page and f'href="/products/{product}/"' in page
    shown = " ".join(web.get(f"/products/{product}/").content.decode().split())
    assert "Sales go to" in shown and f"Here they go to {other.name}." in shown
    assert (
        "There the product&#x27;s account counts"
        in web.get(f"/invoices/{second.id}/").content.decode()
    )


def test_what_waits_for_something_in_trouble_is_counted_as_waiting(books: Books) -> None:
    """Q26: a product that cannot go holds its invoice; the cause is said once."""
    product = taxed_product(books)
    with books.company.inside():
        Product.objects.filter(id=product).update(name="Filter: paper")
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    found = foreseen(books)
    assert found["counts"][Kind.PRODUCT] == {"attention": 1}
    assert found["counts"][Kind.INVOICE] == {"wait": 1}
    assert found["counts"][Kind.CUSTOMER] == {"create": 1} and found["accounts"] == []
    assert "contains “:”" in found["reasons"][0][0]


def test_statements_do_not_grow_with_what_is_due(books: Books) -> None:
    """Q26: thirty due documents take as many statements as three."""
    taxed_product(books)
    customer = customer_of(books)
    counts = []
    for number in (3, 27):
        for _ in range(number):
            invoice_of(books, customer, [("FILTER", "1", "10")])
        with CaptureQueriesContext(database) as seen:
            foreseen(books)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_cost_of_today_is_said_to_go_tomorrow(books: Books) -> None:
    """Q17, Q26: only days that are over are in it."""
    with books.company.inside():
        row = Connection.objects.get()
        today = timezone.localdate()
        row.cursor = {**row.cursor, "cogs_days": [today.isoformat()]}
        row.save(update_fields=["cursor"])
    assert foreseen(books)["cogs_tomorrow"] is True
    with books.company.inside():
        yesterday = (today - timedelta(days=1)).isoformat()
        row.cursor = {**row.cursor, "cogs_days": [yesterday]}
        row.save(update_fields=["cursor"])
    assert foreseen(books)["cogs_tomorrow"] is False


def test_a_long_preview_keeps_its_claim(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q26: its page says how far it is while the one transaction works; nothing stays of it."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    monkeypatch.setattr(preview, "BEAT_SECONDS", 0.01)
    told: list[tuple[int, int]] = []
    real = Run.progress

    def heard(run: Any, done: int, total: int, step: str) -> str:
        told.append((done, total))
        return real(run, done, total, step)

    monkeypatch.setattr(Run, "progress", heard)
    web = books.company.browser()
    answer = web.post(f"{PAGE}begin/")
    books.company.drain(lanes=LANES)
    assert told and "Nothing was sent." in web.get(answer["Location"]).content.decode()
    with books.company.inside():
        assert not SyncDocument.objects.filter(state=SyncState.PENDING).exists()
        assert Journal.objects.exists()
