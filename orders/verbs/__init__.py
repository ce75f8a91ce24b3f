"""Every verb that a person has for a document, by kind."""

from typing import Any

from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Quote,
    SalesOrder,
    StockDocument,
    TradeDocument,
)
from orders.verbs.billing import BILL_VERBS, CREDIT_VERBS, INVOICE_VERBS
from orders.verbs.changes import CHANGE_VERBS
from orders.verbs.goods import GOODS_VERBS
from orders.verbs.orders import PURCHASE_VERBS, SALE_VERBS
from orders.verbs.quotes import QUOTE_VERBS
from orders.verbs.verb import Verb

__all__ = ["Verb", "verb_named", "verbs_of"]

VERBS: dict[type[Any], tuple[Verb, ...]] = {
    PurchaseOrder: PURCHASE_VERBS,
    SalesOrder: SALE_VERBS,
    Invoice: INVOICE_VERBS,
    Bill: BILL_VERBS,
    CreditNote: CREDIT_VERBS,
    Quote: QUOTE_VERBS,
    **GOODS_VERBS,
}


def verbs_of(model: type[TradeDocument] | type[StockDocument]) -> tuple[Verb, ...]:
    """Every verb of a kind of document, in the order of its buttons."""
    asked: dict[type[Any], tuple[Verb, ...]] = {**CHANGE_VERBS}
    return (*asked.get(model, ()), *VERBS[model])


def verb_named(model: type[TradeDocument], name: str) -> Verb:
    """The verb of a kind; KeyError when it has no such verb."""
    found = next((verb for verb in VERBS[model] if verb.name == name), None)
    if found is None:
        raise KeyError(name)
    return found
