"""Buying in packs: 5 cartons of 12 are kept as 60 units at a twelfth of the price.

The price per unit leads, at six decimals, because stock, bills, papers and the network all speak
of units. Where it cannot give the same total to the cent as the price of a pack, the line is
refused with what to do, so that no total ever differs from what was agreed.
"""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from hub.money import plain
from inventory.models import Product
from orders.models import PurchaseOrderLine, TradeLine

_PRICE = Decimal("0.000001")
_QUANTITY = Decimal("0.00001")


def is_pack(product: Product | None, unit: str) -> bool:
    """Whether a line's unit is what the product is bought in, rather than its own unit."""
    if product is None or not product.purchase_unit or product.purchase_factor is None:
        return False
    wanted, pack = unit.strip().casefold(), product.purchase_unit.casefold()
    own = product.unit.casefold()
    return wanted in (pack, f"{pack}s", f"{pack}es") and pack != own


def in_units(product: Product, row: TradeLine, price_given: bool, decimals: int) -> str:
    """Turn a row that counts packs into one that counts units; gives what is wrong, or "".

    A price that was not given is the product's own, of one unit already.
    """
    size = product.purchase_factor
    assert size is not None
    packs, quantity = row.quantity, row.quantity * size
    if quantity != quantity.quantize(_QUANTITY):
        return f"{plain(packs)} {product.purchase_unit} are no exact number of {product.unit}."
    price, pack_price = row.unit_price, row.unit_price * size
    if price_given:
        pack_price = row.unit_price
        price = (pack_price / size).quantize(_PRICE, ROUND_HALF_EVEN)
        if _cents(packs * pack_price, decimals) != _cents(quantity * price, decimals):
            return (
                f"{plain(pack_price)} for {plain(size)} {product.unit} is no exact price of one "
                f"for so many. Enter {plain(quantity)} {product.unit} and the price of one."
            )
    row.quantity, row.unit_price, row.unit = quantity, price, product.unit
    if isinstance(row, PurchaseOrderLine):
        row.pack_unit, row.pack_size = product.purchase_unit, size
        row.pack_price = pack_price.quantize(_PRICE, ROUND_HALF_UP)
    return ""


def _cents(amount: Decimal, decimals: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def price_stands(line: PurchaseOrderLine) -> bool:
    """Whether the line's price is still the one of the pack that was entered."""
    if line.pack_size is None or line.pack_price is None:
        return False
    return (line.pack_price / line.pack_size).quantize(_PRICE, ROUND_HALF_EVEN) == line.unit_price
