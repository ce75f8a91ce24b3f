"""Money in each state: a quote that waits, a part payment, an advance, a credit note in use."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from demo.companies import DemoCompany
from demo.history import inside
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from network.models import Contact
from orders.domain.states import InvoiceStatus
from orders.models import CreditSide, Direction, Invoice
from orders.services.credit_notes import authorise_credit_note, create_credit_note
from orders.services.lines import LineInput
from orders.services.paying import Moved, pay_document
from orders.services.payments import PaymentInput, pay
from orders.services.quotes import authorise_quote, create_quote


def some_money(company: DemoCompany) -> None:
    """What an accountant finds in the morning; nothing where nobody owes anything."""
    with inside(company):
        bank = Account.objects.get(role=AccountRole.BANK).id
        rows = Invoice.objects.filter(status=InvoiceStatus.AUTHORISED).order_by("id")
        opened = list(rows.select_related("contact")[:2])
        for invoice, share in zip(opened, (Decimal(1), Decimal("0.25")), strict=False):
            part = (invoice.total * share).quantize(Decimal("0.01"))
            pay_document(Invoice, invoice.id, Moved(part, bank, reference=f"BACS {invoice.number}"))
        customers = Contact.objects.filter(is_customer=True, connected=False).order_by("name")
        for customer in customers[:1]:
            _advance(customer, bank)
            _offer(customer)


def _advance(customer: Contact, bank: UUID) -> None:
    """Money before there is an invoice, and a credit note: both wait to be used."""
    side, way = CreditSide.SALE, Direction.IN
    pay(PaymentInput(side, way, customer.id, bank, Decimal("75.00"), reference="In advance"))
    goodwill = LineInput(description="Two bags torn on the way", quantity="2", unit_price="6.25")
    note = create_credit_note(side, customer.id, {"reason": "Damaged on the way"}, [goodwill])
    authorise_credit_note(note.id)


def _offer(customer: Contact) -> None:
    until = timezone.localdate() + timedelta(days=30)
    lines = [
        LineInput(description="House blend by subscription, 1 kg", quantity="40", unit_price="14"),
        LineInput(description="Delivery every Monday", quantity="4", unit_price="6.50"),
    ]
    authorise_quote(create_quote(customer.id, {"valid_until": until}, lines).id)
