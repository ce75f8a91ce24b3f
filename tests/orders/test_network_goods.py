"""Goods and credits between two organisations: shipment notices and credit notes (N16)."""

from decimal import Decimal
from uuid import UUID

import pytest

from hub.errors import Conflict
from inventory.models import Product
from inventory.services.adjustments import authorise_adjustment, draft_adjustment
from inventory.services.stock_tasks import TaskHeader, TaskLine
from ledger.domain.accounts import AccountRole
from ledger.selectors import balances_of_roles
from network.models import Envelope
from orders.models import Bill, CreditNote, Invoice, PurchaseOrder, Receipt, SalesOrder, Shipment
from orders.services.bills import approve_bill
from orders.services.credit_notes import CreditInput, authorise_credit_note, credit_invoice
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.pre_sales import approve_pre_sale
from orders.services.receiving import authorise_receipt
from orders.services.sending import Sending, send_document
from orders.services.shipping import ship, ship_order, undo_shipment
from tenants.models import Notification
from tests.cast import Pair
from tests.trade import delivered_order, sale_of, stocked_pair

D = Decimal


def stock_up(sku: str, quantity: str, unit_cost: str) -> None:
    """Goods on the shelf, found by an adjustment."""
    product = Product.objects.get(sku=sku)
    task = draft_adjustment(TaskHeader(), [TaskLine(product.id, quantity, unit_cost)])
    authorise_adjustment(task.id)


def approved(pair: Pair) -> tuple[UUID, SalesOrder]:
    """An order for 3 that the supplier approved, with 10 on its shelf."""
    with pair.supplier.inside():
        stock_up("FILTER", "10", "1.50")
    order_id = delivered_order(pair)
    sale = sale_of(pair, order_id)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    return order_id, sale


def test_a_shipment_is_announced_and_fills_in_the_receipt() -> None:
    """N16: the buyer finds a draft receipt with quantities, carrier and tracking number."""
    pair = stocked_pair()
    order_id, sale = approved(pair)
    with pair.supplier.inside():
        shipment = ship_order(sale.id)
        Shipment.objects.filter(id=shipment.id).update(carrier="Van", tracking="T-1")
    pair.drain()
    with pair.buyer.inside():
        receipt = Receipt.objects.get()
        assert (receipt.status, receipt.purchase_order_id, receipt.notice) == (
            "draft",
            order_id,
            shipment.id,
        )
        assert receipt.reference == shipment.number
        assert receipt.lines.get().quantity == D(3)
        assert Notification.objects.filter(kind="orders.shipped").count() >= 1
        authorise_receipt(receipt.id)
        assert PurchaseOrder.objects.get().lines.get().received == D(3)
        assert balances_of_roles([AccountRole.INVENTORY])[AccountRole.INVENTORY] == D(12)


def test_an_undone_shipment_takes_its_receipt_back_and_ships_anew() -> None:
    """N16: the draft is void; shipping again fills in another one."""
    pair = stocked_pair()
    _order_id, sale = approved(pair)
    with pair.supplier.inside():
        shipment = ship_order(sale.id)
    pair.drain()
    with pair.supplier.inside():
        undo_shipment(shipment.id)
    pair.drain()
    with pair.buyer.inside():
        assert list(Receipt.objects.values_list("status", flat=True)) == ["void"]
    with pair.supplier.inside():
        ship(shipment.id)
    pair.drain()
    with pair.buyer.inside():
        statuses = Receipt.objects.order_by("id").values_list("status", "notice_version")
        assert list(statuses) == [("void", 1), ("draft", 3)]


def test_a_notice_taken_back_after_the_receipt_is_refused_with_the_reason() -> None:
    """N16: nothing of the buyer's book changes; the supplier reads why."""
    pair = stocked_pair()
    _order_id, sale = approved(pair)
    with pair.supplier.inside():
        shipment = ship_order(sale.id)
    pair.drain()
    with pair.buyer.inside():
        receipt = authorise_receipt(Receipt.objects.get().id)
    with pair.supplier.inside():
        undo_shipment(shipment.id)
    pair.drain()
    with pair.buyer.inside():
        assert Receipt.objects.get().status == "received"
    with pair.supplier.inside():
        envelope = Envelope.objects.filter(kind="shipment_notice").order_by("-id").first()
        assert envelope is not None
        assert envelope.validation == "refused"
        assert f"are received as {receipt.number}" in envelope.reason


def test_a_credit_note_travels_to_the_bill_it_credits() -> None:
    """N16, O3: it waits as a draft at the buyer; authorised, both books agree."""
    pair = stocked_pair()
    _order_id, sale = approved(pair)
    with pair.supplier.inside():
        ship_order(sale.id)
        invoice = authorise_invoice(invoice_sales_order(sale.id).id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        authorise_receipt(Receipt.objects.get().id)
        bill = approve_bill(Bill.objects.get().id)
    with pair.supplier.inside():
        (line,) = invoice.lines.all()
        note = credit_invoice(invoice.id, [CreditInput(line.line_id, "1")])
        authorise_credit_note(note.id)
        send_document(CreditNote, note.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        theirs = CreditNote.objects.get()
        assert (theirs.side, theirs.status, theirs.bill_id, theirs.from_network) == (
            "purchase",
            "draft",
            bill.id,
            True,
        )
        assert (theirs.partner_number, theirs.total) == (note.number, note.total)
    page = f"/supplier-credits/{theirs.id}/"
    browser = pair.buyer.browser()
    assert f'href="{page}edit/"' in browser.get(page).content.decode()
    form = {
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "1",
        "lines-0-line_id": str(line.line_id),
        "lines-0-quantity": "9",
        "lines-0-unit_price": "99",
        "lines-0-returned": "2",
    }
    assert browser.post(f"{page}edit/", form).status_code == 422
    assert browser.post(f"{page}edit/", {**form, "lines-0-returned": "1"}).status_code == 302
    with pair.buyer.inside():
        theirs.refresh_from_db()
        assert (theirs.total, theirs.lines.get().returned) == (note.total, Decimal(1))
        authorise_credit_note(theirs.id)
        found = balances_of_roles([AccountRole.PAYABLE, AccountRole.GRNI])
        assert found[AccountRole.PAYABLE] == -(bill.total - note.total)
        assert found[AccountRole.GRNI] == 0
    with pair.supplier.inside():
        owed = balances_of_roles([AccountRole.RECEIVABLE])[AccountRole.RECEIVABLE]
        assert owed == invoice.total - note.total


def test_a_suppliers_credit_note_is_not_ours_to_send() -> None:
    """N16: the message says whose it is."""
    pair = stocked_pair()
    _order_id, sale = approved(pair)
    with pair.supplier.inside():
        ship_order(sale.id)
        invoice = authorise_invoice(invoice_sales_order(sale.id).id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
        note = authorise_credit_note(credit_invoice(invoice.id).id)
        send_document(CreditNote, note.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        theirs = CreditNote.objects.get()
    with pytest.raises(Conflict) as refused, pair.buyer.inside():
        send_document(CreditNote, theirs.id, Sending(via=["network"]))
    assert refused.value.code == "wrong_direction"
