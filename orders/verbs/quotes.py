"""The buttons of quotes."""

from orders.domain.stock_states import QuoteStatus
from orders.forms.answers import (
    AcceptForm,
    ReasonTextForm,
    SendBackForm,
)
from orders.services import (
    quotes,
)
from orders.services.trade_settings import trade_settings
from orders.verbs.verb import Verb, authorise_verb, simply, undo_verb, void_verb
from tenants.domain.permissions import Level


def _quotes_need_approval() -> bool:
    return trade_settings().quotes_need_approval


QUOTE_VERBS = (
    authorise_verb(quotes.authorise_quote, "quote", lambda _quote: not _quotes_need_approval()),
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
