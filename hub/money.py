"""Money, and the numbers that people type: exact decimals only, never a float.

`Money` refuses to mix currencies. `NumberColumn` knows how many digits a database column keeps,
so that a number is refused with a clear sentence before the database would round or reject it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import Self, TypeAlias

from babel.core import get_global
from babel.numbers import get_currency_precision

from hub.errors import InvalidInput

# A quantity times a price can need 38 digits; the default context would silently keep 28.
_WIDE = Context(prec=100)
_LONGEST_NUMBER = 60
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?", re.ASCII)

Exact: TypeAlias = Decimal | int


def _exact(value: object) -> Decimal:
    """`value` as a finite Decimal; TypeError for floats, booleans and anything else."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"Money takes Decimal or int, not {type(value).__name__}")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"Not a finite number: {value}")
    return number


def multiply(*factors: Decimal) -> Decimal:
    """The exact product: no digit is lost to the default context."""
    product = Decimal(1)
    for factor in factors:
        product = _WIDE.multiply(product, factor)
    return product


def divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient to 100 significant digits; round it before it is stored."""
    return _WIDE.divide(dividend, divisor)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """`value` with `decimals` decimals; a half goes away from zero, as ledgers round."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_WIDE)


def plain(value: Decimal) -> str:
    """The one shortest text of a number: `12.5`, `100`, `0`; never an exponent or `-0`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# --- Currencies ----------------------------------------------------------------------------
@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes that are legal tender somewhere today."""
    return frozenset(
        code
        for entries in get_global("territory_currencies").values()
        for code, _start, end, tender in entries
        if end is None and tender
    )


def is_currency(code: str) -> bool:
    """Whether `code` is a current ISO 4217 code, in capitals."""
    return code in currencies()


@cache
def minor_units(currency: str) -> int:
    """How many decimals the currency is counted in: 2 for EUR, 0 for JPY, 3 for BHD."""
    return int(get_currency_precision(currency))


# --- Money ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency; arithmetic across currencies is a ValueError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _exact(self.amount))
        if not is_currency(self.currency):
            raise ValueError(f"Unknown currency: {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, parts: Iterable["Money"], currency: str) -> "Money":
        """The sum of `parts`, all in `currency`; zero for none."""
        result = Money.zero(currency)
        for part in parts:
            result += part
        return result

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"Cannot combine {self.currency} with {other.currency}")
        return other.amount

    def __add__(self, other: object) -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(_WIDE.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: object) -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(_WIDE.subtract(self.amount, self._same(other)), self.currency)

    def __mul__(self, factor: Exact) -> "Money":
        return Money(multiply(self.amount, _exact(factor)), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(self.amount.copy_negate(), self.currency)

    def __abs__(self) -> "Money":
        return Money(self.amount.copy_abs(), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __str__(self) -> str:
        return f"{format_number(self.amount, minor_units(self.currency))} {self.currency}"

    def rounded(self) -> "Money":
        """Rounded half up to the minor units of the currency."""
        return Money(round_half_up(self.amount, minor_units(self.currency)), self.currency)

    def allocate(self, weights: Sequence[Decimal]) -> list["Money"]:
        """Split over `weights` (not negative, not all zero); the parts sum to `rounded()`.

        Each part is within one minor unit of its share; larger remainders get the odd cents.
        """
        if not weights or any(_exact(weight) < 0 for weight in weights) or not sum(weights):
            raise ValueError("Weights must be 0 or more, and not all 0")
        whole, decimals = self.rounded().amount, minor_units(self.currency)
        cent = Decimal(1).scaleb(-decimals)
        shares = [divide(multiply(whole, weight), sum(weights, Decimal(0))) for weight in weights]
        parts = [share.quantize(cent, rounding=ROUND_DOWN, context=_WIDE) for share in shares]
        missing = whole - sum(parts, Decimal(0))
        by_remainder = sorted(
            range(len(parts)),
            key=lambda index: (-abs(shares[index] - parts[index]), index),
        )
        for index in by_remainder[: int(abs(missing) / cent)]:
            parts[index] += cent.copy_sign(missing)
        return [Money(part, self.currency) for part in parts]


def format_number(value: Decimal, decimals: int) -> str:
    """`1,234.50`: grouped by thousands, a minus sign before, rounded half up."""
    rounded = round_half_up(value, decimals)
    return f"{rounded or abs(rounded):,f}"


# --- Numbers that people type --------------------------------------------------------------
def _refuse(message: str, field: str | None) -> InvalidInput:
    return InvalidInput(message, fields={field: [message]} if field else None)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A `numeric(digits, decimals)` column and the words for a number that it cannot keep."""

    digits: int
    decimals: int

    @property
    def largest(self) -> Decimal:
        """The largest number that the column keeps."""
        return (Decimal(10) ** self.digits - 1).scaleb(-self.decimals)

    def parse(
        self,
        value: str | Exact,
        *,
        field: str | None = None,
        minimum: Exact | None = None,
        above: Exact | None = None,
        maximum: Exact | None = None,
    ) -> Decimal:
        """The number that was typed; InvalidInput (at `field`) says what would be right."""
        number = self._read(value, field)
        if round_half_up(number, self.decimals) != number:
            allowed = f"at most {self.decimals} decimals" if self.decimals else "no decimals"
            raise _refuse(f"Enter {allowed}.", field)
        if abs(number) > self.largest:
            whole = int(self.largest)
            kind = "larger than" if number > 0 else "smaller than minus"
            raise _refuse(f"This is {kind} {whole:,}, which is the limit.", field)
        if above is not None and number <= above:
            raise _refuse(f"This must be greater than {plain(Decimal(above))}.", field)
        if minimum is not None and number < minimum:
            raise _refuse(f"This must be {plain(Decimal(minimum))} or more.", field)
        if maximum is not None and number > maximum:
            raise _refuse(f"This must be {plain(Decimal(maximum))} or less.", field)
        return number or abs(number)

    def _read(self, value: object, field: str | None) -> Decimal:
        if isinstance(value, str):
            text = value.strip().replace("\u2212", "-").replace("\u00a0", "").replace("\u202f", "")
            if not text:
                raise _refuse("Enter a number.", field)
            if len(text) > _LONGEST_NUMBER:
                raise _refuse("This number is too long.", field)
            if not _NUMBER.fullmatch(text) or not any(letter.isdigit() for letter in text):
                raise _refuse(
                    "Enter a number such as 12.50, with a point before the decimals.",
                    field,
                )
            return Decimal(text.replace(",", ""))
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise _refuse('Write the number as text, for example "12.50".', field)
        number = Decimal(value)
        if not number.is_finite() or number.adjusted() > _LONGEST_NUMBER:
            raise _refuse("Enter a number, for example 12.50.", field)
        return number


AMOUNT = NumberColumn(19, 4)
UNIT_PRICE = NumberColumn(19, 6)
QUANTITY = NumberColumn(19, 5)
EXCHANGE_RATE = NumberColumn(18, 8)
PERCENT = NumberColumn(18, 8)


def parse_amount(
    value: str | Exact, *, field: str | None = None, minimum: Exact | None = None
) -> Decimal:
    """An amount of money, at most 4 decimals; negative unless `minimum` says otherwise."""
    return AMOUNT.parse(value, field=field, minimum=minimum)


def parse_unit_price(value: str | Exact, *, field: str | None = None) -> Decimal:
    """A unit price or cost: 0 or more, at most 6 decimals."""
    return UNIT_PRICE.parse(value, field=field, minimum=0)


def parse_quantity(value: str | Exact, *, field: str | None = None) -> Decimal:
    """A quantity: greater than 0, at most 5 decimals."""
    return QUANTITY.parse(value, field=field, above=0)


def parse_rate(value: str | Exact, *, field: str | None = None) -> Decimal:
    """An exchange rate: greater than 0, at most 8 decimals."""
    return EXCHANGE_RATE.parse(value, field=field, above=0)


def parse_percent(value: str | Exact, *, field: str | None = None) -> Decimal:
    """A percentage from 0 to 100, at most 8 decimals."""
    return PERCENT.parse(value, field=field, minimum=0, maximum=100)


def parse_currency(code: str, *, field: str | None = None) -> str:
    """A currency code in capitals; InvalidInput when ISO 4217 does not know it."""
    wanted = code.strip().upper()
    if not is_currency(wanted):
        raise _refuse("Enter a currency code of three letters, such as EUR or NZD.", field)
    return wanted
