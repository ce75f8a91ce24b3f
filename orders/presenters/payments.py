"""Payments as the pages show them, and the panel of what settled what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse

from hub.money import Money
from hub.ui.components import EmptyState, Fact, Link
from hub.ui.filters import ChoiceFilter, DateFilter, TextFilter
from hub.ui.listing import Column, Listing, ListTab
from ledger.services.journals import standing_journals
from orders.areas import MONEY
from orders.domain.stock_states import PaymentStatus
from orders.models import (
    Bill,
    CreditNote,
    CreditSide,
    Direction,
    Invoice,
    Payment,
    PurchaseOrder,
    Quote,
    SalesOrder,
    TradeDocument,
)
from orders.open_items import OpenItem, Settled, counterparts, item_of, settlements_of
from orders.presenters.kinds import (
    ContactMark,
    address_or_nothing,
    kind_of,
)
from orders.presenters.listings import contact_in_words, of_contact
from orders.presenters.manner import Manner
from orders.selectors import price_text, search_by_number_or_contact
from orders.services.payments import payment_or_404
from orders.services.settlements import is_credit, item_keys
from tenants.domain.permissions import Level, Special
from tenants.selectors import MembershipInForce
from tenants.timeline import timeline_of

# Statuses in which an item is in the book, so that it can be settled.
IN_THE_BOOK = ("authorised", "approved", "paid", "settled")
URLS = {
    "invoice": "orders:invoice",
    "bill": "orders:bill",
    "credit_note": "orders:credit-note",
    "payment": "orders:payment",
}


class PaymentPages:
    """Payments, as `Kind` is for documents."""

    title = "Payment"
    short = "payment"
    list_title = "Payments"
    area = MONEY

    @property
    def list_url(self) -> str:
        """Where all of them are listed."""
        return reverse("orders:payments")

    def find(self, payment_id: UUID) -> Payment:
        """One of them; raises NotFound."""
        return payment_or_404(payment_id)

    def url(self, payment: Payment, page: str = "") -> str:
        """Its page, or one of its pages."""
        base = reverse("orders:payment", args=[payment.id])
        return f"{base}{page}/" if page else base


PAYMENT = PaymentPages()


def address_of(row: Any, page: str = "") -> str:
    """The page of a payment or a document."""
    if isinstance(row, Payment):
        return PAYMENT.url(row, page)
    return kind_of(row).url(row, page)


# --- The panel --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SettledRow:
    """One settlement as a line: what, when, how much, and how to take it back."""

    number: str
    url: str
    day: date
    amount: Decimal
    words: str
    take_back_url: str


@dataclass(frozen=True, slots=True)
class MoneyPanel:
    """What is open of an item, what it was settled with, and what it could be settled with."""

    item: OpenItem
    rows: Sequence[SettledRow]
    offers: Sequence[tuple[OpenItem, str, str]]  # (item, its page, what would be used)
    settle_url: str
    is_debt: bool

    @property
    def settled(self) -> Decimal:
        """What is paid, or used."""
        return self.item.total - self.item.open


def money_panel(
    row: Invoice | Bill | CreditNote | Payment, member: MembershipInForce
) -> MoneyPanel | None:
    """The panel; None before the document is in the book. Few reads, whatever the history."""
    if row.status not in IN_THE_BOOK or not member.can(MONEY):
        return None
    item = item_of(row)
    is_debt = isinstance(row, Invoice | Bill)
    may_edit = member.can(MONEY, Level.EDIT)
    page = address_of(row)
    rows = [_settled_row(one, page, may_edit=may_edit) for one in settlements_of(row)]
    usable = item.open > 0 and (not isinstance(row, Payment) or is_credit(row))
    offers = [
        (other, address_of(other.row), price_text(min(item.open, other.open)))
        for other in (counterparts(row) if may_edit and usable else ())
    ]
    return MoneyPanel(item, rows, offers, address_of(row, "settle"), is_debt)


def _settled_row(one: Settled, page: str, *, may_edit: bool) -> SettledRow:
    settlement = one.settlement
    take_back = ""
    if may_edit and one.can_be_taken_back:
        take_back = f"{reverse('orders:settlement-take-back', args=[settlement.id])}?next={page}"
    key = one.other
    url = reverse(URLS[key.kind], args=[key.id]) if key is not None else ""
    return SettledRow(
        one.number,
        url,
        settlement.settled_on,
        settlement.amount,
        _words(one),
        take_back,
    )


def _words(one: Settled) -> str:
    if one.paid_back:
        return "Refund"
    if one.other is None:
        return "Taken from the credit note"
    return {
        "invoice": "Invoice",
        "bill": "Bill",
        "credit_note": "Credit note",
        "payment": "Payment" if len(item_keys(one.settlement)) > 1 else "Kept as credit",
    }[one.other.kind]


# --- One payment ------------------------------------------------------------------------------
def payment_context(payment: Payment, member: MembershipInForce) -> dict[str, Any]:
    """What templates/orders/payment.html shows; reads only."""
    manner = Manner.of(member.organisation)
    return {
        "page_title": payment.number,
        "page_status": status_of(payment),
        "breadcrumbs": [Link(PAYMENT.list_title, PAYMENT.list_url)],
        "payment": payment,
        "contact": ContactMark(payment.contact.name, payment.contact.connected),
        "contact_url": address_or_nothing("network:contact", payment.contact_id),
        "contact_label": "Customer" if payment.side == CreditSide.SALE else "Supplier",
        "facts": _facts(payment, member, manner),
        "money_panel": money_panel(payment, member),
        "journals": _journals(payment),
        "links": _links(payment, member),
        "entries": timeline_of(payment.id),
    }


def status_of(payment: Payment) -> PaymentStatus:
    """Its status as a badge."""
    return PaymentStatus(payment.status)


def way_of(payment: Payment) -> str:
    """Which way the money went, in words that say what it is."""
    if payment.account_id is None:
        return "Credit note kept as credit"
    if not is_credit(payment):
        return "Refund"
    return "Received" if payment.direction == Direction.IN else "Paid"


def _facts(payment: Payment, member: MembershipInForce, manner: Manner) -> list[Fact]:
    facts = [
        Fact("Kind", way_of(payment)),
        Fact("Date", manner.day(payment.paid_on)),
        Fact("Amount", str(Money(payment.amount, payment.currency))),
    ]
    if payment.account is not None:
        facts.append(Fact("Account", f"{payment.account.code} {payment.account.name}"))
    if payment.currency != member.organisation.base_currency:
        facts.append(Fact("Exchange rate", f"{payment.rate.normalize():f}"))
    if payment.reference:
        facts.append(Fact("Reference", payment.reference))
    order = _order_of(payment)
    if order is not None:
        facts.append(Fact("Deposit on", order.number))
    if payment.note:
        facts.append(Fact("Note", payment.note))
    return facts


def _order_of(payment: Payment) -> TradeDocument | None:
    if payment.order is None:
        return None
    models = (PurchaseOrder,) if payment.side == CreditSide.PURCHASE else (SalesOrder, Quote)
    for model in models:
        found: TradeDocument | None = model._default_manager.filter(id=payment.order).first()
        if found is not None:
            return found
    return None


def _journals(payment: Payment) -> list[Link]:
    """The journals that stand for it, where the book has pages of its own."""
    found = []
    for journal in standing_journals([payment.id]):
        url = address_or_nothing("ledger:journal", journal.id)
        found.append(Link(str(journal), url))
    return found


def _links(payment: Payment, member: MembershipInForce) -> dict[str, list[Link]]:
    beside, menu = [], []
    is_unused = payment.status == PaymentStatus.AUTHORISED and is_credit(payment)
    if is_unused and member.can(MONEY, Level.EDIT):
        beside.append(Link("Refund", PAYMENT.url(payment, "refund"), "cash"))
    may_void = member.can(MONEY, Level.APPROVE) and member.has(Special.VOID)
    if payment.status != PaymentStatus.VOID and may_void:
        menu.append(Link("Void payment…", PAYMENT.url(payment, "void"), "ban", tone="critical"))
    return {"beside": beside, "menu": menu}


def void_effects(payment: Payment) -> list[str]:
    """What voiding a payment changes, in sentences."""
    lines = [f"{payment.number} stays in the list as void; its number is not used again."]
    for one in settlements_of(payment):
        amount = Money(one.settlement.amount, payment.currency)
        if one.other is None:
            continue
        gives = "has that much left again" if one.paid_back else "is open again"
        lines.append(f"{one.number} {gives}: {amount}.")
    if payment.credit_note_id:
        lines.append(f"{payment.reference} has {Money(payment.amount, payment.currency)} left.")
    left = payment.amount - payment.used
    if left and is_credit(payment):
        lines.append(
            f"{payment.contact.name} loses unused credit of {Money(left, payment.currency)}."
        )
    lines += [f"{journal} is reversed." for journal in standing_journals([payment.id])]
    return lines


# --- The list ---------------------------------------------------------------------------------
def _contact_of(payment: Payment) -> ContactMark:
    return ContactMark(payment.contact.name, payment.contact.connected)


PAYMENTS = Listing(
    key="payments",
    title="Payments",
    noun="payment",
    own_names=("side",),
    columns=(
        Column("number", "Number", primary=True),
        Column("contact", "Contact", kind="contact", value=_contact_of),
        Column("kind", "Kind", value=way_of),
        Column("paid_on", "Date", kind="date"),
        Column("reference", "Reference", hide_below="lg"),
        Column("status", "Status", kind="status", value=status_of),
        Column("amount", "Amount", kind="money", currency="currency"),
        Column(
            "unused",
            "Not used",
            kind="money",
            value=lambda row: row.amount - row.used if is_credit(row) else None,
            currency="currency",
        ),
    ),
    tabs=(
        ListTab("all", "All"),
        ListTab("unused", "Not used up", {"status": PaymentStatus.AUTHORISED}),
        ListTab("in", "Received", {"direction": Direction.IN}, counted=False),
        ListTab("out", "Paid", {"direction": Direction.OUT}, counted=False),
        ListTab("void", "Void", {"status": PaymentStatus.VOID}),
    ),
    search=search_by_number_or_contact,
    search_hint="Search the whole number, or a contact",
    filters=(
        TextFilter("contact", "Contact", of_contact, show=contact_in_words),
        ChoiceFilter("side", "With", (("sale", "Customers"), ("purchase", "Suppliers"))),
        DateFilter("paid", "Date", "paid_on"),
    ),
    row_url=PAYMENT.url,
    empty=EmptyState(
        "No payments yet",
        "Money from customers and to suppliers comes here, and credit that waits to be used.",
        "cash",
        Link("New payment", "/payments/new/", "plus"),
    ),
    template="orders/payments.html",
)
