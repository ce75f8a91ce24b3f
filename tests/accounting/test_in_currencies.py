"""Invoices, bills and payments of QuickBooks in a foreign currency (Q12, Q27)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting.models import Connection, Link, RemoteChange
from accounting.services.reconciling import compare
from ledger.models import Account, ExchangeRate, JournalLine
from ledger.services.rates import save_rate
from orders.models import Bill, Invoice, Payment
from tests.accounting.books import Books, connected_books
from tests.accounting.test_in_lists import account_there, made
from tests.accounting.test_in_trade import code_of, held, income_item, options
from tests.sandbox.running import Running

D = Decimal
EUR = {"CurrencyRef": {"value": "EUR"}}


@pytest.fixture
def abroad(quickbooks: Running) -> Books:
    """A British company with euros on, both sides; invoices and bills come in."""
    books = connected_books(quickbooks, currencies=["EUR"])
    options(books, import_invoices=True, import_bills=True)
    with books.company.inside():
        save_rate("EUR", date(2026, 1, 1), D("0.9"), "GBP")
    return books


def mapped_to(books: Books, role: str) -> str:
    with books.company.inside():
        account = Account.objects.get(role=role)
        return Link.objects.get(kind="account", local_id=account.id).remote_id


def invoice_there(books: Books, net: str, rate: str = "0.85", **values: Any) -> str:
    customer = made(books, "Customer", DisplayName="Café Müller", **EUR)
    detail = {
        "ItemRef": {"value": income_item(books)},
        "TaxCodeRef": {"value": code_of(books, 20)},
    }
    line = {"Amount": net, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    body = {"CustomerRef": {"value": customer}, "Line": [line], "DocNumber": "1001", **EUR}
    return made(books, "Invoice", ExchangeRate=rate, **body, **values)


def bill_there(books: Books, net: str, rate: str) -> str:
    vendor = made(books, "Vendor", DisplayName="Haus AG", **EUR)
    account = {"AccountRef": {"value": account_there(books, "Expense")}}
    line = {
        "Amount": net,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {**account, "TaxCodeRef": {"value": code_of(books, 20)}},
    }
    body = {"VendorRef": {"value": vendor}, "Line": [line], "DocNumber": "B-1", **EUR}
    return made(books, "Bill", ExchangeRate=rate, **body)


def differences(books: Books) -> list[tuple[str, Decimal, Decimal]]:
    until = date(2026, 12, 31)
    theirs = books.session().trial_balance(until)
    with books.company.inside():
        rows = compare(Connection.objects.get(), until, theirs)
    assert rows
    return [(row.label, row.ours, row.theirs) for row in rows if row.difference]


def in_base(books: Books, role: str) -> Decimal:
    with books.company.inside():
        lines = JournalLine.objects.filter(account__role=role)
        return sum((row.amount for row in lines), D(0))


def test_an_invoice_and_its_payment_at_another_rate(abroad: Books) -> None:
    """Q12, Q27: both amounts to the cent; what the rates differ by is the gain that they have."""
    id_ = invoice_there(abroad, "100.00")
    abroad.sync()
    assert held(abroad) == []
    with abroad.company.inside():
        invoice = Invoice.objects.get()
        said = (invoice.currency, invoice.rate, invoice.total, invoice.tax)
        assert said == ("EUR", D("0.85"), D(120), D(20))
    assert in_base(abroad, "receivable") == D("102.00")
    assert differences(abroad) == []
    (customer,) = abroad.there("Customer")
    link = [{"TxnId": id_, "TxnType": "Invoice"}]
    for amount, rate in (("50.01", "0.87"), ("69.99", "0.8333")):
        made(
            abroad,
            "Payment",
            CustomerRef={"value": customer["Id"]},
            TotalAmt=amount,
            ExchangeRate=rate,
            Line=[{"Amount": amount, "LinkedTxn": link}],
            **EUR,
        )
    abroad.sync()
    assert held(abroad) == []
    with abroad.company.inside():
        assert Invoice.objects.get().status == "paid"
        paid = Payment.objects.order_by("id")
        assert [(row.amount, row.rate) for row in paid] == [
            (D("50.01"), D("0.87")),
            (D("69.99"), D("0.8333")),
        ]
    # 50.01 at 0.87 and 69.99 at 0.8333 are 43.51 and 58.32 in pounds, for 102.00.
    assert in_base(abroad, "receivable") == 0
    assert in_base(abroad, "realised_gains") == D("0.17")
    assert differences(abroad) == []
    (there,) = abroad.there("Invoice")
    assert (there["Balance"], there["HomeBalance"]) == (0, 0)


def test_a_bill_and_its_payment(abroad: Books) -> None:
    """Q12, Q27: the same on the other side."""
    id_ = bill_there(abroad, "70.00", "0.8765")
    abroad.sync()
    with abroad.company.inside():
        bill = Bill.objects.get()
        assert (bill.currency, bill.rate, bill.total) == ("EUR", D("0.8765"), D(84))
    (vendor,) = abroad.there("Vendor")
    bank = {"BankAccountRef": {"value": mapped_to(abroad, "bank")}}
    link = [{"TxnId": id_, "TxnType": "Bill"}]
    made(
        abroad,
        "BillPayment",
        VendorRef={"value": vendor["Id"]},
        PayType="Check",
        CheckPayment=bank,
        TotalAmt="84",
        ExchangeRate="0.9",
        Line=[{"Amount": "84", "LinkedTxn": link}],
        **EUR,
    )
    abroad.sync()
    assert held(abroad) == []
    assert in_base(abroad, "payable") == 0
    assert in_base(abroad, "realised_gains") == D("1.97")  # 75.60 paid for 73.63
    assert differences(abroad) == []


def test_a_rate_that_is_corrected_there_is_followed(abroad: Books) -> None:
    """Q12: the same amounts at another rate: the book here says what theirs says."""
    id_ = invoice_there(abroad, "100.00", "0.5")
    abroad.sync()
    assert in_base(abroad, "receivable") == D(60)
    abroad.act("edit_document", entity="Invoice", id=id_, changes={"ExchangeRate": "0.85"})
    abroad.sync()
    assert in_base(abroad, "receivable") == D(102)
    assert differences(abroad) == []


def test_a_currency_that_is_not_on_here_waits(abroad: Books) -> None:
    """Q12: said with where to turn it on; then it comes in."""
    with abroad.company.inside():
        ExchangeRate.objects.all().delete()
    invoice_there(abroad, "100.00")
    abroad.sync()
    assert held(abroad) == [("Invoice", "currency_off")]
    with abroad.company.inside():
        assert RemoteChange.objects.get().message == (
            "It is in EUR, which is not on here. Add a rate for EUR under Settings, Currencies; "
            "then it comes in."
        )
        save_rate("EUR", date(2026, 1, 1), D("0.9"), "GBP")
    abroad.sync()
    assert held(abroad) == []
    assert in_base(abroad, "receivable") == D(102)


@pytest.mark.parametrize("rate", [None, D(0), D(-1), D("0.000000001"), D(1)])
def test_a_rate_that_is_missing_is_never_made_up(abroad: Books, rate: Decimal | None) -> None:
    """Q12: missing, nothing, below nothing, or the one for one of nobody's entering."""
    from accounting.domain.incoming import Held
    from accounting.incoming.wanted import rate_of

    with abroad.company.inside(), pytest.raises(Held) as held_back:
        rate_of(Connection.objects.get(), "EUR", rate)
    assert held_back.value.code == "no_rate"
    assert "rate" in held_back.value.message
    with abroad.company.inside():
        connection = Connection.objects.get()
        assert rate_of(connection, "GBP", rate) is None
        assert rate_of(connection, "EUR", D("0.8512345678")) == D("0.85123457")
