"""Aged receivables and payables: by due date, as at any day, and equal to the account."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bench.statements import counted
from hub.ids import new_id
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Account
from ledger.services.journals import post
from ledger.services.rates import save_rate
from orders.aging import aged_report
from orders.domain.aging import Aged, bucket_of, fill
from orders.models import CreditSide, Direction, Invoice
from orders.services.credit_notes import authorise_credit_note, create_credit_note
from orders.services.invoices import authorise_invoice, create_invoice
from orders.services.lines import LineInput
from orders.services.payments import PaymentInput, pay
from orders.services.settlements import Allocation, ItemKey
from tests.cast import make_company
from tests.orders.business import Business
from tests.orders.pages import text_of

D = Decimal
TODAY = date(2026, 6, 30)


@pytest.fixture
def shop() -> Business:
    return Business()


def billed_for(shop: Business, days_late: int, price: str, **values: Any) -> Invoice:
    """An invoice that is so many days late on TODAY."""
    due = TODAY - timedelta(days=days_late)
    with shop.company.inside():
        line = LineInput(description="Advice", quantity="1", unit_price=price)
        header = {"issued_on": due - timedelta(days=30), "due_on": due, **values}
        return authorise_invoice(create_invoice(shop.customer.id, header, [line]).id)


def paid(shop: Business, invoice: Invoice, amount: str, on: date, **more: Any) -> None:
    with shop.company.inside():
        wanted = PaymentInput(
            CreditSide.SALE,
            Direction.IN,
            shop.customer.id,
            shop.bank,
            D(amount),
            invoice.currency,
            on,
            **more,
        )
        pay(wanted, [Allocation(ItemKey("invoice", invoice.id), D(amount))])


def report_of(shop: Business, on: date = TODAY, side: CreditSide = CreditSide.SALE) -> Any:
    with shop.company.inside():
        return aged_report(side, on)


@pytest.mark.parametrize(
    ("late", "bucket"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)],
)
def test_buckets_begin_the_day_after_the_due_date(late: int, bucket: int) -> None:
    """O6: current, 1 to 30, 31 to 60, 61 to 90, over 90 days."""
    assert bucket_of(TODAY - timedelta(days=late), TODAY) == bucket


def test_money_fills_the_first_first() -> None:
    """O5: nothing is over-filled; the rest stays."""
    assert fill(D(150), [D(120), D(120), D(5)]) == [D(120), D(30), D(0)]
    assert fill(D(300), [D(120)]) == [D(120)]


def test_invoices_credits_and_payments_add_up_to_the_account(shop: Business) -> None:
    """O6: aged receivables = the account, in every bucket and on every day."""
    first = billed_for(shop, 0, "100")
    second = billed_for(shop, 45, "200")
    billed_for(shop, 200, "50")
    paid(shop, first, "20", TODAY)
    paid(shop, second, "240", TODAY + timedelta(days=3))
    with shop.company.inside():
        note = create_credit_note(
            CreditSide.SALE,
            shop.customer.id,
            {"issued_on": TODAY - timedelta(days=10)},
            [LineInput(description="Goodwill", quantity="1", unit_price="10")],
        )
        authorise_credit_note(note.id)

    found = report_of(shop)
    assert found.total.amounts == (D(100), D(-12), D(240), D(0), D(60))
    assert (found.total.total, found.account, found.difference) == (D(388), D(388), D(0))
    after = report_of(shop, TODAY + timedelta(days=3))
    assert after.total.total == after.account == D(148)
    before = report_of(shop, TODAY - timedelta(days=40))
    assert before.total.total == before.account
    assert report_of(shop, date(2020, 1, 1)).contacts == ()


def test_foreign_documents_stand_at_their_rate(shop: Business) -> None:
    """O6, O7: the sum is the account's, to the cent, while parts are paid at other rates."""
    with shop.company.inside():
        save_rate("USD", date(2026, 1, 1), D("0.7777"), "GBP")
    invoice = billed_for(shop, 10, "33.33", currency="USD")
    for part, rate in (("7.77", "0.81"), ("11.11", "0.69")):
        paid(shop, invoice, part, TODAY, rate=D(rate))
        found = report_of(shop)
        assert found.total.total == found.account
    assert report_of(shop).contacts[0].items[0].open == D("21.12")


def test_payables_and_what_no_document_explains(shop: Business) -> None:
    """O6: what no document explains is a line of its own."""
    shop.bill(shop.order("10", "2"))
    with shop.company.inside():
        payable = Account.objects.get(role=AccountRole.PAYABLE)
        entries = [Entry(payable.id, D(-5)), Entry(shop.bank, D(5))]
        source = Source("opening", new_id(), "OB-1")
        post(Posting(JournalEvent.OPENING, date(2026, 5, 5), source, entries, "GBP"), "GBP")
    found = report_of(shop, side=CreditSide.PURCHASE)
    assert (found.total.total, found.account, found.difference) == (D(24), D(29), D(5))
    page = text_of(shop.company.browser(), f"/reports/aged-payables/?on={TODAY}")
    assert "Not from documents" in page and "Balance of the account" in page


def test_the_page_opens_down_to_the_document(shop: Business) -> None:
    """O6: by contact, then documents; CSV of the same."""
    invoice = billed_for(shop, 45, "200")
    client = shop.company.browser()
    start = f"/reports/aged-receivables/?on={TODAY}"
    assert "Aged receivables" in text_of(client, "/reports/")
    link = f"{start}&contact={shop.customer.id}"
    assert link.replace("&", "&amp;") in text_of(client, start)
    opened = text_of(client, link)
    assert f'href="/invoices/{invoice.id}/"' in opened and invoice.number in opened
    answer: Any = client.get(f"{start}&format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Code,Customer,Current,1 to 30 days,31 to 60 days,61 to 90 days,Over 90 days,Total",
        ",Café,0.00,0.00,240.00,0.00,0.00,240.00",
        ",Total,0.00,0.00,240.00,0.00,0.00,240.00",
    ]
    assert "Write a date such as" in text_of(client, "/reports/aged-receivables/?on=soon")
    assert "Nobody owes you anything" in text_of(
        make_company("Other").browser(), "/reports/aged-receivables/"
    )
    stranger = make_company("Stranger").browser()
    assert stranger.get(link).status_code == 404


def test_the_api_gives_the_same(shop: Business) -> None:
    """O6: totals, rows, and documents of one contact."""
    invoice = billed_for(shop, 45, "200")
    client = shop.company.api()
    found = client.get(f"/api/v1/reports/aged-receivables?on={TODAY}").json()
    assert found["totals"]["days_31_to_60"] == found["account"] == "240.0000"
    assert "documents" not in found["rows"][0]
    one = client.get(
        f"/api/v1/reports/aged-receivables?on={TODAY}&contact={shop.customer.id}"
    ).json()
    assert one["rows"][0]["documents"][0]["id"] == str(invoice.id)
    assert client.get("/api/v1/reports/aged-payables").json()["rows"] == []


def test_the_report_reads_a_constant_number_of_times(shop: Business) -> None:
    """O6: however many documents are open."""
    billed_for(shop, 1, "10")
    with shop.company.inside(), counted() as few:
        aged_report(CreditSide.SALE, TODAY)
    for late in (2, 3, 4):
        billed_for(shop, late, "10")
    with shop.company.inside(), counted() as many:
        aged_report(CreditSide.SALE, TODAY)
    assert len(few) == len(many)
    assert Aged().total == D(0)
