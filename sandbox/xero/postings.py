"""What approved invoices and credit notes do to the book, and to stock that Xero keeps."""

from decimal import Decimal
from typing import Any

from sandbox.common.ledger import Entry
from sandbox.xero.books import Books
from sandbox.xero.items import move_stock
from sandbox.xero.lines import entries
from sandbox.xero.settling import is_sale

ID_FIELDS = {"invoice": "InvoiceID", "credit_note": "CreditNoteID"}


def post_document(books: Books, kind: str, body: dict[str, Any]) -> None:
    """Post it anew, or take it out when it is not approved; sets `_base` and `_settled`."""
    id_ = body[ID_FIELDS[kind]]
    _take_stock_back(books, body)
    if body["Status"] not in ("AUTHORISED", "PAID"):
        books.post(kind, id_, body["Date"], [], body["Type"])
        return
    sale = is_sale(body)
    # A sale is a debit of debtors, a bill a credit of creditors; credit notes the other way.
    sign = (1 if sale else -1) * (1 if kind == "invoice" else -1)
    control = books.system_account("DEBTORS" if sale else "CREDITORS").id
    memo = body.get("InvoiceNumber") or body.get("CreditNoteNumber") or ""
    posted, total = entries(books, body, sign, control, memo)
    body |= {"_base": total, "_settled": Decimal(0)}
    books.post(kind, id_, body["Date"], posted + _move_stock(books, kind, body), body["Type"])


def _take_stock_back(books: Books, body: dict[str, Any]) -> None:
    for code, quantity, value in body.pop("_stock", []):
        move_stock(books, code, -Decimal(quantity), -Decimal(value))


def _move_stock(books: Books, kind: str, body: dict[str, Any]) -> list[Entry]:
    """Quantities of tracked items; sales cost what they did on average."""
    moved, posted = [], []
    sale = is_sale(body)
    inclusive = body["LineAmountTypes"] == "Inclusive"
    for line in body["LineItems"]:
        item = books.get("item", line["Item"]["ItemID"]) if "Item" in line else None
        if item is None or not item.body.get("IsTrackedAsInventory"):
            continue
        quantity = line["Quantity"] * (-1 if sale == (kind == "invoice") else 1)
        net = line["LineAmount"] - (line["TaxAmount"] if inclusive else 0)
        value = None if sale else books.in_base(net, body["CurrencyRate"])
        if value is not None and kind == "credit_note":
            value = -value
        value, held = move_stock(books, line["ItemCode"], quantity, value)
        moved.append((line["ItemCode"], quantity, value))
        if sale:
            asset = books.account({"Code": held["InventoryAssetAccountCode"]})
            cost = books.account({"Code": held["PurchaseDetails"]["COGSAccountCode"]})
            assert asset is not None and cost is not None
            posted += [Entry(asset.id, value), Entry(cost.id, -value)]
    if moved:
        body["_stock"] = moved
    return posted
