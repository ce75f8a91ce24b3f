"""Payments, applied credit, journals and transfers."""

from collections.abc import Sequence

from accounting.domain.outgoing import Applied, Document, Entry, Money, Moved
from accounting.domain.states import Kind
from accounting.engine.provider import Rendered, Resolver
from accounting.quickbooks.mappers.wording import (
    NOTE,
    Payload,
    class_ref,
    only,
    ref,
    several_currencies,
    short_number,
)

_LINKED = {
    Kind.INVOICE: "Invoice",
    Kind.BILL: "Bill",
    Kind.CREDIT_NOTE: "CreditMemo",
    Kind.SUPPLIER_CREDIT: "VendorCredit",
    Kind.ALLOCATION_ENTRY: "JournalEntry",
    Kind.CREDIT_ENTRY: "JournalEntry",
}


def _applied(parts: Sequence[Applied], resolver: Resolver) -> list[Payload]:
    return [
        {
            "Amount": part.amount,
            "LinkedTxn": [
                {
                    "TxnId": resolver.document(part.kind, part.local_id),
                    "TxnType": _LINKED[part.kind],
                }
            ],
        }
        for part in parts
    ]


def _money(document: Money, resolver: Resolver) -> Payload:
    several = several_currencies(document, resolver)
    note = " ".join(filter(None, (document.number, document.reference, document.note)))
    return only(
        {
            "TotalAmt": document.total,
            "TxnDate": document.on.isoformat() if document.on else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "ExchangeRate": document.rate if several and document.rate != 1 else None,
            "PrivateNote": note[:NOTE],
            "Line": _applied(document.applied, resolver),
        }
    )


def payment(document: Document, resolver: Resolver) -> Rendered:
    """Money from a customer, or credit applied to invoices: then its total is nothing."""
    assert isinstance(document, Money)
    payload = _money(document, resolver)
    payload["TotalAmt"] = document.total
    payload["CustomerRef"] = ref(resolver.document(Kind.CUSTOMER, document.party))
    if document.account is not None:
        payload["DepositToAccountRef"] = ref(resolver.account(document.account))
    if document.reference:
        payload["PaymentRefNum"] = short_number(document.reference)
    return Rendered("Payment", payload, document.number, document.total)


def bill_payment(document: Document, resolver: Resolver) -> Rendered:
    """Money to a supplier, or a credit applied to bills.

    It names a bank or a credit card account also when its total is nothing.
    """
    assert isinstance(document, Money)
    payload = _money(document, resolver)
    payload["TotalAmt"] = document.total
    payload["VendorRef"] = ref(resolver.document(Kind.SUPPLIER, document.party))
    account = resolver.account(document.account if document.account is not None else "bank")
    if resolver.record("account", account).get("type") == "Credit Card":
        payload.update(PayType="CreditCard", CreditCardPayment={"CCAccountRef": ref(account)})
    else:
        payload.update(PayType="Check", CheckPayment={"BankAccountRef": ref(account)})
    return Rendered("BillPayment", payload, document.number, document.total)


def journal_entry(document: Document, resolver: Resolver) -> Rendered:
    """A journal. A side on receivable or payable names its customer or supplier."""
    assert isinstance(document, Entry)
    several = several_currencies(document, resolver)
    lines: list[Payload] = []
    for side in document.sides:
        detail: Payload = {
            "PostingType": "Debit" if side.amount > 0 else "Credit",
            "AccountRef": ref(resolver.account(side.account)),
        }
        if side.party is not None:
            kind, contact = side.party
            detail["Entity"] = {
                "Type": "Customer" if kind == Kind.CUSTOMER else "Vendor",
                "EntityRef": ref(resolver.document(kind, contact)),
            }
        marked = class_ref(side.class_key, resolver)
        if marked is not None:
            detail["ClassRef"] = marked
        lines.append(
            only(
                {
                    "Description": side.description[:NOTE],
                    "Amount": abs(side.amount),
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": detail,
                }
            )
        )
    payload = only(
        {
            "DocNumber": short_number(document.number),
            "TxnDate": document.on.isoformat() if document.on else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "ExchangeRate": document.rate if several and document.rate != 1 else None,
            "PrivateNote": document.note[:NOTE],
            "Line": lines,
        }
    )
    return Rendered("JournalEntry", payload, short_number(document.number))


def transfer(document: Document, resolver: Resolver) -> Rendered:
    """Money moved between two accounts."""
    assert isinstance(document, Moved)
    payload = only(
        {
            "FromAccountRef": ref(resolver.account(document.from_account)),
            "ToAccountRef": ref(resolver.account(document.to_account)),
            "Amount": document.total,
            "TxnDate": document.on.isoformat() if document.on else None,
            "PrivateNote": document.note[:NOTE],
        }
    )
    return Rendered("Transfer", payload, document.number)
