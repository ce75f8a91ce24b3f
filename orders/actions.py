"""What a person can do to a document by a button: its words, its right, the service behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms

from orders.domain.states import BillStatus, NetworkStatus, PurchaseOrderStatus
from orders.domain.stock_states import QuoteStatus
from orders.forms.answers import (
    AcceptForm,
    AskForm,
    DeclineInvoiceForm,
    DeclineOrderForm,
    KeepForm,
    NothingForm,
    ReasonTextForm,
    SendBackForm,
)
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Quote,
    SalesOrder,
    TradeDocument,
    TradeOrder,
)
from orders.services import (
    approvals,
    bills,
    credit_notes,
    documents,
    invoices,
    purchases,
    quotes,
    sales,
    sending,
    stock_documents,
)
from orders.services.approvals import Standing
from orders.services.order_parts import OVER, make_advanced
from orders.services.paying import keep_credit_note
from orders.services.trade_settings import trade_settings
from tenants.domain.permissions import Area, Level, Special
from tenants.selectors import MembershipInForce

Answers = Mapping[str, Any]
MOVES: dict[type[Any], Any] = {**documents.MOVES, **stock_documents.MOVES}
STATUSES: dict[type[Any], Any] = {**documents.STATUSES, **stock_documents.STATUSES}


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `done` is said afterwards; `{number}` and `{contact}` stand for the document's.

    With a form or consequences it asks first: in a dialog, or on a page of its own. One that
    `rehearses` always asks on a page, which lists what it would change.
    `place`: primary (the one button), beside (next to it), or menu.
    """

    name: str
    label: str
    done: str
    run: Callable[[UUID, Answers], Any]
    move: str = ""
    when: Callable[[Any], bool] | None = None
    level: Level = Level.APPROVE
    place: str = "menu"
    icon: str = ""
    tone: str = ""
    shortcut: str = ""
    form: type[forms.Form] = NothingForm
    title: str = "{label} {number}"  # of the question
    text: str = ""
    consequences: Callable[[Any], list[str]] | None = None
    undo: str = ""
    rehearses: bool = False
    special: Special | None = None
    whom: Callable[[Standing], bool] | None = None  # beside right and state: limits of approval

    @property
    def asks(self) -> bool:
        """Whether a person is asked before it is done."""
        return bool(self.form.base_fields or self.consequences is not None or self.rehearses)

    def allowed(self, member: MembershipInForce, area: Area) -> bool:
        """Whether this person may do it to documents of the area."""
        return member.can(area, self.level) and (self.special is None or member.has(self.special))

    def offered(self, document: Any) -> bool:
        """Whether the document's state allows it now."""
        if self.move:
            status = STATUSES[type(document)](document.status)
            if self.move not in MOVES[type(document)].allowed(status):
                return False
        return self.when is None or self.when(document)


def simply(service: Callable[[UUID], Any]) -> Callable[[UUID, Answers], Any]:
    """A service that needs the id only."""
    return lambda document_id, _answers: service(document_id)


def _in_trouble(document: TradeDocument) -> bool:
    # Returned or refused documents start a new delivery through the e-mail window.
    return document.network_status == NetworkStatus.FAILED


def _accepted(document: TradeDocument) -> bool:
    return document.network_status in (NetworkStatus.APPROVED, NetworkStatus.INVOICED)


def _is_known_to_partner(document: TradeDocument) -> bool:
    return document.version > 0 and document.network_status != NetworkStatus.NOT_SENT


def _keeps_number(document: Any) -> list[str]:
    return [f"{document.number} stays in the list as void; its number is not used again."]


def _void_consequences(document: TradeDocument) -> list[str]:
    lines = _keeps_number(document)
    if _is_known_to_partner(document):
        lines.append(f"{document.contact.name} is told over the network.")
    return lines


def _resend(model: type[TradeDocument]) -> Verb:
    return Verb(
        "send-again",
        "Send again",
        "{number} is being sent again.",
        lambda document_id, _answers: sending.resend_failed(model, document_id),
        when=_in_trouble,
        level=Level.EDIT,
        place="primary",
        icon="send",
    )


def _authorise(
    service: Callable[[UUID], Any], noun: str, when: Callable[[Any], bool] | None = None
) -> Verb:
    return Verb(
        "authorise",
        f"Authorise {noun}",
        "{number} authorised.",
        simply(service),
        move="authorise",
        place="primary",
        icon="circle-check",
        shortcut="a",
        undo="undo",
        when=when,
        whom=_may_approve,
    )


def _may_approve(standing: Standing) -> bool:
    return standing.may_approve


def approval_verbs(model: type[TradeDocument]) -> tuple[Verb, ...]:
    """Asking a colleague to approve, and the colleague's other answer."""
    return (
        Verb(
            "ask-approval",
            "Ask for approval",
            "A colleague is asked to approve {number}.",
            lambda document_id, answers: approvals.ask_approval(
                model, document_id, answers["text"]
            ),
            when=approvals.waits,
            level=Level.EDIT,
            place="primary",
            icon="user-question",
            form=ReasonTextForm,
            title="Ask for approval of {number}",
            text="Everybody who may approve this much is told, and it is in their inbox.",
            whom=lambda standing: standing.may_ask,
        ),
        Verb(
            "send-back",
            "Send back",
            "{number} sent back.",
            lambda document_id, answers: approvals.send_back(model, document_id, answers["text"]),
            when=approvals.waits,
            place="beside",
            icon="arrow-back-up",
            form=SendBackForm,
            title="Send {number} back",
            text="Whoever asked is told what has to change.",
            whom=lambda standing: standing.may_send_back,
        ),
        Verb(
            "withdraw-request",
            "Withdraw the request",
            "The request for {number} was taken back.",
            lambda document_id, _answers: approvals.withdraw_approval(model, document_id),
            when=approvals.waits,
            level=Level.EDIT,
            place="beside",
            icon="arrow-back-up",
            whom=lambda standing: standing.may_withdraw,
        ),
    )


def undo_verb(
    service: Callable[[UUID], Any],
    when: Callable[[Any], bool] | None = None,
    *,
    rehearses: bool = False,
) -> Verb:
    """Back to draft."""
    return Verb(
        "undo",
        "Undo: back to draft",
        "{number} is a draft again.",
        simply(service),
        move="undo",
        when=when,
        icon="arrow-back-up",
        title="Undo {number}",
        text="Its data is kept: change it, then authorise it again." if rehearses else "",
        rehearses=rehearses,
        special=Special.UNDO if rehearses else None,
    )


def void_verb(
    service: Callable[[UUID], Any],
    noun: str,
    when: Callable[[Any], bool] | None = None,
    *,
    rehearses: bool = False,
) -> Verb:
    """Out of business for good; the number stays taken."""
    return Verb(
        "void",
        f"Void {noun}",
        "{number} voided.",
        simply(service),
        move="void",
        when=when,
        icon="ban",
        tone="critical",
        text="Voiding cannot be undone.",
        consequences=_keeps_number if rehearses else _void_consequences,
        rehearses=rehearses,
        special=Special.VOID if rehearses else None,
    )


def _advance(model: type[PurchaseOrder] | type[SalesOrder], parts: str) -> Verb:
    return Verb(
        "make-advanced",
        "Make advanced",
        "{number} is advanced now.",
        lambda order_id, _answers: make_advanced(model, order_id),
        when=_can_advance,
        level=Level.EDIT,
        icon="versions",
        title="Make {number} an advanced order",
        text=f"It can then have several {parts}. It cannot be made simple again.",
        consequences=lambda _order: [],
    )


def _can_advance(order: TradeOrder) -> bool:
    return not order.is_advanced and order.status not in OVER


def _not_accepted(order: PurchaseOrder) -> bool:
    return not _accepted(order)


def _has_offer(order: PurchaseOrder) -> bool:
    return order.offer is not None and order.status == PurchaseOrderStatus.AUTHORISED


PURCHASE_VERBS = (
    Verb(
        "accept-changes",
        "Accept changes",
        "Changes of {contact} accepted.",
        simply(purchases.accept_changes),
        when=_has_offer,
        place="primary",
        icon="check",
        shortcut="a",
    ),
    Verb(
        "decline-changes",
        "Decline changes",
        "Changes of {contact} declined.",
        lambda document_id, answers: purchases.decline_changes(document_id, answers["text"]),
        when=_has_offer,
        place="beside",
        form=ReasonTextForm,
        title="Decline the changes to {number}",
        text="The order stays as you sent it, and the supplier decides again.",
    ),
    Verb(
        "approve",
        "Approve order",
        "{number} approved.",
        simply(purchases.approve_offered_order),
        move="approve",
        whom=_may_approve,
        place="primary",
        icon="check",
        shortcut="a",
    ),
    Verb(
        "decline",
        "Decline",
        "{number} declined.",
        lambda document_id, answers: purchases.decline_offered_order(
            document_id, answers["reason"], answers["text"]
        ),
        move="decline",
        place="beside",
        form=DeclineOrderForm,
        text="The supplier is told the reason.",
    ),
    *approval_verbs(PurchaseOrder),
    _resend(PurchaseOrder),
    _authorise(purchases.authorise_purchase_order, "order"),
    undo_verb(purchases.undo_purchase_order, _not_accepted),
    _advance(PurchaseOrder, "receipts and bills"),
    void_verb(purchases.void_purchase_order, "order", _not_accepted),
)


def _own(order: SalesOrder) -> bool:
    return not order.from_network


def _from_buyer(order: SalesOrder) -> bool:
    return order.from_network


SALE_VERBS = (
    Verb(
        "approve",
        "Approve order",
        "{number} approved.",
        simply(sales.approve_pre_sale),
        move="approve",
        whom=_may_approve,
        place="primary",
        icon="check",
        shortcut="a",
    ),
    Verb(
        "decline",
        "Decline",
        "{number} declined.",
        lambda document_id, answers: sales.decline_pre_sale(
            document_id, answers["reason"], answers["text"]
        ),
        move="decline",
        place="beside",
        form=DeclineOrderForm,
        text="The buyer is told the reason. You can recall the answer afterwards.",
    ),
    Verb(
        "ask",
        "Ask",
        "Question sent to {contact}.",
        lambda document_id, answers: sales.ask_about_pre_sale(document_id, answers["text"]),
        move="ask",
        level=Level.EDIT,
        place="beside",
        form=AskForm,
        title="Ask about {number}",
        text="The order keeps waiting here; the buyer sees your question on the purchase order.",
    ),
    *approval_verbs(SalesOrder),
    _resend(SalesOrder),
    _authorise(sales.authorise_sales_order, "order"),
    Verb(
        "recall",
        "Recall the answer",
        "Answer to {number} recalled; it awaits approval again.",
        simply(sales.recall_answer),
        move="recall",
        when=_from_buyer,
        icon="arrow-back-up",
        title="Recall the answer to {number}",
        text="The order waits for approval again.",
        consequences=lambda order: [f"{order.contact.name} sees that the answer was taken back."],
    ),
    undo_verb(sales.undo_sales_order, _own),
    _advance(SalesOrder, "shipments and invoices"),
    void_verb(sales.void_sales_order, "order", _own),
)
INVOICE_VERBS = (
    _resend(Invoice),
    _authorise(invoices.authorise_invoice, "invoice"),
    undo_verb(invoices.undo_invoice, rehearses=True),
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
        whom=_may_approve,
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
    _authorise(credit_notes.authorise_credit_note, "credit"),
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


def _quotes_need_approval() -> bool:
    return trade_settings().quotes_need_approval


QUOTE_VERBS = (
    _authorise(quotes.authorise_quote, "quote", lambda _quote: not _quotes_need_approval()),
    Verb(
        "submit",
        "Submit for approval",
        "{number} submitted for approval.",
        simply(quotes.submit_quote),
        move="submit",
        when=lambda _quote: _quotes_need_approval(),
        level=Level.EDIT,
        place="primary",
        icon="user-question",
    ),
    Verb(
        "approve",
        "Approve quote",
        "{number} approved.",
        simply(quotes.approve_quote),
        move="approve",
        place="primary",
        icon="check",
        shortcut="a",
    ),
    Verb(
        "refuse",
        "Reject",
        "{number} rejected.",
        lambda document_id, answers: quotes.refuse_quote(document_id, answers["text"]),
        move="refuse",
        place="beside",
        form=SendBackForm,
        title="Reject {number}",
        text="Whoever made it reads why. A review makes it a draft again.",
    ),
    Verb(
        "take-back",
        "Take back",
        "{number} is a draft again.",
        simply(quotes.take_back_quote),
        move="take_back",
        level=Level.EDIT,
        place="beside",
        icon="arrow-back-up",
    ),
    Verb(
        "accept",
        "Accept quote",
        "{number} accepted.",
        lambda document_id, answers: quotes.accept_quote(
            document_id, authorise=answers["authorise"]
        ),
        move="accept",
        place="primary",
        icon="check",
        shortcut="a",
        form=AcceptForm,
        title="{contact} accepts {number}",
        text="The quote becomes a sales order with the same lines and prices.",
    ),
    Verb(
        "reject",
        "Reject",
        "{number} rejected.",
        lambda document_id, answers: quotes.reject_quote(document_id, answers["text"]),
        move="reject",
        place="beside",
        form=ReasonTextForm,
        title="{contact} does not want {number}",
        text="Nothing is sent. What they said stays on the quote.",
    ),
    Verb(
        "review",
        "Review quote",
        "{number} is a draft again.",
        simply(quotes.review_quote),
        move="review",
        when=lambda quote: quote.status == QuoteStatus.REJECTED,
        place="primary",
        icon="pencil",
    ),
    undo_verb(quotes.undo_quote),
    void_verb(quotes.void_quote, "quote"),
)
VERBS: dict[type[TradeDocument], tuple[Verb, ...]] = {
    PurchaseOrder: PURCHASE_VERBS,
    SalesOrder: SALE_VERBS,
    Invoice: INVOICE_VERBS,
    Bill: BILL_VERBS,
    CreditNote: CREDIT_VERBS,
    Quote: QUOTE_VERBS,
}


def verb_named(model: type[TradeDocument], name: str) -> Verb:
    """The verb of a kind; KeyError when it has no such verb."""
    found = next((verb for verb in VERBS[model] if verb.name == name), None)
    if found is None:
        raise KeyError(name)
    return found
