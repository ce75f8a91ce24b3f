"""What each document puts into the book, in home currency; accounts by id, debits positive."""

from collections.abc import Callable
from decimal import Decimal

from sandbox.common.ledger import Entry
from sandbox.quickbooks.bundles import goods
from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.lines import ACCOUNT, DISCOUNT, ITEM, JOURNAL, SALE, SHIPPING

NON_POSTING = ("Estimate", "PurchaseOrder")
Sides = list[tuple[str, Decimal]]


def post(company: Company, kind: str, id_: str, body: Body) -> None:
    """Write a document's sides into the book instead of those it had."""
    if kind in NON_POSTING:
        return
    sides = POST[kind](company, kind, body)
    party = (body.get("CustomerRef") or body.get("VendorRef") or {}).get("name", "")
    memo = " ".join(part for part in (body.get("DocNumber", ""), party) if part)
    entries = [Entry(account, amount, memo) for account, amount in sides if amount]
    company.book.post(kind, id_, body["TxnDate"], entries)


def _home(body: Body, sides: Sides) -> Sides:
    """Sides in the document's currency as home amounts; the first takes what rounding leaves."""
    rate = Decimal(body.get("ExchangeRate", 1))
    if rate == 1:
        return sides
    converted = [(account, cents(amount * rate)) for account, amount in sides]
    left = sum((amount for _account, amount in converted), ZERO)
    return [(converted[0][0], converted[0][1] - left), *converted[1:]]


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
        sides.append((account, line["Amount"]))
    return sides


def _sold(company: Company, body: Body) -> Sides:
    """Income, discount and tax of a sale, as credits of an invoice (negative)."""
    sides: Sides = []
    for line in goods(body):
        sides.append((_income(company, line[SALE]), -line["Amount"]))
    for line in body["Line"]:
        if line["DetailType"] == DISCOUNT:
            sides.append((line[DISCOUNT]["DiscountAccountRef"]["value"], line["Amount"]))
    return sides + [(account, -amount) for account, amount in _tax(company, body)]


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
            sides += [(move["asset"], move["value"]), (move["other"], -move["value"])]
    return sides


def _invoice(company: Company, kind: str, body: Body) -> Sides:
    sign = -1 if kind in ("CreditMemo", "RefundReceipt") else 1
    if kind in ("Invoice", "CreditMemo"):
        against = company.receivable(body["CurrencyRef"]["value"])
    else:
        against = body["DepositToAccountRef"]["value"]
    sides = [(against, Decimal(body["TotalAmt"])), *_sold(company, body)]
    return _home(body, [(account, amount * sign) for account, amount in sides]) + _stock(body)


def _bought(company: Company, kind: str, body: Body) -> Sides:
    back = kind == "VendorCredit" or body.get("Credit") is True
    ref = body["AccountRef"] if kind == "Purchase" else body["APAccountRef"]
    sides: Sides = [(ref["value"], -Decimal(body["TotalAmt"]))]
    for line in body["Line"]:
        if line["DetailType"] == ACCOUNT:
            sides.append((line[ACCOUNT]["AccountRef"]["value"], line["Amount"]))
        elif line["DetailType"] == ITEM:
            sides.append((_cost(company, line[ITEM]), line["Amount"]))
    sides += _tax(company, body)
    return _home(body, [(account, -amount if back else amount) for account, amount in sides])


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
    sides: Sides = [(_bank(body, sales=sales), bank * sign)]
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
    sides.append((against, -settled * sign))
    if bank != settled:
        sides.append((company.system("exchange"), (settled - bank) * sign))
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
            debit = detail["PostingType"] == "Debit"
            sides.append((detail["AccountRef"]["value"], line["Amount"] * (1 if debit else -1)))
    return _home(body, sides)


def _transfer(_company: Company, _kind: str, body: Body) -> Sides:
    ends = body["ToAccountRef"]["value"], body["FromAccountRef"]["value"]
    return [(ends[0], body["Amount"]), (ends[1], -body["Amount"])]


def _deposit(company: Company, _kind: str, body: Body) -> Sides:
    sides: Sides = [(body["DepositToAccountRef"]["value"], Decimal(body["TotalAmt"]))]
    for line in body["Line"]:
        if line.get("LinkedTxn"):
            sides.append((company.system("undeposited"), -line["Amount"]))
        else:
            sides.append((line["DepositLineDetail"]["AccountRef"]["value"], -line["Amount"]))
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
