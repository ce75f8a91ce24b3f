"""What the edit pages know of each kind: its form and the services that write it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from orders.forms.documents import (
    CreditForm,
    HeaderForm,
    InvoiceForm,
    OrderForm,
    QuoteForm,
    SaleForm,
)
from orders.models import CreditSide, TradeDocument
from orders.presenters.kinds import (
    BILL,
    CREDIT_NOTE,
    INVOICE,
    PURCHASE,
    QUOTE,
    SALE,
    SUPPLIER_CREDIT,
)
from orders.services.bills import change_bill, create_bill
from orders.services.credit_notes import change_credit_note, create_credit_note
from orders.services.invoices import change_invoice, create_invoice
from orders.services.lines import LineInput, Side
from orders.services.purchases import change_purchase_order, create_purchase_order
from orders.services.quotes import change_quote, create_quote
from orders.services.sales import change_sales_order, create_sales_order

Values = Mapping[str, Any]
Lines = Sequence[LineInput]


@dataclass(frozen=True, slots=True)
class Editor:
    """How one kind is written. `change` takes (document, contact, header, lines)."""

    form: type[HeaderForm]
    create: Callable[[UUID, Values, Lines], TradeDocument]
    change: Callable[[UUID, UUID, Values, Lines], TradeDocument]
    side: Side
    keeps_contact: bool = True
    # Of the fields that only some kinds show on a line.
    line_fields: tuple[str, ...] = ("expected_on",)


def _change_purchase(
    order_id: UUID, contact_id: UUID, values: Values, lines: Lines
) -> TradeDocument:
    return change_purchase_order(order_id, values, lines, contact_id=contact_id)


def _for_the_same_contact(
    change: Callable[[UUID, Values, Lines], TradeDocument],
) -> Callable[[UUID, UUID, Values, Lines], TradeDocument]:
    return lambda document_id, _contact_id, values, lines: change(document_id, values, lines)


EDITORS: dict[str, Editor] = {
    PURCHASE.key: Editor(
        OrderForm, create_purchase_order, _change_purchase, "purchase", keeps_contact=False
    ),
    SALE.key: Editor(
        SaleForm, create_sales_order, _for_the_same_contact(change_sales_order), "sale"
    ),
    INVOICE.key: Editor(
        InvoiceForm,
        create_invoice,
        _for_the_same_contact(change_invoice),
        "sale",
        line_fields=("account",),
    ),
    BILL.key: Editor(
        InvoiceForm,
        create_bill,
        _for_the_same_contact(change_bill),
        "purchase",
        line_fields=("account", "spread"),
    ),
    QUOTE.key: Editor(QuoteForm, create_quote, _for_the_same_contact(change_quote), "sale"),
    CREDIT_NOTE.key: Editor(
        CreditForm,
        partial(create_credit_note, CreditSide.SALE),
        _for_the_same_contact(change_credit_note),
        "sale",
        line_fields=("account",),
    ),
    SUPPLIER_CREDIT.key: Editor(
        CreditForm,
        partial(create_credit_note, CreditSide.PURCHASE),
        _for_the_same_contact(change_credit_note),
        "purchase",
        line_fields=("account",),
    ),
}
