"""What each list of documents shows to whom: for its page, and for jobs that read it again."""

from typing import Any

from django.db.models import QuerySet

from hub.ui.listing import Listing
from orders.areas import MONEY
from orders.models import Payment, TradeOrder
from orders.presenters.fulfilment import with_receiving, with_shipping
from orders.presenters.goods_listings import GOODS_LISTINGS
from orders.presenters.kinds import KINDS, PIECES, PURCHASE, SALE, Kind
from orders.presenters.listings import LISTINGS
from orders.presenters.payments import PAYMENTS
from orders.selectors import pieces
from orders.services.documents import attributes_of
from tenants.attribute_columns import with_attributes
from tenants.lists import ListSource

Rows = QuerySet[Any]
ANNOTATED = {SALE: with_shipping, PURCHASE: with_receiving}


def open_documents(kind: Kind) -> tuple[Listing, Rows]:
    """All documents of a kind, with what the columns show."""
    rows, listing = kind.rows(), LISTINGS[kind.key]
    if issubclass(kind.model, TradeOrder):
        listing = with_attributes(listing, {attributes_of(kind.model()): "attributes"})
    return listing, ANNOTATED[kind](rows) if kind in ANNOTATED else rows


def open_pieces(kind: Kind) -> tuple[Listing, Rows]:
    """All receipts or shipments."""
    return GOODS_LISTINGS[kind.key], pieces(kind.model)


def open_payments() -> tuple[Listing, Rows]:
    """Everything that was paid, both ways."""
    return PAYMENTS, Payment.objects.select_related("contact")


def _source(kind: Kind, opener: Any) -> ListSource:
    return ListSource(
        kind.list_name,
        kind.list_title,
        f"orders:{kind.list_name}",
        lambda _member, _params: opener(kind),
        kind.area,
    )


def list_sources() -> list[ListSource]:
    """Every list of this app."""
    return [
        *(_source(kind, open_documents) for kind in KINDS),
        *(_source(kind, open_pieces) for kind in PIECES),
        ListSource(
            "payments",
            "Payments",
            "orders:payments",
            lambda _member, _params: open_payments(),
            MONEY,
        ),
    ]
