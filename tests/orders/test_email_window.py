"""The e-mail window: both ways, and everything that keeps a document from leaving."""

from django.test import Client

from network.models import Connection, Envelope
from network.services.contacts import change_contact
from network.services.removal import remove_connection
from orders.models import Invoice, PurchaseOrder, SalesOrder
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from tenants.models import MailMessage
from tests.cast import Company, Pair
from tests.orders.pages import HOSTILE, draft, fresh, sale_of, sent_order, stocked_pair, text_of

LETTER = {"to": "orders@harbour.example", "subject": "Our order", "body": "Please find attached."}


def authorised(pair: Pair) -> PurchaseOrder:
    order = draft(pair)
    with pair.buyer.inside():
        authorise_purchase_order(order.id)
    return order


def left(company: Company) -> tuple[int, int]:
    """How many document mails and envelopes there are."""
    with company.inside():
        mails = MailMessage.objects.exclude(object_id=None).exclude(attachments=[]).count()
        return mails, Envelope.objects.filter(kind__in=["order", "sales_order", "invoice"]).count()


def send(client: Client, order: PurchaseOrder, **values: str) -> str:
    answer = client.post(f"/purchases/{order.id}/email/", {**LETTER, **values}, follow=True)
    return answer.content.decode()


def test_the_window_starts_with_the_contacts_list_and_both_ways() -> None:
    """N9: mailing list, template, PDF, tick "Send via network"."""
    pair = stocked_pair()
    order = authorised(pair)
    with pair.buyer.inside():
        change_contact(order.contact_id, {}, emails={"orders": ["desk@harbour.example"]})

    shown = text_of(pair.buyer.browser(), f"/purchases/{order.id}/email/")

    assert 'value="desk@harbour.example"' in shown
    assert f"Purchase order {order.number} from {pair.buyer.name}" in shown
    assert f'href="/purchases/{order.id}/pdf/"' in shown
    assert f"Purchase-order-{order.number}.pdf" in shown
    assert shown.count("checked") == 2
    assert f"Connected to {pair.supplier.name}" in shown


def test_sent_both_ways_it_is_told_and_delivered() -> None:
    """N9: one mail with the PDF, one envelope; twice delivers once."""
    pair = stocked_pair()
    order = authorised(pair)
    browser = pair.buyer.browser()

    shown = send(browser, order, via_email="on", via_network="on")

    assert f"Sent: {order.number} by e-mail and over the network" in shown
    assert left(pair.buyer) == (1, 1)
    with pair.buyer.inside():
        mail = MailMessage.objects.get(object_id=order.id)
        assert (mail.to, mail.subject) == (["orders@harbour.example"], "Our order")
    pair.drain()
    assert sale_of(pair, order).status == "awaiting_approval"
    send(browser, order, via_network="on")
    pair.drain()
    assert left(pair.buyer) == (1, 1)


def test_a_draft_is_not_sent_and_the_window_says_why() -> None:
    """N9: not authorised; what was typed is kept and nothing is half sent."""
    pair = stocked_pair()
    order = draft(pair)
    browser = pair.buyer.browser()

    shown = text_of(browser, f"/purchases/{order.id}/email/")
    assert f"{order.number} is a draft and cannot be sent." in shown
    answer = browser.post(
        f"/purchases/{order.id}/email/", {**LETTER, "via_email": "on", "via_network": "on"}
    )

    assert answer.status_code == 422
    assert "is not authorised. Authorise it first, then send it." in answer.content.decode()
    assert "Our order" in answer.content.decode()
    assert left(pair.buyer) == (0, 0)


def test_a_partner_that_left_meanwhile_is_said_and_no_mail_leaves() -> None:
    """N9, N13: disconnected between opening the window and sending."""
    pair = stocked_pair()
    order = authorised(pair)
    with pair.buyer.inside():
        connection = Connection.objects.get(contact=pair.supplier_contact)
        remove_connection(connection.id)

    answer = pair.buyer.browser().post(
        f"/purchases/{order.id}/email/", {**LETTER, "via_email": "on", "via_network": "on"}
    )

    assert answer.status_code == 422
    assert "is not connected to you over the network." in answer.content.decode()
    assert left(pair.buyer) == (0, 0)
    assert fresh(pair.buyer, order).version == 0


def test_addresses_that_cannot_be_used_are_named() -> None:
    """Input: no address, an address that is none, no way chosen."""
    pair = stocked_pair()
    order = authorised(pair)
    browser = pair.buyer.browser()

    shown = send(browser, order, to="", via_email="on")
    assert "has no address for this. Type one." in shown
    shown = send(browser, order, to=f"nobody, {HOSTILE}", via_email="on")
    assert "“nobody” is no e-mail address" in shown
    assert HOSTILE not in shown
    assert "Choose e-mail, the network, or both." in send(browser, order)
    assert left(pair.buyer) == (0, 0)


def test_names_before_addresses_are_understood() -> None:
    """N9: as people paste them."""
    pair = stocked_pair()
    order = authorised(pair)

    send(
        pair.buyer.browser(),
        order,
        to="Ana Ruiz <ana@harbour.example>; orders@harbour.example",
        cc="boss@kestrel.example",
        via_email="on",
    )

    with pair.buyer.inside():
        mail = MailMessage.objects.get(object_id=order.id)
        assert mail.to == ["ana@harbour.example", "orders@harbour.example"]
        assert mail.cc == ["boss@kestrel.example"]


def test_a_contact_that_is_not_connected_gets_mail_only() -> None:
    """N9: the network's tick is not there."""
    pair = stocked_pair()
    other = pair.buyer.contact("Tern Paper Goods", email="hello@tern.example")
    with pair.buyer.inside():
        order = create_purchase_order(other.id, {}, [LineInput(sku="FILTER")])
        authorise_purchase_order(order.id)

    shown = text_of(pair.buyer.browser(), f"/purchases/{order.id}/email/")

    assert "via_network" not in shown
    assert 'value="hello@tern.example"' in shown


def test_sales_orders_and_invoices_have_the_window_too() -> None:
    """N11, N17: the same window; the buyer gets a bill."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)
    browser = pair.supplier.browser()

    for path, document in (("sales", sale), ("invoices", invoice)):
        answer = browser.post(f"/{path}/{document.id}/email/", {**LETTER, "via_network": "on"})
        assert answer.headers["Location"] == f"/{path}/{document.id}/"
    pair.drain()

    with pair.supplier.inside():
        assert Invoice.objects.get().network_status == "delivered"
        assert SalesOrder.objects.get().version == 1


def test_only_who_may_edit_sends() -> None:
    """A3: a teammate who only looks does not see the window."""
    pair = stocked_pair()
    order = authorised(pair)

    browser = pair.buyer.browser(pair.buyer.teammate)
    assert browser.get(f"/purchases/{order.id}/email/").status_code == 403
    assert browser.post(f"/purchases/{order.id}/email/", LETTER).status_code == 403
    assert pair.supplier.browser().get(f"/purchases/{order.id}/email/").status_code == 404
