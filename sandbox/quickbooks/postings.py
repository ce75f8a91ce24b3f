"""What each document puts into the book, in home currency; accounts by id, debits positive."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from sandbox.common.ledger import Entry
from sandbox.quickbooks.bundles import goods
from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.lines import ACCOUNT, DISCOUNT, ITEM, JOURNAL, SALE, SHIPPING

NON_POSTING = ("Estimate", "PurchaseOrder")
# What reports may be split by, and the properties that say it.
MARKS = {
    "CustomerRef": "customer",
    "VendorRef": "vendor",
    "ClassRef": "class",
    "DepartmentRef": "department",
    "ItemRef": "item",
}


class Side(NamedTuple):
    """One side of a document; what its line says of class and the like goes over the head's."""

    account: str
    amount: Decimal
    marks: dict[str, str]


Sides = list[Side]


def post(company: Company, kind: str, id_: str, body: Body) -> None:
    """Write a document's sides into the book instead of those it had."""
    if kind in NON_POSTING:
        return
    sides = POST[kind](company, kind, body)
    party = (body.get("CustomerRef") or body.get("VendorRef") or {}).get("name", "")
    memo = " ".join(part for part in (body.get("DocNumber", ""), party) if part)
    head = marks(body)
    entries = [Entry(one.account, one.amount, memo, {**head, **one.marks}) for one in sides]
    company.book.post(kind, id_, body["TxnDate"], [one for one in entries if one.amount])


def marks(detail: Body) -> dict[str, str]:
    """What a document or the detail of a line is marked with."""
    found = {MARKS[name]: detail[name]["value"] for name in MARKS if name in detail}
    entity = detail.get("EntityRef") or detail.get("Entity")
    if entity:
        ref = entity.get("EntityRef", entity)
        found.setdefault(str(entity.get("type") or entity.get("Type")).lower(), ref["value"])
    return found


def _home(body: Body, sides: Sides) -> Sides:
    """Sides in the document's currency as home amounts; the first takes what rounding leaves."""
    rate = Decimal(body.get("ExchangeRate", 1))
    if rate == 1:
        return sides
    converted = [one._replace(amount=cents(one.amount * rate)) for one in sides]
    left = sum((one.amount for one in converted), ZERO)
    first = converted[0]
    return [first._replace(amount=first.amount - left), *converted[1:]]


def _tax(company: Company, body: Body) -> Sides:
    """Tax by the agency's account, credit positive here."""
    sides: Sides = []
    for line in (body.get("TxnTaxDetail") or {}).get("TaxLine", []):
        ref = line["TaxLineDetail"].get("TaxRateRef")
        account = company.system("tax")
        rate = company.get("TaxRate", ref["value"]) if ref else None
        if rate is not None:
            agency = rate.body.get("AgencyRef", {}).get("value", "")
            account = company.store.setting(company.realm, f"account.agency.{agency}", account)
        sides.append(Side(account, line["Amount"], {}))
    return sides


def _sold(company: Company, body: Body) -> Sides:
    """Income, discount and tax of a sale, as credits of an invoice (negative)."""
    sides: Sides = []
    for line in goods(body):
        detail = line[SALE]
        sides.append(Side(_income(company, detail), -line["Amount"], marks(detail)))
    for line in body["Line"]:
        if line["DetailType"] == DISCOUNT:
            detail = line[DISCOUNT]
            account = detail["DiscountAccountRef"]["value"]
            sides.append(Side(account, line["Amount"], marks(detail)))
    return sides + [one._replace(amount=-one.amount) for one in _tax(company, body)]


def _income(company: Company, detail: Body) -> str:
    if "ItemAccountRef" in detail:
        return str(detail["ItemAccountRef"]["value"])
    shipping = detail.get("ItemRef", {}).get("value") == SHIPPING
    return company.system("shipping" if shipping else "income")


def _stock(body: Body) -> Sides:
    """What goods cost that came or went: already in home currency."""
    sides: Sides = []
    for move in body.get("_stock", []):
        if move["other"]:
            of = {"item": move["item"], **move.get("marks", {})}
            sides.append(Side(move["asset"], move["value"], of))
            sides.append(Side(move["other"], -move["value"], of))
    return sides


def _invoice(company: Company, kind: str, body: Body) -> Sides:
    sign = -1 if kind in ("CreditMemo", "RefundReceipt") else 1
    if kind in ("Invoice", "CreditMemo"):
        against = company.receivable(body["CurrencyRef"]["value"])
    else:
        against = body["DepositToAccountRef"]["value"]
    sides = [Side(against, Decimal(body["TotalAmt"]), {}), *_sold(company, body)]
    return _home(body, [one._replace(amount=one.amount * sign) for one in sides]) + _stock(body)


def _bought(company: Company, kind: str, body: Body) -> Sides:
    back = kind == "VendorCredit" or body.get("Credit") is True
    ref = body["AccountRef"] if kind == "Purchase" else body["APAccountRef"]
    sides: Sides = [Side(ref["value"], -Decimal(body["TotalAmt"]), {})]
    for line in body["Line"]:
        detail = line.get(line["DetailType"]) or {}
        if line["DetailType"] == ACCOUNT:
            sides.append(Side(detail["AccountRef"]["value"], line["Amount"], marks(detail)))
        elif line["DetailType"] == ITEM:
            sides.append(Side(_cost(company, detail), line["Amount"], marks(detail)))
    sides += _tax(company, body)
    if back:
        sides = [one._replace(amount=-one.amount) for one in sides]
    return _home(body, sides)


def _cost(company: Company, detail: Body) -> str:
    item = company.store.get(company.realm, "Item", detail["ItemRef"]["value"])
    body = item.body if item else {}
    wanted = "AssetAccountRef" if body.get("TrackQtyOnHand") else "ExpenseAccountRef"
    ref = body.get(wanted)
    return ref["value"] if ref else company.system("expense")


def _payment(company: Company, kind: str, body: Body) -> Sides:
    rate = Decimal(body.get("ExchangeRate", 1))
    code = body["CurrencyRef"]["value"]
    sales = kind == "Payment"
    sign = 1 if sales else -1
    against = company.receivable(code) if sales else body["APAccountRef"]["value"]
    bank = cents(Decimal(body["TotalAmt"]) * rate)
    sides: Sides = [Side(_bank(body, sales=sales), bank * sign, {})]
    left, settled = Decimal(body["TotalAmt"]), ZERO
    for line in body["Line"]:
        linked = line["LinkedTxn"][0]
        kind_of = "Purchase" if linked["TxnType"] == "Expense" else linked["TxnType"]
        target = company.store.get(company.realm, kind_of, linked["TxnId"])
        own = Decimal(target.body.get("ExchangeRate", 1)) if target else rate
        usual = -1 if kind_of in ("CreditMemo", "VendorCredit") else 1
        amount = line["Amount"] * body.get("_signs", {}).get(f"{kind_of}:{linked['TxnId']}", usual)
        left -= amount
        settled += cents(amount * own)
    settled += cents(left * rate)
    sides.append(Side(against, -settled * sign, {}))
    if bank != settled:
        sides.append(Side(company.system("exchange"), (settled - bank) * sign, {}))
    return sides


def _bank(body: Body, *, sales: bool) -> str:
    if sales:
        return str(body["DepositToAccountRef"]["value"])
    if body["PayType"] == "CreditCard":
        return str(body["CreditCardPayment"]["CCAccountRef"]["value"])
    return str(body["CheckPayment"]["BankAccountRef"]["value"])


def _journal(_company: Company, _kind: str, body: Body) -> Sides:
    sides: Sides = []
    for line in body["Line"]:
        if line["DetailType"] == JOURNAL:
            detail = line[JOURNAL]
            amount = line["Amount"] * (1 if detail["PostingType"] == "Debit" else -1)
            sides.append(Side(detail["AccountRef"]["value"], amount, marks(detail)))
    return _home(body, sides)


def _transfer(_company: Company, _kind: str, body: Body) -> Sides:
    ends = body["ToAccountRef"]["value"], body["FromAccountRef"]["value"]
    return [Side(ends[0], body["Amount"], {}), Side(ends[1], -body["Amount"], {})]


def _deposit(company: Company, _kind: str, body: Body) -> Sides:
    sides: Sides = [Side(body["DepositToAccountRef"]["value"], Decimal(body["TotalAmt"]), {})]
    for line in body["Line"]:
        if line.get("LinkedTxn"):
            sides.append(Side(company.system("undeposited"), -line["Amount"], {}))
        else:
            detail = line["DepositLineDetail"]
            account = detail["AccountRef"]["value"]
            sides.append(Side(account, -line["Amount"], marks(detail)))
    return _home(body, sides)


POST: dict[str, Callable[[Company, str, Body], Sides]] = {
    "Invoice": _invoice,
    "CreditMemo": _invoice,
    "SalesReceipt": _invoice,
    "RefundReceipt": _invoice,
    "Bill": _bought,
    "VendorCredit": _bought,
    "Purchase": _bought,
    "Payment": _payment,
    "BillPayment": _payment,
    "JournalEntry": _journal,
    "Transfer": _transfer,
    "Deposit": _deposit,
}
