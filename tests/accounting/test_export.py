"""Documents on their way to QuickBooks, held against what stands there afterwards."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounting.domain.outgoing import Document
from accounting.domain.states import Kind, SyncState
from accounting.engine import deciding, pushing
from accounting.outgoing import build
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


def test_what_many_documents_lack_goes_before_all_of_them_are_looked_at(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q13, K6: eight invoices lack the same item; it is sent once two of them have said so."""
    customer = books.company.contact("Kestrel", kind="customer")
    rule = books.company.tax_rule("20% VAT").id
    with books.company.inside():
        for _ in range(8):
            line = LineInput(description="Repair", quantity="1", unit_price="5", tax_rule=rule)
            authorise_invoice(create_invoice(customer.id, {}, [line]).id)
    looked: list[int] = []

    def counting(kind: Kind, ids: Sequence[UUID], frame: Any) -> dict[UUID, Document]:
        if kind == Kind.INVOICE:
            looked.append(len(ids))
        return build(kind, ids, frame)

    monkeypatch.setattr(deciding, "build", counting)
    monkeypatch.setattr(deciding, "LOOKED", 2)
    monkeypatch.setattr(pushing, "LOOKED", 2)
    books.sync()

    assert looked == [2, 2, 2, 2, 2]
    assert [(row.kind, row.state) for row in books.documents()] == [
        ("customer", SyncState.SYNCED),
        ("account_item", SyncState.SYNCED),
        *[("invoice", SyncState.SYNCED)] * 8,
    ]
