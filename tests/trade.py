"""Trade for the hard trials: four messages that must land once, and how one sees that they did."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Now

from network.domain.states import ConnectionStatus, DeliveryState, Direction, ValidationState
from network.models import Connection, Envelope
from network.services.handshake import accept_wanting, connect_by_key
from network.services.removal import remove_connection
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sending import Sending, send_document
from tenants.boundary import tenant_is_set
from tenants.models import Activity, Job, JobState, Notification
from tests.cast import Company, Pair, make_pair

LINES = (LineInput(sku="FILTER", quantity="3", unit_price="4"),)


def stocked_pair() -> Pair:
    """A connected pair whose products share their codes."""
    pair = make_pair()
    for company in (pair.buyer, pair.supplier):
        company.product("FILTER", "Paper filters")
    return pair


def authorised_order(pair: Pair) -> UUID:
    """A purchase order that only needs to be sent."""
    with pair.buyer.inside():
        order = create_purchase_order(pair.supplier_contact.id, {}, LINES)
        authorise_purchase_order(order.id)
    return order.id


def send_order(pair: Pair, order_id: UUID) -> None:
    """Send it over the network; the delivery waits for a worker."""
    with pair.buyer.inside():
        send_document(PurchaseOrder, order_id, Sending(via=["network"]))


def delivered_order(pair: Pair) -> UUID:
    """An order that is a pre-sale at the supplier; gives the buyer's id."""
    order_id = authorised_order(pair)
    send_order(pair, order_id)
    pair.drain()
    return order_id


def sale_of(pair: Pair, order_id: UUID) -> SalesOrder:
    """The supplier's one record of the buyer's order."""
    with pair.supplier.inside():
        return SalesOrder.objects.select_related("contact").get(partner_key=order_id)


def sent_once(sender: Company, recipient: Company, kind: str) -> Envelope:
    """Assert that one message of a kind left, arrived and was understood, all once."""
    with sender.inside():
        sent = Envelope.objects.get(kind=kind, direction=Direction.OUT)
        assert (sent.delivery, sent.validation) == (
            DeliveryState.DELIVERED,
            ValidationState.UNDERSTOOD,
        )
        assert sent.job_id is not None
        assert Job.objects.get(id=sent.job_id).state == JobState.DONE
    with recipient.inside():
        came = Envelope.objects.get(kind=kind, direction=Direction.IN)
        assert (came.message_id, came.payload, came.sha256) == (
            sent.message_id,
            sent.payload,
            sent.sha256,
        )
        ids = list(
            Envelope.objects.filter(direction=Direction.IN).values_list("message_id", flat=True)
        )
        assert len(ids) == len(set(ids))
    return sent


@dataclass
class Trip:
    """One message on its way. `start` sends it; `check` asserts that it took effect once."""

    pair: Pair
    start: Callable[[], None]
    check: Callable[[], None]
    sender: Company
    kind: str

    def job(self) -> Job:
        """The delivery's job."""
        with nullcontext() if tenant_is_set() else self.sender.inside():
            envelope = Envelope.objects.get(kind=self.kind, direction=Direction.OUT)
            assert envelope.job_id is not None
            return Job.objects.get(id=envelope.job_id)

    def job_id(self) -> UUID:
        """Its id."""
        return self.job().id

    def arrived(self) -> bool:
        """Whether the sender knows that it arrived."""
        with self.sender.inside():
            envelope = Envelope.objects.get(kind=self.kind, direction=Direction.OUT)
            return envelope.delivery == DeliveryState.DELIVERED


def order_trip() -> Trip:
    """A purchase order to the supplier."""
    pair = stocked_pair()
    return order_trip_of(pair, authorised_order(pair))


def order_trip_of(pair: Pair, order_id: UUID) -> Trip:
    """The same for an order that is there already, the only one of the two."""

    def check() -> None:
        sent_once(pair.buyer, pair.supplier, "order")
        with pair.supplier.inside():
            sale = SalesOrder.objects.get()
            assert (sale.partner_key, sale.status) == (order_id, "awaiting_approval")
            assert sale.lines.count() == 1
            assert Activity.objects.filter(action="sales_order.received").count() == 1
            assert Notification.objects.filter(kind="orders.received").count() == 1
        with pair.buyer.inside():
            assert PurchaseOrder.objects.get().network_status == "delivered"

    return Trip(pair, lambda: send_order(pair, order_id), check, pair.buyer, "order")


def answer_trip() -> Trip:
    """The supplier's approval to the buyer."""
    pair = stocked_pair()
    sale = sale_of(pair, delivered_order(pair))

    def start() -> None:
        with pair.supplier.inside():
            approve_pre_sale(sale.id)

    def check() -> None:
        sent_once(pair.supplier, pair.buyer, "order_answer")
        with pair.buyer.inside():
            order = PurchaseOrder.objects.get()
            assert (order.network_status, order.partner_number) == ("approved", sale.number)
            assert Activity.objects.filter(action="purchase_order.partner_approved").count() == 1
            assert Notification.objects.filter(kind="orders.answered").count() == 1
        with pair.supplier.inside():
            assert SalesOrder.objects.get().status == "authorised"

    return Trip(pair, start, check, pair.supplier, "order_answer")


def invoice_trip() -> Trip:
    """The invoice back to the buyer."""
    pair = stocked_pair()
    sale = sale_of(pair, delivered_order(pair))
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    with pair.supplier.inside():
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)

    def start() -> None:
        with pair.supplier.inside():
            send_document(Invoice, invoice.id, Sending(via=["network"]))

    def check() -> None:
        sent_once(pair.supplier, pair.buyer, "invoice")
        with pair.buyer.inside():
            bill = Bill.objects.get()
            assert (bill.status, bill.partner_number) == ("awaiting_approval", invoice.number)
            assert bill.lines.count() == 1
            assert PurchaseOrder.objects.get().network_status == "invoiced"
        with pair.supplier.inside():
            assert Invoice.objects.get().network_status == "delivered"

    return Trip(pair, start, check, pair.supplier, "invoice")


def disconnect_trip() -> Trip:
    """The removal of the connection to the partner."""
    pair = stocked_pair()

    def start() -> None:
        with pair.buyer.inside():
            remove_connection(Connection.objects.get().id, "We moved on")

    def check() -> None:
        sent_once(pair.buyer, pair.supplier, "disconnect")
        for company in (pair.buyer, pair.supplier):
            with company.inside():
                assert Connection.objects.get().status == ConnectionStatus.DISCONNECTED
                assert Activity.objects.filter(action="network.removed").count() == 1
        with pair.supplier.inside():
            owner = pair.supplier.owner
            told = Notification.objects.filter(kind="network.removed", user=owner)
            assert told.count() == 1

    return Trip(pair, start, check, pair.buyer, "disconnect")


TRIPS: dict[str, Callable[[], Trip]] = {
    "order": order_trip,
    "answer": answer_trip,
    "invoice": invoice_trip,
    "disconnect": disconnect_trip,
}


def connect_again(pair: Pair) -> None:
    """The supplier enters the buyer's key once more and the buyer's admin accepts."""
    connect_by_key(pair.supplier.id, pair.buyer_contact.id, pair.buyer.key())
    with pair.buyer.inside():
        row = Connection.objects.get(status=ConnectionStatus.WANTS)
        accept_wanting(row.id, pair.supplier_contact.id)
    pair.drain()


def let_leases_end(*companies: Company) -> None:
    """Time passes: claims of dead workers end, and waits between tries are over."""
    for company in companies:
        with company.inside():
            Job.objects.filter(state=JobState.RUNNING).update(leased_until=Now())
            Job.objects.filter(state=JobState.QUEUED).update(not_before=Now())
