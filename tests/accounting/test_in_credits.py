"""Payments of QuickBooks that join several credits, several documents and money (Q12)."""

import json
from decimal import Decimal
from typing import Any

from accounting.domain.states import SyncState
from accounting.models import RemoteChange, SyncDocument
from orders.models import Bill, CreditNote, Invoice, Payment
from orders.services.bills import approve_bill, create_bill
from orders.services.credit_notes import CreditInput, authorise_credit_note, credit_bill
from orders.services.lines import LineInput
from orders.services.settlements import standing_settlements, unsettle
from tests.accounting.books import Books
from tests.accounting.making import credited, customer_of, invoice_of, taxed_product
from tests.accounting.test_in_trade import held

D = Decimal


def line(entity: str, id_: str, amount: str) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id_, "TxnType": entity}]}


def ids(books: Books, entity: str) -> dict[str, str]:
    return {row["DocNumber"]: row["Id"] for row in books.there(entity)}


def settled(books: Books, *numbers: str) -> list[tuple[str, Decimal]]:
    with books.company.inside():
        found = [
            Invoice.objects.filter(number=number).first() or CreditNote.objects.get(number=number)
            for number in numbers
        ]
        return [(row.status, row.settled) for row in found]


def money_here(books: Books) -> list[tuple[str, Decimal, Decimal]]:
    with books.company.inside():
        rows = Payment.objects.order_by("number")
        return [(row.status, row.amount, row.used) for row in rows]


def joined(books: Books) -> tuple[dict[str, str], list[str]]:
    """Two invoices of 60 and 120, two credit notes of 12 and 24 for another; all there.

    Gives their ids there by number, and the numbers.
    """
    taxed_product(books)
    customer = customer_of(books)
    base = invoice_of(books, customer, [("FILTER", "20", "10")])
    first = invoice_of(books, customer, [("FILTER", "5", "10")])
    second = invoice_of(books, customer, [("FILTER", "10", "10")])
    notes = [credited(books, base, "1"), credited(books, base, "2")]
    books.sync()
    there = {**ids(books, "Invoice"), **ids(books, "CreditMemo")}
    return there, [first.number, second.number, *(note.number for note in notes)]


def pay_there(books: Books, there: dict[str, str], numbers: list[str]) -> str:
    """100.01 and both credits, for all of the first and 76.01 of the second invoice."""
    (party,) = books.there("Customer")
    kinds = ("Invoice", "Invoice", "CreditMemo", "CreditMemo")
    amounts = ("60", "76.01", "12", "24")
    rows = zip(kinds, numbers, amounts, strict=True)
    body = {
        "CustomerRef": {"value": party["Id"]},
        "TotalAmt": "100.01",
        "Line": [line(kind, there[number], amount) for kind, number, amount in rows],
    }
    return str(books.act("create", entity="Payment", body=body)["Id"])


def test_money_and_several_credits_for_several_invoices(books: Books) -> None:
    """Q12: to the cent: credits first, the money for the rest; nothing is sent back."""
    there, numbers = joined(books)
    pay_there(books, there, numbers)
    books.sync()
    assert held(books) == []
    assert settled(books, *numbers) == [
        ("paid", D(60)),
        ("authorised", D("76.01")),
        ("settled", D(12)),
        ("settled", D(24)),
    ]
    assert money_here(books) == [("settled", D("100.01"), D("100.01"))]
    books.sync()
    books.sync()
    (payment,) = books.there("Payment")
    assert (payment["SyncToken"], payment["TotalAmt"], len(payment["Line"])) == (
        "0",
        D("100.01"),
        4,
    )
    balances = {row["DocNumber"]: row["Balance"] for row in books.there("Invoice")}
    assert (balances[numbers[0]], balances[numbers[1]]) == (0, D("43.99"))
    rows = [row for row in books.documents() if row.kind in ("payment", "allocation")]
    assert {row.state for row in rows} == {SyncState.SYNCED}
    assert len(rows) == 3


def test_taken_apart_there_it_is_taken_apart_here(books: Books) -> None:
    """Q12: deleted there: the payment and every use of a credit are taken back, once."""
    there, numbers = joined(books)
    id_ = pay_there(books, there, numbers)
    books.sync()
    books.act("delete", entity="Payment", id=id_)
    books.sync()
    assert held(books) == []
    assert [amount for _status, amount in settled(books, *numbers)] == [0, 0, 0, 0]
    assert [status for status, _amount, _used in money_here(books)] == ["void"]
    books.sync()
    assert books.there("Payment") == []
    rows = [row for row in books.documents() if row.kind in ("payment", "allocation")]
    assert {row.state for row in rows} == {SyncState.REMOVED}


def test_changed_there_it_is_recorded_anew(books: Books) -> None:
    """Q12: one credit less and more money: taken back whole, and recorded as it is there now."""
    there, numbers = joined(books)
    id_ = pay_there(books, there, numbers)
    books.sync()
    lines = [
        line("Invoice", there[numbers[0]], "60"),
        line("Invoice", there[numbers[1]], "76.01"),
        line("CreditMemo", there[numbers[2]], "12"),
    ]
    changes = {"TotalAmt": "124.01", "Line": lines}
    books.act("edit_document", entity="Payment", id=id_, changes=changes)
    books.sync()
    assert held(books) == []
    assert [amount for _status, amount in settled(books, *numbers)] == [
        D(60),
        D("76.01"),
        D(12),
        D(0),
    ]
    assert money_here(books) == [
        ("void", D("100.01"), D(0)),
        ("settled", D("124.01"), D("124.01")),
    ]


def test_a_part_that_is_taken_back_here_is_told_and_not_sent(books: Books) -> None:
    """Q12: half of a joint payment cannot be undone there from here; somebody is told how."""
    there, numbers = joined(books)
    id_ = pay_there(books, there, numbers)
    books.sync()
    with books.company.inside():
        note = CreditNote.objects.get(number=numbers[3])
        unsettle(standing_settlements(credit_note_id=note.id)[0].id)
    books.sync()
    (row,) = books.documents(state=SyncState.ATTENTION)
    assert (row.kind, row.reason) == ("allocation", "joined_there")
    assert "Change or delete that payment in QuickBooks Online" in row.message
    assert books.there("Payment")[0]["SyncToken"] == "0"
    books.act("delete", entity="Payment", id=id_)
    books.sync()
    assert held(books) == []
    assert [amount for _status, amount in settled(books, *numbers)] == [0, 0, 0, 0]
    assert books.documents(state=SyncState.ATTENTION) == []


def test_a_credit_that_was_used_here_meanwhile_waits(books: Books) -> None:
    """Q12: the same credit used on both sides for different things: held, nothing is posted."""
    from orders.services.settlements import ItemKey, settle

    there, numbers = joined(books)
    pay_there(books, there, numbers)
    with books.company.inside():
        note = CreditNote.objects.get(number=numbers[3])
        base = Invoice.objects.exclude(number__in=numbers).get()
        settle(ItemKey("credit_note", note.id), ItemKey("invoice", base.id), D(20))
    books.sync()
    with books.company.inside():
        change = RemoteChange.objects.get(entity="Payment")
        assert change.reason == "more_than_left"
        assert f"24.00 GBP of {numbers[3]} are used; only 4.00 GBP" in change.message
        assert not Payment.objects.exists()


def test_vendor_credits_and_money_for_several_bills(books: Books) -> None:
    """Q12: the same on the other side, without money first and then with it."""
    supplier = books.company.contact("Beans & Co")
    with books.company.inside():
        bills = []
        for place, price in enumerate(("50", "70", "50")):
            rows = [LineInput(description="Rent", quantity="1", unit_price=price)]
            bill = create_bill(supplier.id, {"partner_number": f"R-{place}"}, rows)
            bills.append(approve_bill(bill.id))
        notes = []
        for part in ("0.2", "0.3"):
            wanted = CreditInput(bills[2].lines.get().line_id, part)
            notes.append(authorise_credit_note(credit_bill(bills[2].id, [wanted]).id))
    books.sync()
    there = ids(books, "Bill")
    credits_there = sorted(books.there("VendorCredit"), key=lambda row: row["TotalAmt"])
    (vendor,) = books.there("Vendor")
    bank = next(r["Id"] for r in books.there("Account") if r["AccountType"] == "Bank")
    body = {
        "VendorRef": {"value": vendor["Id"]},
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": bank}},
        "TotalAmt": "95",
        "Line": [
            line("Bill", there["R-0"], "50"),
            line("Bill", there["R-1"], "70"),
            line("VendorCredit", credits_there[0]["Id"], "10"),
            line("VendorCredit", credits_there[1]["Id"], "15"),
        ],
    }
    made = books.act("create", entity="BillPayment", body=json.loads(json.dumps(body)))
    books.sync()
    assert held(books) == []
    with books.company.inside():
        paid = Bill.objects.filter(id__in=[bill.id for bill in bills]).order_by("partner_number")
        assert [bill.settled for bill in paid] == [D(50), D(70), D(0)]
        assert [note.settled for note in CreditNote.objects.order_by("total")] == [D(10), D(15)]
        assert Payment.objects.get().amount == D(95)
    books.act("delete", entity="BillPayment", id=made["Id"])
    books.sync()
    with books.company.inside():
        assert not Bill.objects.exclude(settled=0).exists()
        assert not CreditNote.objects.exclude(settled=0).exists()
        assert not SyncDocument.objects.filter(kind="bill_payment").exclude(state="removed")
