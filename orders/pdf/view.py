"""What stands where on a printed document: every number and date already written as text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from babel import Locale

from hub.money import plain
from hub.ui.formatting import amount_text, date_text, quantity_text, unit_price_text
from orders.domain.payloads import (
    CreditNotePayload,
    DocumentPayload,
    InvoicePayload,
    LinePayload,
    OrderPayload,
    Party,
    SalesOrderPayload,
)
from orders.domain.printed import QuotePayload

_LONGEST_UNBROKEN = 24
_PIECE = 6
_LONGEST_IN_NARROW_COLUMN = 12
_COUNTRIES = Locale("en").territories
_NO_BREAK_SPACE = "\u00a0"
_ZERO_WIDTH_SPACE = "\u200b"


class DocumentKind(StrEnum):
    """Which document is printed."""

    PURCHASE_ORDER = "purchase_order"
    SALES_ORDER = "sales_order"
    INVOICE = "invoice"
    QUOTE = "quote"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Printed:
    """A party's name and what stands below it; `label` says its part ("Bill to")."""

    label: str
    name: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A line; a note has a title only."""

    kind: str
    title: list[str]
    details: list[str]
    position: str = ""
    quantity: str = ""
    price: str = ""
    discount: str = ""
    tax: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    label: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """All that the template shows; `asdict` of it is JSON."""

    title: str
    number: str
    issuer: Printed
    parties: list[Printed]
    facts: list[tuple[str, str]]
    columns: list[Column]
    rows: list[Row]
    taxes: list[tuple[str, str, str]]
    totals: list[tuple[str, str]]
    total: tuple[str, str]
    blocks: list[Block]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def breakable(text: str, longest: int = _LONGEST_UNBROKEN) -> str:
    """`text` with invisible places to break in words that would run out of their column."""

    def divided(word: re.Match[str]) -> str:
        letters = word.group()
        parts = [letters[at : at + _PIECE] for at in range(0, len(letters), _PIECE)]
        return _ZERO_WIDTH_SPACE.join(parts)

    return re.sub(rf"\S{{{longest + 1},}}", divided, text)


def _lines(text: str) -> list[str]:
    return [breakable(line) for line in text.split("\n")] if text else []


def document_view(
    kind: DocumentKind, payload: DocumentPayload, write_date: Callable[[date], str] = date_text
) -> DocumentView:
    """The view of a payload. TypeError when the payload is not of the kind."""
    totals = payload.totals
    currency = payload.currency
    return DocumentView(
        title=_TITLES[kind],
        number=breakable(payload.number, _LONGEST_IN_NARROW_COLUMN),
        issuer=printed_party("", payload.buyer if _is_order(kind) else payload.seller),
        parties=_parties(kind, payload),
        facts=_facts(kind, payload, write_date),
        columns=_columns(payload),
        rows=[
            _row(position, line, kind, payload, write_date)
            for position, line in _numbered(payload.lines)
        ],
        taxes=_taxes(payload),
        totals=[
            ("Net", amount_text(totals.net, currency)),
            ("Tax", amount_text(totals.tax, currency)),
        ],
        total=(
            _TOTALS.get(kind, "Total"),
            f"{currency} {amount_text(totals.total, currency)}",
        ),
        blocks=_blocks(payload),
    )


_TITLES = {
    DocumentKind.PURCHASE_ORDER: "Purchase order",
    DocumentKind.SALES_ORDER: "Sales order",
    DocumentKind.INVOICE: "Invoice",
    DocumentKind.QUOTE: "Quote",
    DocumentKind.CREDIT_NOTE: "Credit note",
}

_TOTALS = {DocumentKind.INVOICE: "Total due", DocumentKind.CREDIT_NOTE: "Total credit"}

_RECIPIENTS = {
    DocumentKind.PURCHASE_ORDER: "Supplier",
    DocumentKind.SALES_ORDER: "Customer",
    DocumentKind.INVOICE: "Bill to",
    DocumentKind.QUOTE: "Customer",
    DocumentKind.CREDIT_NOTE: "Credit to",
}


def _is_order(kind: DocumentKind) -> bool:
    return kind is DocumentKind.PURCHASE_ORDER


def printed_party(label: str, party: Party) -> Printed:
    """A party's name and address below its label."""
    lines = [party.legal_name] if party.legal_name not in ("", party.name) else []
    lines += [line for line in party.address.split("\n") if line.strip()]
    if party.country:
        lines.append(str(_COUNTRIES.get(party.country, party.country)))
    if party.tax_number:
        lines.append(f"Tax number {party.tax_number}")
    return Printed(label, breakable(party.name), [breakable(line) for line in lines])


def _parties(kind: DocumentKind, payload: DocumentPayload) -> list[Printed]:
    label = _RECIPIENTS[kind]
    parties = [printed_party(label, payload.seller if _is_order(kind) else payload.buyer)]
    place = payload.deliver_to
    if place is not None:
        name = place.name or payload.buyer.name
        parties.append(Printed("Deliver to", breakable(name), _lines(place.address)))
    return parties


def _facts(
    kind: DocumentKind, payload: DocumentPayload, write_date: Callable[[date], str]
) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    match payload:
        case InvoicePayload() if kind is DocumentKind.INVOICE:
            facts.append(("Date", write_date(payload.issued_on)))
            if payload.due_on is not None:
                facts.append(("Due", write_date(payload.due_on)))
            numbers = ", ".join(order.number for order in payload.orders if order.number)
            facts.append(("Your order", numbers))
        case OrderPayload() if kind is DocumentKind.PURCHASE_ORDER:
            facts += _order_dates(payload.ordered_on, payload.expected_on, write_date)
        case SalesOrderPayload() if kind is DocumentKind.SALES_ORDER:
            facts += _order_dates(payload.ordered_on, payload.expected_on, write_date)
            facts.append(("Your order", payload.answers.number if payload.answers else ""))
        case QuotePayload() if kind is DocumentKind.QUOTE:
            facts.append(("Date", write_date(payload.issued_on)))
            facts += _days(("Valid until", payload.valid_until), write_date)
            facts += _days(("Expected", payload.expected_on), write_date)
        case CreditNotePayload() if kind is DocumentKind.CREDIT_NOTE:
            facts.append(("Date", write_date(payload.issued_on)))
            facts += [
                ("Invoice", payload.invoice.number if payload.invoice else ""),
                ("Reason", payload.reason),
            ]
        case _:
            raise TypeError(f"{type(payload).__name__} is not printed as {kind.value}")
    facts += [("Reference", payload.reference), ("Terms", payload.terms)]
    facts.append(("Currency", payload.currency))
    if payload.version > 1:
        facts.append(("Version", str(payload.version)))
    return [(label, breakable(text, _LONGEST_IN_NARROW_COLUMN)) for label, text in facts if text]


def _days(
    fact: tuple[str, date | None], write_date: Callable[[date], str]
) -> list[tuple[str, str]]:
    label, day = fact
    return [(label, write_date(day))] if day is not None else []


def _order_dates(
    ordered_on: date, expected_on: date | None, write_date: Callable[[date], str]
) -> list[tuple[str, str]]:
    dates = [("Date", write_date(ordered_on))]
    if expected_on is not None:
        dates.append(("Expected", write_date(expected_on)))
    return dates


def _columns(payload: DocumentPayload) -> list[Column]:
    columns = [Column("position", "#", numeric=False), Column("description", "Item", numeric=False)]
    columns += [Column("quantity", "Quantity"), Column("price", "Unit price")]
    if any(line.discount_percent for line in payload.lines):
        columns.append(Column("discount", "Discount"))
    if any(line.tax for line in payload.lines):
        columns.append(Column("tax", "Tax"))
    columns.append(Column("amount", "Amount incl. tax" if payload.prices_include_tax else "Amount"))
    return columns


def _numbered(lines: Iterable[LinePayload]) -> Iterable[tuple[int, LinePayload]]:
    """The items counted from 1; a note has the number of the item before it, which is not shown."""
    position = 0
    for line in lines:
        position += line.kind == "item"
        yield position, line


def _row(
    position: int,
    line: LinePayload,
    kind: DocumentKind,
    payload: DocumentPayload,
    write_date: Callable[[date], str],
) -> Row:
    if line.kind == "note" or line.quantity is None or line.unit_price is None:
        return Row("note", _lines(line.description), [])
    ours, theirs = line.seller_sku, line.buyer_sku
    if _is_order(kind):
        ours, theirs = theirs, ours
    title = line.description or ours or theirs or line.barcode
    codes = [("Code", ours), ("Your code", theirs), ("Barcode", line.barcode)]
    details = [" · ".join(f"{label}{_NO_BREAK_SPACE}{code}" for label, code in codes if code)]
    if line.expected_on is not None:
        details.append(f"Expected {write_date(line.expected_on)}")
    amount = line.gross if payload.prices_include_tax else line.net
    quantity = f"{quantity_text(line.quantity)} {line.unit}".rstrip()
    return Row(
        kind="item",
        title=_lines(title),
        details=[breakable(detail) for detail in details if detail],
        position=str(position),
        quantity=breakable(quantity, _LONGEST_IN_NARROW_COLUMN),
        price=unit_price_text(line.unit_price, payload.currency),
        discount=_percent(line.discount_percent) if line.discount_percent else "",
        tax=_percent(line.tax.rate) if line.tax else "",
        amount=amount_text(amount, payload.currency),
    )


def _percent(rate: Decimal) -> str:
    return f"{plain(rate)}{_NO_BREAK_SPACE}%"


def _taxes(payload: DocumentPayload) -> list[tuple[str, str, str]]:
    """The sender's summary, or the lines summed by tax where it sent none."""
    sums: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    if payload.taxes:
        sums = {(tax.name, tax.rate): (tax.net, tax.tax) for tax in payload.taxes}
    else:
        for line in payload.lines:
            if line.tax is not None:
                key = (line.tax.name, line.tax.rate)
                net, tax = sums.get(key, (Decimal(0), Decimal(0)))
                sums[key] = (net + line.net, tax + line.tax_amount)
    return [
        (
            _tax_label(name, rate),
            amount_text(net, payload.currency),
            amount_text(tax, payload.currency),
        )
        for (name, rate), (net, tax) in sums.items()
    ]


def _tax_label(name: str, rate: Decimal) -> str:
    return breakable(name if plain(rate) in name else f"{name} {_percent(rate)}")


def _blocks(payload: DocumentPayload) -> list[Block]:
    texts = [("Notes", payload.notes)]
    if payload.deliver_to is not None:
        texts.append(("Delivery instructions", payload.deliver_to.instructions))
    if isinstance(payload, InvoicePayload):
        texts.append(("How to pay", payload.payment_details))
    if payload.prices_include_tax:
        texts.append(("Prices", "Unit prices and amounts include tax."))
    return [Block(label, _lines(text)) for label, text in texts if text]
