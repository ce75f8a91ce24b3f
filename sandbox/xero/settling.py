"""Money and credits applied to documents: what is due, what is left, and gains on exchange.

Invoices have AmountDue; credit notes, prepayments and overpayments have RemainingCredit. A
document knows its worth in base currency (`_base`) and how much of it was settled (`_settled`),
so that the last cent goes with the last settlement.
"""

from decimal import Decimal
from typing import Any

from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero.books import Books
from sandbox.xero.wire import cents

APPLIED = ("Payments", "CreditNotes", "Prepayments", "Overpayments", "Allocations")
SALES = ("ACCREC", "ACCRECCREDIT", "RECEIVE-PREPAYMENT", "RECEIVE-OVERPAYMENT")
AMOUNT_OF = {"Payments": "Amount", "Allocations": "Amount"}
NUMBERS = {"invoice": "InvoiceNumber", "credit_note": "CreditNoteNumber"}


def is_sale(body: dict[str, Any]) -> bool:
    """Whether it is on the side of customers."""
    return body["Type"] in SALES


def left(kind: str, body: dict[str, Any]) -> Decimal:
    """What is due, or what is left of a credit."""
    return Decimal(body["AmountDue" if kind == "invoice" else "RemainingCredit"])


def applied(body: dict[str, Any]) -> bool:
    """Whether anything was applied."""
    return any(body.get(name) for name in APPLIED)


def keys_of(kind: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    """How such a document is found: by number, by contact, and while something is open."""
    contact = body["Contact"]["ContactID"]
    keys = [(f"{kind}.contact", contact)]
    number = body.get(NUMBERS.get(kind, ""))
    if number:
        unique = body["Type"] in ("ACCREC", "ACCRECCREDIT")
        keys.append((f"{kind}.number", number.casefold()))
        if unique:
            keys.append((f"{kind}.unique", number.casefold()))
    if body["Status"] == "AUTHORISED" and left(kind, body):
        keys.append(("open.contact", contact))
    return keys


def _reckon(kind: str, body: dict[str, Any], day: str) -> None:
    """Amounts and status from what is applied; `day` is that of the newest settlement."""

    def total(name: str) -> Decimal:
        amount = AMOUNT_OF.get(name, "AppliedAmount")
        return sum((Decimal(one[amount]) for one in body.get(name, [])), Decimal(0))

    if kind == "invoice":
        body["AmountPaid"] = total("Payments")
        body["AmountCredited"] = sum(map(total, APPLIED[1:4]), Decimal(0))
        open_ = body["AmountDue"] = body["Total"] - body["AmountPaid"] - body["AmountCredited"]
    else:
        open_ = body["RemainingCredit"] = body["Total"] - total("Payments") - total("Allocations")
    body["Status"] = "AUTHORISED" if open_ else "PAID"
    if kind in ("invoice", "credit_note"):
        body.pop("FullyPaidOnDate", None)
        if not open_:
            body["FullyPaidOnDate"] = day


def settle(
    books: Books, kind: str, record: Record, name: str, entry: dict[str, Any], *, day: str
) -> Decimal:
    """Apply `entry` to a list of a document; what that settles of it in base currency."""
    body = {**record.body, name: [*record.body.get(name, []), entry]}
    amount = Decimal(entry[AMOUNT_OF.get(name, "AppliedAmount")])
    _reckon(kind, body, day)
    if left(kind, body):
        settled = books.in_base(amount, body["CurrencyRate"])
    else:
        settled = body["_base"] - body["_settled"]
    body["_settled"] = body["_settled"] + settled
    entry["_settled"] = settled
    books.put(kind, record.id, body, keys_of(kind, body))
    return Decimal(settled)


def unsettle(books: Books, kind: str, id_: str, name: str, *, field: str, value: str) -> None:
    """Take an entry out again."""
    record = books.get(kind, id_)
    assert record is not None
    kept, gone = [], Decimal(0)
    for one in record.body[name]:
        if one[field] == value:
            gone += Decimal(one["_settled"])
        else:
            kept.append(one)
    days = [
        one["Date"] for listed in APPLIED for one in record.body.get(listed, []) if "Date" in one
    ]
    body = {**record.body, name: kept, "_settled": record.body["_settled"] - gone}
    _reckon(kind, body, max(days, default=record.body["Date"]))
    books.put(kind, record.id, body, keys_of(kind, body))


def control_sides(books: Books, kind: str, body: dict[str, Any], settled: Decimal) -> list[Entry]:
    """The entries that take `settled` off a document, in its own accounts.

    Invoices, credit notes and overpayments stand in debtors or creditors; a prepayment stands in
    the accounts of its lines.
    """
    sale = is_sale(body)
    debit = sale == (kind == "invoice")  # such a document is a debit in its control account
    sign = -1 if debit else 1
    if kind != "prepayment":
        account = books.system_account("DEBTORS" if sale else "CREDITORS")
        return [Entry(account.id, sign * settled)]
    sides: dict[str, Decimal] = body["_sides"]
    whole = sum((Decimal(one) for one in sides.values()), Decimal(0))
    entries, rest = [], settled
    for number, (account_id, amount) in enumerate(sides.items(), 1):
        last = number == len(sides)
        part = rest if last or not whole else cents(settled * Decimal(amount) / whole)
        rest -= part
        entries.append(Entry(account_id, sign * part))
    return entries


def with_gain(books: Books, entries: list[Entry]) -> list[Entry]:
    """Entries that do not balance differ by a gain or loss on exchange."""
    rest = sum((one.amount for one in entries), Decimal(0))
    if not rest:
        return entries
    return [*entries, Entry(books.system_account("REALISEDCURRENCYGAIN").id, -rest)]
