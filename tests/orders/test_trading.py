"""Purchase order to pre-sale, approval, invoice, bill: both sides' own records, in step."""

from decimal import Decimal
from uuid import UUID

import pytest

from hub.errors import Conflict, InvalidInput
from network.domain.states import DeliveryState, Direction, ValidationState
from network.models import Envelope
from orders.domain.payloads import ReasonCode
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import approve_bill, decline_bill
from orders.services.invoices import (
    authorise_invoice,
    change_invoice,
    invoice_sales_order,
    undo_invoice,
)
from orders.services.lines import LineInput
from orders.services.opening import mark_opened
from orders.services.pre_sales import (
    ChangeInput,
    approve_pre_sale,
    ask_about_pre_sale,
    decline_pre_sale,
    recall_answer,
)
from orders.services.purchases import (
    accept_changes,
    authorise_purchase_order,
    create_purchase_order,
    decline_changes,
    undo_purchase_order,
    void_purchase_order,
)
from orders.services.sending import Sending, send_document
from tenants.models import MailMessage, Notification
from tests.cast import Pair, make_pair


def stocked_pair() -> Pair:
    """A connected pair whose products share their codes."""
    pair = make_pair()
    for company in (pair.buyer, pair.supplier):
        company.product("BEANS-1", "House blend 1 kg", barcode="5012345678900")
        company.product("FILTER", "Paper filters")
    return pair


def sent_order(pair: Pair, quantity: str = "10") -> PurchaseOrder:
    """An authorised order that was sent and delivered."""
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id,
            {"note": "Leave at the back door", "internal_note": "secret margin 40%"},
            [
                LineInput(sku="BEANS-1", quantity=quantity, unit_price="12.50"),
                LineInput(kind="note", description="Roasted this week, please"),
                LineInput(sku="FILTER", quantity="3", unit_price="4"),
            ],
        )
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()
    return order


def at_supplier(pair: Pair, order: PurchaseOrder) -> SalesOrder:
    with pair.supplier.inside():
        return SalesOrder.objects.select_related("contact").get(partner_key=order.id)


def at_buyer(pair: Pair, order: PurchaseOrder) -> PurchaseOrder:
    with pair.buyer.inside():
        return PurchaseOrder.objects.select_related("contact").get(id=order.id)


def test_an_order_sent_over_the_network_appears_as_a_pre_sale() -> None:
    """N9, N10: awaiting approval at the supplier, with its lines, and nothing private."""
    pair = stocked_pair()
    order = sent_order(pair)

    sale = at_supplier(pair, order)
    assert (sale.status, sale.partner_number, sale.contact_id) == (
        "awaiting_approval",
        order.number,
        pair.buyer_contact.id,
    )
    assert (sale.net, sale.tax, sale.total) == (Decimal(137), Decimal("27.4"), Decimal("164.4"))
    with pair.supplier.inside():
        lines = list(sale.lines.values_list("sku", "kind", "quantity", "unit_price"))
        assert lines == [
            ("BEANS-1", "item", Decimal(10), Decimal("12.5")),
            ("", "note", Decimal(0), Decimal(0)),
            ("FILTER", "item", Decimal(3), Decimal(4)),
        ]
        told = Notification.objects.get(user=pair.supplier.owner, kind="orders.received")
        assert told.url == f"/sales/{sale.id}/"
        payload = Envelope.objects.get(kind="order", direction=Direction.IN).payload
        assert "secret margin" not in payload
        assert "secret margin" not in str(sale.request)
    assert at_buyer(pair, order).network_status == "delivered"


def test_sending_twice_delivers_once() -> None:
    """N9: the same content again is the envelope that is there already."""
    pair = stocked_pair()
    order = sent_order(pair)
    with pair.buyer.inside():
        again = send_document(PurchaseOrder, order.id, Sending(via=["network"]))
        assert again.envelope is not None
        assert again.envelope.delivery == DeliveryState.DELIVERED
        assert Envelope.objects.filter(kind="order", direction=Direction.OUT).count() == 1
    pair.drain()

    with pair.supplier.inside():
        assert SalesOrder.objects.count() == 1


def test_a_draft_cannot_be_sent_and_nothing_is_half_sent() -> None:
    """N9: said with what to do; no mail, no envelope."""
    pair = stocked_pair()
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id, {}, [LineInput(sku="FILTER", quantity="1")]
        )
    with pair.buyer.inside(), pytest.raises(Conflict, match="Authorise it first"):
        send_document(PurchaseOrder, order.id, Sending(via=["email", "network"]))
    with pair.buyer.inside():
        assert not Envelope.objects.filter(kind="order").exists()
        assert not MailMessage.objects.filter(object_id=order.id).exists()


def test_an_e_mail_carries_the_pdf_of_what_was_frozen() -> None:
    """N9: by e-mail and network in one go."""
    pair = stocked_pair()
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id, {}, [LineInput(sku="FILTER", quantity="1")]
        )
        authorise_purchase_order(order.id)
        sent = send_document(PurchaseOrder, order.id, Sending(via=["email", "network"]))
        assert sent.mail is not None
        assert sent.mail.to == [pair.supplier.owner.email]
        assert sent.mail.attachments[0]["name"] == f"Purchase-order-{order.number}.pdf"
    pair.drain()
    with pair.buyer.inside():
        assert MailMessage.objects.get(object_id=order.id).state == "sent"


def test_the_whole_way_from_order_to_approved_bill() -> None:
    """N10, N11, N14: approve, invoice, bill on its purchase order, both timelines."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = at_supplier(pair, order)
    with pair.supplier.inside():
        assert mark_opened(SalesOrder, sale.id)
        assert not mark_opened(SalesOrder, sale.id)
    pair.drain()
    assert at_buyer(pair, order).network_status == "opened"
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    bought = at_buyer(pair, order)
    assert (bought.network_status, bought.partner_number) == ("approved", sale.number)
    assert at_supplier(pair, order).status == "authorised"
    with pair.supplier.inside():
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        bill = Bill.objects.get()
        assert (bill.status, bill.purchase_order_id, bill.partner_number, bill.total) == (
            "awaiting_approval",
            order.id,
            invoice.number,
            Decimal("164.4"),
        )
        assert bill.warning == ""
        assert [line.sku for line in bill.lines.all()] == ["BEANS-1", "", "FILTER"]
        approve_bill(bill.id)
    pair.drain()
    assert at_buyer(pair, order).network_status == "invoiced"
    with pair.supplier.inside():
        assert Invoice.objects.get().network_status == "approved"


def test_changes_go_back_to_the_buyer_for_consent() -> None:
    """N10, N16: accepted changes hold on both sides, to the cent."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = at_supplier(pair, order)
    with pair.supplier.inside():
        beans = sale.lines.get(sku="BEANS-1").line_id
        approve_pre_sale(sale.id, [ChangeInput(beans, quantity="8", unit_price="13")], text="Short")
        assert at_status(sale) == "awaiting_consent"
    pair.drain()
    bought = at_buyer(pair, order)
    assert (bought.network_status, bought.net) == ("changed", Decimal(137))

    with pair.buyer.inside():
        accept_changes(order.id)
    pair.drain()

    bought, sold = at_buyer(pair, order), at_supplier(pair, order)
    assert (bought.net, bought.tax, bought.total) == (
        Decimal(116),
        Decimal("23.2"),
        Decimal("139.2"),
    )
    assert (sold.net, sold.tax, sold.total) == (bought.net, bought.tax, bought.total)
    assert (bought.network_status, sold.status) == ("approved", "authorised")


def at_status(sale: SalesOrder) -> str:
    return str(SalesOrder.objects.values_list("status", flat=True).get(id=sale.id))


def test_declined_changes_put_the_order_back_as_it_was_sent() -> None:
    """N16: the supplier decides again about the order as ordered."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = at_supplier(pair, order)
    with pair.supplier.inside():
        beans = sale.lines.get(sku="BEANS-1").line_id
        approve_pre_sale(sale.id, [ChangeInput(beans, quantity="8")])
    pair.drain()
    with pair.buyer.inside():
        decline_changes(order.id, "We need all ten")
    pair.drain()

    sold = at_supplier(pair, order)
    assert (sold.status, sold.total, sold.partner_message) == (
        "awaiting_approval",
        Decimal("164.4"),
        "We need all ten",
    )


def test_a_decline_and_a_question_show_on_the_purchase_order() -> None:
    """N10: the reason and the question travel back."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = at_supplier(pair, order)
    with pair.supplier.inside():
        ask_about_pre_sale(sale.id, "Whole beans or ground?")
    pair.drain()
    asked = at_buyer(pair, order)
    assert (asked.network_status, asked.partner_message) == ("asked", "Whole beans or ground?")
    with pair.supplier.inside():
        decline_pre_sale(sale.id, ReasonCode.ITEM, "Out of season")
    pair.drain()

    declined = at_buyer(pair, order)
    assert (declined.network_status, declined.partner_message) == (
        "declined",
        "Item is wrong or cannot be supplied. Out of season",
    )
    assert at_supplier(pair, order).status == "declined"


def test_a_recalled_approval_waits_again_on_both_sides() -> None:
    """N10: approval is sent at once; its undo is a recall."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = at_supplier(pair, order)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    with pair.supplier.inside():
        recall_answer(sale.id)
    pair.drain()

    assert at_supplier(pair, order).status == "awaiting_approval"
    assert at_buyer(pair, order).network_status == "opened"


def test_a_changed_order_supersedes_the_pre_sale() -> None:
    """N14: undone, authorised and sent again, version 2 takes the place of version 1."""
    pair = stocked_pair()
    order = sent_order(pair)
    with pair.buyer.inside():
        undo_purchase_order(order.id)
        from orders.services.purchases import change_purchase_order

        change_purchase_order(order.id, {}, [LineInput(sku="FILTER", quantity="5", unit_price="4")])
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()

    sale = at_supplier(pair, order)
    assert (sale.partner_version, sale.total, sale.status) == (
        2,
        Decimal(24),
        "awaiting_approval",
    )
    with pair.supplier.inside():
        assert SalesOrder.objects.count() == 1


def test_voiding_a_sent_order_ends_the_pre_sale() -> None:
    """N14: and once the supplier accepted, it cannot be voided alone."""
    pair = stocked_pair()
    order = sent_order(pair)
    with pair.buyer.inside():
        void_purchase_order(order.id)
    pair.drain()
    assert at_supplier(pair, order).status == "void"

    other = sent_order(pair)
    with pair.supplier.inside():
        approve_pre_sale(at_supplier_id(other))
    pair.drain()
    with pair.buyer.inside(), pytest.raises(Conflict, match="has accepted"):
        void_purchase_order(other.id)


def at_supplier_id(order: PurchaseOrder) -> UUID:
    return SalesOrder.objects.values_list("id", flat=True).get(partner_key=order.id)


def test_unmapped_lines_block_approval_not_receipt() -> None:
    """N15: the order arrives, the line waits for its product, the choice is remembered."""
    from inventory.models import PartnerSku
    from orders.services.pre_sales import map_lines

    pair = stocked_pair()
    pair.buyer.product("ODD-NAME", "Something only we call so")
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id, {}, [LineInput(sku="ODD-NAME", quantity="1")]
        )
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()
    sale = at_supplier(pair, order)
    with pair.supplier.inside(), pytest.raises(InvalidInput) as refused:
        approve_pre_sale(sale.id)
    assert refused.value.fields == {"lines.0.product": ["Choose one of your products."]}
    with pair.supplier.inside():
        from inventory.models import Product

        line = sale.lines.get()
        filters = Product.objects.get(sku="FILTER")
        map_lines(sale.id, {line.line_id: filters.id})
        approve_pre_sale(sale.id)
        known = PartnerSku.objects.get(contact=pair.buyer_contact)
        assert (known.code, known.product_id) == ("ODD-NAME", filters.id)


def test_a_changed_invoice_comes_back_for_approval() -> None:
    """K5: a newer version supersedes the approved bill with a warning to compare."""
    pair = stocked_pair()
    order = sent_order(pair)
    with pair.supplier.inside():
        sale_id = at_supplier_id(order)
        approve_pre_sale(sale_id)
        invoice = invoice_sales_order(sale_id)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        first = Bill.objects.get()
        approve_bill(first.id)
    pair.drain()
    with pair.supplier.inside():
        undo_invoice(invoice.id)
        beans = invoice.lines.get(sku="BEANS-1")
        change_invoice(
            invoice.id,
            {},
            [LineInput(sku="BEANS-1", quantity="10", unit_price="14", line_id=beans.line_id)],
        )
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()

    with pair.buyer.inside():
        newer, older = Bill.objects.order_by("-partner_version")
        assert (older.id, older.status) == (first.id, "superseded")
        assert (newer.status, newer.partner_version, newer.supersedes_id) == (
            "awaiting_approval",
            2,
            first.id,
        )
        assert newer.warning == (
            "The supplier changed this invoice after delivery. Version 1 had been approved as "
            f"{first.number}; compare before you approve."
        )


def test_declining_a_bill_tells_the_supplier_why() -> None:
    """N14: the answer to an invoice travels back."""
    pair = stocked_pair()
    order = sent_order(pair)
    with pair.supplier.inside():
        sale_id = at_supplier_id(order)
        approve_pre_sale(sale_id)
        invoice = invoice_sales_order(sale_id)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        decline_bill(Bill.objects.get().id, ReasonCode.PRICE, "Agreed 12")
    pair.drain()

    with pair.supplier.inside():
        invoice = Invoice.objects.get()
        assert (invoice.network_status, invoice.partner_message) == (
            "declined",
            "Price is wrong. Agreed 12",
        )
        refused = Envelope.objects.filter(validation=ValidationState.REFUSED)
        assert not refused.exists()
