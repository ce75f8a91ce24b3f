"""Answering a partner who asks to change an order that both have accepted (N16)."""

from functools import partial

from orders.forms.answers import ReasonTextForm
from orders.models import OrderChange, PurchaseOrder, SalesOrder
from orders.services.changes import accept_change, decline_change, is_shared, open_change
from orders.verbs.verb import Verb, simply


def incoming_change(order: PurchaseOrder | SalesOrder) -> OrderChange | None:
    """What the partner asks for and nobody has answered; read once for each order in hand."""
    if "asked_of_us" not in vars(order):
        vars(order)["asked_of_us"] = open_change(order, ours=False) if is_shared(order) else None
    found: OrderChange | None = vars(order)["asked_of_us"]
    return found


def _is_asked(order: PurchaseOrder | SalesOrder) -> bool:
    return incoming_change(order) is not None


def change_verbs(model: type[PurchaseOrder] | type[SalesOrder]) -> tuple[Verb, ...]:
    """Agree or refuse; both sides' orders follow."""
    return (
        Verb(
            "agree-change",
            "Agree to the change",
            "{number} changed as {contact} asked.",
            simply(partial(accept_change, model)),
            when=_is_asked,
            place="primary",
            icon="check",
        ),
        Verb(
            "refuse-change",
            "Refuse the change",
            "{contact} is told that {number} stays as it is.",
            lambda order_id, answers: decline_change(model, order_id, answers["text"]),
            when=_is_asked,
            place="beside",
            form=ReasonTextForm,
            title="Refuse the change of {number}",
            text="The order stays as both of you accepted it.",
        ),
    )


CHANGE_VERBS = {model: change_verbs(model) for model in (PurchaseOrder, SalesOrder)}
