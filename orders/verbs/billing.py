"""The buttons of invoices, bills and credit notes."""

from dataclasses import replace

from hub.money import Money
from orders.domain.states import BillStatus
from orders.forms.answers import (
    AskForm,
    DeclineInvoiceForm,
    KeepForm,
)
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
)
from orders.services import (
    bills,
    credit_notes,
    invoices,
)
from orders.services.paying import keep_credit_note
from orders.verbs.verb import (
    Verb,
    approval_verbs,
    authorise_verb,
    may_approve,
    resend_verb,
    simply,
    undo_verb,
    void_verb,
)
from tenants.domain.permissions import Level, Special


def _undone_money(invoice: Invoice) -> list[str]:
    if not invoice.settled:
        return []
    paid = Money(invoice.settled, invoice.currency)
    what = "are the customer's credit meanwhile, and settle it again once it is authorised."
    return [f"{paid} that are paid on it {what}"]


INVOICE_VERBS = (
    resend_verb(Invoice),
    authorise_verb(invoices.authorise_invoice, "invoice"),
    replace(undo_verb(invoices.undo_invoice, rehearses=True), consequences=_undone_money),
    void_verb(invoices.void_invoice, "invoice", rehearses=True),
)
BILL_VERBS = (
    *approval_verbs(Bill),
    Verb(
        "approve",
        "Approve bill",
        "{number} approved.",
        simply(bills.approve_bill),
        move="approve",
        whom=may_approve,
        place="primary",
        icon="check",
        shortcut="a",
    ),
    Verb(
        "decline",
        "Decline",
        "{number} declined.",
        lambda document_id, answers: bills.decline_bill(
            document_id, answers["reason"], answers["text"]
        ),
        move="decline",
        place="beside",
        form=DeclineInvoiceForm,
        text="The supplier is told the reason where the bill came over the network.",
    ),
    Verb(
        "ask",
        "Ask",
        "Question sent to {contact}.",
        lambda document_id, answers: bills.ask_about_bill(document_id, answers["text"]),
        move="ask",
        when=lambda bill: bill.from_network,
        level=Level.EDIT,
        place="beside",
        form=AskForm,
        title="Ask about {number}",
        text="The bill keeps waiting here; the supplier sees your question on the invoice.",
    ),
    Verb(
        "undo",
        "Undo the approval",
        "The approval of {number} was undone.",
        simply(bills.undo_bill),
        when=lambda bill: bill.status == BillStatus.APPROVED,
        icon="arrow-back-up",
        title="Undo the approval of {number}",
        text="The bill leaves the book; change or approve it again.",
        rehearses=True,
        special=Special.UNDO,
    ),
    void_verb(bills.void_bill, "bill", rehearses=True),
)

CREDIT_VERBS = (
    *approval_verbs(CreditNote),
    authorise_verb(credit_notes.authorise_credit_note, "credit"),
    Verb(
        "keep",
        "Keep as credit",
        "{number} is kept as credit of {contact}.",
        lambda document_id, answers: keep_credit_note(document_id, answers["amount"]),
        move="settle",
        level=Level.EDIT,
        place="menu",
        icon="coins",
        form=KeepForm,
        title="Keep {number} as credit",
        text="The credit note is used up; the amount can be used for any later document.",
    ),
    undo_verb(credit_notes.undo_credit_note, rehearses=True),
    void_verb(credit_notes.void_credit_note, "credit", rehearses=True),
)
