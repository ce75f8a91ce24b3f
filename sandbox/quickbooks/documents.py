"""What a document comes to: defaults, lines, tax and totals, before it has any effect."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from sandbox.common.store import Record
from sandbox.quickbooks import bundles
from sandbox.quickbooks import lines as of_lines
from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.fields import NO_NUMBER, PURCHASES, SALES
from sandbox.quickbooks.parties import need_parties
from sandbox.quickbooks.tax import Taxed, work_out
from sandbox.quickbooks.validation import number

FOR_REFUNDS = ("Bank", "Other Current Asset")
FOR_MONEY = (*FOR_REFUNDS, "Credit Card")
PROFIT_AND_LOSS = ("Revenue", "Expense")


def prepare(company: Company, kind: str, body: Body, old: Record | None) -> None:
    """Complete a document in place. Raises Wrong."""
    body.setdefault("TxnDate", company.today)
    if "Amount" in body and body["Amount"] <= 0:
        raise Wrong("2090", "Invalid Number : Amount has to be more than 0", "Amount")
    if not company.pref("AccountingInfoPrefs", "ClassTrackingPerTxn"):
        body.pop("ClassRef", None)
    if not company.pref("AccountingInfoPrefs", "TrackDepartments"):
        body.pop("DepartmentRef", None)
    company.refer_all(body)
    _currency(company, kind, body)
    before = old.body if old else None
    if kind in SALES:
        _sale(company, kind, body, before)
    elif kind in PURCHASES:
        _purchase(company, kind, body, before)
    else:
        PREPARE[kind](company, body, before)
    if kind in NO_NUMBER:
        body.pop("DocNumber", None)
    if kind != "Transfer":
        _home(company, kind, body)


def _party(company: Company, body: Body) -> Record | None:
    if "CustomerRef" in body:
        return company.get("Customer", body["CustomerRef"]["value"])
    return company.get("Vendor", body["VendorRef"]["value"]) if "VendorRef" in body else None


def _currency(company: Company, kind: str, body: Body) -> None:
    """The document's currency is its party's; a rate is kept where it is not the home one."""
    if kind == "Transfer":
        return
    party = _party(company, body)
    if not company.pref("CurrencyPrefs", "MultiCurrencyEnabled"):
        body["CurrencyRef"] = company.reference_currency(company.home)
        body.pop("ExchangeRate", None)
        return
    if "CurrencyRef" not in body:
        if company.switch("currency_needed"):
            said = "Required parameter CurrencyRef is missing in the request"
            raise Wrong("2020", said, "CurrencyRef")
        own = party.body.get("CurrencyRef") if party else None
        body["CurrencyRef"] = dict(own or {"value": company.home})
    code = body["CurrencyRef"]["value"]
    body["CurrencyRef"] = company.reference_currency(code)
    if party is not None and party.body.get("CurrencyRef", {}).get("value", code) != code:
        said = "Business Validation Error: the currency is not that of the customer or vendor."
        raise Wrong("6000", said, "CurrencyRef")
    if code == company.home:
        body["ExchangeRate"] = Decimal(1)
    elif body.get("ExchangeRate", ZERO) <= 0:
        body["ExchangeRate"] = company.rate(code, body["TxnDate"])


def _home(company: Company, kind: str, body: Body) -> None:
    if not company.pref("CurrencyPrefs", "MultiCurrencyEnabled"):
        return
    rate = body.get("ExchangeRate", Decimal(1))
    if "HomeTotalAmt" in HOME.get(kind, ()):
        body["HomeTotalAmt"] = cents(body["TotalAmt"] * rate)
    if "HomeBalance" in HOME.get(kind, ()) and "Balance" in body:
        body["HomeBalance"] = cents(body["Balance"] * rate)


BOTH = ("HomeTotalAmt", "HomeBalance")
HOME = {
    "Invoice": BOTH,
    "CreditMemo": BOTH,
    "SalesReceipt": BOTH,
    "RefundReceipt": BOTH,
    "Estimate": ("HomeTotalAmt",),
    "JournalEntry": ("HomeTotalAmt",),
    "Deposit": ("HomeTotalAmt",),
    "Bill": ("HomeBalance",),
}


def _with_lines(kind: str, body: Body, old: Body | None) -> None:
    body["Line"] = of_lines.read(kind, body.get("Line", []), (old or {}).get("Line", []))


# --- Sales and purchases -------------------------------------------------------------------------
def _sale(company: Company, kind: str, body: Body, old: Body | None) -> None:
    if "Line" not in body:
        raise Wrong("2020", "Required parameter Line is missing in the request", "Line")
    if kind == "RefundReceipt" and "CustomerRef" not in body and company.switch("refund_customer"):
        raise Wrong("6560", "Customer is required", "CustomerRef")
    if body.get("EmailStatus") == "NeedToSend" and "BillEmail" not in body:
        raise Wrong("6000", "Business Validation Error: an e-mail address is needed.", "BillEmail")
    _with_lines(kind, body, old)
    total, discount, taxables = of_lines.sale_lines(company, body)
    if discount and body.get("ApplyTaxAfterDiscount") and total:
        for one in taxables:
            one.amount -= cents(discount * one.amount / total)
    taxed = work_out(company, body, old, taxables, "Sales")
    if body.get("GlobalTaxCalculation") == "TaxInclusive":
        total = sum((one.line["Amount"] for one in taxables), ZERO)
    bundles.add_up(company, body)
    subtotal = {"Amount": total, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    goods = [line for line in body["Line"] if line["DetailType"] != of_lines.DISCOUNT]
    discounts = [line for line in body["Line"] if line["DetailType"] == of_lines.DISCOUNT]
    body["Line"] = [*goods, subtotal, *discounts]
    _total(company, body, total - discount, taxed)
    body.setdefault("PrintStatus", "NotSet")
    if kind != "RefundReceipt":
        body.setdefault("EmailStatus", "NotSet")
    body.setdefault("ApplyTaxAfterDiscount", False)
    _addresses(company, kind, body)
    if kind == "Invoice":
        _due(company, body)
    elif kind == "Estimate":
        body.setdefault("TxnStatus", "Pending")
    elif kind in ("SalesReceipt", "RefundReceipt"):
        body["Balance"] = ZERO
        _money_account(company, body, FOR_REFUNDS if kind == "RefundReceipt" else FOR_MONEY)
    if kind == "Invoice" and not company.pref("SalesFormsPrefs", "ETransactionPaymentEnabled"):
        body["AllowOnlineCreditCardPayment"] = body["AllowOnlineACHPayment"] = False


def _addresses(company: Company, kind: str, body: Body) -> None:
    party = _party(company, body)
    if party is None:
        return
    if "BillAddr" in party.body:
        body.setdefault("BillAddr", party.body["BillAddr"])
    if "ShipAddr" in party.body and kind != "CreditMemo":
        body.setdefault("ShipAddr", party.body["ShipAddr"])


def _purchase(company: Company, kind: str, body: Body, old: Body | None) -> None:
    _with_lines(kind, body, old)
    total, taxables = of_lines.purchase_lines(company, body)
    taxed = work_out(company, body, old, taxables, "Purchase")
    if body.get("GlobalTaxCalculation") == "TaxInclusive":
        total = sum((one.line["Amount"] for one in taxables), ZERO)
    _total(company, body, total, taxed)
    if company.country == "US":
        body.pop("TxnTaxDetail", None)
        body.pop("GlobalTaxCalculation", None)
    if kind in ("Bill", "VendorCredit"):
        payable = company.payable(body["CurrencyRef"]["value"])
        body.setdefault("APAccountRef", company.reference("Account", payable))
    if kind == "Bill":
        _due(company, body)
    elif kind == "PurchaseOrder":
        body.setdefault("POStatus", "Open")
        body.setdefault("EmailStatus", "NotSet")
    elif kind == "Purchase":
        account = company.need("Account", body["AccountRef"]["value"])
        wanted = "Credit Card" if body["PaymentType"] == "CreditCard" else "Bank"
        if account.body["AccountType"] not in (wanted, "Other Current Asset"):
            raise Wrong("6000", f"Business Validation Error: a {wanted} account is needed.")
        body.setdefault("Credit", False)
        _payee(company, body)
    if kind != "PurchaseOrder":
        need_parties(company, kind, body)


def _payee(company: Company, body: Body) -> None:
    """Who was paid: a vendor unless another type is said."""
    ref = body.get("EntityRef")
    if ref is not None:
        ref.setdefault("type", "Vendor")
        company.refer(ref["type"], ref, "EntityRef")


def _total(company: Company, body: Body, net: Decimal, taxed: Taxed) -> None:
    total = net + taxed.total
    if total < 0:
        raise Wrong("6000", "Business Validation Error: the total has to be zero or more.", "Line")
    if total >= 10**15:
        raise Wrong("2090", "Invalid Number : the amount is too large", "Amount")
    body["TotalAmt"] = total
    if company.country == "US" and not company.pref("TaxPrefs", "UsingSalesTax"):
        body.pop("TxnTaxDetail", None)
        return
    detail: Body = {"TotalTax": taxed.total}
    if taxed.code:
        detail["TxnTaxCodeRef"] = taxed.code
    if taxed.lines:
        detail["TaxLine"] = taxed.lines
    body["TxnTaxDetail"] = detail


def _due(company: Company, body: Body) -> None:
    """DueDate of the terms, where it is not given."""
    party = _party(company, body)
    own = (party.body.get("SalesTermRef") or party.body.get("TermRef")) if party else None
    if "SalesTermRef" not in body and own and "DueDate" not in body:
        body["SalesTermRef"] = dict(own)
    if "DueDate" in body:
        return
    term = company.get("Term", body["SalesTermRef"]["value"]) if "SalesTermRef" in body else None
    days = int(term.body.get("DueDays", 0)) if term else 0
    try:
        due = date.fromisoformat(body["TxnDate"]) + timedelta(days=days)
    except OverflowError:
        due = date.max
    body["DueDate"] = due.isoformat()


# --- Money ---------------------------------------------------------------------------------------
def _payment(company: Company, body: Body, _old: Body | None) -> None:
    _links(body)
    body["TotalAmt"] = _amount(body["TotalAmt"], "TotalAmt")
    _money_account(company, body, FOR_MONEY)


def _money_account(company: Company, body: Body, types: tuple[str, ...]) -> None:
    """Where money goes: undeposited funds unless it is said. Raises Wrong (6000)."""
    funds = company.reference("Account", company.system("undeposited"))
    ref = body.setdefault("DepositToAccountRef", funds)
    if company.need("Account", ref["value"]).body["AccountType"] not in types:
        said = f"Business Validation Error: {ref.get('name', '')} is not an account for money."
        raise Wrong("6000", said, "DepositToAccountRef")


def _bill_payment(company: Company, body: Body, _old: Body | None) -> None:
    _links(body)
    body["TotalAmt"] = _amount(body["TotalAmt"], "TotalAmt")
    by_card = body["PayType"] == "CreditCard"
    part, name = (
        ("CreditCardPayment", "CCAccountRef")
        if by_card
        else (
            "CheckPayment",
            "BankAccountRef",
        )
    )
    inner = body.get(part)
    ref = inner.get(name) if inner else None
    if not inner or not isinstance(ref, dict) or not isinstance(ref.get("value"), str | int):
        raise Wrong("2020", f"Required parameter {part}.{name} is missing in the request", part)
    ref = {"value": str(ref["value"])}
    account = company.refer("Account", ref, name)
    wanted = "Credit Card" if by_card else "Bank"
    if account.body["AccountType"] != wanted and body["TotalAmt"]:
        raise Wrong("6000", f"Business Validation Error: a {wanted} account is needed.", name)
    body[part] = {**_texts(inner), name: ref}
    body.pop("CheckPayment" if by_card else "CreditCardPayment", None)
    payable = company.payable(body["CurrencyRef"]["value"])
    body.setdefault("APAccountRef", company.reference("Account", payable))


def _texts(inner: Body) -> Body:
    return {name: value for name, value in inner.items() if isinstance(value, str) and value}


def _links(body: Body) -> None:
    """Payment lines: an amount and one linked document each. Raises Wrong."""
    lines = []
    for raw in body.get("Line", []):
        amount = number(raw.get("Amount"))
        linked = raw.get("LinkedTxn")
        if amount is None:
            raise Wrong("2020", "Required parameter Line.Amount is missing", "Amount")
        if amount < 0:
            raise Wrong("2090", "Invalid Number : Amount has to be 0 or more", "Amount")
        if not isinstance(linked, list) or not linked or not isinstance(linked[0], dict):
            raise Wrong("2020", "Required parameter Line.LinkedTxn is missing", "LinkedTxn")
        id_, kind = linked[0].get("TxnId"), linked[0].get("TxnType")
        if not isinstance(id_, str | int) or not isinstance(kind, str):
            raise Wrong("2020", "Required parameter TxnId is missing", "LinkedTxn")
        lines.append({"Amount": cents(amount), "LinkedTxn": [{"TxnId": str(id_), "TxnType": kind}]})
    body["Line"] = lines


def _amount(value: Decimal, element: str) -> Decimal:
    if value < 0:
        raise Wrong("2090", f"Invalid Number : {element} has to be 0 or more", element)
    return cents(value)


def _journal(company: Company, body: Body, old: Body | None) -> None:
    _with_lines("JournalEntry", body, old)
    sides = {"Debit": ZERO, "Credit": ZERO}
    special = 0
    for line in body["Line"]:
        if line["DetailType"] == "DescriptionOnly":
            continue
        detail = line[of_lines.JOURNAL]
        if "AccountRef" not in detail or "PostingType" not in detail:
            raise Wrong("2020", "Required parameter AccountRef or PostingType is missing", "Line")
        of_lines.refer(company, detail)
        line["Amount"] = _amount(line["Amount"], "Amount")
        sides[detail["PostingType"]] += line["Amount"]
        special += _journal_party(company, detail)
    if special > 1 and company.switch("one_party_line"):
        said = "Business Validation Error: only one A/R or A/P line is allowed in an entry."
        raise Wrong("6000", said, "Line")
    counted = sum(line["DetailType"] != "DescriptionOnly" for line in body["Line"])
    if counted < 2 or sides["Debit"] != sides["Credit"]:
        said = "Business Validation Error: Debits and Credits have to be the same."
        raise Wrong("6000", said, "Line")
    body.setdefault("Adjustment", False)
    body["TotalAmt"] = sides["Debit"]
    body["TxnTaxDetail"] = {}


def _journal_party(company: Company, detail: Body) -> bool:
    """Whether a line is on receivables or payables, which needs a customer or a vendor."""
    account = company.need("Account", detail["AccountRef"]["value"])
    entity = detail.get("Entity") or {}
    ref, kind = entity.get("EntityRef"), entity.get("Type")
    if isinstance(ref, dict) and isinstance(ref.get("value"), str | int):
        if kind not in ("Customer", "Vendor", "Employee"):
            raise Wrong("2170", f"Invalid Enumeration : {str(kind)[:40]}", "Entity")
        ref = {"value": str(ref["value"])}
        company.refer(kind, ref, "EntityRef")
        detail["Entity"] = {"Type": kind, "EntityRef": ref}
    else:
        detail.pop("Entity", None)
        kind = None
    needs = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}
    need = needs.get(account.body["AccountType"])
    if need and kind != need:
        said = f"When you use {account.body['AccountType']}, you must choose a {need.lower()}"
        raise Wrong("6000", f"Business Validation Error: {said} in the Name field.", "Entity")
    return need is not None


def _transfer(company: Company, body: Body, _old: Body | None) -> None:
    body["Amount"] = cents(body["Amount"])
    if body["Amount"] <= 0:
        raise Wrong("2090", "Invalid Number : Amount has to be more than 0", "Amount")
    ends = [body[name]["value"] for name in ("FromAccountRef", "ToAccountRef")]
    if ends[0] == ends[1]:
        raise Wrong("6000", "Business Validation Error: the two accounts are the same.")
    for one in ends:
        if company.need("Account", one).body["Classification"] in PROFIT_AND_LOSS:
            raise Wrong("6000", "Business Validation Error: a balance sheet account is needed.")


def _deposit(company: Company, body: Body, old: Body | None) -> None:
    _with_lines("Deposit", body, old)
    account = company.need("Account", body["DepositToAccountRef"]["value"])
    if account.body["AccountType"] not in ("Bank", "Other Current Asset"):
        raise Wrong("6000", "Business Validation Error: a bank account is needed.")
    total = ZERO
    for line in body["Line"]:
        if "Amount" not in line:
            raise Wrong("2020", "Required parameter Line.Amount is missing", "Amount")
        line["Amount"] = cents(line["Amount"])
        if not line.get("LinkedTxn"):
            detail = line["DepositLineDetail"]
            if "AccountRef" not in detail:
                raise Wrong("2020", "Required parameter AccountRef is missing", "AccountRef")
            of_lines.refer(company, detail)
            _deposit_entity(company, detail)
        total += line["Amount"]
    need_parties(company, "Deposit", body)
    if total < 0:
        raise Wrong("6000", "Business Validation Error: the total has to be zero or more.", "Line")
    body["TotalAmt"] = total
    body.pop("CashBack", None)
    body.pop("TxnTaxDetail", None)


def _deposit_entity(company: Company, detail: Body) -> None:
    entity = detail.pop("Entity", None)
    value = entity.get("value") if isinstance(entity, dict) else None
    if isinstance(value, str | int):
        kind = str(entity.get("type") or "Customer").title() if entity else "Customer"
        if kind not in ("Customer", "Vendor", "Employee"):
            raise Wrong("2170", f"Invalid Enumeration : {kind[:40]}", "Entity")
        ref = {"value": str(value), "type": kind}
        company.refer(kind, ref, "Entity")
        detail["Entity"] = ref


PREPARE: dict[str, Callable[[Company, Body, Body | None], None]] = {
    "Payment": _payment,
    "BillPayment": _bill_payment,
    "JournalEntry": _journal,
    "Transfer": _transfer,
    "Deposit": _deposit,
}
