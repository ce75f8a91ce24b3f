"""AddOrder and UpdateOrder: their names are not GetOrder's."""

from decimal import Decimal
from typing import Any

from sandbox.neto import orders, payments
from sandbox.neto.batch import each
from sandbox.neto.envelope import Reply
from sandbox.neto.shops import Shop
from sandbox.neto.values import (
    Problem,
    decimal,
    flag,
    inside,
    listed,
    missing,
    moment,
    stamp,
    text,
)

Body = dict[str, Any]
ADDRESS_NAMES = {
    f"{side}{theirs}": f"{side}{ours}"
    for side in ("Bill", "Ship")
    for theirs, ours in (
        ("Street1", "StreetLine1"),
        ("Street2", "StreetLine2"),
        ("ContactPhone", "Phone"),
        *((name, name) for name in orders.ADDRESS),
    )
}
WORDS = {
    **ADDRESS_NAMES,
    "ShipInstructions": "DeliveryInstruction",
    "DeliveryInstruction": "DeliveryInstruction",
    **{
        name: name
        for name in (
            *("Email", "PurchaseOrderNumber", "SalesPerson", "InternalOrderNotes"),
            *(f"CustomerRef{number}" for number in range(1, 11)),
        )
    },
}
LINE_WORDS = {
    "ItemDescription": "ProductName",
    "ItemSerialNumber": "SerialNumber",
    **{
        name: name
        for name in (
            *("ItemNotes", "ExternalSystemIdentifier", "ExternalOrderReference"),
            "ExternalOrderLineReference",
        )
    },
}
CHOICES = {
    "ExportStatus": ("Pending", "Exported"),
    "ExportedToWMS": ("Pending", "Exported"),
    "OnHoldType": ("On Hold", "Layby"),
    "PickStatus": ("Complete", "Incomplete"),
}


# --- UpdateOrder ---------------------------------------------------------------------------------
def update_order(shop: Shop, body: Body, reply: Reply) -> None:
    """Change orders: status, approval, export marks, addresses, notes, tracking."""

    def write(given: Body) -> dict[str, Any]:
        order_id = text(given.get("OrderID"), "OrderID", 50)
        if not order_id:
            raise Problem("Request Error", "OrderID is required")

        def edit(order: dict[str, Any]) -> None:
            _words(order, given)
            _choices(order, given)
            _notes(shop, order, given)
            for line in listed(given.get("OrderLine")):
                _line(shop, order, line, reply)
            status = text(given.get("OrderStatus"), "OrderStatus", 50)
            if status:
                known = {one.lower(): one for one in orders.STATUSES}
                orders.move(shop, order, known.get(status.lower(), status))

        orders.change(shop, order_id, edit)
        return {"OrderID": order_id}

    each(shop, body, "Order", reply, write)


def _words(order: dict[str, Any], given: Body) -> None:
    for theirs, ours in WORDS.items():
        if theirs in given:
            order[ours] = text(given[theirs], theirs, 1000)
    if "SalesChannel" in given:
        order["SalesChannel"] = text(given["SalesChannel"], "SalesChannel", 15)
    if "OrderApproval" in given:
        order["CompleteStatus"] = "Approved" if flag(given["OrderApproval"]) else "Incomplete"
    for name in ("DateRequired", "DateRequiredUTC"):
        if name in given:
            order["DateRequired"] = stamp(moment(given[name], name))
    if "OrderRounding" in given:
        order["OrderRounding"] = decimal(given["OrderRounding"], "OrderRounding")


def _choices(order: dict[str, Any], given: Body) -> None:
    for name, known in CHOICES.items():
        if name not in given:
            continue
        wanted = text(given[name], name, 50)
        if wanted not in known:
            raise Problem("Invalid Request", f"{name} is one of {', '.join(known)}")
        order[name] = wanted


def _notes(shop: Shop, order: dict[str, Any], given: Body) -> None:
    wanted = inside(given.get("StickyNotes"), "StickyNote")
    if given.get("StickyNote") and not isinstance(given["StickyNote"], (dict, list)):
        wanted.append(
            {"Title": given.get("StickyNoteTitle", ""), "Description": given["StickyNote"]}
        )
    for one in wanted:
        note = {
            "StickyNoteID": text(one.get("StickyNoteID"), "StickyNoteID", 20),
            "Title": text(one.get("Title"), "Title", 200),
            "Description": text(one.get("Description"), "Description"),
        }
        same = [it for it in order["StickyNotes"] if it["StickyNoteID"] == note["StickyNoteID"]]
        if note["StickyNoteID"] and same:
            same[0].update(note)
        else:
            note["StickyNoteID"] = str(shop.next("note", 501))
            order["StickyNotes"] = [*order["StickyNotes"], note][:200]


def _line(shop: Shop, order: dict[str, Any], given: Any, reply: Reply) -> None:
    if not isinstance(given, dict):
        raise Problem("Request Error", "OrderLine is not an object")
    line = _find_line(order, given)
    for theirs, ours in LINE_WORDS.items():
        if theirs in given:
            line[ours] = text(given[theirs], theirs, 2000)
    if given.get("WarehouseID"):
        warehouse = text(given["WarehouseID"], "WarehouseID", 20)
        if shop.record("warehouse", warehouse) is None:
            raise missing("Warehouse", warehouse)
        line["WarehouseID"] = warehouse
    if "QuantityShipped" in given:
        shipped = decimal(given["QuantityShipped"], "QuantityShipped")
        if not 0 <= shipped <= Decimal(line["Quantity"]):
            raise Problem("Invalid Request", "QuantityShipped is between 0 and Quantity")
        line["QuantityShipped"] = shipped
    for tracking in inside(given.get("TrackingDetails"), "TrackingDetail"):
        _track(shop, line, tracking, reply)


def _find_line(order: dict[str, Any], given: Body) -> dict[str, Any]:
    key = text(given.get("OrderLineID", given.get("OrderLineNumber")), "OrderLineID", 60)
    sku = text(given.get("SKU"), "SKU", 50)
    for number, line in enumerate(order["OrderLine"]):
        # The documentation calls it a number though GetOrder answers N1-0: both are taken.
        if key and key in (line["OrderLineID"], str(number)):
            return dict_of(line)
        if not key and sku and line["SKU"].lower() == sku.lower():
            return dict_of(line)
    raise missing("Order Line", f"{order['OrderID']} {key or sku}".strip())


def dict_of(line: Any) -> dict[str, Any]:
    """A line of a stored order."""
    assert isinstance(line, dict)
    return line


def _track(shop: Shop, line: dict[str, Any], given: Body, reply: Reply) -> None:
    method = text(given.get("ShippingMethod"), "ShippingMethod", 200)
    if method:
        known = shop.store.found(shop.name, "shipping.name", method.lower())
        if not known:
            reply.note(missing("Shipping Method", method))
            return
        found = shop.need("shipping", known[0][1])
        line |= {
            "ShippingMethod": found["Name"],
            "ShippingServiceID": found["ID"],
            "ShippingCarrierCode": found["CarrierCode"],
            "ShippingCarrierName": found["CarrierName"],
        }
    line["ShippingTracking"] = text(given.get("TrackingNumber"), "TrackingNumber", 200)
    line["DateShipped"] = stamp(moment(given.get("DateShipped"), "DateShipped")) or shop.now


# --- AddOrder ------------------------------------------------------------------------------------
def add_order(shop: Shop, body: Body, reply: Reply) -> None:
    """Make orders; the total is worked out from the lines and charges."""

    def write(given: Body) -> dict[str, Any]:
        values = _new_order(shop, given)
        made = orders.create(shop, values, text(given.get("OrderID"), "OrderID", 15))
        _notes(shop, made, given)
        if made["StickyNotes"]:
            orders.save(shop, made)
        for payment in listed(given.get("Payments", given.get("Payment"))):
            for one in inside(payment, "Payment"):
                payments.add(shop, {**one, "OrderID": made["OrderID"]})
        return {"OrderID": made["OrderID"]}

    each(shop, body, "Order", reply, write)


def _new_order(shop: Shop, given: Body) -> dict[str, Any]:
    values: dict[str, Any] = {}
    _words(values, given)
    _choices(values, given)
    customer = text(given.get("Username"), "Username", 200)
    values |= {"Username": customer, **_from_customer(shop, customer, values)}
    values["CompleteStatus"] = (
        "Approved" if flag(given.get("OrderApproval"), True) else ("Incomplete")
    )
    status = text(given.get("OrderStatus"), "OrderStatus", 50) or "New"
    if status not in orders.STATUSES:
        raise Problem("Invalid Request", f"OrderStatus {status} is unknown")
    values["OrderStatus"] = status
    values["OrderType"] = text(given.get("OrderType"), "OrderType", 20) or "sales"
    values["ShippingOption"] = text(given.get("ShippingMethod"), "ShippingMethod", 200)
    values["UserGroup"] = text(given.get("UserGroup"), "UserGroup", 50) or values["UserGroup"]
    values["DatePlaced"] = stamp(moment(given.get("DatePlaced"), "DatePlaced")) or shop.now
    for theirs, ours in (
        ("ShippingCost", "ShippingTotal"),
        ("ShippingDiscount", "ShippingDiscount"),
        ("SurchargeTotal", "SurchargeTotal"),
        ("SurchargeTaxable", "SurchargeTaxable"),
        ("OrderRounding", "OrderRounding"),
    ):
        amount = decimal(given.get(theirs), theirs)
        if amount != round(amount, 2):
            raise Problem("Invalid Request", f"{theirs} has more than two decimals")
        values[ours] = amount
    values["TaxInclusive"] = flag(given.get("TaxInclusive"), shop.profile["tax_inclusive"])
    values["TaxFreeShipping"] = flag(given.get("TaxFreeShipping"))
    values["ShippingSignature"] = flag(given.get("SignatureRequired"))
    values["CurrencyCode"] = (
        text(given.get("CurrencyCode"), "CurrencyCode", 3) or (shop.profile["currency"])
    )
    sent = listed(given.get("OrderLine"))[:1000]
    values["OrderLine"] = [_new_line(shop, one, values["UserGroup"]) for one in sent]
    _applied(values, given)
    return values


def _applied(values: dict[str, Any], given: Body) -> None:
    """AppliedDiscounts: coupons, spread over the lines."""
    found = inside(given.get("AppliedDiscounts"), "AppliedDiscount")
    amount = sum((decimal(one.get("Amount"), "Amount") for one in found), Decimal(0))
    if not found or not amount or not values["OrderLine"]:
        return
    values["CouponCode"] = text(found[0].get("CouponCode"), "CouponCode", 50)
    values["OrderCoupon"] = round(amount, 2)


def _from_customer(shop: Shop, username: str, values: dict[str, Any]) -> dict[str, Any]:
    customer = shop.get("customer", username.lower()) if username else None
    if customer is None:
        return {"UserGroup": "1"}
    filled = {**customer["BillingAddress"], **customer["ShippingAddress"]}
    filled |= {"Email": customer["EmailAddress"], "UserGroup": customer["UserGroup"] or "1"}
    return {name: one for name, one in filled.items() if not values.get(name)}


def _new_line(shop: Shop, given: Any, group: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Problem("Request Error", "OrderLine is not an object")
    values: dict[str, Any] = {"SKU": text(given.get("SKU"), "SKU", 50)}
    for theirs, ours in LINE_WORDS.items():
        if given.get(theirs):
            values[ours] = text(given[theirs], theirs, 2000)
    values["Quantity"] = decimal(given.get("Quantity"), "Quantity", Decimal(1))
    for theirs, ours in (
        ("UnitPrice", "UnitPrice"),
        ("DiscountPercent", "PercentDiscount"),
        ("DiscountAmount", "ProductDiscount"),
        ("UnitCost", "CostPrice"),
        ("Cubic", "Cubic"),
        ("Weight", "Weight"),
    ):
        if theirs in given:
            values[ours] = decimal(given.get(theirs), theirs)
    if "TaxFree" in given:
        values["TaxFree"] = flag(given["TaxFree"])
    warehouse = text(given.get("WarehouseID"), "WarehouseID", 20)
    if warehouse and shop.record("warehouse", warehouse) is None:
        raise missing("Warehouse", warehouse)
    values["WarehouseID"] = warehouse
    parts = inside(given.get("KitComponents"), "KitComponent")
    if parts:
        values["Components"] = [
            {
                "SKU": text(one.get("ComponentSKU"), "ComponentSKU", 50),
                "Quantity": decimal(one.get("AssembleQuantity"), "AssembleQuantity", Decimal(1)),
                "Value": decimal(one.get("ComponentValue"), "ComponentValue"),
            }
            for one in parts
        ]
    return orders.line(shop, values, group)
