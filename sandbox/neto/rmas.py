"""Returns and refunds: GetRma and AddRma. A cancelled order is not one."""

from decimal import Decimal
from typing import Any

from sandbox.common.store import Record
from sandbox.neto import stock
from sandbox.neto.batch import each
from sandbox.neto.envelope import Reply
from sandbox.neto.postings import post_rma
from sandbox.neto.pricing import line_total, tax_of
from sandbox.neto.query import Where, given, simple, window
from sandbox.neto.returned import Back, of_order
from sandbox.neto.shops import Shop
from sandbox.neto.values import (
    LARGEST,
    Problem,
    cents,
    decimal,
    fixed,
    flag,
    inside,
    missing,
    plain,
    stamp,
    text,
)

Body = dict[str, Any]
MONEY = (
    *("ShippingRefundAmount", "SurchargeRefundAmount", "RefundSubtotal", "RefundTotal"),
    *("RefundTaxTotal", "RefundedTotal"),
)
WORDS = (
    *("RmaID", "OrderID", "InvoiceNumber", "CustomerUsername", "StaffUsername"),
    *("PurchaseOrderNumber", "InternalNotes", "CurrencyCode", "RmaStatus", "TaxInclusive"),
    *("DateIssued", "DateUpdated", "DateApproved", "ShippingRefundTaxCode"),
)
LINE_WORDS = (
    *("RmaLineID", "ItemNumber", "SKU", "ProductName", "ItemNotes", "TaxCode", "WarehouseID"),
    *("WarehouseName", "WarehouseReference", "ResolutionOutcome", "ReturnReason"),
    *("ItemStatusType", "ItemStatus", "ResolutionStatus", "IsRestockIssued", "Extra"),
    *("ManufacturerClaims", "ComponentOfKit", "KitPartID"),
)


def add_rma(shop: Shop, body: Body, reply: Reply) -> None:
    """AddRma. Raises Problem."""
    each(shop, body, "Rma", reply, lambda sent: {"RmaID": make(shop, sent)["RmaID"]})


def make(shop: Shop, sent: Body, *, refund_all: bool = False) -> dict[str, Any]:
    """A return of lines of an order, with what is owed and given back. Raises Problem."""
    order = shop.need("order", text(sent.get("OrderID"), "OrderID", 50))
    number = str(shop.next("rma"))
    back = of_order(shop, str(order["OrderID"]))
    lines = [
        _line(shop, order, one, f"{number}-{index}", back)
        for index, one in enumerate(inside(sent.get("RmaLines"), "RmaLine"))
    ]
    charges = {
        name: cents(decimal(sent.get(name), name))
        for name in ("ShippingRefundAmount", "SurchargeRefundAmount")
    }
    extra = sum(charges.values(), Decimal(0))
    inclusive = bool(order["TaxInclusive"])
    tax = sum((one["Tax"] for one in lines), Decimal(0))
    tax += tax_of(extra, shop.rate, inclusive=inclusive)
    subtotal = sum((one["RefundSubtotal"] for one in lines), Decimal(0))
    status = text(sent.get("RmaStatus"), "RmaStatus", 10) or "Open"
    rma = {
        **dict.fromkeys(WORDS, ""),
        **charges,
        "RmaID": number,
        "OrderID": order["OrderID"],
        "InvoiceNumber": order["OrderID"],
        "CustomerUsername": order["Username"],
        "StaffUsername": text(sent.get("StaffUsername"), "StaffUsername", 50),
        "PurchaseOrderNumber": order["PurchaseOrderNumber"],
        "InternalNotes": text(sent.get("InternalNotes"), "InternalNotes", 2000),
        "CurrencyCode": order["CurrencyCode"],
        "RmaStatus": status,
        "TaxInclusive": inclusive,
        "DateIssued": shop.now,
        "DateApproved": shop.now if status != "Open" else "",
        "RefundSubtotal": subtotal,
        "RefundTaxTotal": tax,
        "RefundTotal": subtotal + extra + (0 if inclusive else tax),
        "RmaLines": lines,
        "Refunds": [],
    }
    refunds = inside(sent.get("Refunds"), "Refund")
    if refund_all:
        refunds = [{"RefundAmount": rma["RefundTotal"], "PaymentMethodName": "Visa"}]
    rma["Refunds"] = [_refund(shop, one) for one in refunds]
    given_back = [one["RefundAmount"] for one in rma["Refunds"]]
    rma["RefundedTotal"] = sum(given_back, Decimal(0))
    if max(abs(rma["RefundTotal"]), abs(rma["RefundedTotal"])) >= LARGEST:
        raise Problem("Invalid Request", "The refund is too large")
    shop.put("rma", number, rma, [("rma.order", order["OrderID"])])
    post_rma(shop, rma)
    return rma


def _sold(order: dict[str, Any], sent: Body, back: dict[str, Back]) -> dict[str, Any]:
    """The line that is meant: by its id, else the first of its SKU with enough left."""
    sku, line_id = text(sent.get("SKU"), "SKU", 50), text(sent.get("ItemNumber"), "ItemNumber", 60)
    found: list[dict[str, Any]] = [
        one
        for one in order["OrderLine"]
        if (one["OrderLineID"] == line_id if line_id else one["SKU"].lower() == sku.lower())
    ]
    if not found:
        raise missing("Item", line_id or sku)
    quantity = decimal(sent.get("Quantity"), "Quantity", Decimal(1))
    for one in found:
        so_far = back.get(one["OrderLineID"], Back()).quantity
        if 0 < quantity <= Decimal(one["Quantity"]) - so_far:
            return one
    raise Problem("Invalid Request", "Quantity is more than was sold and has not come back")


def _line(
    shop: Shop, order: dict[str, Any], sent: Body, line_id: str, back: dict[str, Back]
) -> dict[str, Any]:
    line = _sold(order, sent, back)
    so_far = back.setdefault(line["OrderLineID"], Back())
    quantity = decimal(sent.get("Quantity"), "Quantity", Decimal(1))
    amount, tax = _amounts(shop, order, line, so_far, quantity)
    free, inclusive = bool(line["TaxFree"]), bool(order["TaxInclusive"])
    if sent.get("RefundSubtotal") not in (None, ""):
        amount = cents(decimal(sent["RefundSubtotal"], "RefundSubtotal"))
        tax = Decimal(0) if free else tax_of(amount, shop.rate, inclusive=inclusive)
    so_far.quantity += quantity
    so_far.amount += amount
    so_far.tax += tax
    restock = flag(sent.get("IsRestockIssued"))
    if restock and line["WarehouseID"]:
        stock.put_back(shop, line, quantity)
    warehouse = shop.get("warehouse", line["WarehouseID"]) or {}
    return {
        **dict.fromkeys(LINE_WORDS, ""),
        "RmaLineID": line_id,
        "ItemNumber": line["OrderLineID"],
        "SKU": line["SKU"],
        "ProductName": line["ProductName"],
        "Quantity": quantity,
        "RefundSubtotal": amount,
        "Tax": tax,
        "TaxCode": "FREE" if free else shop.profile["tax_code"],
        "WarehouseID": line["WarehouseID"],
        "WarehouseName": warehouse.get("WarehouseName", ""),
        "WarehouseReference": warehouse.get("WarehouseReference", ""),
        "ReturnReason": text(sent.get("ReturnReason"), "ReturnReason", 200),
        "ResolutionOutcome": text(sent.get("ResolutionOutcome"), "ResolutionOutcome", 200),
        "IsRestockIssued": restock,
    }


def _amounts(
    shop: Shop, order: dict[str, Any], line: dict[str, Any], so_far: Back, quantity: Decimal
) -> tuple[Decimal, Decimal]:
    """What the returned goods cost: all of a line's returns together are the line, to the cent."""
    whole = line_total(line, per_unit=shop.switch("product_discount_per") == "unit")
    whole -= Decimal(line["CouponDiscount"])
    share = cents(whole * (so_far.quantity + quantity) / Decimal(line["Quantity"]))
    amount = max(share - so_far.amount, Decimal(0))
    if line["TaxFree"]:
        return amount, Decimal(0)
    due = tax_of(share, shop.rate, inclusive=bool(order["TaxInclusive"]))
    return amount, max(due - so_far.tax, Decimal(0))


def _refund(shop: Shop, sent: Body) -> dict[str, Any]:
    return {
        "RefundID": str(shop.next("refund")),
        "RefundAmount": cents(decimal(sent.get("RefundAmount"), "RefundAmount")),
        "PaymentMethodID": text(sent.get("PaymentMethodID"), "PaymentMethodID", 20),
        "PaymentMethodName": text(sent.get("PaymentMethodName"), "PaymentMethodName", 100),
        "DateIssued": shop.now,
        "DateRefunded": shop.now,
        "RefundStatus": "Refunded",
    }


def get_rma(shop: Shop, body: Body, reply: Reply) -> None:
    """GetRma. Raises Problem."""
    filters = body.get("Filter") or {}
    if not isinstance(filters, dict):
        raise Problem("Invalid Request", "Filter is not an object")
    where = Where(shop, "rma")
    if given(filters, "RmaID"):
        where.ids(given(filters, "RmaID"))
    if given(filters, "OrderID"):
        where.key("rma.order", given(filters, "OrderID"))
    for name in ("RmaStatus", "CustomerUsername"):
        if given(filters, name):
            where.field(name, given(filters, name))
    for name in ("DateIssued", "DateApproved"):
        where.between(name, *window(filters, name))
    where.updated(*window(filters, "DateUpdated"))
    reply.content["Rma"] = simple(shop, where, filters, view, ("RmaID",))


def view(shop: Shop, record: Record) -> dict[str, Any]:
    """Everything of a return."""
    rma = record.body
    lines = [
        {
            **{name: text(one[name]) for name in LINE_WORDS},
            "Quantity": plain(one["Quantity"]),
            "RefundSubtotal": fixed(one["RefundSubtotal"], 2),
            "Tax": fixed(one["Tax"], 2),
        }
        for one in rma["RmaLines"]
    ]
    refunds = [{**one, "RefundAmount": fixed(one["RefundAmount"], 2)} for one in rma["Refunds"]]
    return {
        **{name: text(rma[name]) for name in WORDS},
        **{name: fixed(rma[name], 2) for name in MONEY},
        "DateUpdated": stamp(record.updated),
        "RmaLines": [{"RmaLine": lines}],
        "Refunds": [{"Refund": refunds}],
    }
