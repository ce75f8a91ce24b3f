"""Whether a quote may be seen outside yet."""

from orders.domain.stock_states import QuoteStatus
from orders.models import Quote, TradeDocument
from orders.services.trade_settings import trade_settings


def waits_for_approval(document: TradeDocument) -> bool:
    """Whether it is a quote that has to be approved before anybody outside sees it."""
    if not isinstance(document, Quote):
        return False
    if document.status == QuoteStatus.AWAITING_APPROVAL:
        return True
    unseen = document.authorised_at is None and document.status != QuoteStatus.VOID
    return unseen and trade_settings().quotes_need_approval
