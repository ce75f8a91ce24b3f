"""What is instructive once the books are connected: two documents that cannot go as they stand.

Both come to nothing, a sample and a staff drink, so that the books agree with or without them.
"""

from decimal import Decimal

from demo.companies import DemoCompany
from demo.data.companies import KESTREL
from demo.history import inside
from inventory.models import ProductKind
from inventory.services.products import create_product
from network.services.contacts import create_contact
from orders.services.invoices import authorise_invoice, create_invoice
from orders.services.lines import LineInput

SAMPLE = "SET-TASTING"
# Somebody who works there: the stand-in for QuickBooks has an employee of this name.
COLLEAGUE = "Owen Marsh"


def some_troubles(company: DemoCompany) -> None:
    """A product whose name QuickBooks refuses, a customer whose name is an employee's there."""
    if company.data.key != KESTREL.key:
        return
    with inside(company):
        product = create_product(
            {
                "sku": SAMPLE,
                "name": "Tasting set: house, espresso, guest",
                "unit": "set",
                "kind": ProductKind.SERVICE,
                "sale_price": Decimal(18),
            }
        )
        friend = create_contact(
            {
                "name": "Weir Street Residents",
                "is_customer": True,
                "email": "hello@weir.example",
                "currency": "GBP",
                "country": "GB",
            }
        )
        colleague = create_contact(
            {
                "name": COLLEAGUE,
                "is_customer": True,
                "email": "owen@kestrelcafes.example",
                "currency": "GBP",
                "country": "GB",
            }
        )
        free = LineInput(sku=product.sku, quantity="1", unit_price="0")
        drinks = LineInput(description="Staff coffees, May", quantity="20", unit_price="0")
        for customer, line in ((friend, free), (colleague, drinks)):
            invoice = create_invoice(customer.id, {}, [line])
            authorise_invoice(invoice.id)
