"""Items: what is sold and bought, with or without stock that Xero keeps."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.problems import Invalid
from sandbox.xero.wire import new_id, rounded
from sandbox.xero.writing import Writable

LONGEST_CODE = 30


class Items(Writable):
    """See the module."""

    plural, kind, id_field = "Items", "item", "ItemID"
    number_field, number_key = "Code", "item.code"
    table, scopes = tables.ITEM, scopes.ITEMS
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Code", "Name", "Description"), "text"),
        **dict.fromkeys(("IsSold", "IsPurchased", "IsTrackedAsInventory"), "boolean"),
        **dict.fromkeys(("QuantityOnHand", "TotalCostPool"), "number"),
        "ItemID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("DELETE", "/Items/{id}", self.delete)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        for side in ("SalesDetails", "PurchaseDetails"):
            if "UnitPrice" in body.get(side, {}):
                price = rounded(Decimal(body[side]["UnitPrice"]), books.places)
                body[side] = body[side] | {"UnitPrice": price}
        return body

    def match(self, books: Books, given: dict[str, Any]) -> Record | None:
        ids = books.found("item.code", given.get("Code", ""))
        return books.get("item", ids[0]) if ids else None

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        before = existing.body if existing else {"ItemID": new_id()}
        body = {"IsSold": True, "IsPurchased": True, **before, **given, "ItemID": before["ItemID"]}
        if not body.get("Code"):
            raise Invalid("Price List Item must have a Code")
        if len(body["Code"]) > LONGEST_CODE:
            raise Invalid("Item Code must not be more than 30 characters long.")
        if [one for one in books.found("item.code", body["Code"]) if one != body["ItemID"]]:
            raise Invalid(f"Price List Item with Code '{body['Code']}' already exists")
        for side in ("SalesDetails", "PurchaseDetails"):
            if side in body:
                kept = before.get(side, {}) | body[side]
                body[side] = {k: v for k, v in kept.items() if v != ""}
                _check_details(books, body[side])
        if not body["IsSold"]:
            body |= {"SalesDetails": {}, "Description": ""}
        if not body["IsPurchased"]:
            body |= {"PurchaseDetails": {}, "PurchaseDescription": ""}
        _track(books, before, body)
        books.put("item", body["ItemID"], body, [("item.code", body["Code"].casefold())])
        return body["ItemID"], []

    def delete(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """An item goes; its lines stay."""
        body = self.find(books, id).body
        if body.get("QuantityOnHand"):
            message = {"Message": "The item has a quantity on hand and cannot be deleted"}
            element = {"ItemID": body["ItemID"], "ValidationErrors": [message]}
            raise Refused(problems.validation([element]))
        books.remove("item", body["ItemID"])
        return Answer(204)


def _check_details(books: Books, details: dict[str, Any]) -> None:
    for field in ("AccountCode", "COGSAccountCode"):
        account = books.account({"Code": details[field]}) if field in details else None
        if field in details and (account is None or account.body["Status"] != "ACTIVE"):
            raise Invalid(f"Account code '{details[field]}' is not a valid code for this document.")
    if "TaxType" in details and books.tax_rate(details["TaxType"]) is None:
        raise Invalid("The tax rate must be valid")


def _track(books: Books, before: dict[str, Any], body: dict[str, Any]) -> None:
    """Tracked as inventory: with both an asset account and one for the cost of sales."""
    asset, cogs = (
        body.get("InventoryAssetAccountCode"),
        body["PurchaseDetails"].get("COGSAccountCode") if "PurchaseDetails" in body else None,
    )
    body["IsTrackedAsInventory"] = bool(asset and cogs)
    if before.get("IsTrackedAsInventory") and not body["IsTrackedAsInventory"]:
        raise Invalid("A tracked item cannot be made untracked")
    if not body["IsTrackedAsInventory"]:
        return
    account = books.account({"Code": asset})
    if account is None or account.body["Type"] != "INVENTORY":
        raise Invalid("The inventory asset account must be of type INVENTORY")
    body.setdefault("QuantityOnHand", Decimal(0))
    body.setdefault("TotalCostPool", Decimal(0))


def move_stock(
    books: Books, code: str, quantity: Decimal, value: Decimal | None
) -> tuple[Decimal, dict[str, Any]]:
    """Move a tracked item; its value in base currency (None: at average cost) and the item.

    Raises Invalid when there is not enough.
    """
    found = books.get("item", books.found("item.code", code)[0])
    assert found is not None
    body = dict(found.body)
    if not body.get("IsTrackedAsInventory"):
        raise Invalid(f"Item '{code}' is not tracked as inventory")
    held, pool = Decimal(body["QuantityOnHand"]), Decimal(body["TotalCostPool"])
    if held + quantity < 0:
        raise Invalid(f"The quantity of item '{code}' is more than the quantity on hand ({held:f})")
    if value is None:
        value = rounded(pool * quantity / held, 2) if held else Decimal(0)
        if held + quantity == 0:
            value = -pool
    body |= {"QuantityOnHand": held + quantity, "TotalCostPool": pool + value}
    books.put("item", found.id, body, [("item.code", body["Code"].casefold())])
    return value, body
