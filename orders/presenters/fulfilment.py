"""How far orders are shipped or received, as a badge and a filter of their list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict

from hub.ui.components import PlainBadge
from hub.ui.filters import Chip, ChoiceFilter
from inventory.models import ProductKind
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.models import PurchaseOrderLine, SalesOrderLine

Rows = QuerySet[Any]
MOVED = frozenset({"authorised", "completed"})


def _goods(line_type: Any, **wanted: Any) -> Rows:
    """The lines of which stock is kept, of the order outside; of a kit its parts."""
    every = SalesOrderLine.with_parts if line_type is SalesOrderLine else line_type.objects
    rows: Rows = every.filter(
        order_id=OuterRef("pk"), product__kind=ProductKind.STOCK, quantity__gt=0
    ).filter(**wanted)
    return rows


def _shipped(**wanted: Any) -> Exists:
    return Exists(_goods(SalesOrderLine, **wanted))


def _received(**wanted: Any) -> Exists:
    return Exists(_goods(PurchaseOrderLine, **wanted))


WAITS = {"quantity__gt": F("shipped") + F("allocated")}


def with_shipping(rows: Rows) -> Rows:
    """Sales with what `shipping_of` reads; asked of the rows of one page only."""
    found: Rows = rows.annotate(
        goods_wait=_shipped(**WAITS),
        goods_moved=_shipped(shipped__gt=0),
        goods_left=_shipped(quantity__gt=F("shipped")),
    )
    return found


def with_receiving(rows: Rows) -> Rows:
    """Purchases with what `receiving_of` reads; asked of the rows of one page only."""
    found: Rows = rows.annotate(
        goods_moved=_received(received__gt=0), goods_left=_received(quantity__gt=F("received"))
    )
    return found


def shipping_of(row: Any) -> PlainBadge | None:
    """The badge of a row read by `with_shipping`; None where nothing ships."""
    if row.status not in MOVED:
        return None
    if not row.goods_left:
        return PlainBadge("Shipped", "success", "truck-delivery") if row.goods_moved else None
    if row.goods_wait:
        return PlainBadge("Back-ordered", "attention", "hourglass")
    if row.goods_moved:
        return PlainBadge("Partly shipped", "info", "truck-delivery")
    return PlainBadge("To ship", "neutral", "package")


def receiving_of(row: Any) -> PlainBadge | None:
    """The badge of a row read by `with_receiving`; None where nothing comes."""
    if row.status not in MOVED:
        return None
    if not row.goods_left:
        return PlainBadge("Received", "success", "package-import") if row.goods_moved else None
    if row.goods_moved:
        return PlainBadge("Partly received", "info", "package-import")
    return PlainBadge("To receive", "neutral", "package")


@dataclass(frozen=True, slots=True)
class FulfilmentFilter:
    """Orders by how far their goods are; each choice narrows by status first, few are open."""

    choices: Sequence[tuple[str, str]]
    conditions: Mapping[str, Callable[[], Sequence[Exists | Q]]]
    key: str = "fulfilment"
    label: str = "Goods"
    kind: str = "choice"
    names: tuple[str, ...] = ("fulfilment",)

    @property
    def _words(self) -> ChoiceFilter:
        return ChoiceFilter(self.key, self.label, self.choices)

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
        """The rows that the choice means."""
        chosen = self.conditions.get(params.get(self.key, ""))
        return rows.filter(*chosen()) if chosen is not None else rows


SHIPPING = FulfilmentFilter(
    (
        ("to-ship", "To ship"),
        ("back-ordered", "Back-ordered"),
        ("partly-shipped", "Partly shipped"),
    ),
    {
        "to-ship": lambda: (
            Q(status=SalesOrderStatus.AUTHORISED),
            _shipped(quantity__gt=F("shipped")),
        ),
        "back-ordered": lambda: (Q(status=SalesOrderStatus.AUTHORISED), _shipped(**WAITS)),
        "partly-shipped": lambda: (
            Q(status=SalesOrderStatus.AUTHORISED),
            _shipped(shipped__gt=0),
            _shipped(quantity__gt=F("shipped")),
        ),
    },
)
RECEIVING = FulfilmentFilter(
    (("to-receive", "To receive"), ("partly-received", "Partly received")),
    {
        "to-receive": lambda: (
            Q(status=PurchaseOrderStatus.AUTHORISED),
            _received(quantity__gt=F("received")),
        ),
        "partly-received": lambda: (
            Q(status=PurchaseOrderStatus.AUTHORISED),
            _received(received__gt=0),
            _received(quantity__gt=F("received")),
        ),
    },
)
