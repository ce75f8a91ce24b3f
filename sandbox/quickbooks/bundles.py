"""Bundles: items of type Group, which a person puts together, and the lines that sell them."""

from collections.abc import Iterator
from decimal import Decimal

from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.validation import number

SALE, GROUP = "SalesItemLineDetail", "GroupLineDetail"
MOST_PARTS = 50


def goods(body: Body) -> Iterator[Body]:
    """The sales lines of a document, those within bundles too."""
    for line in body.get("Line", ()):
        if line["DetailType"] == SALE:
            yield line
        elif line["DetailType"] == GROUP:
            yield from line[GROUP].get("Line", ())


def expand(company: Company, body: Body) -> None:
    """Give each bundle its parts, where the caller does not name them. Raises Wrong."""
    last = max(
        (int(line["Id"]) for line in (*body["Line"], *goods(body)) if line["Id"].isdigit()),
        default=0,
    )
    for line in body["Line"]:
        if line["DetailType"] != GROUP:
            continue
        detail = line[GROUP]
        ref = detail.get("GroupItemRef")
        if ref is None:
            raise Wrong("2020", "Required parameter GroupItemRef is missing", "GroupItemRef")
        item = company.refer("Item", ref, "GroupItemRef")
        if item.body["Type"] != "Group":
            raise Wrong("2500", f"Invalid Reference Id : Item {item.id} is no bundle")
        quantity = detail.setdefault("Quantity", Decimal(1))
        if not detail.get("Line"):
            parts = item.body["ItemGroupDetail"]["ItemGroupLine"]
            detail["Line"] = [_part(company, part, quantity) for part in parts]
            for position, part in enumerate(detail["Line"], 1):
                last += 1
                part |= {"Id": str(last), "LineNum": position}


def _part(company: Company, part: Body, quantity: Decimal) -> Body:
    ref = {"value": part["ItemRef"]["value"]}
    item = company.refer("Item", ref, "ItemRef").body
    each, price = Decimal(part["Qty"]) * quantity, Decimal(item.get("UnitPrice", ZERO))
    detail: Body = {"ItemRef": ref, "Qty": each, "UnitPrice": price}
    if company.country == "US":
        detail["TaxCodeRef"] = {"value": "TAX" if item.get("Taxable") else "NON"}
    elif "SalesTaxCodeRef" in item:
        detail["TaxCodeRef"] = dict(item["SalesTaxCodeRef"])
    return {"Amount": cents(each * price), "DetailType": SALE, SALE: detail}


def add_up(company: Company, body: Body) -> None:
    """The amount of a bundle's own line, once its parts are priced."""
    for line in body["Line"]:
        if line["DetailType"] == GROUP:
            total = sum((part["Amount"] for part in line[GROUP]["Line"]), ZERO)
            line["Amount"] = total if company.switch("bundle_amount") == "sum" else ZERO


def prepare(company: Company, body: Body) -> None:
    """An item of type Group and its parts; apps cannot make or change one. Raises Wrong."""
    if not company.person:
        raise Wrong("500", "Unsupported Operation : bundles are made in QuickBooks, not by apps")
    given = (body.get("ItemGroupDetail") or {}).get("ItemGroupLine")
    if not isinstance(given, list) or not 0 < len(given) <= MOST_PARTS:
        raise Wrong("2020", "Required parameter ItemGroupDetail is missing", "ItemGroupDetail")
    parts = []
    for one in given:
        ref, quantity = one.get("ItemRef") or {}, number(one.get("Qty", 1))
        ref = {"value": str(ref.get("value", ""))}
        item = company.refer("Item", ref, "ItemRef").body
        if item["Type"] in ("Group", "Category") or quantity is None or quantity <= 0:
            raise Wrong("6000", "Business Validation Error: a bundle is of goods and services.")
        parts.append({"ItemRef": {**ref, "type": item["Type"]}, "Qty": quantity})
    body["ItemGroupDetail"] = {"ItemGroupLine": parts}
    body.setdefault("PrintGroupedItems", False)
