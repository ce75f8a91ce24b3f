"""The lists of receipts and shipments; that of shipments is the queue of what to pick."""

from collections.abc import Callable
from typing import Any

from hub.choices import ToneChoices
from hub.ui.components import EmptyState, Link
from hub.ui.filters import DateFilter, TextFilter
from hub.ui.listing import BulkAction, Column, Listing, ListTab
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.presenters.kinds import RECEIPT, SHIPMENT, Kind, contact_mark
from orders.presenters.listings import contact_in_words, of_contact
from orders.selectors import search_pieces


def _tab(status: ToneChoices) -> ListTab:
    return ListTab(str(status.value), status.label, {"status": status.value})


def _listing(
    kind: Kind,
    tabs: tuple[ListTab, ...],
    extra: tuple[Column, ...],
    *,
    order: Callable[[Any], str],
    place: str,
    empty: EmptyState,
    bulk: tuple[BulkAction, ...] = (),
) -> Listing:
    return Listing(
        key=kind.list_name,
        title=kind.list_title,
        noun=kind.title.lower(),
        columns=(
            Column("number", "Number", primary=True),
            Column("contact", kind.contact_label, kind="contact", value=contact_mark),
            Column("order", "Order", value=order),
            Column("happened_on", "Date", kind="date"),
            *extra,
            Column("location", place, value="location.name", hide_below="lg"),
            Column("status", "Status", kind="status", value=kind.status),
        ),
        tabs=tabs,
        search=search_pieces,
        search_hint="Search number, order or contact",
        filters=(
            TextFilter("contact", kind.contact_label, of_contact, show=contact_in_words),
            DateFilter("day", "Date", "happened_on"),
        ),
        row_url=kind.url,
        empty=empty,
        template="orders/list.html",
        bulk=bulk,
    )


def _bought_on(receipt: Any) -> str:
    return str(receipt.purchase_order or receipt.bill or "No order")


def _sold_on(shipment: Any) -> str:
    return str(shipment.sales_order)


_RE, _SH = ReceiptStatus, ShipmentStatus
GOODS_LISTINGS: dict[str, Listing] = {
    RECEIPT.key: _listing(
        RECEIPT,
        (ListTab("all", "All"), _tab(_RE.DRAFT), _tab(_RE.RECEIVED), _tab(_RE.VOID)),
        (Column("reference", "Delivery note", hide_below="lg"),),
        order=_bought_on,
        place="Into",
        empty=EmptyState(
            "No receipts yet",
            "Open a purchase order and choose Receive when its goods come.",
            "package-import",
            Link("Purchase orders", "/purchases/", "shopping-cart"),
        ),
    ),
    SHIPMENT.key: _listing(
        SHIPMENT,
        (
            _tab(_SH.PICKING),
            _tab(_SH.PICKED),
            _tab(_SH.PACKED),
            _tab(_SH.SHIPPED),
            _tab(_SH.VOID),
            ListTab("all", "All"),
        ),
        (
            Column("required_on", "Required", kind="date", value="sales_order.required_on"),
            Column("carrier", "Carrier", hide_below="lg"),
            Column("tracking", "Tracking", hide_below="lg"),
        ),
        order=_sold_on,
        place="From",
        empty=EmptyState(
            "Nothing to pick",
            "Open a sales order and choose Ship, then Start picking.",
            "truck-delivery",
            Link("Sales orders", "/sales/", "receipt"),
        ),
        bulk=(BulkAction("Pick list", "/shipments/pick-list/", "printer"),),
    ),
}
