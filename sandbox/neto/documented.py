"""The two orders of the vendor's documentation; the first one's parts are 64.00 less than it."""

from decimal import Decimal
from typing import Any

from sandbox.neto.orders import ADDRESS

Values = dict[str, Any]
JOHN = {"FirstName": "John", "LastName": "Smith", "Country": "AU"}


def odd() -> Values:
    """N001001: two lines and shipping are 654.43, the total says 718.43."""
    address = {
        "StreetLine1": "123 Smith Street",
        "StreetLine2": "More address data",
        "City": "SYDNEY",
        "State": "NSW",
        "PostCode": "2000",
        "Company": "Acme Co.",
    }
    return {
        **_order("N001001", address, "johnsmith@neto.com.au"),
        "ShipPhone": "07 3420 8434",
        "ShippingOption": "Standard Shipping",
        "ShippingSignature": True,
        "ShippingTotal": Decimal("7.08"),
        "GivenTotal": Decimal("718.43"),
        "DatePlaced": "2014-04-19 20:02:30",
        "DateRequired": "2014-04-19 20:02:00",
        "DeliveryInstruction": "Leave at front door",
        "OrderLine": [
            _line("SAMPLE_P10", "Product Name", "5.950", 2),
            _line("SAMPLE_P1_G", "[Sample] Product # 1 [Colour: Green]", "635.450"),
        ],
    }


def even() -> Values:
    """N10155, whose parts are its total."""
    address = {
        "StreetLine1": "123 Sample Street",
        "City": "CAPALABA",
        "State": "QLD",
        "PostCode": "4157",
    }
    return {
        **_order("N10155", address, "sample@neto.com.au"),
        "ShippingOption": "Express Shipping",
        "ShippingSignature": False,
        "ShippingTotal": Decimal("26.62"),
        "DatePlaced": "2013-09-17 23:25:23",
        "OrderLine": [
            _line("SAMPLE_P11", "[Sample] Product # 11", "99.000", 2),
            _line("SAMPLE_P12", "[Sample] Product # 12", "399.000"),
            _line("SAMPLE_V2_SML", "[Sample] Product With Variations #2 [Size: Small]", "29.950"),
        ],
    }


def _order(order_id: str, address: dict[str, str], email: str) -> Values:
    whole = {**dict.fromkeys(ADDRESS, ""), **JOHN, **address}
    sides = {f"{side}{name}": one for side in ("Bill", "Ship") for name, one in whole.items()}
    return {"GivenID": order_id, "Username": "johnsmith", "Email": email, "Pay": "account", **sides}


def _line(sku: str, name: str, price: str, quantity: int = 1) -> Values:
    line = {"SKU": sku, "ProductName": name, "UnitPrice": Decimal(price)}
    return {**line, "Quantity": Decimal(quantity)}
