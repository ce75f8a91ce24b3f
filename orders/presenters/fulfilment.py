"""How far sales are shipped, as a badge and a filter of their list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import QueryDict

from hub.ui.components import PlainBadge
from hub.ui.filters import Chip, ChoiceFilter
from inventory.models import ProductKind
from orders.domain.states import SalesOrderStatus
from orders.models import SalesOrderLine

Rows = QuerySet[Any]
BACK_ORDERED = PlainBadge("Back-ordered", "attention", "hourglass")
PARTLY_SHIPPED = PlainBadge("Partly shipped", "info", "truck-delivery")
SHIPPED = PlainBadge("Shipped", "success", "truck-delivery")
TO_SHIP = PlainBadge("To ship", "neutral", "package")


def _goods() -> Rows:
    """The lines of which stock is kept, of the order outside."""
    return SalesOrderLine.objects.filter(
        order_id=OuterRef("pk"), product__kind=ProductKind.STOCK, quantity__gt=0
    )


def _waiting() -> Exists:
    return Exists(_goods().filter(quantity__gt=F("shipped") + F("allocated")))


def _begun() -> Exists:
    return Exists(_goods().filter(shipped__gt=0))


def _unshipped() -> Exists:
    return Exists(_goods().filter(quantity__gt=F("shipped")))


def with_fulfilment(rows: Rows) -> Rows:
    """Sales with what `fulfilment_of` reads; asked of the rows of one page only."""
    found: Rows = rows.annotate(goods_wait=_waiting(), goods_left=_begun(), goods_rest=_unshipped())
    return found


def fulfilment_of(row: Any) -> PlainBadge | None:
    """The badge of a row read by `with_fulfilment`; None where nothing ships."""
    if row.status not in SalesOrderStatus.sendable():
        return None
    if not row.goods_rest:
        return SHIPPED if row.goods_left else None
    if row.goods_wait:
        return BACK_ORDERED
    return PARTLY_SHIPPED if row.goods_left else TO_SHIP


class FulfilmentFilter:
    """Authorised sales that wait for goods, or of which a part has left."""

    key, label, kind = "fulfilment", "Fulfilment", "choice"
    names: tuple[str, ...] = ("fulfilment",)
    choices = (("back-ordered", "Back-ordered"), ("partly-shipped", "Partly shipped"))
    _words = ChoiceFilter("fulfilment", "Fulfilment", choices)

    def values(self, params: QueryDict) -> Sequence[str]:
        """What the address asks for."""
        return self._words.values(params)

    def chips(self, params: QueryDict) -> list[Chip]:
        """The chosen one, to be removed."""
        return self._words.chips(params)

    def refusals(self, params: QueryDict) -> list[str]:
        """What is no choice."""
        return self._words.refusals(params)

    def apply(self, rows: Rows, params: QueryDict) -> Rows:
        """Narrowed by status first: few sales are authorised and not complete."""
        match params.get(self.key, ""):
            case "back-ordered":
                return rows.filter(_waiting(), status=SalesOrderStatus.AUTHORISED)
            case "partly-shipped":
                return rows.filter(_begun(), _unshipped(), status=SalesOrderStatus.AUTHORISED)
        return rows
