"""Documents for the tests of accounting: each verb in a transaction of its own."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from ledger.domain.accounts import AccountRole
from ledger.models import Account
from network.models import Contact
from orders.models import CreditNote, CreditSide, Direction, Invoice, Payment
from orders.services.credit_notes import (
    CreditInput,
    authorise_credit_note,
    credit_invoice,
)
from orders.services.invoices import authorise_invoice, create_invoice
from orders.services.lines import LineInput
from orders.services.payments import PaymentInput, pay
from orders.services.settlements import Allocation, ItemKey
from tests.accounting.books import Books


def customer_of(books: Books, name: str = "Kestrel", **values: Any) -> Contact:
    """A customer."""
    return books.company.contact(name, kind="customer", **values)


def invoice_of(
    books: Books, customer: Contact, lines: list[tuple[str, str, str]], **values: Any
) -> Invoice:
    """An authorised invoice; lines are (code of a product, quantity, price)."""
    with books.company.inside():
        rows = [LineInput(sku=sku, quantity=q, unit_price=price) for sku, q, price in lines]
        invoice = create_invoice(customer.id, values, rows)
        return authorise_invoice(invoice.id)


def taxed_product(books: Books, sku: str = "FILTER", rule: str = "20% VAT") -> UUID:
    """A product with a tax rule; gives its id."""
    return books.company.product(sku, sale_tax_rule=books.company.tax_rule(rule)).id


def bank_of(books: Books) -> UUID:
    """The bank account's id."""
    with books.company.inside():
        return Account.objects.get(role=AccountRole.BANK).id


def paid(books: Books, invoice: Invoice, amount: str, *, used: str = "") -> Payment:
    """Money from its customer, of which `used` is for the invoice."""
    bank = bank_of(books)
    with books.company.inside():
        wanted = PaymentInput(
            CreditSide.SALE, Direction.IN, invoice.contact_id, bank, Decimal(amount)
        )
        uses = [Allocation(ItemKey("invoice", invoice.id), Decimal(used or amount))]
        return pay(wanted, uses if used != "0" else [])


def credited(books: Books, invoice: Invoice, quantity: str) -> CreditNote:
    """An authorised credit note for so much of the invoice's first line."""
    with books.company.inside():
        line = invoice.lines.order_by("position")[0]
        note = credit_invoice(invoice.id, [CreditInput(line.line_id, quantity)])
        return authorise_credit_note(note.id)


def refunded(books: Books, note: CreditNote, amount: str) -> Payment:
    """So much of a credit note paid back."""
    bank = bank_of(books)
    with books.company.inside():
        wanted = PaymentInput(
            CreditSide.SALE, Direction.OUT, note.contact_id, bank, Decimal(amount)
        )
        return pay(wanted, [Allocation(ItemKey("credit_note", note.id), Decimal(amount))])
