"""The lines of documents: what they may hold, what each comes to, and where it is posted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero.books import Books
from sandbox.xero.problems import Invalid
from sandbox.xero.wire import cents, new_id, rounded

LARGEST_TOTAL = Decimal(10) ** 11
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a kind of document allows of its lines. `side`: SalesDetails or PurchaseDetails."""

    side: str
    discounts: bool = False
    coded: bool = False  # account and tax must be there: the document is not a draft
    control: str = ""  # overpayments: every line is posted to this system account, without tax
    posts: bool = True


@dataclass
class Priced:
    """The lines as they are kept, what they come to, and warnings."""

    lines: list[dict[str, Any]]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    discount: Decimal
    warnings: list[str]


def price(
    books: Books,
    given: list[dict[str, Any]],
    amounts: str,
    rules: Rules,
    known_ids: set[str],
) -> Priced:
    """Check and reckon lines; `amounts` is LineAmountTypes in any case. Raises Invalid."""
    problems: list[str] = []
    warnings: list[str] = []
    lines = []
    for line in given:
        try:
            lines.append(_priced(books, line, amounts.upper(), rules, known_ids, warnings=warnings))
        except Invalid as error:
            problems += [one for one in error.messages if one not in problems]
    if problems:
        raise Invalid(*problems)
    tax = sum((line.get("TaxAmount", Decimal(0)) for line in lines), Decimal(0))
    whole = sum((line["LineAmount"] for line in lines if "LineAmount" in line), Decimal(0))
    inclusive = amounts.upper() == "INCLUSIVE"
    subtotal, total = (whole - tax, whole) if inclusive else (whole, whole + tax)
    if abs(total) >= LARGEST_TOTAL:
        raise Invalid("The document total is too large")
    discount = sum((line.pop("_discount", Decimal(0)) for line in lines), Decimal(0))
    return Priced(lines, subtotal, tax, total, discount, warnings)


def _priced(
    books: Books,
    given: dict[str, Any],
    amounts: str,
    rules: Rules,
    known_ids: set[str],
    *,
    warnings: list[str],
) -> dict[str, Any]:
    line = {name: value for name, value in given.items() if value != ""}
    item = _item_of(books, line)
    if item is not None:
        _take_from_item(line, item.body, rules)
    if not line.get("Description") and rules.coded:
        raise Invalid("The description field is mandatory for each line item.")
    line["LineItemID"] = line.get("LineItemID") if line.get("LineItemID") in known_ids else new_id()
    _place(books, line, rules, item)
    if "Quantity" not in line and "UnitAmount" not in line and "LineAmount" not in line:
        line.pop("TaxAmount", None)  # a line of text only
        line["Tracking"] = []
        return line | {"LineAmount": Decimal(0), "TaxAmount": Decimal(0)}
    _amount(line, rules, books.places)
    _tax(books, line, amounts)
    line["Tracking"] = tracked(books, line.get("Tracking", []), warnings)
    return line


def _item_of(books: Books, line: dict[str, Any]) -> Record | None:
    if "ItemCode" not in line:
        return None
    ids = books.found("item.code", line["ItemCode"])
    if not ids:
        raise Invalid(f"Item code '{line['ItemCode']}' is not valid")
    return books.get("item", ids[0])


def _take_from_item(line: dict[str, Any], item: dict[str, Any], rules: Rules) -> None:
    details = item.get(rules.side, {})
    purchase = rules.side == "PurchaseDetails"
    words = item.get("PurchaseDescription" if purchase else "Description") or item.get("Name")
    line.setdefault("Description", words or item["Code"])
    line.setdefault("Quantity", Decimal(1))
    for name, own in (("UnitAmount", "UnitPrice"), ("TaxType", "TaxType")):
        if own in details:
            line.setdefault(name, details[own])
    account = details.get("AccountCode")
    if purchase and item.get("IsTrackedAsInventory"):
        account = item["InventoryAssetAccountCode"]
    if account and "AccountID" not in line:
        line.setdefault("AccountCode", account)
    named = {"ItemID": item["ItemID"], "Code": item["Code"], "Name": item.get("Name", "")}
    line["Item"] = named


def _place(books: Books, line: dict[str, Any], rules: Rules, item: Record | None) -> None:
    """The account of a line, and whether it may be there."""
    code = line.get("AccountCode", "")
    if rules.control:
        account: Record | None = books.system_account(rules.control)
    elif "AccountID" not in line and not code:
        if rules.coded:
            raise Invalid("Account code or ID must be specified")
        return
    else:
        account = books.account({"AccountID": line.get("AccountID"), "Code": code})
    shown = code or line.get("AccountID", "")
    if account is None:
        raise Invalid(f"Account code '{shown}' is not a valid code for this document.")
    body = account.body
    if body["Status"] != "ACTIVE":
        raise Invalid(f"Account code '{shown}' has been archived or has been deleted.")
    tracked_item = item is not None and bool(item.body.get("IsTrackedAsInventory"))
    barred = body["Type"] == "BANK" or body.get("SystemAccount") in BARRED
    if not rules.control and (barred or (body["Type"] == "INVENTORY" and not tracked_item)):
        raise Invalid(f"Account code '{shown}' is not a valid code for this document.")
    line["AccountID"] = account.id
    if body.get("Code"):
        line["AccountCode"] = body["Code"]
    line.setdefault("TaxType", "NONE" if rules.control else body["TaxType"])


BARRED = (
    *("DEBTORS", "CREDITORS", "BANKCURRENCYGAIN", "REALISEDCURRENCYGAIN", "RETAINEDEARNINGS"),
    *("UNREALISEDCURRENCYGAIN", "TRACKINGTRANSFERS", "HISTORICAL"),
)


def _amount(line: dict[str, Any], rules: Rules, places: int) -> None:
    """Quantity, unit price, discount and LineAmount, rounded as Xero rounds."""
    asked = line.get("LineAmount")
    if "UnitAmount" not in line and asked is not None:
        line.setdefault("Quantity", Decimal(1))
        share = asked / line["Quantity"] if line["Quantity"] else asked
        line["UnitAmount"] = share
    quantity = rounded(line.get("Quantity", Decimal(1)), 4)
    unit = rounded(line.get("UnitAmount", Decimal(0)), places)
    if quantity < 0:
        raise Invalid("Quantity must not be less than zero")
    gross = quantity * unit
    rate, off = line.get("DiscountRate"), line.get("DiscountAmount")
    if (rate or off) and not rules.discounts:
        raise Invalid("Discounts may not be applied to this type of document")
    amount = cents(gross)
    if rate:
        if not 0 <= rate <= HUNDRED:
            raise Invalid("Discount must not be greater than the line total")
        amount = cents(gross * (HUNDRED - rate) / HUNDRED)
    elif off:
        if abs(off) > abs(gross):
            raise Invalid("Discount must not be greater than the line total")
        amount = cents(gross - off)
    if asked is not None and cents(asked) != amount:
        raise Invalid(
            f"The line total {cents(asked)} does not match the expected line total {amount}"
        )
    if amount != cents(gross):
        line["_discount"] = cents(gross) - amount
    line |= {"Quantity": quantity, "UnitAmount": unit, "LineAmount": amount}


def _tax(books: Books, line: dict[str, Any], amounts: str) -> None:
    """TaxType and TaxAmount."""
    if amounts == "NOTAX":
        line |= {"TaxType": "NONE", "TaxAmount": Decimal(0)}
        return
    tax_type = line.get("TaxType")
    if tax_type is None:
        line["TaxAmount"] = cents(line.get("TaxAmount", Decimal(0))) * 0
        return
    rate = usable_rate(books, tax_type, line.get("AccountID"), line.get("AccountCode", ""))
    amount, part = line["LineAmount"], Decimal(str(rate["EffectiveRate"])) / HUNDRED
    tax = cents(amount - amount / (1 + part)) if amounts == "INCLUSIVE" else cents(amount * part)
    given = line.get("TaxAmount")
    if given is not None:
        tax = cents(given)
        if abs(tax) > abs(amount):
            raise Invalid("The tax amount cannot be greater than the line amount")
    line["TaxAmount"] = tax


def usable_rate(books: Books, tax_type: str, account_id: str | None, code: str) -> dict[str, Any]:
    """A tax rate, if it may be used with an account. Raises Invalid."""
    rate = books.tax_rate(tax_type)
    if rate is None:
        raise Invalid("The tax rate must be valid")
    account = books.get("account", account_id) if account_id else None
    if account is not None:
        allowed = {
            "ASSET": "Assets",
            "EQUITY": "Equity",
            "EXPENSE": "Expenses",
            "LIABILITY": "Liabilities",
            "REVENUE": "Revenue",
        }[account.body["Class"]]
        if not rate[f"CanApplyTo{allowed}"]:
            raise Invalid(
                f"The TaxType code '{tax_type}' cannot be used with account code '{code}'."
            )
    return rate


def tracked(books: Books, given: list[dict[str, Any]], warnings: list[str]) -> list[dict[str, Any]]:
    """Tracking of a line, at most two categories; what is unknown is dropped, or refused."""
    found: dict[str, dict[str, Any]] = {}
    for one in given:
        pair = _option_of(books, one)
        if pair is None:
            shown = one.get("Option") or one.get("TrackingOptionID", "")
            problem = f"The tracking option '{shown}' could not be found"
            if books.xero.switch("unknown_tracking_refused"):
                raise Invalid(problem)
            warnings.append(problem)
        else:
            found.setdefault(pair["TrackingCategoryID"], pair)
    if len(found) > 2:
        raise Invalid("A maximum of 2 tracking categories can be used on a line")
    return list(found.values())


def _option_of(books: Books, given: dict[str, Any]) -> dict[str, Any] | None:
    ids = [given["TrackingCategoryID"]] if "TrackingCategoryID" in given else []
    ids = ids or books.found("tracking.name", given.get("Name", ""))
    category = books.get("tracking_category", ids[0]) if ids else None
    if category is None or category.body["Status"] != "ACTIVE":
        return None
    for option in category.body["Options"]:
        same_id = option["TrackingOptionID"] == given.get("TrackingOptionID")
        same_name = option["Name"].casefold() == given.get("Option", "").casefold()
        if option["Status"] == "ACTIVE" and (same_id or same_name):
            return {
                "TrackingCategoryID": category.id,
                "TrackingOptionID": option["TrackingOptionID"],
                "Name": category.body["Name"],
                "Option": option["Name"],
            }
    return None


def entries(
    books: Books, body: dict[str, Any], sign: int, control: str, memo: str
) -> tuple[list[Entry], Decimal]:
    """The sides of a document in base currency, and what its control account gets.

    `sign` 1: lines are credited and the control account debited (a sale), -1 the other way.
    """
    rate = body["CurrencyRate"]
    sides: dict[str, Decimal] = {}
    tax = Decimal(0)
    inclusive = body["LineAmountTypes"].upper() == "INCLUSIVE"
    for line in body["LineItems"]:
        if "AccountID" not in line:
            continue
        net = line["LineAmount"] - (line["TaxAmount"] if inclusive else 0)
        account = line["AccountID"]
        sides[account] = sides.get(account, Decimal(0)) + books.in_base(net, rate)
        tax += books.in_base(line["TaxAmount"], rate)
    if tax:
        gst = books.system_account("GST").id
        sides[gst] = sides.get(gst, Decimal(0)) + tax
    total = sum(sides.values(), Decimal(0))
    posted = [Entry(account, -sign * amount, memo) for account, amount in sides.items()]
    return [Entry(control, sign * total, memo), *posted], total
