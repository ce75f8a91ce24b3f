"""Pictures of an item, what tells variations apart, and how many kits its parts would make."""

from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import quote

from sandbox.common.http import Answer
from sandbox.neto import stock
from sandbox.neto.shops import Shop
from sandbox.neto.values import flag, inside, text

Body = dict[str, Any]
SIZES = {"full": 800, "medium": 320, "thumb": 120}
TINTS = ("#5b7c99", "#8a6d4f", "#5f8569", "#8c5f6f", "#6c6690", "#7d7f55")


def read_images(sent: Any, kept: list[dict[str, str]], now: str) -> list[dict[str, str]]:
    """Images as AddItem and UpdateItem take them: by name, the others stay. Raises Problem."""
    found = {one["Name"]: one for one in kept}
    for one in inside(sent, "Image"):
        name = text(one.get("Name"), "Name", 50) or "Main"
        if flag(one.get("Delete")):
            found.pop(name, None)
        else:
            found[name] = {"Name": name, "Source": text(one.get("URL"), "URL", 2000), "At": now}
    return list(found.values())[:50]


def read_specifics(sent: Any) -> list[dict[str, str]]:
    """ItemSpecifics: {Name: Colour, Value: Green}. Raises Problem."""
    return [
        {"Name": text(one.get("Name"), "Name", 50), "Value": text(one.get("Value"), "Value", 200)}
        for one in inside(sent, "ItemSpecific")[:100]
    ]


def image_rows(shop: Shop, item: dict[str, Any]) -> list[dict[str, str]]:
    """Image[] as GetItem answers it; the addresses lead to the sandbox's own pictures."""
    rows = []
    for one in item.get("Images", []):
        file = quote(f"{item['SKU']}~{one['Name']}.svg", safe="")
        base = f"{shop.url}/assets"
        rows.append(
            {
                "Name": one["Name"],
                "URL": f"{base}/full/{file}",
                "ThumbURL": f"{base}/thumb/{file}",
                "MediumThumbURL": f"{base}/medium/{file}",
                "Timestamp": one["At"],
            }
        )
    return rows


def variants(shop: Shop, sku: str) -> list[dict[str, Any]]:
    """The items that name this one as their parent."""
    found = shop.store.found(shop.name, "item.parent", sku) if sku else []
    children = [shop.get("item", id_) for _kind, id_ in found]
    return sorted((one for one in children if one), key=lambda one: int(one["ID"]))


def available(shop: Shop, item: dict[str, Any]) -> Decimal:
    """How many can be sold: what is on hand and not held; of a kit, what its parts would make."""
    if not item["KitComponents"]:
        levels = stock.levels(shop, item["SKU"])
        return stock.total(levels, "hand") - stock.total(levels, "held")
    made = []
    for one in item["KitComponents"]:
        part, needed = shop.get("item", one["ComponentSKU"]), Decimal(one["AssembleQuantity"])
        if part is not None and part["IsInventoried"] and needed > 0:
            levels = stock.levels(shop, part["SKU"])
            free = stock.total(levels, "hand") - stock.total(levels, "held")
            made.append(max(free, Decimal(0)) // needed)
    return min(made, default=Decimal(0))


def picture(shop: Shop, size: str, file: str) -> Answer:
    """A drawn stand-in for a photograph."""
    sku, _mark, _name = file.removesuffix(".svg").partition("~")
    item = shop.get("item", sku)
    side = SIZES.get(size)
    if item is None or side is None:
        return Answer.text("", 404, "text/plain")
    words = [word for word in item["Name"].split() if word[0].isalnum()]
    letters = "".join(word[0] for word in words[:2]).upper() or "?"
    tint = TINTS[sum(sku.encode("utf-8", "replace")) % len(TINTS)]
    drawn = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{side}' height='{side}'"
        f" viewBox='0 0 100 100' role='img' aria-label='{escape(item['Name'])}'>"
        f"<rect width='100' height='100' fill='{tint}'/>"
        "<text x='50' y='62' font-family='system-ui, sans-serif' font-size='34' fill='#fff'"
        f" text-anchor='middle'>{escape(letters)}</text></svg>"
    )
    return Answer.text(drawn, 200, "image/svg+xml; charset=utf-8")


def dates(item: dict[str, Any], name: str, local: Any) -> dict[str, str]:
    """A stored moment in its three spellings."""
    at = str(item.get(name, ""))
    return {name: at, f"{name}UTC": at, f"{name}Local": local(at)}
