"""QuickBooks' objects, and what is sent to make them, as plain fields that both sides share."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from accounting.domain.sheets import ID, Sheet, figure
from accounting.quickbooks.objects import amount

Body = Mapping[str, Any]
Names = dict[str, str]
LONGEST = 500
MOST_LINES = 500
ADDRESS = (
    "Line1", "Line2", "Line3", "Line4", "Line5", "City", "CountrySubDivisionCode", "PostalCode",
    "Country",
)  # fmt: skip
# Field → where it stands: a name, or a path; see `_value` for how it is read.
TRADE = {
    "number": "DocNumber",
    "on": "TxnDate",
    "due_on": "DueDate",
    "ship_on": "ShipDate",
    "note": "PrivateNote",
    "rate": "#ExchangeRate",
    "total": "#TotalAmt",
    "reference": "CustomerMemo.value",
    "currency": "CurrencyRef.value",
    "term": "@SalesTermRef",
    "class": "@ClassRef",
    "department": "@DepartmentRef",
    "account": "@DepositToAccountRef",
    "tax": "#TxnTaxDetail.TotalTax",
}
SALE = {**TRADE, "party": "@CustomerRef"}
PURCHASE = {**TRADE, "party": "@VendorRef"}
PARTY = {
    "name": "DisplayName",
    "legal_name": "CompanyName",
    "email": "PrimaryEmailAddr.Address",
    "phone": "PrimaryPhone.FreeFormNumber",
    "website": "WebAddr.URI",
    "billing_address": "+BillAddr",
    "delivery_address": "+ShipAddr",
    "currency": "CurrencyRef.value",
    "active": "?Active",
}
MONEY = {
    "on": "TxnDate",
    "note": "PrivateNote",
    "currency": "CurrencyRef.value",
    "rate": "#ExchangeRate",
    "total": "#TotalAmt",
}
HEADS: Mapping[str, Mapping[str, str]] = {
    "Invoice": SALE,
    "CreditMemo": SALE,
    "RefundReceipt": SALE,
    "Estimate": {**SALE, "due_on": "ExpirationDate"},
    "Bill": PURCHASE,
    "VendorCredit": PURCHASE,
    "PurchaseOrder": PURCHASE,
    "Customer": {**PARTY, "term": "@SalesTermRef"},
    "Vendor": {**PARTY, "term": "@TermRef"},
    "Item": {
        "name": "Name",
        "sku": "Sku",
        "description": "Description",
        "price": "#UnitPrice",
        "cost": "#PurchaseCost",
        "income_account": "@IncomeAccountRef",
        "expense_account": "@ExpenseAccountRef",
        "active": "?Active",
    },
    "Payment": {
        **MONEY,
        "party": "@CustomerRef",
        "account": "@DepositToAccountRef",
        "reference": "PaymentRefNum",
    },
    "BillPayment": {
        **MONEY,
        "party": "@VendorRef",
        "account": "@CheckPayment.BankAccountRef",
    },
    "JournalEntry": {
        "number": "DocNumber",
        "on": "TxnDate",
        "note": "PrivateNote",
        "currency": "CurrencyRef.value",
        "rate": "#ExchangeRate",
    },
    "Transfer": {
        "on": "TxnDate",
        "account": "@FromAccountRef",
        "to_account": "@ToAccountRef",
        "total": "#Amount",
        "note": "PrivateNote",
    },
}
# What the ids of a field are of, for their names.
KINDS = {
    "income_account": "account",
    "expense_account": "account",
    "to_account": "account",
}


def sheet_of(entity: str, body: Body) -> Sheet | None:
    """An object, or what is sent to make one; None for what is never compared."""
    head = HEADS.get(entity)
    if head is None:
        return None
    names: Names = {}
    fields = {key: value for key, path in head.items() if (value := _value(body, path, key, names))}
    if entity == "BillPayment" and "account" not in fields:
        card = _value(body, "@CreditCardPayment.CCAccountRef", "account", names)
        fields.update({"account": card} if card else {})
    rows = body.get("Line")
    lines: list[Mapping[str, str]] = []
    for line in _lines(rows if isinstance(rows, list) else [], names):
        lines.append({key: value for key, value in line.items() if value})
        if len(lines) == MOST_LINES:
            break
    return Sheet(fields, lines, names)


def plain(value: Any) -> str:
    """A number of theirs as sheets write it; "" for none."""
    number = amount(value)
    return "" if number is None else figure(number)


def _value(body: Body, path: str, key: str, names: Names) -> str:
    how, path = (path[0], path[1:]) if path[0] in "#@+?" else ("", path)
    found: Any = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    if how == "#":
        return plain(found)
    if how == "@":
        return _ref(found, KINDS.get(key, key), names)
    if how == "+":
        parts = [_text(found.get(name)) for name in ADDRESS] if isinstance(found, Mapping) else []
        return "\n".join(part for part in parts if part)
    if how == "?":
        return "" if found is None else "yes" if found is True else "no"
    return _text(found)


def _text(value: Any) -> str:
    return str(value).strip()[:LONGEST] if isinstance(value, str | int | Decimal) else ""


def _ref(value: Any, kind: str, names: Names) -> str:
    if not isinstance(value, Mapping):
        return ""
    key, name = _text(value.get("value")), _text(value.get("name"))
    if key and name:
        names[f"{kind}:{key}"] = name
    return key


def _lines(rows: list[Any], names: Names) -> Iterator[dict[str, str]]:
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        if "LinkedTxn" in row and "DetailType" not in row:
            yield from _applied(row)
            continue
        kind = _text(row.get("DetailType"))
        detail = row.get(kind)
        detail = detail if isinstance(detail, Mapping) else {}
        if kind == "GroupLineDetail":
            parts = detail.get("Line")
            yield from _lines(parts if isinstance(parts, list) else [], names)
        elif kind in DETAILS:
            common = {ID: _text(row.get("Id")), "description": _text(row.get("Description"))}
            yield {**common, **DETAILS[kind](row, detail, names)}


def _applied(row: Body) -> Iterator[dict[str, str]]:
    links = row.get("LinkedTxn")
    for link in (links if isinstance(links, list) else [])[:1]:
        if isinstance(link, Mapping):
            key = f"{_text(link.get('TxnType'))}:{_text(link.get('TxnId'))}"
            yield {"document": key, "amount": plain(row.get("Amount"))}


def _item(row: Body, detail: Body, names: Names) -> dict[str, str]:
    return {
        "item": _ref(detail.get("ItemRef"), "item", names),
        "quantity": plain(detail.get("Qty")),
        "price": plain(detail.get("UnitPrice")),
        "amount": plain(row.get("Amount")),
        "tax_code": _ref(detail.get("TaxCodeRef"), "tax_code", names),
        "class": _ref(detail.get("ClassRef"), "class", names),
    }


def _account(row: Body, detail: Body, names: Names) -> dict[str, str]:
    return {
        "account": _ref(detail.get("AccountRef"), "account", names),
        "amount": plain(row.get("Amount")),
        "tax_code": _ref(detail.get("TaxCodeRef"), "tax_code", names),
        "class": _ref(detail.get("ClassRef"), "class", names),
    }


def _discount(row: Body, detail: Body, names: Names) -> dict[str, str]:
    off = amount(row.get("Amount")) or Decimal(0)
    return {
        "account": _ref(detail.get("DiscountAccountRef"), "account", names),
        "amount": plain(-off),
    }


def _side(row: Body, detail: Body, names: Names) -> dict[str, str]:
    value = amount(row.get("Amount")) or Decimal(0)
    entity = detail.get("Entity")
    party = entity.get("EntityRef") if isinstance(entity, Mapping) else None
    return {
        "account": _ref(detail.get("AccountRef"), "account", names),
        "amount": plain(value if detail.get("PostingType") == "Debit" else -value),
        "party": _ref(party, "party", names),
        "class": _ref(detail.get("ClassRef"), "class", names),
    }


DETAILS: Mapping[str, Callable[[Body, Body, Names], dict[str, str]]] = {
    "SalesItemLineDetail": _item,
    "ItemBasedExpenseLineDetail": _item,
    "AccountBasedExpenseLineDetail": _account,
    "DiscountLineDetail": _discount,
    "JournalEntryLineDetail": _side,
}
