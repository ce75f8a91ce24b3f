"""An order's life: made, changed, moved through its statuses, split; API and shop both use this."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.neto import notifications, returned, stock
from sandbox.neto.postings import post_order
from sandbox.neto.prices import price_for
from sandbox.neto.pricing import ZERO, payment_status, price, shares
from sandbox.neto.shops import Shop
from sandbox.neto.values import LARGEST, Problem

Edit = Callable[[dict[str, Any]], object]
STATUSES = (
    *("New", "New Backorder", "Backorder Approved", "Pick", "Pack", "Pending Pickup"),
    *("Pending Dispatch", "Dispatched", "Cancelled", "Uncommitted", "On Hold", "Quote"),
)
NEED_APPROVAL = frozenset({"Pack", "Pending Pickup", "Pending Dispatch", "Dispatched"})
ADDRESS = (
    *("FirstName", "LastName", "Company", "StreetLine1", "StreetLine2", "City", "State"),
    *("PostCode", "Country", "Phone", "Fax"),
)
LINE: dict[str, Any] = {
    "SKU": "",
    "ProductName": "",
    "ItemNotes": "",
    "SerialNumber": "",
    "Extra": "",
    "Quantity": Decimal(1),
    "BackorderQuantity": ZERO,
    "QuantityShipped": ZERO,
    "UnitPrice": ZERO,
    "PercentDiscount": ZERO,
    "ProductDiscount": ZERO,
    "CouponDiscount": ZERO,
    "CostPrice": ZERO,
    "Weight": ZERO,
    "Cubic": ZERO,
    "TaxFree": False,
    "WarehouseID": "",
    "ShippingMethod": "",
    "ShippingServiceID": "0",
    "ShippingTracking": "",
    "DateShipped": "",
    "ShippingCarrierCode": "",
    "ShippingCarrierName": "",
    "ShippingTrackingUrl": "",
    "BinLoc": "",
    "ExtraOptions": [],
    "Components": [],
    "eBay": {},
    "ExternalSystemIdentifier": "",
    "ExternalOrderReference": "",
    "ExternalOrderLineReference": "",
    "ComponentOfKit": "",
    "KitPartID": "",
}
ORDER: dict[str, Any] = {
    "Username": "",
    "Email": "",
    "PurchaseOrderNumber": "",
    "RelatedOrderID": "",
    "UserGroup": "1",
    "SalesPerson": "",
    "SalesChannel": "Website",
    "OrderType": "sales",
    "OnHoldType": "On Hold",
    "OrderStatus": "New",
    "CompleteStatus": "Incomplete",
    "ExportStatus": "Pending",
    "ExportedToWMS": "Pending",
    "PickStatus": "Incomplete",
    "ClientIPAddress": "",
    "InternalOrderNotes": "",
    "DeliveryInstruction": "",
    "StickyNotes": [],
    "OrderPayment": [],
    "OrderLine": [],
    "ShippingOption": "",
    "ShippingSignature": False,
    "ShippingTotal": ZERO,
    "ShippingDiscount": ZERO,
    "TaxFreeShipping": False,
    "SurchargeTotal": ZERO,
    "SurchargeTaxable": ZERO,
    "OrderRounding": ZERO,
    "CouponCode": "",
    "DefaultPaymentType": "",
    "PaymentTerms": "Net",
    "TermDays": 0,
    "DatePaid": "",
    "DateRequired": "",
    "DateInvoiced": "",
    "DateCompleted": "",
    "DateCompletedUTC": "",
    "eBay": {},
    **{f"CustomerRef{number}": "" for number in range(1, 11)},
    **{f"{side}{part}": "" for side in ("Bill", "Ship") for part in ADDRESS},
}


def keys(order: dict[str, Any]) -> list[tuple[str, str]]:
    """What an order is found by."""
    found = {
        ("order.status", order["OrderStatus"]),
        ("order.export", order["ExportStatus"]),
        ("order.user", order["Username"].lower()),
        ("order.related", order["RelatedOrderID"]),
    }
    found |= {("order.sku", line["SKU"].lower()) for line in order["OrderLine"]}
    return [one for one in found if one[1]]


def save(shop: Shop, order: dict[str, Any]) -> None:
    """Price it, write it, and put it into the book."""
    price(
        order,
        shop.rate,
        per_unit=shop.switch("product_discount_per") == "unit",
        with_shipping=shop.switch("order_tax_has_shipping"),
    )
    if max(abs(order["GrandTotal"]), abs(order["ProductSubtotal"])) >= LARGEST:
        raise Problem("Invalid Request", "The order's total is too large")
    if order.get("GivenTotal"):  # the vendor's own odd order: its total is not its parts
        order["GrandTotal"] = order["GivenTotal"]
    order["PaymentStatus"] = payment_status(order)
    if order["PaymentStatus"] == "FullyPaid" and order["OrderPayment"]:
        order["CompleteStatus"] = "Approved"
    store(shop, order)
    post_order(shop, order)


def store(shop: Shop, order: dict[str, Any], *, at: float | None = None) -> None:
    """Write it as it is; it was changed now, or `at`."""
    when = shop.at if at is None else at
    shop.store.put(shop.name, "order", order["OrderID"], order, at=when, keys=keys(order))


def new_id(shop: Shop) -> str:
    """The next order number of the store."""
    return f"{shop.profile['prefix']}{shop.next('order', 100_001)}"


def line(shop: Shop, values: dict[str, Any], group: str = "1") -> dict[str, Any]:
    """A line with all its fields, from the catalogue where it is not said. Raises Problem.

    `group` is the buyer's, whose price it has.
    """
    sku = values.get("SKU", "")
    item = shop.get("item", sku) if sku else None
    made = {**LINE, "ExtraOptions": [], "Components": []}
    if item is not None:
        made |= {
            "ProductName": item["Name"],
            "UnitPrice": price_for(item, group, Decimal(values.get("Quantity", 1)), shop.now),
            "CostPrice": item["CostPrice"],
            "Weight": item["ShippingWeight"],
            "Cubic": item["CubicWeight"],
            "TaxFree": item["TaxFreeItem"],
            "Components": [
                {
                    "SKU": one["ComponentSKU"],
                    "Quantity": one["AssembleQuantity"],
                    "Value": one["ComponentValue"],
                }
                for one in item["KitComponents"]
            ],
        }
    made |= values
    if not made["WarehouseID"]:
        made["WarehouseID"] = shop.profile.get("primary_warehouse", "")
    if Decimal(made["Quantity"]) < 0 or Decimal(made["UnitPrice"]) < 0:
        raise Problem("Invalid Request", "Quantity and UnitPrice are not negative")
    return made


def create(shop: Shop, values: dict[str, Any], order_id: str = "") -> dict[str, Any]:
    """Make an order from GetOrder's field names. Raises Problem."""
    order_id = order_id or new_id(shop)
    if shop.record("order", order_id) is not None:
        raise Problem("Invalid Request", f"Order {order_id} exists already")
    order = {**ORDER, "StickyNotes": [], "OrderPayment": []}
    order |= {"TaxInclusive": shop.profile["tax_inclusive"], "DatePlaced": shop.now}
    order |= {"CurrencyCode": shop.profile["currency"]} | values
    order |= {"OrderID": order_id, "ID": order_id}
    group = str(order["UserGroup"])
    order["OrderLine"] = [line(shop, one, group) for one in values.get("OrderLine", [])]
    number_lines(order)
    coupon = order.pop("OrderCoupon", None)
    if coupon:
        weights = [Decimal(one["UnitPrice"]) * one["Quantity"] for one in order["OrderLine"]]
        for one, share in zip(order["OrderLine"], shares(coupon, weights), strict=True):
            one["CouponDiscount"] = share
    placed = order["DatePlaced"]
    order["DateInvoiced"] = order["DateInvoiced"] or shop.day(placed)
    order["DatePaymentDue"] = shop.midnight(shop.day(placed), int(order["TermDays"]))
    save(shop, order)
    stock.apply_order(shop, order)
    notifications.order_changed(shop, order)
    return order


def number_lines(order: dict[str, Any]) -> None:
    """Give new lines their ids; those that have one keep it."""
    taken = {one["OrderLineID"] for one in order["OrderLine"] if one.get("OrderLineID")}
    number = 0
    for one in order["OrderLine"]:
        if one.get("OrderLineID"):
            continue
        while f"{order['OrderID']}-{number}" in taken:
            number += 1
        one["OrderLineID"] = f"{order['OrderID']}-{number}"
        taken.add(one["OrderLineID"])


def move(shop: Shop, order: dict[str, Any], status: str) -> bool:
    """Give an order another status, in place; whether it changed. Raises Problem."""
    if status not in STATUSES:
        raise Problem("Invalid Request", f"OrderStatus {status} is unknown")
    if status == order["OrderStatus"]:
        return False
    unapproved = order["CompleteStatus"] != "Approved"
    if status in NEED_APPROVAL and unapproved and shop.switch("approval_needed"):
        raise Problem("Invalid Request", f"Order {order['OrderID']} is not approved")
    order["OrderStatus"] = status
    if status == "Dispatched":
        order |= {"DateCompleted": shop.day(), "DateCompletedUTC": shop.now}
        for one in order["OrderLine"]:
            if not one["QuantityShipped"]:
                one["QuantityShipped"] = one["Quantity"]
    return True


def change(shop: Shop, order_id: str, edit: Edit) -> dict[str, Any]:
    """Let `edit` change an order; stock, book and notification follow. Raises Problem."""
    order = shop.need("order", order_id)
    before = shop.need("order", order_id)
    edit(order)
    number_lines(order)
    returned.check(shop, order)
    if _goods(before) != _goods(order):
        stock.apply_order(shop, before, undo=True)
        stock.apply_order(shop, order)
    save(shop, order)
    if before["OrderStatus"] != order["OrderStatus"]:
        notifications.order_changed(shop, order)
    return order


def _goods(order: dict[str, Any]) -> Any:
    return stock.effect(order), [
        (one["SKU"], one["WarehouseID"], one["Quantity"]) for one in order["OrderLine"]
    ]


def split(shop: Shop, order_id: str, line_ids: list[str], status: str = "") -> dict[str, Any]:
    """Move lines to an order of their own that names this one; the charges stay. Raises Problem."""
    moved: list[dict[str, Any]] = []

    def take(order: dict[str, Any]) -> None:
        moved.extend(one for one in order["OrderLine"] if one["OrderLineID"] in line_ids)
        order["OrderLine"] = [one for one in order["OrderLine"] if one not in moved]
        if not moved or not order["OrderLine"]:
            raise Problem("Invalid Request", "A split takes some lines and leaves some")

    parent = change(shop, order_id, take)
    part = {name: one for name, one in parent.items() if name in ORDER}
    part |= {"TaxInclusive": parent["TaxInclusive"], "DatePlaced": parent["DatePlaced"]}
    part |= {"RelatedOrderID": order_id, "ShippingTotal": ZERO, "ShippingDiscount": ZERO}
    part |= {"SurchargeTotal": ZERO, "SurchargeTaxable": ZERO, "OrderRounding": ZERO}
    part |= {"OrderPayment": [], "StickyNotes": [], "OrderStatus": status or parent["OrderStatus"]}
    part["OrderLine"] = [{**one, "OrderLineID": ""} for one in moved]
    return create(shop, part)
