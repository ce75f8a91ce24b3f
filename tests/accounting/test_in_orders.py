"""Bills of QuickBooks that are of a purchase order of ours (Q13)."""

import json
from decimal import Decimal
from typing import Any

import pytest

from accounting.domain.states import SyncState
from accounting.models import RemoteChange
from inventory.models import StockLevel
from orders.models import Bill, PurchaseMatch, PurchaseOrder, Receipt
from orders.services.bills import approve_bill, bill_order
from orders.services.lines import LineInput
from orders.services.purchases import (
    authorise_purchase_order,
    create_purchase_order,
    void_purchase_order,
)
from orders.services.receiving import authorise_receipt, draft_receipt
from tests.accounting.books import Books
from tests.accounting.making import taxed_product
from tests.accounting.test_in_lists import account_there, made
from tests.accounting.test_in_trade import code_of, held, options

D = Decimal


@pytest.fixture
def ordered(books: Books) -> PurchaseOrder:
    """An order of 10 FILTER at 2.50 to Beans & Co, sent to QuickBooks; bills are imported."""
    taxed_product(books)
    supplier = books.company.contact("Beans & Co")
    options(books, import_bills=True, export_purchase_orders=True)
    rule = books.company.tax_rule("20% VAT")
    with books.company.inside():
        line = LineInput(sku="FILTER", quantity="10", unit_price="2.50", tax_rule=rule.id)
        order = create_purchase_order(supplier.id, {}, [line])
        authorise_purchase_order(order.id)
    books.sync()
    assert [row.state for row in books.documents(kind="purchase_order")] == [SyncState.SYNCED]
    return order


def item_there(books: Books) -> str:
    (item,) = [row["Id"] for row in books.there("Item") if row.get("Sku") == "FILTER"]
    return str(item)


def billed(
    books: Books,
    quantity: str,
    price: str = "2.50",
    *,
    number: str = "B-77",
    link: bool = True,
    freight: str = "",
    **values: Any,
) -> str:
    """A bill there, by hand, of the order there."""
    (order,) = books.there("PurchaseOrder")
    tax = {"TaxCodeRef": {"value": code_of(books, 20)}}
    item = {"ItemRef": {"value": item_there(books)}, "Qty": quantity, "UnitPrice": price}
    line: dict[str, Any] = {
        "Amount": str(D(quantity) * D(price)),
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {**item, **tax},
    }
    if link:
        one = {"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": "1"}
        line["LinkedTxn"] = [one]
    lines = [line]
    if freight:
        account = {"AccountRef": {"value": account_there(books, "Expense")}, **tax}
        lines.append(
            {
                "Amount": freight,
                "Description": "Freight",
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": account,
            }
        )
    body = {"VendorRef": order["VendorRef"], "DocNumber": number, "Line": lines, **values}
    return made(books, "Bill", **body)


def order_line(books: Books, order: PurchaseOrder) -> tuple[str, Any, Any]:
    with books.company.inside():
        row = PurchaseOrder.objects.get(id=order.id)
        line = row.lines.get()
        return row.status, line.billed, line.received


def why(books: Books) -> str:
    with books.company.inside():
        return RemoteChange.objects.exclude(reason="").get().message


def test_a_linked_bill_is_the_bill_of_our_order(books: Books, ordered: PurchaseOrder) -> None:
    """Q13: in part, then the rest; what is billed is counted, and goods are received by itself."""
    options(books, import_bills=True, export_purchase_orders=True, receive_imported_bills=True)
    billed(books, "4", freight="3.00")
    books.sync()
    assert held(books) == []
    with books.company.inside():
        bill = Bill.objects.get()
        assert bill.purchase_order_id == ordered.id
        assert (bill.partner_number, bill.total, bill.tax) == ("B-77", D("15.60"), D("2.60"))
        assert Receipt.objects.get().purchase_order_id == ordered.id
    assert order_line(books, ordered) == ("authorised", 4, 4)
    billed(books, "6", number="B-78")
    books.sync()
    assert order_line(books, ordered) == ("completed", 10, 10)
    with books.company.inside():
        assert StockLevel.objects.get().on_hand == 10
        assert Bill.objects.count() == 2
    books.sync()
    assert len(books.there("Bill")) == 2
    states = [(row.state, row.from_there) for row in books.documents(kind="bill")]
    assert states == [(SyncState.SYNCED, True)] * 2


def test_a_bill_that_names_our_order_meets_what_was_received(
    books: Books, ordered: PurchaseOrder
) -> None:
    """Q13: by the number in its note; what was received before is matched, at the bill's cost."""
    with books.company.inside():
        authorise_receipt(draft_receipt(ordered.id).id)
    billed(books, "10", "2.60", link=False, PrivateNote=f"As ordered ({ordered.number}).")
    books.sync()
    assert order_line(books, ordered) == ("completed", 10, 10)
    with books.company.inside():
        match = PurchaseMatch.objects.get()
        assert (match.quantity, match.accrued, match.billed) == (D(10), D(25), D(26))
        assert Receipt.objects.count() == 1


def test_more_than_was_ordered_waits(books: Books, ordered: PurchaseOrder) -> None:
    """Q13: over the order: held with the way out; corrected there it comes in."""
    id_ = billed(books, "12")
    books.sync()
    assert held(books) == [("Bill", "over_billed")]
    assert why(books) == (
        f"It bills 12 of FILTER for {ordered.number}, of which 10 are left to be billed. Raise "
        "the order here, or lower the bill in QuickBooks Online; then it comes in."
    )
    (there,) = books.there("Bill")
    line = {**there["Line"][0], "Amount": 25}
    line["ItemBasedExpenseLineDetail"] = {**line["ItemBasedExpenseLineDetail"], "Qty": 10}
    books.act("edit_document", entity="Bill", id=id_, changes=plain({"Line": [line]}))
    books.sync()
    assert held(books) == []
    assert order_line(books, ordered)[1] == 10


def plain(value: Any) -> Any:
    """As JSON carries it."""
    return json.loads(json.dumps(value, default=float))


def test_an_order_that_is_billed_already_waits(books: Books, ordered: PurchaseOrder) -> None:
    """Q13: billed here and sent; the same bill entered there by hand does not become a second."""
    with books.company.inside():
        approve_bill(bill_order(ordered.id, values={"partner_number": "B-1"}).id)
    billed(books, "10", number="B-2")
    books.sync()
    assert held(books) == [("Bill", "already_billed")]
    with books.company.inside():
        assert Bill.objects.count() == 1


def test_an_order_that_is_void_here_waits(books: Books, ordered: PurchaseOrder) -> None:
    """Q13: an order that was taken back here cannot be billed."""
    billed(books, "10")
    with books.company.inside():
        void_purchase_order(ordered.id)
    books.sync()
    assert held(books) == [("Bill", "order_not_open")]
    assert "which is void here" in why(books)


def test_an_order_to_another_supplier_waits(books: Books, ordered: PurchaseOrder) -> None:
    """Q13: the number of an order to somebody else: neither theirs nor a purchase of its own."""
    other = made(books, "Vendor", DisplayName="Wren & Sons")
    body: dict[str, Any] = {"VendorRef": {"value": other}, "PrivateNote": ordered.number}
    billed(books, "10", link=False, **body)
    books.sync()
    assert held(books) == [("Bill", "order_of_another")]
    assert "is an order to Beans & Co and not to its supplier" in why(books)


def test_what_was_not_ordered_waits(books: Books, ordered: PurchaseOrder) -> None:
    """Q13: goods that are not on the order are asked about; so is a bill with none of its lines."""
    account = {"AccountRef": {"value": account_there(books, "Expense")}}
    line = {
        "Amount": "5",
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {**account, "TaxCodeRef": {"value": code_of(books, 20)}},
    }
    (order,) = books.there("PurchaseOrder")
    note = {"PrivateNote": f"{ordered.number}"}
    made(books, "Bill", VendorRef=order["VendorRef"], Line=[line], DocNumber="B-9", **note)
    books.sync()
    assert held(books) == [("Bill", "not_ordered")]


def test_a_bill_of_an_order_follows_its_edit(books: Books, ordered: PurchaseOrder) -> None:
    """Q13: price and quantity change there: bill, order and receipt follow."""
    options(books, import_bills=True, export_purchase_orders=True, receive_imported_bills=True)
    id_ = billed(books, "4")
    books.sync()
    (there,) = books.there("Bill")
    line = {**there["Line"][0], "Amount": 18}
    line["ItemBasedExpenseLineDetail"] = {
        **line["ItemBasedExpenseLineDetail"],
        "Qty": 6,
        "UnitPrice": 3,
    }
    books.act("edit_document", entity="Bill", id=id_, changes=plain({"Line": [line]}))
    books.sync()
    (row,) = books.documents(kind="bill")
    assert (row.state, row.message) == (SyncState.SYNCED, "")
    assert order_line(books, ordered) == ("authorised", 6, 6)
    with books.company.inside():
        said = [(bill.status, bill.net) for bill in Bill.objects.order_by("id")]
        assert said == [("void", D(10)), ("approved", D(18))]
        assert sorted(Receipt.objects.values_list("status", flat=True)) == ["received", "void"]
        assert StockLevel.objects.get().on_hand == 6


def test_a_bill_whose_goods_were_once_received_can_be_edited(
    books: Books, ordered: PurchaseOrder
) -> None:
    """O9: undone with its receipt, its received lines stay the same rows; none of them may go."""
    from hub.errors import Conflict
    from orders.services.bills import change_bill, undo_bill
    from orders.services.receiving import undo_receipt

    with books.company.inside():
        bill = approve_bill(bill_order(ordered.id).id)
        receipt = authorise_receipt(draft_receipt(ordered.id).id)
        undo_receipt(receipt.id)
        undo_bill(bill.id)
        line = bill.lines.get()
        extra = LineInput(description="Freight", quantity="1", unit_price="3")
        same = LineInput(sku="FILTER", quantity="9", unit_price="2.40", line_id=line.line_id)
        change_bill(bill.id, {}, [extra, same])
        rows = bill.lines.order_by("position")
        assert [(row.quantity, row.id == line.id) for row in rows] == [(D(1), False), (D(9), True)]
        approve_bill(bill.id)
    with books.company.inside():
        undo_bill(bill.id)
        with pytest.raises(Conflict, match="Goods of FILTER were received on BILL-00001 before"):
            change_bill(bill.id, {}, [extra])
