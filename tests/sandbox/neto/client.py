"""A caller of the API as strangers write one: requests, headers, Ack, lists that may be objects."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import requests

from tests.sandbox.reference import reference
from tests.sandbox.running import Running

LINES = ["OrderLine"] + [
    f"OrderLine.{name}"
    for name in (
        *("Quantity", "UnitPrice", "PercentDiscount", "ProductDiscount", "CouponDiscount"),
        *("Tax", "TaxCode", "WarehouseID", "ProductName", "ShippingTracking", "QuantityShipped"),
    )
]
MONEY = [
    *("GrandTotal", "ProductSubtotal", "ShippingTotal", "ShippingTax", "ShippingDiscount"),
    *("SurchargeTotal", "OrderTax", "CouponDiscount", "TaxInclusive"),
]


def recorded(name: str) -> str:
    """A recorded request or reply; a test without them is skipped, and fails in CI."""
    return (reference("neto") / name).read_text()


def listed(value: Any) -> list[Any]:
    """A list, whichever way it was written."""
    return value if isinstance(value, list) else [value] if value else []


@dataclass
class Store:
    """A filled store and its keys."""

    sandbox: Running
    filled: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.filled["store"])

    @property
    def gateway(self) -> str:
        """Where bearers call it."""
        return f"{self.sandbox.url}/v1/stores/{self.filled['api_id']}/do/WS/NetoAPI"

    def post(self, action: str, body: Any = None, **headers: str) -> requests.Response:
        """One call; `body` is text or what becomes JSON."""
        sent = {
            "NETOAPI_ACTION": action,
            "NETOAPI_KEY": self.filled["user_key"],
            "NETOAPI_USERNAME": self.filled["username"],
            "Accept": "application/json",
            "Content-Type": "application/json",
            **self.headers,
            **headers,
        }
        given = {name: one for name, one in sent.items() if one}
        url = f"{self.filled['url']}/do/WS/NetoAPI"
        if isinstance(body, (str, bytes)):
            data = body.encode() if isinstance(body, str) else body
            return requests.post(url, data=data, headers=given, timeout=60)
        return requests.post(url, json=body or {}, headers=given, timeout=60)

    def call(self, action: str, body: Any = None) -> dict[str, Any]:
        """The answer of a call that does not fail."""
        answer = self.post(action, body)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["Ack"] in ("Success", "Warning"), found
        return dict(found)

    def orders(self, *selectors: str, **filters: Any) -> list[dict[str, Any]]:
        """GetOrder."""
        asked = {**filters, "OutputSelector": list(selectors)}
        return listed(self.call("GetOrder", {"Filter": asked}).get("Order"))

    def order(self, order_id: str, *selectors: str, **filters: Any) -> dict[str, Any]:
        """One order."""
        (found,) = self.orders(*selectors, OrderID=[order_id], **filters)
        return dict(found)

    def act(self, verb: str, **values: Any) -> Any:
        """What a person does in the store's screens."""
        return self.sandbox.control(f"act/{verb}", {"store": self.name, **values})

    def book(self) -> dict[str, Any]:
        """The ledger."""
        return dict(self.sandbox.control(f"ledger/{self.name}", method="GET"))


def expected_total(order: dict[str, Any]) -> Decimal:
    """What the facts say an order's parts come to."""
    total = Decimal(order["ShippingTotal"]) + Decimal(order["SurchargeTotal"])
    total -= Decimal(order["CouponDiscount"]) + Decimal(order["ShippingDiscount"])
    for line in listed(order["OrderLine"]):
        amount = Decimal(line["UnitPrice"]) * Decimal(line["Quantity"])
        if Decimal(line["PercentDiscount"]):
            amount *= 1 - Decimal(line["PercentDiscount"]) / 100
        else:
            amount -= Decimal(line["ProductDiscount"])
        total += amount.quantize(Decimal("0.01"), "ROUND_HALF_UP")
    if order["TaxInclusive"] == "False":
        total += Decimal(order["OrderTax"])
    return total
