"""What a document of theirs says, in the words of our verbs: contact, header, lines, totals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounting.domain.incoming import Held, IncomingLine, IncomingTrade
from accounting.domain.sharing import share
from accounting.domain.states import Kind
from accounting.incoming.lists import account_for
from accounting.incoming.taking_over import local_of, mapped, record_of, title_of
from accounting.models import Connection
from hub.money import Money, divide, is_currency, minor_units, multiply, plain, round_half_up
from inventory.models import Product, ProductKind
from ledger.domain.accounts import AccountRole
from ledger.models import Account, ExchangeRate, TaxRule
from orders.services.lines import LineInput

ZERO = Decimal(0)
# What two ways of rounding the same tax may differ by.
ROUNDING = Decimal("0.05")
PARTIES = {Kind.INVOICE: Kind.CUSTOMER, Kind.BILL: Kind.SUPPLIER}
RATE_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class Counted:
    """A line that counts: its net after discounts, and the ordered line that it is of."""

    line: IncomingLine
    net: Decimal
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document of theirs in our words, ready to be made."""

    contact: UUID
    values: dict[str, Any]
    lines: tuple[LineInput, ...]


def contact_of(connection: Connection, trade: IncomingTrade) -> UUID | None:
    """Ours of the customer or supplier; None when they are not here."""
    return local_of(connection, PARTIES[trade.kind], trade.party)


def head_of(connection: Connection, trade: IncomingTrade) -> tuple[UUID, dict[str, Any]]:
    """Its contact and its header. Raises Held."""
    contact = contact_of(connection, trade)
    if contact is None:
        whose = PARTIES[trade.kind].label.lower()
        raise Held(
            f"Its {whose} is not here yet. Link the {whose} or take it over; then this comes in.",
            code="no_contact",
        )
    if trade.total < 0:
        raise Held("It comes to less than nothing; it stays there.", code="below_zero")
    on = trade.on or timezone.localdate()
    values: dict[str, Any] = {
        "issued_on": on,
        "due_on": max(on, trade.due_on or on),
        "currency": trade.currency or connection.currency,
        "prices_include_tax": False,
    }
    rate = rate_of(connection, trade.currency, trade.rate)
    if rate is not None:
        values["rate"] = rate
    if trade.kind == Kind.BILL:
        values["partner_number"] = trade.number[:80]
    else:
        values["reference"] = trade.number[:80]
    return contact, values


def rate_of(connection: Connection, currency: str, rate: Decimal | None) -> Decimal | None:
    """The rate of something in a foreign currency, as it stands there; None in the base currency.

    Raises Held for a currency that is not on here, and where no rate is told: another one would
    give other amounts in the base currency than theirs.
    """
    if currency in ("", connection.currency):
        return None
    if not is_currency(currency) or not ExchangeRate.objects.filter(currency=currency).exists():
        raise Held(
            f"It is in {currency}, which is not on here. Add a rate for {currency} under Settings, "
            "Currencies; then it comes in.",
            code="currency_off",
        )
    if rate is None or rate <= 0:
        raise Held(
            f"It is in {currency}, and {title_of(connection)} tells no exchange rate of it. Enter "
            "the rate on it there; then it comes in.",
            code="no_rate",
        )
    kept = round_half_up(rate, RATE_DECIMALS)
    if kept == 1 or kept <= 0:
        # One for one is what stands there where nobody entered a rate.
        raise Held(
            f"It is in {currency}, and its exchange rate in {title_of(connection)} is {rate:f}. "
            "Enter the real rate on it there; then it comes in.",
            code="no_rate",
        )
    return kept


def wanted_of(
    connection: Connection,
    trade: IncomingTrade,
    counted: Sequence[Counted] | None = None,
) -> Wanted:
    """A document of theirs in our words; `counted` where its lines are those of an order."""
    contact, values = head_of(connection, trade)
    decimals = minor_units(values["currency"])
    rows = counted_lines(connection, trade) if counted is None else counted
    lines = tuple(_line(connection, trade.kind, row, decimals) for row in rows)
    return Wanted(contact, values, lines)


def counted_lines(connection: Connection, trade: IncomingTrade) -> list[Counted]:
    """Its lines with their nets; raises Held where none count."""
    decimals = minor_units(trade.currency or connection.currency)
    rows = [Counted(line, net) for line, net in _after_discounts(trade.lines, decimals)]
    if not rows:
        raise Held("It has no lines that count; it stays there.", code="no_lines")
    return rows


def is_goods(products: Sequence[UUID]) -> bool:
    """Whether any of the products is goods."""
    return Product.objects.filter(id__in=products).exclude(kind=ProductKind.SERVICE).exists()


def has_goods(lines: Sequence[LineInput]) -> bool:
    """Whether any of the lines is of goods."""
    return is_goods([line.product for line in lines if line.product is not None])


def fit_totals(document: Any, trade: IncomingTrade) -> None:
    """Tax may be a cent off ours; what they say counts. Raises Held when it is more than that."""
    if (document.total, document.tax) == (trade.total, trade.tax):
        return
    most = max(ROUNDING, Decimal("0.01") * len(trade.lines))
    if max(abs(document.total - trade.total), abs(document.tax - trade.tax)) > most:
        raise Held(
            f"It comes to {Money(trade.total, document.currency)} there, of which "
            f"{Money(trade.tax, document.currency)} tax, and would come to "
            f"{Money(document.total, document.currency)} here, of which "
            f"{Money(document.tax, document.currency)}. Check how its tax codes are mapped.",
            code="totals_differ",
        )
    document.total, document.tax = trade.total, trade.tax
    document.net = trade.total - trade.tax
    type(document)._default_manager.filter(id=document.id).update(
        total=document.total, tax=document.tax, net=document.net
    )


def part_of(row: Counted, quantity: Decimal, net: Decimal, line_id: UUID | None) -> Counted:
    """So much of a line, for one ordered line."""
    return Counted(replace(row.line, quantity=quantity), net, line_id)


def _after_discounts(
    lines: Sequence[IncomingLine], decimals: int
) -> list[tuple[IncomingLine, Decimal]]:
    """Lines with their nets; a discount on the whole is taken off each in proportion."""
    counted = [line for line in lines if not line.is_discount and line.net]
    if any(line.net < 0 for line in counted):
        raise Held(
            "A line of it is below zero, which a document here cannot have. Correct it there, or "
            "enter it here by hand and match them.",
            code="below_zero",
        )
    off = -sum((line.net for line in lines if line.is_discount), ZERO)
    nets = [line.net for line in counted]
    if off and counted:
        parts = share(off, nets, decimals)
        nets = [net - part for net, part in zip(nets, parts, strict=True)]
    return list(zip(counted, nets, strict=True))


def _line(connection: Connection, kind: Kind, row: Counted, decimals: int) -> LineInput:
    line = row.line
    product = local_of(connection, Kind.PRODUCT, line.item) if line.item else None
    quantity, price = _priced(line, row.net, decimals)
    if product is not None and quantity != line.quantity and is_goods([product]):
        raise Held(
            f"{plain(line.quantity)} of “{line.description[:80]}” come to "
            f"{row.net.normalize():f} there, which no price of one gives. Split the line there; "
            "then it comes in.",
            code="no_price",
        )
    account = None
    if product is None and line.account:
        account = _own_account(connection, kind, line.account)
    return LineInput(
        product=product,
        description=" ".join(line.description.split())[:255] or "Line",
        quantity=quantity,
        unit_price=price,
        tax_rule=_tax_rule(connection, line.tax_code),
        account=account,
        line_id=row.line_id,
    )


def _priced(line: IncomingLine, net: Decimal, decimals: int) -> tuple[Decimal, Decimal]:
    """Quantity and unit price that come to the net; one of it where none do."""
    quantity = round_half_up(line.quantity, 5)
    if quantity > 0:
        for price in (line.unit_price, divide(net, quantity)):
            rounded = round_half_up(price, 6) if price is not None else Decimal(-1)
            if rounded >= 0 and round_half_up(multiply(quantity, rounded), decimals) == net:
                return quantity, rounded
    return Decimal(1), net


def _own_account(connection: Connection, kind: Kind, remote_id: str) -> UUID | None:
    """Ours of the line's account; None where it is the usual one."""
    usual = AccountRole.SALES if kind == Kind.INVOICE else AccountRole.PURCHASES
    account = Account.objects.get(id=account_for(connection, remote_id))
    return None if account.role == usual else account.id


def _tax_rule(connection: Connection, code: str) -> UUID | None:
    """Our rule of a tax code there; lines without tax get the rule of nothing."""
    if not code:
        rule = TaxRule.objects.filter(rate=0, is_active=True).order_by("id").first()
        return rule.id if rule is not None else None
    found = mapped(connection, "tax", code)
    if found is None:
        record = record_of(connection, "tax", code)
        raise Held(
            f"The tax code “{record.name if record is not None else code}” is not mapped to a tax "
            "rule here. Map it, then it comes in.",
            code="tax_not_mapped",
        )
    return found
