"""QuickBooks' objects, read into words that every provider shares."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from accounting.domain.answers import Listed, There

PAGE = 1000
# Our names of lists → theirs.
LISTS = {
    "account": "Account",
    "tax": "TaxCode",
    "tax_rate": "TaxRate",
    "term": "Term",
    "class": "Class",
    "department": "Department",
}
NAMES = ("DocNumber", "DisplayName", "Name", "FullyQualifiedName", "PaymentRefNum")


def amount(value: Any) -> Decimal | None:
    """A number of theirs, exact; None when it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def moment(value: Any) -> datetime | None:
    """A timestamp with its offset."""
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def there(entity: str, body: Mapping[str, Any]) -> There:
    """An object of theirs. What is void has no amount and a note that begins with "Voided"."""
    total = amount(body.get("TotalAmt"))
    taxes = body.get("TxnTaxDetail")
    tax = amount(taxes.get("TotalTax")) if isinstance(taxes, Mapping) else None
    note = str(body.get("PrivateNote") or "")
    meta = body.get("MetaData")
    return There(
        entity=entity,
        id=str(body.get("Id", "")),
        version=str(body.get("SyncToken", "")),
        number=next((str(body[name]) for name in NAMES if body.get(name)), ""),
        total=total,
        tax=tax if tax is not None else (Decimal(0) if total is not None else None),
        is_active=body.get("Active") is not False,
        is_void=total == 0 and note.startswith("Voided"),
        changed_at=moment(meta.get("LastUpdatedTime")) if isinstance(meta, Mapping) else None,
        body=body,
    )


def listed(kind: str, body: Mapping[str, Any]) -> Listed:
    """A row of one of their lists."""
    reader = {"account": _account, "tax": _tax, "tax_rate": _tax_rate, "term": _term}.get(kind)
    kind_there, data = reader(body) if reader else ("", {})
    return Listed(
        kind,
        str(body.get("Id", "")),
        str(body.get("FullyQualifiedName") or body.get("Name") or ""),
        kind_there,
        body.get("Active") is not False,
        data,
    )


def _account(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    currency = body.get("CurrencyRef") or {}
    return str(body.get("AccountType", "")), {
        "subtype": str(body.get("AccountSubType", "")),
        "class": str(body.get("Classification", "")),
        "number": str(body.get("AcctNum", "")),
        "currency": str(currency.get("value", "")) if isinstance(currency, Mapping) else "",
        "version": str(body.get("SyncToken", "")),
    }


def _rates(body: Mapping[str, Any], side: str) -> list[str]:
    rates = (body.get(side) or {}).get("TaxRateDetail") or []
    return [str(row["TaxRateRef"]["value"]) for row in rates if "TaxRateRef" in row]


def _tax(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "group" if body.get("TaxGroup") else "code", {
        "sales": _rates(body, "SalesTaxRateList"),
        "purchases": _rates(body, "PurchaseTaxRateList"),
        "taxable": body.get("Taxable") is not False,
        "description": str(body.get("Description", "")),
        "hidden": bool(body.get("Hidden")),
    }


def _tax_rate(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "", {"rate": str(amount(body.get("RateValue")) or 0)}


def _term(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return str(body.get("Type", "")), {
        "days": body.get("DueDays"),
        "day_of_month": body.get("DayOfMonthDue"),
    }
