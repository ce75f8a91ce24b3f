"""Our documents in QuickBooks' words. Lengths and rules: Intuit's entity reference, version 75.

Every mapper takes a document and a resolver and gives what is sent, complete. Raises Unready with
what is missing and where to mend it.
"""

from collections.abc import Callable, Mapping

from accounting.domain.outgoing import Document
from accounting.domain.states import Kind
from accounting.engine.provider import Rendered, Resolver
from accounting.quickbooks.mappers.lists import customer, item, supplier
from accounting.quickbooks.mappers.money import bill_payment, journal_entry, payment, transfer
from accounting.quickbooks.mappers.trade import (
    bill,
    credit_memo,
    estimate,
    invoice,
    purchase_order,
    refund_receipt,
    vendor_credit,
)

MAPPERS: Mapping[Kind, Callable[[Document, Resolver], Rendered]] = {
    Kind.CUSTOMER: customer,
    Kind.SUPPLIER: supplier,
    Kind.PRODUCT: item,
    Kind.ACCOUNT_ITEM: item,
    Kind.PURCHASE_ORDER: purchase_order,
    Kind.QUOTE: estimate,
    Kind.BILL: bill,
    Kind.INVOICE: invoice,
    Kind.SUPPLIER_CREDIT: vendor_credit,
    Kind.CREDIT_NOTE: credit_memo,
    Kind.REFUND: refund_receipt,
    Kind.JOURNAL: journal_entry,
    Kind.COGS: journal_entry,
    Kind.TRANSFER: transfer,
    Kind.CREDIT_ENTRY: journal_entry,
    Kind.ALLOCATION_ENTRY: journal_entry,
    Kind.PAYMENT: payment,
    Kind.BILL_PAYMENT: bill_payment,
    Kind.ALLOCATION: payment,
    Kind.BILL_ALLOCATION: bill_payment,
}
