"""Some weeks of trade between Kestrel Cafés and Harbour Roasters, through the same services.

Every document ends in another state, so that each screen has something to show.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from demo.companies import DemoCompany
from network.models import Contact
from network.services.contacts import create_contact
from network.services.handshake import connect_by_key
from network.services.invitations import default_text, send_invitations
from orders.domain.payloads import ReasonCode
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import approve_bill, create_bill
from orders.services.invoices import (
    authorise_invoice,
    change_invoice,
    create_invoice,
    invoice_sales_order,
)
from orders.services.lines import LineInput
from orders.services.opening import mark_opened
from orders.services.pre_sales import (
    ChangeInput,
    approve_pre_sale,
    ask_about_pre_sale,
    decline_pre_sale,
)
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.sending import Sending, send_document
from tenants.actor import acting_as
from tenants.boundary import tenant_context
from tenants.jobs import run_job
from tenants.models import Job, JobState

Lines = Sequence[tuple[str, str]]
WEEKLY: Lines = (("COF-HOUSE-1K", "24"), ("COF-ESP-1K", "18"), ("COF-DECAF-1K", "4"))


@contextmanager
def inside(company: DemoCompany) -> Iterator[None]:
    """The company's transaction, as its owner."""
    with acting_as(company.actor()), tenant_context(company.id):
        yield


def drain(*companies: DemoCompany) -> None:
    """Run what waits, so that the next step finds both sides in step."""
    for _ in range(30):
        ran = 0
        for company in companies:
            with tenant_context(company.id):
                due = list(
                    Job.objects.filter(state=JobState.QUEUED)
                    .order_by("id")
                    .values_list("id", flat=True)
                )
            ran += sum(run_job(company.id, job_id) for job_id in due)
        if not ran:
            return


def introduce(buyer: DemoCompany, supplier: DemoCompany) -> Contact:
    """Invite and accept; gives the supplier's contact at the buyer's."""
    with inside(buyer):
        contact = create_contact(
            {
                "name": supplier.data.name,
                "legal_name": supplier.data.legal_name,
                "email": supplier.owner_email,
                "is_supplier": True,
                "currency": "GBP",
                "country": "GB",
                "tax_number": supplier.data.tax_number,
                "billing_address": supplier.data.address,
            },
            emails={"orders": [supplier.data.email("orders")]},
        )
        send_invitations([contact.id], [], default_text())
    with inside(supplier):
        customer = create_contact(
            {
                "name": buyer.data.name,
                "legal_name": buyer.data.legal_name,
                "email": buyer.owner_email,
                "is_customer": True,
                "currency": "GBP",
                "country": "GB",
                "tax_number": buyer.data.tax_number,
                "billing_address": buyer.data.address,
            },
            emails={"invoices": [buyer.data.email("accounts")]},
        )
    connect_by_key(supplier.id, customer.id, buyer.network_key)
    drain(buyer, supplier)
    return contact


class Trade:
    """Trade between one buyer and one supplier who are connected."""

    def __init__(self, buyer: DemoCompany, supplier: DemoCompany, contact: Contact) -> None:
        self.buyer, self.supplier, self.contact = buyer, supplier, contact
        self.today = timezone.localdate()

    def order(self, lines: Lines, days_ago: int, *, send: bool = True, note: str = "") -> UUID:
        """A purchase order, authorised and sent unless told otherwise."""
        issued = self.today - timedelta(days=days_ago)
        with inside(self.buyer):
            order = create_purchase_order(
                self.contact.id,
                {
                    "issued_on": issued,
                    "required_on": issued + timedelta(days=4),
                    "delivery_address": self.buyer.data.address,
                    "note": note,
                },
                [LineInput(sku=sku, quantity=quantity) for sku, quantity in lines],
            )
            authorise_purchase_order(order.id)
            if send:
                send_document(PurchaseOrder, order.id, Sending(via=["email", "network"]))
        drain(self.buyer, self.supplier)
        return order.id

    def sale(self, order_id: UUID) -> UUID:
        """The pre-sale or sale at the supplier's."""
        with inside(self.supplier):
            return SalesOrder.objects.values_list("id", flat=True).get(partner_key=order_id)

    def approved(self, lines: Lines, days_ago: int) -> UUID:
        """An order that the supplier opened and approved; gives its sale."""
        sale = self.sale(self.order(lines, days_ago))
        with inside(self.supplier):
            mark_opened(SalesOrder, sale)
            approve_pre_sale(sale)
        drain(self.supplier, self.buyer)
        return sale

    def invoiced(self, lines: Lines, days_ago: int, *, dearer: str = "") -> UUID:
        """An approved order with its invoice sent; `dearer` names an SKU that costs more now."""
        sale = self.approved(lines, days_ago)
        issued: date = self.today - timedelta(days=max(days_ago - 3, 0))
        with inside(self.supplier):
            invoice = invoice_sales_order(sale, issued_on=issued)
            if dearer:
                self._raise_price(invoice, dearer)
            authorise_invoice(invoice.id)
            send_document(Invoice, invoice.id, Sending(via=["email", "network"]))
        drain(self.supplier, self.buyer)
        return invoice.id

    def _raise_price(self, invoice: Invoice, sku: str) -> None:
        lines = []
        for line in invoice.lines.order_by("position"):
            price = line.unit_price + 1 if line.sku == sku else line.unit_price
            lines.append(
                LineInput(
                    product=line.product_id,
                    description=line.description,
                    quantity=line.quantity,
                    unit_price=price,
                    tax_rule=line.tax_rule_id,
                    line_id=line.line_id,
                )
            )
        change_invoice(invoice.id, {}, lines)

    def settled(self, lines: Lines, days_ago: int) -> None:
        """The whole way to an approved bill."""
        invoice = self.invoiced(lines, days_ago)
        with inside(self.buyer):
            approve_bill(Bill.objects.values_list("id", flat=True).get(partner_key=invoice))
        drain(self.buyer, self.supplier)


def trade_between(buyer: DemoCompany, supplier: DemoCompany, contact: Contact) -> None:
    """Orders in every state, oldest first."""
    trade = Trade(buyer, supplier, contact)
    trade.settled(WEEKLY, 42)
    trade.settled((("COF-HOUSE-1K", "30"), ("TEA-BREAK", "6"), ("SYR-VAN", "12")), 35)
    trade.settled(WEEKLY, 28)
    trade.settled((("COF-ESP-1K", "20"), ("CHOC-DRINK", "8"), ("EQ-CLEAN", "2")), 21)
    trade.invoiced((("COF-HOUSE-1K", "24"), ("COF-ETH-1K", "6")), 9, dearer="HR-1030")
    trade.approved((("COF-HOUSE-1K", "24"), ("EQ-FILT-BATCH", "3")), 6)
    changed = trade.sale(trade.order((("COF-ETH-1K", "12"), ("COF-DECAF-1K", "6")), 4))
    with inside(supplier):
        mark_opened(SalesOrder, changed)
        lines = SalesOrder.objects.get(id=changed).lines
        short = lines.get(sku="HR-1030").line_id
        other = lines.exclude(line_id=short).get().line_id
        approve_pre_sale(
            changed,
            [
                ChangeInput(short, quantity="8", expected_on=trade.today + timedelta(days=3)),
                ChangeInput(other, quantity="4"),
            ],
            text="Eight bags now, the rest of the lot lands next week; four of the decaf are left.",
        )
    declined = trade.sale(trade.order((("EQ-JUG-600", "40"),), 12))
    with inside(supplier):
        decline_pre_sale(declined, ReasonCode.ITEM, "Discontinued; the 500 ml jug replaces it.")
    asked = trade.sale(trade.order((("COF-COLD-1K", "10"), ("TEA-CHAI", "6")), 3))
    with inside(supplier):
        mark_opened(SalesOrder, asked)
        ask_about_pre_sale(asked, "Coarse or extra coarse for the cold brew?")
    drain(supplier, buyer)
    trade.order(WEEKLY, 1, note="Please deliver before 8 in the morning.")
    trade.order((("COF-HOUSE-250", "60"), ("MERCH-MUG", "24")), 0)  # the mug waits for a match
    trade.order((("SYR-CAR", "12"), ("SYR-HAZ", "12")), 0, send=False)
    drain(buyer, supplier)


def own_business(company: DemoCompany) -> None:
    """A few documents with contacts that are not on Wharf."""
    with inside(company):
        skus = [row[0] for row in company.data.products]
        suppliers = list(Contact.objects.filter(is_supplier=True, connected=False).order_by("name"))
        customers = list(Contact.objects.filter(is_customer=True, connected=False).order_by("name"))
        for position, contact in enumerate(suppliers[:2]):
            order = create_purchase_order(
                contact.id,
                {},
                [
                    LineInput(sku=skus[position], quantity="12"),
                    LineInput(sku=skus[-3], quantity="2"),
                ],
            )
            if position == 0:
                authorise_purchase_order(order.id)
        for position, contact in enumerate(customers[:3]):
            sale = create_sales_order(
                contact.id, {"reference": f"Standing order {position + 1}"}, _some(skus, position)
            )
            if position < 2:
                authorise_sales_order(sale.id)
            if position == 0:
                authorise_invoice(invoice_sales_order(sale.id).id)
        if customers:
            create_invoice(customers[-1].id, {}, _some(skus, 4))
        if suppliers:
            create_bill(suppliers[-1].id, {"reference": "Carriage"}, [_carriage()])
    drain(company)


def _some(skus: list[str], start: int) -> list[LineInput]:
    return [LineInput(sku=sku, quantity=str(3 + start)) for sku in skus[start : start + 3]]


def _carriage() -> LineInput:
    return LineInput(description="Carriage, four consignments", quantity="4", unit_price="11.40")
