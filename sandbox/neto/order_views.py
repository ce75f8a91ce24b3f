"""How GetOrder writes an order: flat, every scalar text, only what the selectors ask for."""

from decimal import Decimal
from typing import Any

from sandbox.common.store import Record
from sandbox.neto.orders import ADDRESS
from sandbox.neto.pricing import line_total, paid, shares
from sandbox.neto.shops import Shop
from sandbox.neto.values import cents, fixed, stamp, text

MONEY = (
    *("GrandTotal", "OrderTax", "SurchargeTotal", "SurchargeTaxable", "ProductSubtotal"),
    *("ShippingTotal", "ShippingTax", "CouponDiscount", "ShippingDiscount"),
)
WORDS = (
    *("OrderID", "ID", "ShippingOption", "DeliveryInstruction", "RelatedOrderID", "Username"),
    *("Email", "PurchaseOrderNumber", "SalesPerson", "SalesChannel", "TaxInclusive"),
    *("ClientIPAddress", "CouponCode", "OrderType", "OnHoldType", "OrderStatus", "UserGroup"),
    *("DefaultPaymentType", "DatePlaced", "DateRequired", "DateInvoiced", "DatePaid"),
    *("DateCompleted", "DateCompletedUTC", "DatePaymentDue", "PaymentTerms", "CompleteStatus"),
    *("ShippingSignature", "InternalOrderNotes"),
    *(f"CustomerRef{number}" for number in range(1, 11)),
)
LINE_WORDS = (
    *("ProductName", "ItemNotes", "SerialNumber", "TaxCode", "WarehouseID", "WarehouseName"),
    *("WarehouseReference", "ShippingMethod", "ShippingServiceID", "ShippingServiceName"),
    *("ShippingTracking", "ShippingCarrierCode", "ShippingCarrierName", "ShippingTrackingUrl"),
    *("Extra", "BinLoc", "ExternalSystemIdentifier", "ExternalOrderReference"),
    "ExternalOrderLineReference",
)
BARE = ("OrderLineID", "SKU", "Quantity")
ALWAYS = ("OrderID",)
KIT = ("ComponentOfKit", "KitPartID")


def order_row(shop: Shop, record: Record, wanted: set[str], *, split_kits: bool) -> dict[str, Any]:
    """One order as it was asked for."""
    order = record.body
    row: dict[str, Any] = {"OrderID": order["OrderID"]}
    row |= {name: text(order[name]) for name in WORDS if name in wanted}
    row |= {name: fixed(order[name], 2) for name in MONEY if name in wanted}
    if "DateUpdated" in wanted:
        row["DateUpdated"] = stamp(record.updated)
    if "RealtimeConfirmation" in wanted:
        row["RealtimeConfirmation"] = _confirmed(order)
    for side in ("Bill", "Ship"):
        whole = f"{side}Address" in wanted
        for part in ADDRESS:
            if whole or f"{side}{part}" in wanted:
                row[f"{side}{part}"] = order[f"{side}{part}"]
    if shop.switch("empty_address_parts") == "absent":
        row = {name: one for name, one in row.items() if one or name[:4] not in ("Bill", "Ship")}
        row |= {name: text(order[name]) for name in WORDS if name in wanted}
    if "StickyNotes" in wanted:
        row["StickyNotes"] = list(order["StickyNotes"])
    if _asks(wanted, "OrderPayment"):
        row["OrderPayment"] = [_payment(one, wanted) for one in order["OrderPayment"]]
    if _asks(wanted, "OrderLine"):
        row["OrderLine"] = _lines(shop, order, wanted, split_kits=split_kits)
    ebay = {name: one for name, one in order["eBay"].items() if f"eBay.{name}" in wanted}
    if ebay:
        row["eBay"] = ebay
    return row


def _asks(wanted: set[str], name: str) -> bool:
    return name in wanted or any(one.startswith(f"{name}.") for one in wanted)


def _confirmed(order: dict[str, Any]) -> str:
    if order["PaymentStatus"] == "FullyPaid" and order["OrderPayment"]:
        return "FULLY PAID"
    return "PARTIALLY PAID" if paid(order) > 0 else ""


def _payment(payment: dict[str, Any], wanted: set[str]) -> dict[str, str]:
    row = {"Id": payment["Id"], "Amount": fixed(payment["Amount"], 2)}
    for name in ("PaymentType", "DatePaid"):
        if f"OrderPayment.{name}" in wanted:
            row[name] = payment[name]
    return row


def _lines(
    shop: Shop, order: dict[str, Any], wanted: set[str], *, split_kits: bool
) -> list[dict[str, Any]]:
    names = {one.removeprefix("OrderLine.") for one in wanted if one.startswith("OrderLine.")}
    everything = not shop.switch("bare_lines") and "OrderLine" in wanted
    rows = []
    for line in order["OrderLine"]:
        parts = _kit_lines(shop, line) if split_kits and line["Components"] else [line]
        for part in parts:
            row = line_row(shop, order, part)
            kept = {*BARE, *names, *KIT} if split_kits else {*BARE, *names}
            row = row if everything else {name: one for name, one in row.items() if name in kept}
            ebay = [one.removeprefix("eBay.") for one in names if one.startswith("eBay.")]
            if ebay and line["eBay"]:
                row["eBay"] = {name: line["eBay"][name] for name in ebay if name in line["eBay"]}
            rows.append(row)
    return rows


def line_row(shop: Shop, order: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """Every field of a line."""
    places, quantities = int(shop.switch("price_places")), int(shop.switch("quantity_places"))
    warehouse = shop.get("warehouse", line["WarehouseID"]) or {}
    filled = {
        **line,
        "TaxCode": "FREE" if line["TaxFree"] else shop.profile["tax_code"],
        "WarehouseName": warehouse.get("WarehouseName", ""),
        "WarehouseReference": warehouse.get("WarehouseReference", ""),
        "ShippingServiceName": line["ShippingMethod"],
    }
    row: dict[str, Any] = {"OrderLineID": line["OrderLineID"], "SKU": line["SKU"]}
    row |= {name: text(filled[name]) for name in LINE_WORDS}
    for name in ("Quantity", "BackorderQuantity", "QuantityShipped"):
        row[name] = _quantity(line[name], quantities)
    row["PickQuantity"] = _quantity(
        Decimal(line["Quantity"]) - Decimal(line["BackorderQuantity"]), quantities
    )
    row |= {name: fixed(line[name], places) for name in ("UnitPrice", "CostPrice")}
    discounts = ("PercentDiscount", "ProductDiscount", "CouponDiscount", "Tax")
    row |= {name: fixed(line[name], 2) for name in discounts}
    row |= {"Weight": fixed(line["Weight"], 4), "Cubic": fixed(line["Cubic"], 9)}
    row["ExtraOptions"] = {"ExtraOption": list(line["ExtraOptions"])}
    row |= {name: line[name] for name in KIT if line[name]}
    return row


def _quantity(value: Any, places: int) -> str:
    number = Decimal(value)
    whole = number == number.to_integral_value()
    return fixed(number, places if whole else max(places, 3))


def _kit_lines(shop: Shop, line: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a kit: together they cost what it costs, or stand beside it at nothing."""
    parts = line["Components"]
    beside = shop.switch("kit_parts") == "beside"
    per_unit = shop.switch("product_discount_per") == "unit"
    weights = [Decimal(one["Value"] or 0) * Decimal(one["Quantity"]) for one in parts]
    weights = weights if any(weights) else [Decimal(1)] * len(parts)
    totals = shares(cents(line_total(line, per_unit=per_unit)), weights)
    taxes = shares(Decimal(line["Tax"]), weights)
    coupons = shares(Decimal(line["CouponDiscount"]), weights)
    rows = [line] if beside else []
    for number, part in enumerate(parts):
        item = shop.get("item", part["SKU"]) or {}
        quantity = Decimal(line["Quantity"]) * Decimal(part["Quantity"])
        # A price of eight decimals times the quantity is the share again, to the cent.
        price = Decimal(0) if beside or not quantity else totals[number] / quantity
        rows.append(
            {
                **line,
                "OrderLineID": f"{line['OrderLineID']}-{number}",
                "SKU": part["SKU"],
                "ProductName": item.get("Name", part["SKU"]),
                "Quantity": quantity,
                "BackorderQuantity": Decimal(line["BackorderQuantity"]) * Decimal(part["Quantity"]),
                "QuantityShipped": Decimal(line["QuantityShipped"]) * Decimal(part["Quantity"]),
                "UnitPrice": price,
                "PercentDiscount": 0,
                "ProductDiscount": 0,
                "CouponDiscount": 0 if beside else coupons[number],
                "Tax": 0 if beside else taxes[number],
                "CostPrice": item.get("CostPrice", 0),
                "ComponentOfKit": line["SKU"],
                "KitPartID": str(number + 1),
            }
        )
    return rows
