"""GetOrder: filters, pages, and the side effect of UpdateResults."""

from typing import Any

from sandbox.common.store import Record
from sandbox.neto import orders
from sandbox.neto.envelope import Reply
from sandbox.neto.order_views import order_row
from sandbox.neto.query import Where, given, selectors, window
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, flag, text

Filters = dict[str, Any]
ENUMS = {
    "OrderStatus": orders.STATUSES,
    "OrderType": ("sales", "dropshipping"),
    "OnHoldType": ("On Hold", "Layby"),
    "CompleteStatus": ("Approved", "Incomplete"),
    "PaymentStatus": ("FullyPaid", "PartialPaid", "Pending"),
    "ExportStatus": ("Pending", "Exported"),
    "ExportedToWMS": ("Pending", "Exported"),
}
DATES = {
    "DatePaid": "DatePaid",
    "DateRequired": "DateRequired",
    "DatePlaced": "DatePlaced",
    "DateCompleted": "DateCompletedUTC",
}
ROWS = {"newest": "id DESC", "oldest": "id", "updated": "updated DESC, id DESC"}
SPECIAL = {"Page", "Limit", "OutputSelector", "UpdateResults", "SplitKitComponents"}


def get_order(shop: Shop, body: dict[str, Any], reply: Reply) -> None:
    """Orders that match, and afterwards what UpdateResults asks for."""
    filters = body.get("Filter") or {}
    if not isinstance(filters, dict):
        raise Problem("Invalid Request", "Filter is not an object")
    wanted = selectors(filters)
    if shop.switch("filter_required") and not (wanted and set(filters) - SPECIAL):
        raise Problem("Invalid Request", "At least one filter and one OutputSelector are required")
    where = _where(shop, filters)
    rows = where.page(filters, ROWS[shop.switch("order_of_rows")])
    split = flag(filters.get("SplitKitComponents"))
    reply.content["Order"] = [order_row(shop, row, wanted, split_kits=split) for row in rows]
    if shop.switch("total_results"):
        reply.content["CurrentPage"] = {"TotalResults": str(where.count())}
    _update_results(shop, filters, rows)
    for row in rows[: int(shop.switch("edited_between_pages"))]:
        order = shop.need("order", row.id)
        order["InternalOrderNotes"] = f"{order['InternalOrderNotes']} Looked at.".strip()[-500:]
        orders.store(shop, order)


def _enum(name: str, wanted: list[str]) -> list[str]:
    known = {one.lower(): one for one in ENUMS[name]}
    unknown = [one for one in wanted if one.lower() not in known]
    if unknown:
        raise Problem("Invalid Request", f"{name} {unknown[0]} is unknown")
    return [known[one.lower()] for one in wanted]


def _where(shop: Shop, filters: Filters) -> Where:
    where = Where(shop, "order")
    ids = given(filters, "OrderID")
    if ids:
        where.ids(ids)
    for name, key in (("OrderStatus", "order.status"), ("ExportStatus", "order.export")):
        wanted = _enum(name, given(filters, name))
        if wanted:
            where.key(key, wanted)
    for name, key in (("Username", "order.user"), ("SKU", "order.sku")):
        wanted = [one.lower() for one in given(filters, name)]
        if wanted:
            where.key(key, wanted)
    _fields(where, filters)
    for name, field in DATES.items():
        where.between(field, *window(filters, name))
    _invoiced(where, filters)
    where.updated(*window(filters, "DateUpdated"))
    if given(filters, "Supplier"):
        where.sql("0")  # sales orders have none
    since, until = window(filters, "WarehouseQuantityUpdated")
    if since or until:
        where.updated(since, until)
    return where


def _invoiced(where: Where, filters: Filters) -> None:
    """A day of the store is the moment at which it begins."""
    since, until = window(filters, "DateInvoiced")
    zone = where.shop.zone
    if since is not None:
        where.sql("json_extract(body, '$.DateInvoiced') >= ?", str(since.astimezone(zone).date()))
    if until is not None:
        where.sql("json_extract(body, '$.DateInvoiced') <= ?", str(until.astimezone(zone).date()))


def _fields(where: Where, filters: Filters) -> None:
    for name in ("OrderType", "OnHoldType", "PaymentStatus", "ExportedToWMS"):
        wanted = _enum(name, given(filters, name))
        if wanted:
            where.field(name, wanted)
    complete = _enum("CompleteStatus", given(filters, "CompleteStatus", "OrderComplete"))
    if complete:
        where.field("CompleteStatus", complete)
    channels = given(filters, "SalesChannel")
    if channels:
        where.field("SalesChannel", channels)
    for name, field in (
        ("WarehouseID", "WarehouseID"),
        ("ShippingMethod", "ShippingMethod"),
        ("ExternalSystemIdentifier", "ExternalSystemIdentifier"),
        ("ExternalOrderReference", "ExternalOrderReference"),
        ("ExternalOrderLineReference", "ExternalOrderLineReference"),
    ):
        wanted = given(filters, name)
        if wanted:
            where.sql(
                "EXISTS (SELECT 1 FROM json_each(body, '$.OrderLine') AS line WHERE"
                f" json_extract(line.value, '$.{field}') IN ({', '.join('?' * len(wanted))}))",
                *wanted,
            )


def _update_results(shop: Shop, filters: Filters, found: list[Record]) -> None:
    """The read itself marks what it returned: an answer that gets lost loses its orders."""
    asked = filters.get("UpdateResults")
    if not isinstance(asked, dict):
        return
    changes: dict[str, str] = {}
    if asked.get("ExportStatus"):
        changes["ExportStatus"] = _enum("ExportStatus", [text(asked["ExportStatus"])])[0]
    if asked.get("ExportedToWMS"):
        wms = text(asked["ExportedToWMS"])
        marks = {"true": "Exported", "false": "Pending"}
        changes["ExportedToWMS"] = _enum("ExportedToWMS", [marks.get(wms.lower(), wms)])[0]
    touch = shop.switch("exporting_updates")
    for record in found:
        if any(record.body[name] != one for name, one in changes.items()):
            at = None if touch else record.updated
            orders.store(shop, {**record.body, **changes}, at=at)
