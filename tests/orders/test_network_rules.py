"""Automations, sales orders to customers, invoices to suppliers, removal with documents about."""

from decimal import Decimal

import pytest

from hub.errors import Conflict, InvalidInput
from network.domain.states import DeliveryState, Direction, ValidationState
from network.models import Connection, Envelope
from network.services.automations import ask_partner, save_override, save_settings
from network.services.removal import remove_connection
from orders.domain.payloads import ReasonCode
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import approve_bill
from orders.services.invoices import authorise_invoice, create_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import (
    approve_offered_order,
    authorise_purchase_order,
    create_purchase_order,
    decline_offered_order,
)
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.sending import Sending, send_document
from tenants.models import Notification
from tests.cast import Pair
from tests.orders.test_trading import at_buyer, at_supplier, sent_order, stocked_pair


def confirmed_invoice(pair: Pair) -> Invoice:
    """An order, approved and invoiced; the invoice is authorised and nobody pressed Send."""
    order = sent_order(pair)
    sale = at_supplier(pair, order)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)
    pair.drain()
    return invoice


@pytest.mark.parametrize(
    ("vendor", "buyer", "arrives"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_invoices_travel_by_themselves_only_where_both_halves_are_on(
    vendor: bool,
    buyer: bool,
    arrives: bool,
) -> None:
    """K1, K2: a confirmed invoice goes out by itself and is filed on its purchase order."""
    pair = stocked_pair()
    with pair.supplier.inside():
        save_settings({"send_invoices": vendor})
    with pair.buyer.inside():
        save_settings({"take_in_invoices": buyer})
    pair.drain()

    invoice = confirmed_invoice(pair)

    with pair.buyer.inside():
        bills = list(Bill.objects.values_list("status", "partner_number"))
    assert bills == ([("awaiting_approval", invoice.number)] if arrives else [])


def test_an_override_of_one_connection_beats_the_company_wide_switch() -> None:
    """K4: on for everybody, off for this partner."""
    pair = stocked_pair()
    with pair.supplier.inside():
        save_settings({"send_invoices": True})
        save_override(Connection.objects.get().id, {"send_invoices": False})
    with pair.buyer.inside():
        save_settings({"take_in_invoices": True})
    pair.drain()

    confirmed_invoice(pair)

    with pair.buyer.inside():
        assert Bill.objects.count() == 0
        row = Connection.objects.get()
        assert row.partner_sends_invoices is False


def test_asking_a_partner_tells_it_and_switches_nothing() -> None:
    """K2: the partner's admins read it; a half that is on already is not asked for."""
    pair = stocked_pair()
    with pair.buyer.inside():
        ask_partner(Connection.objects.get().id)
    pair.drain()
    with pair.supplier.inside():
        told = Notification.objects.get(kind="automations.asked", user=pair.supplier.owner)
        assert told.title == f"{pair.buyer.name} asks you to switch on an automation"
        save_settings({"send_invoices": True})
    pair.drain()
    with pair.buyer.inside(), pytest.raises(Conflict, match="has its half on already"):
        ask_partner(Connection.objects.get().id)


# --- N17 ------------------------------------------------------------------------------------------
def offered_order(pair: Pair) -> SalesOrder:
    """A sales order of the supplier's own, sent to the customer."""
    with pair.supplier.inside():
        sale = create_sales_order(
            pair.buyer_contact.id, {}, [LineInput(sku="FILTER", quantity="2", unit_price="4")]
        )
        authorise_sales_order(sale.id)
        send_document(SalesOrder, sale.id, Sending(via=["network"]))
    pair.drain()
    return sale


def test_a_sales_order_that_answers_nothing_waits_for_the_customer() -> None:
    """N17: a purchase order awaiting approval; approving it shows at the supplier."""
    pair = stocked_pair()
    sale = offered_order(pair)
    with pair.buyer.inside():
        order = PurchaseOrder.objects.get()
        assert (order.status, order.total, order.partner_number) == (
            "awaiting_approval",
            Decimal("9.6"),
            sale.number,
        )
        approve_offered_order(order.id)
    pair.drain()

    with pair.supplier.inside():
        sold = SalesOrder.objects.get()
        assert (sold.network_status, sold.partner_number) == ("approved", order.number)


def test_a_customer_may_decline_a_sales_order() -> None:
    """N17: with a reason that the supplier reads."""
    pair = stocked_pair()
    offered_order(pair)
    with pair.buyer.inside():
        decline_offered_order(PurchaseOrder.objects.get().id, ReasonCode.OTHER, "Not this month")
    pair.drain()

    with pair.supplier.inside():
        sold = SalesOrder.objects.get()
        assert (sold.network_status, sold.partner_message) == (
            "declined",
            "Another reason. Not this month",
        )


def test_a_sales_order_that_answers_a_purchase_order_confirms_it() -> None:
    """N17: no second purchase order; the first one says so."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = at_supplier(pair, order)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
        send_document(SalesOrder, sale.id, Sending(via=["network"]))
    pair.drain()

    with pair.buyer.inside():
        assert PurchaseOrder.objects.count() == 1
    bought = at_buyer(pair, order)
    assert (bought.network_status, bought.partner_number) == ("approved", sale.number)


# --- N12 ------------------------------------------------------------------------------------------
def customers_invoice(pair: Pair) -> Invoice:
    """The customer bills its supplier, for a return perhaps."""
    with pair.buyer.inside():
        invoice = create_invoice(
            pair.supplier_contact.id,
            {},
            [LineInput(description="Empty kegs returned", quantity="4", unit_price="15")],
        )
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    return invoice


def test_a_customers_invoice_is_refused_until_the_supplier_takes_them() -> None:
    """N12: off by default; the refusal says what to ask for and is shown on both sides."""
    pair = stocked_pair()
    invoice = customers_invoice(pair)
    with pair.buyer.inside():
        sent = Invoice.objects.get(id=invoice.id)
        assert sent.network_status == "refused"
        assert "Ask it to switch that on" in sent.partner_message
    with pair.supplier.inside():
        assert Bill.objects.count() == 0
        refused = Envelope.objects.get(kind="invoice")
        assert (refused.validation, refused.reason_code) == (
            ValidationState.REFUSED,
            "customer_invoices_off",
        )


def test_a_customers_invoice_becomes_a_bill_where_it_is_taken() -> None:
    """N12: awaiting approval, with a warning; the same invoice may be sent again."""
    pair = stocked_pair()
    with pair.supplier.inside():
        save_override(Connection.objects.get().id, {"accept_customer_invoices": True})
    customers_invoice(pair)

    with pair.supplier.inside():
        bill = Bill.objects.get()
        assert (bill.status, bill.from_customer, bill.total) == (
            "awaiting_approval",
            True,
            Decimal(72),
        )
        assert "A customer sent you this invoice" in bill.warning
        approve_bill(bill.id)


# --- N13 ------------------------------------------------------------------------------------------
def test_removal_returns_what_is_on_its_way_and_keeps_what_arrived() -> None:
    """N13: the order came back with the reason; the earlier one stays at the supplier."""
    pair = stocked_pair()
    arrived = sent_order(pair)
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id, {}, [LineInput(sku="FILTER", quantity="1")]
        )
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    with pair.supplier.inside():
        remove_connection(Connection.objects.get().id, "We close in December")
    pair.drain()

    returned = at_buyer(pair, order)
    assert returned.network_status == "returned"
    assert returned.partner_message == "The connection between the two organisations was removed."
    with pair.supplier.inside():
        assert SalesOrder.objects.get().partner_key == arrived.id
    with pair.buyer.inside():
        row = Connection.objects.get()
        assert (row.status, row.disconnect_reason) == (
            "disconnected",
            f"{pair.supplier.name} removed the connection. We close in December",
        )
        sent = Envelope.objects.get(object_id=order.id, direction=Direction.OUT)
        assert sent.delivery == DeliveryState.RETURNED
    with pair.buyer.inside(), pytest.raises(Conflict, match="not connected to you"):
        send_document(PurchaseOrder, arrived.id, Sending(via=["network"]))


def test_sending_by_mail_to_nobody_says_so() -> None:
    """N9: an empty mailing list; nothing is sent either way."""
    pair = stocked_pair()
    lonely = pair.buyer.contact("Lonely", kind="supplier")
    with pair.buyer.inside():
        order = create_purchase_order(lonely.id, {}, [LineInput(sku="FILTER", quantity="1")])
        authorise_purchase_order(order.id)
    with pair.buyer.inside(), pytest.raises(InvalidInput) as refused:
        send_document(PurchaseOrder, order.id, Sending(via=["email"]))
    assert (refused.value.code, list(refused.value.fields)) == ("no_address", ["to"])
