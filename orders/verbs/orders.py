"""The buttons of purchase orders and sales orders."""

from orders.domain.states import PurchaseOrderStatus
from orders.forms.answers import (
    AskForm,
    DeclineOrderForm,
    ReasonTextForm,
)
from orders.models import (
    PurchaseOrder,
    SalesOrder,
    TradeOrder,
)
from orders.services import (
    pre_sales,
    purchases,
    sales,
)
from orders.services.order_parts import OVER, make_advanced
from orders.verbs.verb import (
    Verb,
    approval_verbs,
    authorise_verb,
    is_accepted,
    may_approve,
    resend_verb,
    simply,
    undo_verb,
    void_verb,
)
from tenants.domain.permissions import Level


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
    return not is_accepted(order)


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
        whom=may_approve,
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
    resend_verb(PurchaseOrder),
    authorise_verb(purchases.authorise_purchase_order, "order"),
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
        simply(pre_sales.approve_pre_sale),
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
        lambda document_id, answers: pre_sales.decline_pre_sale(
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
        lambda document_id, answers: pre_sales.ask_about_pre_sale(document_id, answers["text"]),
        move="ask",
        level=Level.EDIT,
        place="beside",
        form=AskForm,
        title="Ask about {number}",
        text="The order keeps waiting here; the buyer sees your question on the purchase order.",
    ),
    *approval_verbs(SalesOrder),
    resend_verb(SalesOrder),
    authorise_verb(sales.authorise_sales_order, "order"),
    Verb(
        "recall",
        "Recall the answer",
        "Answer to {number} recalled; it awaits approval again.",
        simply(pre_sales.recall_answer),
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
