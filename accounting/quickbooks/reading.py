"""QuickBooks' objects, read as what they are here. What they hold is treated as hostile."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounting.domain.incoming import (
    Incoming,
    IncomingEntry,
    IncomingItem,
    IncomingLine,
    IncomingMoney,
    IncomingPart,
    IncomingParty,
    IncomingTrade,
)
from accounting.domain.states import Kind
from accounting.quickbooks.objects import amount, there
from accounting.quickbooks.sheets import sheet_of

Body = Mapping[str, Any]
ZERO = Decimal(0)
NO_TAX = ("", "NON")
SHIPPING = "SHIPPING_ITEM_ID"
ADDRESS = (
    "Line1", "Line2", "Line3", "Line4", "Line5", "City", "CountrySubDivisionCode", "PostalCode",
    "Country",
)  # fmt: skip
# What a bill calls the payments and a payment calls the documents.
ENTITIES = {"BillPaymentCheck": "BillPayment", "BillPaymentCreditCard": "BillPayment"}
MOST_LINES = 2000


def read_incoming(entity: str, body: Body) -> Incoming | None:
    """An object as it is here; None for what has no meaning here."""
    reader = READERS.get(entity)
    return reader(entity, body) if reader is not None else None


def _text(body: Any, *path: str, longest: int = 4000) -> str:
    found: Any = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return str(found).strip()[:longest] if isinstance(found, str | int | Decimal) else ""


def _ref(body: Any, name: str) -> str:
    return _text(body, name, "value", longest=64)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _rows(value: Any) -> list[Body]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _head(kind: Kind, entity: str, body: Body) -> dict[str, Any]:
    read = there(entity, body)
    return {
        "kind": kind,
        "entity": entity,
        "id": read.id,
        "version": read.version,
        "number": read.number,
        "changed_at": read.changed_at,
        "is_active": read.is_active,
        "is_void": read.is_void,
        "sheet": sheet_of(entity, body),
    }


# --- Lists -------------------------------------------------------------------------------------
def _address(value: Any) -> str:
    lines = [_text(value, name, longest=500) for name in ADDRESS]
    return "\n".join(line for line in lines if line)[:500]


def _without_suffix(name: str, body: Body) -> str:
    """What QuickBooks adds to the name of what is made inactive."""
    return name.removesuffix(" (deleted)") if body.get("Active") is False else name


def _party(entity: str, body: Body) -> IncomingParty:
    customer = entity == "Customer"
    name = _without_suffix(_text(body, "DisplayName", longest=500), body)
    return IncomingParty(
        **_head(Kind.CUSTOMER if customer else Kind.SUPPLIER, entity, body),
        name=name,
        legal_name=_text(body, "CompanyName", longest=160),
        email=_text(body, "PrimaryEmailAddr", "Address", longest=254),
        phone=_text(body, "PrimaryPhone", "FreeFormNumber", longest=40),
        website=_text(body, "WebAddr", "URI", longest=200),
        billing_address=_address(body.get("BillAddr")),
        delivery_address=_address(body.get("ShipAddr")),
        country=_text(body, "BillAddr", "Country", longest=60),
        currency=_ref(body, "CurrencyRef")[:3].upper(),
        term=_ref(body, "SalesTermRef" if customer else "TermRef"),
        balance=amount(body.get("Balance")) or ZERO,
    )


def _item(entity: str, body: Body) -> IncomingItem:
    kind = _text(body, "Type")
    return IncomingItem(
        **_head(Kind.PRODUCT, entity, body),
        name=_without_suffix(_text(body, "Name", longest=255), body),
        sku=_text(body, "Sku", longest=100),
        description=_text(body, "Description"),
        price=amount(body.get("UnitPrice")),
        cost=amount(body.get("PurchaseCost")),
        income_account=_ref(body, "IncomeAccountRef"),
        expense_account=_ref(body, "ExpenseAccountRef"),
        stocked=kind in ("Inventory", "NonInventory"),
        tracked=bool(body.get("TrackQtyOnHand")),
        on_hand=amount(body.get("QtyOnHand")) or ZERO,
        is_product=kind in ("Inventory", "NonInventory", "Service"),
    )


COMPANY_ADDRESS = ("Line1", "Line2", "City", "CountrySubDivisionCode", "PostalCode")


def reached(body: Body) -> dict[str, str]:
    """How a company there is reached: its legal name and addresses, e-mail and telephone."""
    own, customers = (
        "\n".join(
            line for name in COMPANY_ADDRESS if (line := _text(body, kind, name, longest=200))
        )[:500]
        for kind in ("CompanyAddr", "CustomerCommunicationAddr")
    )
    return {
        "address": own,
        "legal_name": _text(body, "LegalName", longest=160),
        "customer_address": customers,
        "email": _text(body, "Email", "Address", longest=254),
        "phone": _text(body, "PrimaryPhone", "FreeFormNumber", longest=40),
    }


# --- Trade -------------------------------------------------------------------------------------
def _trade(kind: Kind) -> Callable[[str, Body], IncomingTrade]:
    def read(entity: str, body: Body) -> IncomingTrade:
        sale = kind in (Kind.INVOICE, Kind.CREDIT_NOTE)
        sums = there(entity, body)
        whole = _text(body, "TxnTaxDetail", "TxnTaxCodeRef", "value", longest=64)
        lines = tuple(_lines(body.get("Line"), whole))[:MOST_LINES]
        return IncomingTrade(
            **_head(kind, entity, body),
            party=_ref(body, "CustomerRef" if sale else "VendorRef"),
            on=_day(body.get("TxnDate")),
            due_on=_day(body.get("DueDate")),
            currency=_ref(body, "CurrencyRef")[:3].upper(),
            rate=amount(body.get("ExchangeRate")),
            total=sums.total or ZERO,
            tax=sums.tax or ZERO,
            balance=amount(body.get("Balance")) or ZERO,
            lines=lines,
            reference=_text(body, "CustomerMemo", "value", longest=1000) if sale else "",
            note=_text(body, "PrivateNote"),
            sources=_orders_of(body),
        )

    return read


def _orders_of(body: Body) -> tuple[tuple[str, str], ...]:
    """The purchase orders that a bill is linked to, as a whole or line by line."""
    links = _rows(body.get("LinkedTxn"))
    for row in _rows(body.get("Line"))[:MOST_LINES]:
        links += _rows(row.get("LinkedTxn"))
    found = {
        ("PurchaseOrder", _text(link, "TxnId", longest=64)): None
        for link in links
        if link.get("TxnType") == "PurchaseOrder"
    }
    return tuple(found)


def _lines(rows: Any, whole: str) -> Iterator[IncomingLine]:
    """Lines that count; a bundle is its parts. `whole` is the tax code of an American document."""
    for row in _rows(rows):
        kind = _text(row, "DetailType")
        detail = row.get(kind)
        if kind == "GroupLineDetail" and isinstance(detail, Mapping):
            yield from _lines(detail.get("Line"), whole)
        elif kind in ("SalesItemLineDetail", "ItemBasedExpenseLineDetail") and isinstance(
            detail, Mapping
        ):
            yield _item_line(row, detail, whole)
        elif kind == "AccountBasedExpenseLineDetail" and isinstance(detail, Mapping):
            yield IncomingLine(
                description=_text(row, "Description"),
                net=amount(row.get("Amount")) or ZERO,
                account=_ref(detail, "AccountRef"),
                tax_code=_tax_code(detail, whole),
            )
        elif kind == "DiscountLineDetail" and isinstance(detail, Mapping):
            yield IncomingLine(
                description=_text(row, "Description") or "Discount",
                net=-(amount(row.get("Amount")) or ZERO),
                account=_ref(detail, "DiscountAccountRef"),
                is_discount=True,
            )


def _item_line(row: Body, detail: Body, whole: str) -> IncomingLine:
    item = _ref(detail, "ItemRef")
    shipping = item == SHIPPING
    return IncomingLine(
        description=_text(row, "Description")
        or ("Shipping" if shipping else _text(detail, "ItemRef", "name")),
        net=amount(row.get("Amount")) or ZERO,
        quantity=amount(detail.get("Qty")) or Decimal(1),
        unit_price=amount(detail.get("UnitPrice")),
        item="" if shipping else item,
        account=_ref(detail, "ItemAccountRef"),
        tax_code=_tax_code(detail, whole),
    )


def _tax_code(detail: Body, whole: str) -> str:
    """American lines say only whether they bear the document's tax."""
    own = _ref(detail, "TaxCodeRef")
    return whole if own == "TAX" else "" if own in NO_TAX else own


# --- Money -------------------------------------------------------------------------------------
def _payment(entity: str, body: Body) -> IncomingMoney:
    return IncomingMoney(
        **_head(Kind.PAYMENT, entity, body),
        **_money(body),
        party=_ref(body, "CustomerRef"),
        unapplied=amount(body.get("UnappliedAmt")) or ZERO,
        account=_ref(body, "DepositToAccountRef"),
        reference=_text(body, "PaymentRefNum", longest=80),
    )


def _bill_payment(entity: str, body: Body) -> IncomingMoney:
    card = _ref(body.get("CreditCardPayment"), "CCAccountRef")
    values = _money(body)
    credit = sum((p.amount for p in values["parts"] if p.entity == "VendorCredit"), ZERO)
    bills = sum((p.amount for p in values["parts"] if p.entity != "VendorCredit"), ZERO)
    return IncomingMoney(
        **_head(Kind.BILL_PAYMENT, entity, body),
        **values,
        party=_ref(body, "VendorRef"),
        unapplied=max(ZERO, values["total"] + credit - bills),
        account=card or _ref(body.get("CheckPayment"), "BankAccountRef"),
        reference=_text(body, "DocNumber", longest=80),
    )


def _money(body: Body) -> dict[str, Any]:
    parts = tuple(
        IncomingPart(
            entity=ENTITIES.get(_text(link, "TxnType"), _text(link, "TxnType", longest=24)),
            id=_text(link, "TxnId", longest=64),
            amount=amount(row.get("Amount")) or ZERO,
        )
        for row in _rows(body.get("Line"))
        for link in _rows(row.get("LinkedTxn"))[:1]
    )
    return {
        "on": _day(body.get("TxnDate")),
        "currency": _ref(body, "CurrencyRef")[:3].upper(),
        "rate": amount(body.get("ExchangeRate")),
        "total": amount(body.get("TotalAmt")) or ZERO,
        "note": _text(body, "PrivateNote", longest=1000),
        "parts": parts[:MOST_LINES],
    }


def _entry(entity: str, body: Body) -> IncomingEntry:
    return IncomingEntry(
        **_head(Kind.JOURNAL, entity, body),
        on=_day(body.get("TxnDate")),
        note=_text(body, "PrivateNote"),
        sides=tuple(
            (_ref(detail, "AccountRef"), _signed(row, detail))
            for row in _rows(body.get("Line"))[:MOST_LINES]
            if isinstance(detail := row.get("JournalEntryLineDetail"), Mapping)
        ),
    )


def _signed(row: Body, detail: Body) -> Decimal:
    value = amount(row.get("Amount")) or ZERO
    return value if detail.get("PostingType") == "Debit" else -value


READERS: Mapping[str, Callable[[str, Body], Incoming]] = {
    "Customer": _party,
    "Vendor": _party,
    "Item": _item,
    "Invoice": _trade(Kind.INVOICE),
    "Bill": _trade(Kind.BILL),
    "CreditMemo": _trade(Kind.CREDIT_NOTE),
    "VendorCredit": _trade(Kind.SUPPLIER_CREDIT),
    "RefundReceipt": _trade(Kind.REFUND),
    "Payment": _payment,
    "BillPayment": _bill_payment,
    "JournalEntry": _entry,
}
