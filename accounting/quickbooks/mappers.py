"""Our documents in QuickBooks' words. Lengths and rules: Intuit's entity reference, version 75.

Every mapper takes a document and a resolver and gives what is sent, complete. Raises Unready with
what is missing and where to mend it.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounting.domain.answers import Fix, Unready, Verdict
from accounting.domain.outgoing import (
    Applied,
    Document,
    Entry,
    Item,
    Line,
    Money,
    Moved,
    Party,
    Trade,
)
from accounting.domain.sharing import share
from accounting.domain.states import Action, Kind
from accounting.engine.provider import Rendered, Resolver
from accounting.quickbooks.settings_there import preference
from hub.money import divide, minor_units, multiply, round_half_up

ZERO = Decimal(0)
NUMBER = 21
NOTE = 4000
MEMO = 1000
FORBIDDEN = (":", "\\", "\t", "\n")
Payload = dict[str, Any]


def ref(value: str) -> dict[str, str]:
    """A reference."""
    return {"value": value}


def short_number(number: str) -> str:
    """At most 21 characters: the end of a longer number tells documents apart best."""
    return number[-NUMBER:]


def _refuse(code: str, sentence: str, fix: str = "document") -> Unready:
    return Unready(Verdict(Action.ATTENTION, code, sentence, fix=Fix(fix)))


def _name(name: str, longest: int, what: str) -> str:
    for character in FORBIDDEN:
        if character in name:
            shown = {"\t": "a tab", "\n": "a line break"}.get(character, f"“{character}”")
            raise _refuse(
                "forbidden_character",
                f"The name of this {what} contains {shown}, which QuickBooks does not allow. "
                "Rename it, then retry.",
            )
    return name.strip()[:longest]


def _address(text: str) -> Payload:
    lines = [line.strip() for line in text.splitlines() if line.strip()][:5]
    return {f"Line{place}": line[:500] for place, line in enumerate(lines, start=1)}


def _only(payload: Payload) -> Payload:
    """Without what is empty: QuickBooks keeps what it has for what is left out."""
    return {key: value for key, value in payload.items() if value not in (None, "", {}, [])}


# --- Lists -----------------------------------------------------------------------------------
def customer(document: Document, resolver: Resolver) -> Rendered:
    """A customer. The contact's other role, if any, is another name there."""
    assert isinstance(document, Party)
    name = _name(document.name, 500, "customer")
    payload = _party(document, resolver, name)
    payload.update(
        _only(
            {
                "BillAddr": _address(document.billing_address),
                "ShipAddr": _address(document.delivery_address),
                "SalesTermRef": _term(document.term, resolver),
            }
        )
    )
    return Rendered("Customer", payload, name)


def supplier(document: Document, resolver: Resolver) -> Rendered:
    """A supplier. Names are unique over customers and suppliers, so a shared one gets “ (V)”."""
    assert isinstance(document, Party)
    name = _name(document.name, 496 if document.shared_name else 500, "supplier")
    if document.shared_name:
        name = f"{name} (V)"
    payload = _party(document, resolver, name)
    payload.update(
        _only(
            {
                "BillAddr": _address(document.billing_address),
                "TermRef": _term(document.term, resolver),
                "PrintOnCheckName": document.name[:100],
            }
        )
    )
    return Rendered("Vendor", payload, name)


def _term(term: Any, resolver: Resolver) -> Payload | None:
    found = resolver.term(term) if term is not None else ""
    return ref(found) if found else None


def _party(document: Party, resolver: Resolver, name: str) -> Payload:
    several = _several_currencies(document, resolver)
    return _only(
        {
            "DisplayName": name,
            "CompanyName": (document.legal_name or document.name)[:100],
            "PrimaryEmailAddr": {"Address": document.email[:100]} if document.email else None,
            "PrimaryPhone": {"FreeFormNumber": document.phone[:30]} if document.phone else None,
            "WebAddr": {"URI": document.website[:1000]} if document.website else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "Active": document.is_active,
        }
    )


def item(document: Document, resolver: Resolver) -> Rendered:
    """Products go as services: stock is kept here, and QuickBooks must not cost it again."""
    assert isinstance(document, Item)
    name = _name(document.name, 100, "product")
    income = resolver.account(document.income_account)
    expense = ref(resolver.account(document.expense_account)) if document.expense_account else None
    payload = _only(
        {
            "Name": name,
            "Type": "Service",
            "Sku": document.sku[:100],
            "Description": document.description[:4000],
            "PurchaseDesc": document.description[:1000] if expense else "",
            "UnitPrice": _price(document.price),
            "PurchaseCost": _price(document.cost),
            "IncomeAccountRef": ref(income),
            "ExpenseAccountRef": expense,
            "Active": document.is_active,
        }
    )
    return Rendered("Item", payload, name, facts={"income_account": income})


def _price(value: Decimal | None) -> Decimal | None:
    return round_half_up(value, 6) if value is not None else None


# --- Trade -----------------------------------------------------------------------------------
def _prefs(resolver: Resolver, *path: str) -> Any:
    return preference(resolver.preferences, *path)


def _several_currencies(document: Document, resolver: Resolver) -> bool:
    """Whether currencies are named; raises Unready for one that QuickBooks does not keep."""
    if _prefs(resolver, "CurrencyPrefs", "MultiCurrencyEnabled"):
        return True
    home = _prefs(resolver, "CurrencyPrefs", "HomeCurrency", "value")
    if home and document.currency and document.currency != home:
        raise _refuse(
            "currency_off",
            f"This is in {document.currency}, and QuickBooks keeps {home} only. Turn on "
            "multicurrency in QuickBooks (Settings, Account and settings, Advanced), then retry.",
        )
    return False


def _head(document: Trade, resolver: Resolver, lines: list[Payload], side: str) -> Payload:
    several = _several_currencies(document, resolver)
    payload = _only(
        {
            "DocNumber": short_number(document.number),
            "TxnDate": document.on.isoformat() if document.on else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "ExchangeRate": document.rate if several and document.rate != 1 else None,
            "DepartmentRef": _department(document, resolver),
            "Line": lines,
        }
    )
    payload.update(_taxes(document, resolver, side))
    return payload


def _department(document: Document, resolver: Resolver) -> Payload | None:
    if not document.department_key:
        return None
    if not _prefs(resolver, "AccountingInfoPrefs", "TrackDepartments"):
        return None
    found = resolver.named("department", document.department_key)
    return ref(found) if found else None


def _class(key: str, resolver: Resolver) -> Payload | None:
    if not key or not tracks_classes(resolver):
        return None
    found = resolver.named("class", key)
    return ref(found) if found else None


def tracks_classes(resolver: Resolver) -> bool:
    """Whether QuickBooks keeps classes, by document or by line."""
    where = ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine")
    return any(_prefs(resolver, "AccountingInfoPrefs", name) for name in where)


def _is_american(resolver: Resolver) -> bool:
    """American sales tax is per document: lines are taxable or not, and have no code."""
    return bool(resolver.preferences.get("country") == "US")


def _tax_code(rule: Any, resolver: Resolver) -> Payload | None:
    if rule is None:
        return ref("NON") if _is_american(resolver) else None
    found = resolver.tax(rule)
    if _is_american(resolver):
        return ref("NON" if found == "NON" else "TAX")
    return ref(found)


def _taxes(document: Trade, resolver: Resolver, side: str) -> Payload:
    """Our tax, to the cent: QuickBooks' own arithmetic may be a cent off ours."""
    if _is_american(resolver):
        return {"TxnTaxDetail": {"TotalTax": document.tax or ZERO}} if side == "sales" else {}
    lines: list[Payload] = []
    for one in document.taxes:
        if one.rule is None:
            continue
        code = resolver.record("tax", resolver.tax(one.rule))
        rates = [(each, resolver.record("tax_rate", each)) for each in code.get(side, [])]
        percents = [Decimal(str(data.get("rate", 0))) for _id, data in rates]
        if not rates:
            continue
        parts = share(one.tax, percents, minor_units(document.currency))
        for (rate_id, _data), percent, part in zip(rates, percents, parts, strict=True):
            lines.append(
                {
                    "Amount": part,
                    "DetailType": "TaxLineDetail",
                    "TaxLineDetail": {
                        "TaxRateRef": ref(rate_id),
                        "PercentBased": True,
                        "TaxPercent": percent,
                        "NetAmountTaxable": one.net,
                    },
                }
            )
    detail: Payload = {"TotalTax": document.tax or ZERO}
    if lines:
        detail["TaxLine"] = lines
    return {"GlobalTaxCalculation": "TaxExcluded", "TxnTaxDetail": detail}


def _sales_lines(document: Trade, resolver: Resolver) -> list[Payload]:
    return [_sales_line(line, document, resolver) for line in document.lines]


def _sales_line(line: Line, document: Trade, resolver: Resolver) -> Payload:
    assert line.item is not None
    detail = _only(
        {
            "ItemRef": ref(resolver.document(*line.item)),
            **_quantities(line, document.currency),
            "TaxCodeRef": _tax_code(line.tax_rule, resolver),
            "ClassRef": _class(line.class_key or document.class_key, resolver),
        }
    )
    return _only(
        {
            "Description": _described(line)[:NOTE],
            "Amount": line.net,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }
    )


def _quantities(line: Line, currency: str) -> Payload:
    """Quantity and price only where they multiply to the amount; QuickBooks refuses others."""
    if not line.quantity:
        return {}
    decimals = minor_units(currency)
    for price in (line.unit_price, round_half_up(divide(line.net, line.quantity), 7)):
        if round_half_up(multiply(line.quantity, price), decimals) == line.net:
            return {"Qty": line.quantity.normalize(), "UnitPrice": price.normalize()}
    return {}


def _described(line: Line) -> str:
    return line.description


def _note(document: Trade) -> str:
    return " ".join(filter(None, (document.order_number, document.reference)))


def _customer_head(document: Trade, resolver: Resolver) -> Payload:
    payload = _head(document, resolver, _sales_lines(document, resolver), "sales")
    payload["CustomerRef"] = ref(resolver.document(Kind.CUSTOMER, document.party))
    memo = _note(document)
    statement = memo if resolver.options.get("reference_to_statement") else ""
    payload.update(
        _only(
            {
                "BillAddr": _address(document.billing_address),
                "ShipAddr": _address(document.delivery_address),
                "BillEmail": {"Address": document.email[:100]} if document.email else None,
                "CustomerMemo": ref(memo[:MEMO]) if memo else None,
                "PrivateNote": statement[:NOTE],
                "ClassRef": _class(document.class_key, resolver)
                if _prefs(resolver, "AccountingInfoPrefs", "ClassTrackingPerTxn")
                else None,
            }
        )
    )
    return payload


def invoice(document: Document, resolver: Resolver) -> Rendered:
    """An invoice, with the options of the settings page."""
    assert isinstance(document, Trade)
    payload = _customer_head(document, resolver)
    payload.update(
        _only(
            {
                "DueDate": document.due_on.isoformat() if document.due_on else None,
                "SalesTermRef": _term(document.term, resolver),
                "ShipDate": document.ship_on.isoformat() if document.ship_on else None,
            }
        )
    )
    if _prefs(resolver, "SalesFormsPrefs", "ETransactionPaymentEnabled"):
        both = bool(resolver.options.get("online_payment"))
        payload["AllowOnlineCreditCardPayment"] = both or bool(resolver.options.get("online_card"))
        payload["AllowOnlineACHPayment"] = both or bool(resolver.options.get("online_ach"))
    return _traded("Invoice", payload, document)


def _traded(entity: str, payload: Payload, document: Trade) -> Rendered:
    number = str(payload.get("DocNumber", ""))
    facts = {"shortened": document.number} if number != document.number else {}
    return Rendered(entity, payload, number, document.total, document.tax, facts)


def estimate(document: Document, resolver: Resolver) -> Rendered:
    """A quote."""
    assert isinstance(document, Trade)
    payload = _customer_head(document, resolver)
    if document.due_on:
        payload["ExpirationDate"] = document.due_on.isoformat()
    return _traded("Estimate", payload, document)


def credit_memo(document: Document, resolver: Resolver) -> Rendered:
    """What is left of a credit note after its refunds."""
    assert isinstance(document, Trade)
    return _traded("CreditMemo", _customer_head(document, resolver), document)


def refund_receipt(document: Document, resolver: Resolver) -> Rendered:
    """One refund, with its part of the credit note's lines."""
    assert isinstance(document, Trade)
    payload = _customer_head(document, resolver)
    payload["DepositToAccountRef"] = ref(resolver.account(document.account))
    return _traded("RefundReceipt", payload, document)


def _purchase_lines(document: Trade, resolver: Resolver) -> list[Payload]:
    return [_purchase_line(line, document, resolver) for line in document.lines]


def _purchase_line(line: Line, document: Trade, resolver: Resolver) -> Payload:
    detail = _only(
        {
            "TaxCodeRef": None if _is_american(resolver) else _tax_code(line.tax_rule, resolver),
            "ClassRef": _class(line.class_key or document.class_key, resolver),
        }
    )
    if line.item is not None:
        kind = "ItemBasedExpenseLineDetail"
        detail["ItemRef"] = ref(resolver.document(*line.item))
        detail.update(_quantities(line, document.currency))
    else:
        kind = "AccountBasedExpenseLineDetail"
        detail["AccountRef"] = ref(resolver.account(line.account))
    return _only(
        {
            "Description": line.description[:NOTE],
            "Amount": line.net,
            "DetailType": kind,
            kind: detail,
        }
    )


def _supplier_head(document: Trade, resolver: Resolver) -> Payload:
    payload = _head(document, resolver, _purchase_lines(document, resolver), "purchases")
    payload["VendorRef"] = ref(resolver.document(Kind.SUPPLIER, document.party))
    note = " ".join(filter(None, (document.reference, document.order_number, document.note)))
    payload.update(_only({"PrivateNote": note[:NOTE]}))
    return payload


def bill(document: Document, resolver: Resolver) -> Rendered:
    """A bill, line by account as it stands in the book here."""
    assert isinstance(document, Trade)
    payload = _supplier_head(document, resolver)
    payload.update(
        _only(
            {
                "DueDate": document.due_on.isoformat() if document.due_on else None,
                "SalesTermRef": _term(document.term, resolver),
            }
        )
    )
    return _traded("Bill", payload, document)


def vendor_credit(document: Document, resolver: Resolver) -> Rendered:
    """A supplier's credit note."""
    assert isinstance(document, Trade)
    return _traded("VendorCredit", _supplier_head(document, resolver), document)


def purchase_order(document: Document, resolver: Resolver) -> Rendered:
    """A purchase order; the account payable is the mapped one."""
    assert isinstance(document, Trade)
    payload = _supplier_head(document, resolver)
    payload["APAccountRef"] = ref(resolver.account("payable"))
    payload.update(
        _only(
            {
                "DueDate": document.due_on.isoformat() if document.due_on else None,
                "ShipAddr": _address(document.delivery_address),
            }
        )
    )
    return _traded("PurchaseOrder", payload, document)


# --- Money and journals ------------------------------------------------------------------------
_LINKED = {
    Kind.INVOICE: "Invoice",
    Kind.BILL: "Bill",
    Kind.CREDIT_NOTE: "CreditMemo",
    Kind.SUPPLIER_CREDIT: "VendorCredit",
    Kind.ALLOCATION_ENTRY: "JournalEntry",
    Kind.CREDIT_ENTRY: "JournalEntry",
}


def _applied(parts: Sequence[Applied], resolver: Resolver) -> list[Payload]:
    return [
        {
            "Amount": part.amount,
            "LinkedTxn": [
                {
                    "TxnId": resolver.document(part.kind, part.local_id),
                    "TxnType": _LINKED[part.kind],
                }
            ],
        }
        for part in parts
    ]


def _money(document: Money, resolver: Resolver) -> Payload:
    several = _several_currencies(document, resolver)
    note = " ".join(filter(None, (document.number, document.reference, document.note)))
    return _only(
        {
            "TotalAmt": document.total,
            "TxnDate": document.on.isoformat() if document.on else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "ExchangeRate": document.rate if several and document.rate != 1 else None,
            "PrivateNote": note[:NOTE],
            "Line": _applied(document.applied, resolver),
        }
    )


def payment(document: Document, resolver: Resolver) -> Rendered:
    """Money from a customer, or credit applied to invoices: then its total is nothing."""
    assert isinstance(document, Money)
    payload = _money(document, resolver)
    payload["TotalAmt"] = document.total
    payload["CustomerRef"] = ref(resolver.document(Kind.CUSTOMER, document.party))
    if document.account is not None:
        payload["DepositToAccountRef"] = ref(resolver.account(document.account))
    if document.reference:
        payload["PaymentRefNum"] = short_number(document.reference)
    return Rendered("Payment", payload, document.number, document.total)


def bill_payment(document: Document, resolver: Resolver) -> Rendered:
    """Money to a supplier, or a credit applied to bills.

    It names a bank or a credit card account also when its total is nothing.
    """
    assert isinstance(document, Money)
    payload = _money(document, resolver)
    payload["TotalAmt"] = document.total
    payload["VendorRef"] = ref(resolver.document(Kind.SUPPLIER, document.party))
    account = resolver.account(document.account if document.account is not None else "bank")
    if resolver.record("account", account).get("type") == "Credit Card":
        payload.update(PayType="CreditCard", CreditCardPayment={"CCAccountRef": ref(account)})
    else:
        payload.update(PayType="Check", CheckPayment={"BankAccountRef": ref(account)})
    return Rendered("BillPayment", payload, document.number, document.total)


def journal_entry(document: Document, resolver: Resolver) -> Rendered:
    """A journal. A side on receivable or payable names its customer or supplier."""
    assert isinstance(document, Entry)
    several = _several_currencies(document, resolver)
    lines: list[Payload] = []
    for side in document.sides:
        detail: Payload = {
            "PostingType": "Debit" if side.amount > 0 else "Credit",
            "AccountRef": ref(resolver.account(side.account)),
        }
        if side.party is not None:
            kind, contact = side.party
            detail["Entity"] = {
                "Type": "Customer" if kind == Kind.CUSTOMER else "Vendor",
                "EntityRef": ref(resolver.document(kind, contact)),
            }
        marked = _class(side.class_key, resolver)
        if marked is not None:
            detail["ClassRef"] = marked
        lines.append(
            _only(
                {
                    "Description": side.description[:NOTE],
                    "Amount": abs(side.amount),
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": detail,
                }
            )
        )
    payload = _only(
        {
            "DocNumber": short_number(document.number),
            "TxnDate": document.on.isoformat() if document.on else None,
            "CurrencyRef": ref(document.currency) if several else None,
            "ExchangeRate": document.rate if several and document.rate != 1 else None,
            "PrivateNote": document.note[:NOTE],
            "Line": lines,
        }
    )
    return Rendered("JournalEntry", payload, short_number(document.number))


def transfer(document: Document, resolver: Resolver) -> Rendered:
    """Money moved between two accounts."""
    assert isinstance(document, Moved)
    payload = _only(
        {
            "FromAccountRef": ref(resolver.account(document.from_account)),
            "ToAccountRef": ref(resolver.account(document.to_account)),
            "Amount": document.total,
            "TxnDate": document.on.isoformat() if document.on else None,
            "PrivateNote": document.note[:NOTE],
        }
    )
    return Rendered("Transfer", payload, document.number)


MAPPERS: Mapping[Kind, Callable[[Document, Resolver], Rendered]] = {
    Kind.CUSTOMER: customer,
    Kind.SUPPLIER: supplier,
    Kind.PRODUCT: item,
    Kind.ACCOUNT_ITEM: item,
    Kind.PURCHASE_ORDER: purchase_order,
    Kind.QUOTE: estimate,
    Kind.BILL: bill,
    Kind.INVOICE: invoice,
    Kind.SUPPLIER_CREDIT: vendor_credit,
    Kind.CREDIT_NOTE: credit_memo,
    Kind.REFUND: refund_receipt,
    Kind.JOURNAL: journal_entry,
    Kind.COGS: journal_entry,
    Kind.TRANSFER: transfer,
    Kind.CREDIT_ENTRY: journal_entry,
    Kind.ALLOCATION_ENTRY: journal_entry,
    Kind.PAYMENT: payment,
    Kind.BILL_PAYMENT: bill_payment,
    Kind.ALLOCATION: payment,
    Kind.BILL_ALLOCATION: bill_payment,
}
