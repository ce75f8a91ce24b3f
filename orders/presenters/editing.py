"""What the edit pages know of each kind: its form and the services that write it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orders.forms.documents import HeaderForm, InvoiceForm, OrderForm, SaleForm
from orders.models import TradeDocument
from orders.presenters.kinds import BILL, INVOICE, PURCHASE, SALE
from orders.services.bills import change_bill, create_bill
from orders.services.invoices import change_invoice, create_invoice
from orders.services.lines import LineInput, Side
from orders.services.purchases import change_purchase_order, create_purchase_order
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
}
