"""Quantities and cost of inventory items: average cost, worked out as documents are entered."""

from decimal import Decimal

from sandbox.common.ledger import Entry
from sandbox.quickbooks.bundles import goods
from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.lines import ITEM, SALE

OUT = {"Invoice": -1, "SalesReceipt": -1, "CreditMemo": 1, "RefundReceipt": 1}
IN = {"Bill": 1, "Purchase": 1, "VendorCredit": -1}


def move(company: Company, kind: str, body: Body) -> None:
    """Take goods out or in and remember it in the document as `_stock`."""
    sold = goods(body) if kind in OUT else ()
    moves = [_sold(company, line[SALE], OUT[kind]) for line in sold]
    for line in body.get("Line", ()):
        if kind in IN and line["DetailType"] == ITEM:
            sign = -IN[kind] if body.get("Credit") is True else IN[kind]
            rate = Decimal(body.get("ExchangeRate", 1))
            moves.append(_bought(company, line[ITEM], sign, cents(line["Amount"] * rate)))
    kept = [one for one in moves if one]
    if kept:
        body["_stock"] = kept
    else:
        body.pop("_stock", None)


def _item(company: Company, detail: Body) -> Body | None:
    item = company.get("Item", detail.get("ItemRef", {}).get("value", ""))
    tracked = item is not None and item.body["Type"] == "Inventory"
    return item.body if item is not None and tracked and item.body["TrackQtyOnHand"] else None


def _sold(company: Company, detail: Body, sign: int) -> Body | None:
    item = _item(company, detail)
    if item is None:
        return None
    quantity = Decimal(detail.get("Qty", 1)) * sign
    held, value = Decimal(item["QtyOnHand"]), Decimal(item.get("_value", ZERO))
    each = value / held if held > 0 and value > 0 else Decimal(item.get("PurchaseCost", ZERO))
    worth = cents(each * quantity)
    expense = item["ExpenseAccountRef"]["value"]
    moved = _moved(company, (detail["ItemRef"]["value"], item), quantity, worth, expense)
    if "ClassRef" in detail:
        moved["marks"] = {"class": detail["ClassRef"]["value"]}
    return moved


def _bought(company: Company, detail: Body, sign: int, amount: Decimal) -> Body | None:
    item = _item(company, detail)
    if item is None:
        return None
    quantity = Decimal(detail.get("Qty", 1)) * sign
    # The document's own lines post its amount; nothing else is needed for the book.
    return _moved(company, (detail["ItemRef"]["value"], item), quantity, amount * sign, "")


def _moved(
    company: Company, item: tuple[str, Body], quantity: Decimal, value: Decimal, other: str
) -> Body:
    id_, body = item
    held = Decimal(body["QtyOnHand"]) + quantity
    worth = Decimal(body.get("_value", ZERO)) + value
    company.amend("Item", id_, {"QtyOnHand": held, "_value": worth})
    asset = body["AssetAccountRef"]["value"]
    return {"item": id_, "quantity": quantity, "value": value, "asset": asset, "other": other}


def undo(company: Company, body: Body) -> None:
    """Put back what a document had moved."""
    for one in body.pop("_stock", []):
        item = company.store.get(company.realm, "Item", one["item"])
        if item is not None:
            held = Decimal(item.body["QtyOnHand"]) - one["quantity"]
            worth = Decimal(item.body.get("_value", ZERO)) - one["value"]
            company.amend("Item", one["item"], {"QtyOnHand": held, "_value": worth})


def write_off(company: Company, body: Body) -> None:
    """An item that is made inactive has no goods any more; what they cost is shrinkage."""
    value, name = Decimal(body.get("_value", ZERO)), body["Name"][:80]
    sides = [(body["AssetAccountRef"]["value"], -value), (company.system("shrinkage"), value)]
    entries = [Entry(account, cents(amount), name) for account, amount in sides if amount]
    number = str(company.store.next(company.realm, "id.InventoryAdjustment"))
    company.book.post("InventoryAdjustment", number, company.today, entries)
    body |= {"QtyOnHand": ZERO, "_value": ZERO}
