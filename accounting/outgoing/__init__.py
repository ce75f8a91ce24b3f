"""Our documents as they go out: read in bulk, in words that every provider shares."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from accounting.domain.outgoing import Document
from accounting.domain.states import Kind
from accounting.outgoing import journals, lists, money, purchases, sales
from accounting.outgoing.frame import Frame

Builder = Callable[[Sequence[UUID], Frame], dict[UUID, Document]]

BUILDERS: Mapping[Kind, Builder] = {
    Kind.CUSTOMER: lists.customers,
    Kind.SUPPLIER: lists.suppliers,
    Kind.PRODUCT: lists.products,
    Kind.ACCOUNT_ITEM: lists.account_items,
    Kind.PURCHASE_ORDER: purchases.purchase_orders,
    Kind.QUOTE: sales.quotes,
    Kind.BILL: purchases.bills,
    Kind.INVOICE: sales.invoices,
    Kind.SUPPLIER_CREDIT: purchases.supplier_credits,
    Kind.CREDIT_NOTE: sales.credit_notes,
    Kind.REFUND: sales.refunds,
    Kind.JOURNAL: journals.journals,
    Kind.COGS: journals.cogs,
    Kind.TRANSFER: journals.transfers,
    Kind.CREDIT_ENTRY: money.credit_entries,
    Kind.ALLOCATION_ENTRY: money.allocation_entries,
    Kind.PAYMENT: money.payments,
    Kind.BILL_PAYMENT: money.bill_payments,
    Kind.ALLOCATION: money.allocations,
    Kind.BILL_ALLOCATION: money.bill_allocations,
}


def build(kind: Kind, ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Documents of one kind by local id; rows that are gone are left out."""
    return BUILDERS[kind](ids, frame)
