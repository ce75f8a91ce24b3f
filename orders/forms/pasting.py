"""Pasted rows become lines of the form: blank ones are filled first, then the form grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from inventory.domain.matching import normalise_sku
from inventory.models import Product
from orders.domain.document_payloads import MOST_LINES
from orders.domain.pasting import PastedLine
from orders.forms.documents import BaseLines, lines_form
from orders.selectors import price_text
from orders.services.lines import Side

PREFIX = "lines"
LONGEST_PASTE = 400_000
TYPED = ("id", "sku", "description", "quantity", "unit", "unit_price", "discount_percent")


@dataclass(frozen=True, slots=True)
class Pasted:
    """The form with the rows in it, and what is to be said about it."""

    lines: BaseLines
    added: int
    left_out: int
    unknown: int


def paste_into(
    data: QueryDict, rows: Sequence[PastedLine], *, side: Side, shown: Sequence[str]
) -> Pasted:
    """The posted lines with the pasted rows. A SKU that there is not is said at its line."""
    products = _products(rows)
    form = data.copy()
    total = _number(form.get(f"{PREFIX}-TOTAL_FORMS", "0"))
    places = [n for n in range(total) if _is_blank(form, n)]
    room = max(0, MOST_LINES - total)
    places += range(total, total + min(room, max(0, len(rows) - len(places))))
    put = list(zip(places, rows, strict=False))
    for place, row in put:
        for name, value in _filled(row, products, side).items():
            form[f"{PREFIX}-{place}-{name}"] = value
        form.pop(f"{PREFIX}-{place}-DELETE", None)
    form[f"{PREFIX}-TOTAL_FORMS"] = str(max([total, *(place + 1 for place, _row in put)]))
    lines = lines_form(form, shown=shown)
    lines.is_valid()
    unknown = 0
    for place, row in put:
        sku = row.get("sku", "")
        if sku and normalise_sku(sku) not in products:
            unknown += 1
            lines.forms[place].add_error("sku", f"No product has the SKU {sku[:60]}.")
    return Pasted(lines, len(put), len(rows) - len(put), unknown)


def _number(text: str) -> int:
    return min(int(text), MOST_LINES) if text.isascii() and text.isdigit() else 0


def _is_blank(form: QueryDict, place: int) -> bool:
    return not any(form.get(f"{PREFIX}-{place}-{name}", "").strip() for name in TYPED)


def _products(rows: Sequence[PastedLine]) -> Mapping[str, Product]:
    keys = {normalise_sku(row["sku"]) for row in rows if row.get("sku")}
    return {row.sku_key: row for row in Product.objects.filter(sku_key__in=keys, is_active=True)}


def _filled(row: PastedLine, products: Mapping[str, Product], side: Side) -> dict[str, str]:
    """What was pasted, and what the product brings where nothing was."""
    product = products.get(normalise_sku(row.get("sku", "")))
    if product is None:
        return {"quantity": "1", **row}
    price = product.sale_price if side == "sale" else product.purchase_price
    return {
        "description": product.name,
        "quantity": "1",
        "unit": product.unit,
        "unit_price": price_text(price) if price is not None else "",
        **row,
        "sku": product.sku,
    }
