"""Documents on their way to QuickBooks, held against what stands there afterwards."""

from decimal import Decimal

from accounting.domain.states import SyncState
from orders.services.invoices import authorise_invoice, create_invoice
from orders.services.lines import LineInput
from tests.accounting.books import Books


def test_an_invoice_arrives_with_its_customer_product_and_tax(books: Books) -> None:
    """Q13: an authorised invoice, its new customer and its new product arrive to the cent."""
    customer = books.company.contact("Kestrel", kind="customer")
    rule = books.company.tax_rule()
    books.company.product("FILTER", "Paper filters", sale_tax_rule=rule)
    with books.company.inside():
        invoice = create_invoice(
            customer.id, {}, [LineInput(sku="FILTER", quantity="3", unit_price="3.33")]
        )
        authorise_invoice(invoice.id)
    books.sync()
    assert [(row.kind, row.state, row.message) for row in books.documents()] == [
        ("customer", SyncState.SYNCED, ""),
        ("product", SyncState.SYNCED, ""),
        ("invoice", SyncState.SYNCED, ""),
    ]
    (there,) = books.there("Invoice")
    assert there["TotalAmt"] == Decimal("11.99")
    assert there["TxnTaxDetail"]["TotalTax"] == Decimal("2.00")
    assert there["DocNumber"] == invoice.number
