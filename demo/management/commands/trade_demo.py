"""Walk the guided path through the services and print each step, as both sides see it."""

from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand

from demo.companies import DemoCompany
from demo.data.companies import HARBOUR, KESTREL, CompanyData
from demo.history import Trade, drain, inside, introduce
from hub.ids import new_id
from inventory.services.products import create_product
from network.models import Connection
from network.services.keys import reveal_key
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import approve_bill
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.opening import mark_opened
from orders.services.pre_sales import ChangeInput, approve_pre_sale
from orders.services.purchases import accept_changes
from orders.services.sending import Sending, send_document
from tenants.models import User
from tenants.services.organisations import NewOrganisation, found_organisation

LINES = (("BEANS", "20"), ("FILTERS", "6"))
PRODUCTS = (("BEANS", "House blend 1 kg", "14.50"), ("FILTERS", "Filter papers, 100", "5.60"))


class Command(BaseCommand):
    """Founds two fresh organisations each time, so it leaves the demo's own as they are."""

    help = "Two organisations trade: invite, accept, order, change, approve, invoice, bill"

    def handle(self, *args: Any, **options: Any) -> None:
        buyer, supplier = self._found(KESTREL), self._found(HARBOUR)
        self._say(f"Founded {self._name(buyer)} (buyer) and {self._name(supplier)} (supplier)")
        contact = introduce(buyer, supplier)
        with inside(buyer):
            status = Connection.objects.get(contact=contact).get_status_display()
        self._say(f"Invited by e-mail, the key entered: {status}")
        trade = Trade(buyer, supplier, contact)
        order = trade.order(LINES, 0)
        sale = trade.sale(order)
        self._both(trade, order, sale, "Purchase order authorised and sent over the network")
        with inside(supplier):
            mark_opened(SalesOrder, sale)
            line = SalesOrder.objects.get(id=sale).lines.get(sku="BEANS").line_id
            approve_pre_sale(sale, [ChangeInput(line, quantity="16")], text="Sixteen in stock")
        drain(supplier, buyer)
        self._both(trade, order, sale, "Supplier approved with a changed quantity")
        with inside(buyer):
            accept_changes(order)
        drain(buyer, supplier)
        self._both(trade, order, sale, "Buyer accepted the change")
        with inside(supplier):
            invoice = invoice_sales_order(sale)
            authorise_invoice(invoice.id)
            send_document(Invoice, invoice.id, Sending(via=["network"]))
        drain(supplier, buyer)
        with inside(buyer):
            bill = Bill.objects.get(partner_key=invoice.id)
            self._say(
                f"Invoice {invoice.number} arrived as {bill.number}: "
                f"{bill.total:.2f} {bill.currency}, {bill.get_status_display().lower()}"
            )
            approve_bill(bill.id)
        drain(buyer, supplier)
        self._both(trade, order, sale, "Buyer approved the bill")

    def _found(self, data: CompanyData) -> DemoCompany:
        tag = new_id().hex[-6:]
        owner = User.objects.create_user(f"{data.key}-{tag}@example.com", name=f"Owner {tag}")
        EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
        tenant_id = found_organisation(
            NewOrganisation(
                name=f"{data.name} {tag}",
                legal_name=f"{data.legal_name} {tag}",
                base_currency="GBP",
                company_email=owner.email,
                address=data.address,
            ),
            owner=owner,
        )
        company = DemoCompany(tenant_id, data, "", "", (), owner.id, owner.email)
        with inside(company):
            key = reveal_key()
            for sku, name, price in PRODUCTS:
                prices = {"sale_price": Decimal(price), "purchase_price": Decimal(price)}
                create_product({"sku": sku, "name": name, **prices})
        return DemoCompany(tenant_id, data, key, "", (), owner.id, owner.email)

    def _name(self, company: DemoCompany) -> str:
        return company.data.name

    def _both(self, trade: Trade, order: Any, sale: Any, step: str) -> None:
        with inside(trade.buyer):
            bought = PurchaseOrder.objects.get(id=order)
            at_buyer = f"{bought.number} {bought.status}, network: {bought.network_status}"
            total = f"{bought.total:.2f} {bought.currency}"
        with inside(trade.supplier):
            sold = SalesOrder.objects.get(id=sale)
            at_supplier = f"{sold.number} {sold.status}"
        self._say(f"{step}\n    buyer: {at_buyer}, {total}\n    supplier: {at_supplier}")

    def _say(self, text: str) -> None:
        self.stdout.write(f"· {text}")
