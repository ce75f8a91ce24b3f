"""Sales with goods that came from QuickBooks and were edited there, and goods that wait (Q13)."""

from decimal import Decimal
from typing import Any

import pytest

from accounting.domain.states import SyncState
from accounting.models import RemoteChange, SyncDocument
from accounting.services.sync_documents import retry
from inventory.models import Location, StockLevel
from ledger.models import JournalLine
from orders.models import Invoice, Receipt, SalesOrder, Shipment
from orders.services.shipping import ship_order, undo_shipment, void_shipment
from tests.accounting.books import Books
from tests.accounting.making import customer_of, taxed_product
from tests.accounting.test_in_lists import made
from tests.accounting.test_in_trade import code_of, held, options, purchase

D = Decimal
SHIPS = {"fulfil_pick": True, "fulfil_pack": True, "fulfil_ship": True}


@pytest.fixture
def shop(books: Books) -> Books:
    """FILTER and CUP known on both sides, 10 of FILTER in stock at 2.50; invoices come in."""
    from accounting.domain.states import Kind
    from accounting.engine.planning import plan_one
    from accounting.models import Connection
    from inventory.models import Product

    taxed_product(books)
    taxed_product(books, "CUP")
    customer_of(books)
    books.sync()
    with books.company.inside():
        for product in Product.objects.all():
            plan_one(Connection.objects.get(), Kind.PRODUCT, product.id)
    books.sync()
    options(books, import_bills=True, receive_imported_bills=True)
    purchase(books, made(books, "Vendor", DisplayName="Beans & Co"), item(books), 10, "2.50")
    books.sync()
    return books


def imports(books: Books, **more: Any) -> None:
    with books.company.inside():
        location = Location.objects.order_by("id")[0]
    options(books, import_invoices=True, import_location=str(location.id), **more)


def item(books: Books, sku: str = "FILTER") -> str:
    (found,) = [row["Id"] for row in books.there("Item") if row.get("Sku") == sku]
    return str(found)


def line(books: Books, quantity: int, price: str = "3", sku: str = "FILTER") -> dict[str, Any]:
    detail = {
        "ItemRef": {"value": item(books, sku)},
        "Qty": quantity,
        "UnitPrice": price,
        "TaxCodeRef": {"value": code_of(books, 20)},
    }
    amount = str(quantity * D(price))
    return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def sold(books: Books, *lines: dict[str, Any]) -> str:
    (customer,) = books.there("Customer")
    body = {"CustomerRef": {"value": customer["Id"]}, "DocNumber": "2001", "Line": list(lines)}
    return made(books, "Invoice", **body)


def edit(books: Books, id_: str, *lines: dict[str, Any], **more: Any) -> None:
    changes = {"Line": list(lines), **more} if lines else more
    books.act("edit_document", entity="Invoice", id=id_, changes=changes)
    books.sync()


def state(books: Books) -> tuple[Any, str]:
    (row,) = books.documents(kind="invoice")
    return row.state, row.reason


def on_hand(books: Books) -> Any:
    with books.company.inside():
        row = StockLevel.objects.get(product__sku="FILTER")
        return row.on_hand


def cost_of_sales(books: Books) -> Any:
    with books.company.inside():
        lines = JournalLine.objects.filter(account__role="cogs")
        return sum((row.amount for row in lines), D(0))


def invoiced(books: Books) -> tuple[str, Any, Any]:
    with books.company.inside():
        row = Invoice.objects.get()
        return row.status, row.total, row.tax


def test_a_shipped_sale_follows_its_edit(shop: Books) -> None:
    """Q13: fewer, dearer, another day and one line more: invoice, order, stock and cost follow."""
    imports(shop, **SHIPS)
    id_ = sold(shop, line(shop, 5))
    shop.sync()
    assert (on_hand(shop), cost_of_sales(shop)) == (5, D("12.50"))
    number = shop.documents(kind="invoice")[0].number
    edit(shop, id_, line(shop, 3, "4"), TxnDate="2026-11-20")
    assert held(shop) == []
    assert state(shop) == (SyncState.SYNCED, "")
    assert invoiced(shop) == ("authorised", D("14.40"), D("2.40"))
    assert (on_hand(shop), cost_of_sales(shop)) == (7, D("7.50"))
    with shop.company.inside():
        invoice = Invoice.objects.get()
        assert (invoice.number, str(invoice.issued_on)) == (number, "2026-11-20")
        order = SalesOrder.objects.get()
        assert [(row.quantity, row.shipped, row.invoiced) for row in order.lines.all()] == [
            (D(3), D(3), D(3))
        ]
        assert order.status == "completed"
        assert sorted(Shipment.objects.values_list("status", flat=True)) == ["shipped", "void"]
    edit(shop, id_, line(shop, 3, "4"), line(shop, 2, "5"))
    assert (on_hand(shop), invoiced(shop)[1]) == (5, D("26.40"))
    edit(shop, id_, line(shop, 2, "5"))
    assert (on_hand(shop), invoiced(shop)[1], state(shop)[0]) == (8, D(12), SyncState.SYNCED)
    shop.sync()
    (there,) = shop.there("Invoice")
    assert (there["TotalAmt"], there["SyncToken"]) == (12, "3")


def test_what_was_shipped_by_hand_is_not_undone(shop: Books) -> None:
    """Q13: prices follow; other quantities are a conflict that says what to do and ends so."""
    imports(shop)
    id_ = sold(shop, line(shop, 5))
    shop.sync()
    with shop.company.inside():
        shipment = ship_order(SalesOrder.objects.get().id)
    edit(shop, id_, line(shop, 5, "4"))
    assert (state(shop)[0], invoiced(shop)[1], on_hand(shop)) == (SyncState.SYNCED, D(24), 5)
    edit(shop, id_, line(shop, 3, "4"))
    assert state(shop) == (SyncState.CONFLICT, "changed_there")
    (row,) = shop.documents(kind="invoice")
    assert f"Its goods are on {shipment.number}, made here. Undo and void that" in row.message
    assert held(shop) == [("Invoice", "")]
    assert (invoiced(shop)[1], on_hand(shop)) == (D(24), 5)
    with shop.company.inside():
        undo_shipment(shipment.id)
        void_shipment(shipment.id)
    shop.sync()
    assert (state(shop)[0], invoiced(shop)[1], on_hand(shop)) == (SyncState.SYNCED, D("14.40"), 10)
    assert held(shop) == []


def test_a_paid_sale_says_what_to_do_and_follows_after_it(shop: Books) -> None:
    """Q13: paid in part: told to take the payment back; once that is done there, it follows."""
    imports(shop, **SHIPS)
    id_ = sold(shop, line(shop, 5))
    shop.sync()
    payment: Any = shop.act("receive_payment", invoice=id_, amount="6")
    shop.sync()
    edit(shop, id_, line(shop, 4))
    assert state(shop) == (SyncState.CONFLICT, "changed_there")
    assert "take the payments back first" in shop.documents(kind="invoice")[0].message
    shop.act("delete", entity="Payment", id=payment["Id"])
    shop.sync()
    shop.sync()
    assert (state(shop)[0], invoiced(shop)[1], on_hand(shop)) == (SyncState.SYNCED, D("14.40"), 6)


def test_goods_that_are_not_there_keep_the_sale_from_being_done(shop: Books) -> None:
    """Q13, Q25: part of it shipped, the rest waits, on its row; with stock it goes by itself."""
    imports(shop, import_bills=True, receive_imported_bills=True, **SHIPS)
    sold(shop, line(shop, 5), line(shop, 2, sku="CUP"))
    shop.sync()
    (row,) = shop.documents(kind="invoice")
    assert (row.state, row.reason) == (SyncState.ATTENTION, "not_shipped")
    assert "2 of CUP could not be moved yet" in row.message
    assert row.fix["kind"] == "sale"
    assert on_hand(shop) == 5
    with shop.company.inside():
        retry(row.id)
    shop.sync()
    assert state(shop) == (SyncState.ATTENTION, "not_shipped")
    vendor = shop.there("Vendor")[0]["Id"]
    purchase(shop, vendor, item(shop, "CUP"), 5, "1.00")
    with shop.company.inside():
        retry(row.id)
    shop.sync()
    assert state(shop) == (SyncState.SYNCED, "")
    assert (on_hand(shop), cost_of_sales(shop)) == (5, D("14.50"))
    with shop.company.inside():
        assert not SyncDocument.objects.filter(goods_wait=True).exists()
        assert SalesOrder.objects.get().status == "completed"


def test_goods_that_cannot_be_received_keep_the_bill_from_being_done(shop: Books) -> None:
    """Q13, Q25: no location takes them: said on the row; received once there is one."""
    with shop.company.inside():
        location = Location.objects.create(code="BACK", name="Back room", is_active=False)
    options(shop, import_bills=True, receive_imported_bills=True, import_location=str(location.id))
    vendor = shop.there("Vendor")[0]["Id"]
    purchase(shop, vendor, item(shop), 4, "2.00")
    shop.sync()
    (row,) = shop.documents(kind="bill", goods_wait=True)
    assert (row.state, row.reason) == (SyncState.ATTENTION, "not_received")
    assert "its goods were not received" in row.message
    with shop.company.inside():
        Location.objects.filter(id=location.id).update(is_active=True)
    shop.sync()
    (row,) = shop.documents(kind="bill", id=row.id)
    assert (row.state, row.reason, row.message, row.fix) == (SyncState.SYNCED, "", "", {})
    with shop.company.inside():
        rows = StockLevel.objects.filter(product__sku="FILTER").order_by("on_hand")
        assert [row.on_hand for row in rows] == [4, 10]
    with shop.company.inside():
        assert Receipt.objects.filter(status="received").count() == 2
        assert not RemoteChange.objects.exists()


def test_services_that_become_goods_become_an_order(shop: Books) -> None:
    """Q13: a line of goods that is added to an invoice of services is shipped too."""
    imports(shop, **SHIPS)
    (customer,) = shop.there("Customer")
    from tests.accounting.test_in_trade import income_item, sale

    id_ = sale(shop, customer["Id"], income_item(shop), DocNumber="2001")
    shop.sync()
    edit(shop, id_, line(shop, 2))
    assert held(shop) == []
    with shop.company.inside():
        rows = Invoice.objects.order_by("id")
        assert [(row.status, row.total) for row in rows] == [
            ("void", D("7.20")),
            ("authorised", D("7.20")),
        ]
    assert (state(shop)[0], on_hand(shop)) == (SyncState.SYNCED, 8)
