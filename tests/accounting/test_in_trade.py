"""Invoices and bills of QuickBooks, as they come in (Q12, Q13), and what is deleted there."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounting.domain.states import SyncState
from accounting.models import Connection, RemoteChange
from inventory.models import Location
from ledger.models import JournalLine
from orders.models import Bill, CreditNote, Invoice, Payment, SalesOrder, Shipment
from tests.accounting.books import Books
from tests.accounting.making import credited, customer_of, invoice_of, taxed_product
from tests.accounting.test_in_lists import account_there, made

D = Decimal


def options(books: Books, **values: Any) -> None:
    with books.company.inside():
        Connection.objects.update(options=values)


def held(books: Books) -> list[tuple[str, str]]:
    with books.company.inside():
        return list(RemoteChange.objects.order_by("id").values_list("entity", "reason"))


def code_of(books: Books, rate: int) -> str:
    """A tax code there that our rule of the rate is mapped to."""
    from accounting.models import Link
    from ledger.models import TaxRule

    with books.company.inside():
        rule = TaxRule.objects.get(rate=rate)
        return Link.objects.get(kind="tax", local_id=rule.id).remote_id


def income_item(books: Books, name: str = "Delivery", **values: Any) -> str:
    income = {"value": account_there(books, "Income")}
    body = {"Name": name, "Type": "Service", "IncomeAccountRef": income, **values}
    return made(books, "Item", **body)


def sale(books: Books, customer: str, item: str, net: str = "10.00", **values: Any) -> str:
    detail = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": code_of(books, 20)}}
    line = {"Amount": net, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return made(books, "Invoice", CustomerRef={"value": customer}, Line=[line], **values)


def purchase(books: Books, vendor: str, item: str, quantity: int, price: str) -> str:
    detail = {
        "ItemRef": {"value": item},
        "Qty": quantity,
        "UnitPrice": price,
        "TaxCodeRef": {"value": code_of(books, 20)},
    }
    line = {
        "Amount": str(quantity * D(price)),
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": detail,
    }
    return made(books, "Bill", VendorRef={"value": vendor}, DocNumber="B-77", Line=[line])


def invoices(books: Books) -> list[tuple[str, str, Decimal, Decimal]]:
    with books.company.inside():
        rows = Invoice.objects.order_by("id")
        return [(row.reference, row.status, row.total, row.tax) for row in rows]


def test_invoices_are_imported_only_where_that_is_on(books: Books) -> None:
    """Q13: off they stay there; on they come in, and never go back as new ones."""
    customer = made(books, "Customer", DisplayName="Kestrel")
    item = income_item(books)
    sale(books, customer, item, DocNumber="1001", TxnDate="2026-01-31")
    books.sync()
    assert invoices(books) == []
    options(books, import_invoices=True, from_date="2026-02-01")
    sale(books, customer, item, "20.00", DocNumber="1002")
    books.sync()
    assert invoices(books) == [("1002", "authorised", D(24), D(4))]
    books.sync()
    assert [row["DocNumber"] for row in books.there("Invoice")] == ["1001", "1002"]
    (row,) = books.documents(kind="invoice")
    assert (row.state, row.from_there, row.message) == (SyncState.SYNCED, True, "")
    assert held(books) == []


def test_a_payment_of_an_imported_invoice_pays_it(books: Books) -> None:
    """Q12, Q13: paid there, paid here; and the other way round."""
    options(books, import_invoices=True)
    customer = made(books, "Customer", DisplayName="Kestrel")
    id_ = sale(books, customer, income_item(books), DocNumber="1001")
    books.act("receive_payment", invoice=id_, amount="5")
    books.sync()
    with books.company.inside():
        invoice = Invoice.objects.get()
        assert (invoice.settled, Payment.objects.get().amount) == (D(5), D(5))
    from tests.accounting.making import paid

    paid(books, invoice, "7")
    books.sync()
    (there,) = books.there("Invoice")
    assert there["Balance"] == 0
    assert there["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Delivery"


def test_an_imported_invoice_follows_its_edit_while_unpaid(books: Books) -> None:
    """Q13: unpaid it becomes what it is there; paid in part it is a conflict."""
    options(books, import_invoices=True)
    customer = made(books, "Customer", DisplayName="Kestrel")
    item = income_item(books)
    id_ = sale(books, customer, item, DocNumber="1001")
    books.sync()
    detail = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": code_of(books, 20)}}
    line = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    edit = {"entity": "Invoice", "id": id_}
    books.act("edit_document", **edit, changes={"Line": [{**line, "Amount": "30.00"}]})
    books.sync()
    assert invoices(books) == [("1001", "authorised", D(36), D(6))]
    books.act("receive_payment", invoice=id_, amount="6")
    books.sync()
    books.act("edit_document", **edit, changes={"Line": [{**line, "Amount": "40.00"}]})
    books.sync()
    assert invoices(books) == [("1001", "authorised", D(36), D(6))]
    (row,) = books.documents(kind="invoice")
    assert (row.state, row.reason, row.remote_total) == (SyncState.CONFLICT, "changed_there", D(48))
    (there,) = books.there("Invoice")
    assert there["TotalAmt"] == 48


def test_an_edit_there_of_ours_is_a_conflict(books: Books) -> None:
    """Q12: what we sent and somebody changed there is decided by somebody."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sync()
    (there,) = books.there("Invoice")
    line = {**there["Line"][0], "Amount": 20, "Id": there["Line"][0]["Id"]}
    line["SalesItemLineDetail"] = {**line["SalesItemLineDetail"], "Qty": 4}
    changes = {"Line": [line], "TxnTaxDetail": {"TotalTax": 4}}
    plain = json.loads(json.dumps(changes, default=float))
    books.act("edit_document", entity="Invoice", id=there["Id"], changes=plain)
    books.sync()
    (row,) = books.documents(kind="invoice")
    assert (row.state, row.reason) == (SyncState.CONFLICT, "changed_there")
    assert invoices(books)[0][2] == 12
    with books.company.inside():
        Invoice.objects.update(note="x")
    books.sync()
    assert [row.state for row in books.documents(kind="invoice")] == [SyncState.CONFLICT]


def test_goods_that_were_sold_there_are_shipped_here(books: Books) -> None:
    """Q13: an order here, picked, packed and shipped as the options say."""
    taxed_product(books)
    with books.company.inside():
        location = Location.objects.order_by("id")[0]
    options(books, import_invoices=True, import_location=str(location.id))
    customer_of(books)
    books.sync()
    with books.company.inside():
        from accounting.domain.states import Kind
        from accounting.engine.planning import plan_one
        from inventory.models import Product

        plan_one(Connection.objects.get(), Kind.PRODUCT, Product.objects.get().id)
    books.sync()
    (item,) = [row["Id"] for row in books.there("Item") if row.get("Sku") == "FILTER"]
    customer = books.there("Customer")[0]["Id"]
    options(
        books,
        import_invoices=True,
        fulfil_pick=True,
        fulfil_pack=True,
        fulfil_ship=True,
        import_bills=True,
        receive_imported_bills=True,
    )
    vendor = made(books, "Vendor", DisplayName="Beans & Co")
    purchase(books, vendor, item, 4, "2.50")
    books.sync()
    with books.company.inside():
        bill = Bill.objects.get()
        said = (bill.partner_number, bill.status, bill.total, bill.tax)
        assert said == ("B-77", "approved", D(12), D(2))
    books.act(
        "create",
        entity="Invoice",
        body={
            "CustomerRef": {"value": customer},
            "DocNumber": "2001",
            "Line": [
                {
                    "Amount": "9.00",
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {
                        "ItemRef": {"value": item},
                        "Qty": 3,
                        "UnitPrice": 3,
                        "TaxCodeRef": {"value": code_of(books, 20)},
                    },
                }
            ],
        },
    )
    books.sync()
    assert held(books) == []
    with books.company.inside():
        assert [row.status for row in Shipment.objects.all()] == ["shipped"]
        assert SalesOrder.objects.get().channel == "QuickBooks Online"
        cost = JournalLine.objects.filter(account__role="cogs")
        assert [line.amount for line in cost] == [D("7.50")]
    books.sync()
    assert [row["TotalAmt"] for row in books.there("Invoice")] == [D("10.80")]
    assert [row["TotalAmt"] for row in books.there("Bill")] == [12]


def test_deleted_and_voided_there_are_never_made_anew(books: Books) -> None:
    """Q12: an invoice that is gone there waits for somebody, whatever happens to it here."""
    taxed_product(books)
    customer = customer_of(books)
    first = invoice_of(books, customer, [("FILTER", "2", "5")])
    invoice_of(books, customer, [("FILTER", "3", "5")])
    books.sync()
    ids = [row["Id"] for row in books.there("Invoice")]
    books.act("delete", entity="Invoice", id=ids[0])
    books.act("void", entity="Invoice", id=ids[1])
    books.sync()
    with books.company.inside():
        Invoice.objects.filter(id=first.id).update(note="touched")
    books.sync()
    rows = [(row.state, row.reason) for row in books.documents(kind="invoice")]
    assert sorted(rows) == [
        (SyncState.REMOTE_GONE, "deleted_there"),
        (SyncState.REMOTE_GONE, "voided_there"),
    ]
    assert len(books.there("Invoice")) == 1


def test_a_gap_of_a_month_finds_what_was_deleted_meanwhile(books: Books) -> None:
    """Q12: beyond 28 days there is no feed; all is read again, and what is missing is found."""
    taxed_product(books)
    customer = customer_of(books, phone="1")
    invoice_of(books, customer, [("FILTER", "2", "5")])
    books.sync()
    (there,) = books.there("Invoice")
    books.act("delete", entity="Invoice", id=there["Id"])
    (party,) = books.there("Customer")
    books.act("rename", entity="Customer", id=party["Id"], name="Kestrel Cafés")
    long_ago = (timezone.now() - timedelta(days=40)).isoformat()
    with books.company.inside():
        cursor = {**books.connection().cursor, "changes": long_ago}
        Connection.objects.update(cursor=cursor)
    books.sync()
    rows = {row.kind: (row.state, row.number) for row in books.documents()}
    assert rows["invoice"][0] == SyncState.REMOTE_GONE
    assert rows["customer"] == (SyncState.SYNCED, "Kestrel Cafés")
    with books.company.inside():
        assert books.connection().cursor["changes"] > long_ago


def test_more_changes_than_one_answer_holds_are_all_taken(books: Books) -> None:
    """Q12: a full answer is read again by entity, and deletions are looked for."""
    from accounting.quickbooks import session

    taxed_product(books)
    customer = customer_of(books)
    for quantity in ("1", "2", "3"):
        invoice_of(books, customer, [("FILTER", quantity, "5")])
    books.sync()
    ids = [row["Id"] for row in books.there("Invoice")]
    books.act("delete", entity="Invoice", id=ids[1])
    books.act("receive_payment", invoice=ids[0], amount="2")
    most = session.CDC_MOST
    session.CDC_MOST = 2
    try:
        books.sync()
    finally:
        session.CDC_MOST = most
    states = [row.state for row in books.documents(kind="invoice")]
    assert sorted(states) == ["remote_gone", "synced", "synced"]
    with books.company.inside():
        assert Payment.objects.get().amount == 2


def test_a_credit_that_is_applied_there_is_applied_here(books: Books) -> None:
    """Q12: the same credit note, invoice and amount; taken apart there, taken apart here."""
    taxed_product(books)
    customer = customer_of(books)
    first = invoice_of(books, customer, [("FILTER", "10", "10")])
    second = invoice_of(books, customer, [("FILTER", "1", "10")])
    note = credited(books, first, "5")
    books.sync()
    ids = {row["DocNumber"]: row["Id"] for row in books.there("Invoice")}
    (memo,) = books.there("CreditMemo")
    books.act("apply_credit", invoice=ids[second.number], credit_memo=memo["Id"])
    books.sync()
    with books.company.inside():
        assert Invoice.objects.get(id=second.id).status == "paid"
        assert CreditNote.objects.get(id=note.id).settled == 12
    books.sync()
    (payment,) = books.there("Payment")
    books.act("delete", entity="Payment", id=payment["Id"])
    books.sync()
    with books.company.inside():
        assert Invoice.objects.get(id=second.id).settled == 0
        assert CreditNote.objects.get(id=note.id).settled == 0
    assert held(books) == []


def test_hostile_objects_harm_nothing(books: Books) -> None:
    """Q12: what QuickBooks answers is read as if somebody meant harm."""
    from accounting.quickbooks.reading import READERS, read_incoming

    odd: list[Any] = [None, 7, "x", [], [1], {}, {"value": {}}, {"value": []}, "9" * 5000]
    names = ["Id", "DisplayName", "Line", "TotalAmt", "TxnDate", "CustomerRef", "MetaData",
             "TxnTaxDetail", "LinkedTxn", "BillAddr", "PrimaryEmailAddr", "UnappliedAmt", "Type",
             "CreditCardPayment", "CheckPayment", "PrivateNote", "UnitPrice"]  # fmt: skip
    for entity in READERS:
        for name in names:
            for value in odd:
                assert read_incoming(entity, {"Id": "1", name: value}) is not None
        for inner in odd:
            for kind in ("SalesItemLineDetail", "GroupLineDetail", "DiscountLineDetail"):
                line = {"DetailType": kind, kind: inner, "Amount": inner, "LinkedTxn": inner}
                assert read_incoming(entity, {"Line": [line, inner]}) is not None
