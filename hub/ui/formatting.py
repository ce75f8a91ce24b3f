"""How amounts, quantities and times are written on screens. Pure: no database."""

from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision
from django.utils import dateformat

MINUS = "\u2212"
DEFAULT_DATE_FORMAT = "j M Y"


@lru_cache(maxsize=256)
def currency_places(currency: str) -> int:
    """Decimals that the currency is written with: 2 for EUR, 0 for JPY."""
    return int(get_currency_precision(currency)) if currency else 2


def _carried_places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _grouped(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded or abs(rounded):,f}".replace("-", MINUS)


def amount_text(amount: Decimal, currency: str) -> str:
    """An amount of money rounded half up to its currency's decimals, without the currency."""
    return _grouped(amount, currency_places(currency))


def unit_price_text(price: Decimal, currency: str) -> str:
    """A price with at least its currency's decimals, and all that it carries: 0.125 EUR."""
    return _grouped(price, max(currency_places(currency), _carried_places(price)))


def quantity_text(value: Decimal) -> str:
    """A quantity without trailing zeros: 12.50000 is 12.5, 100 stays 100."""
    return _grouped(value, _carried_places(value))


def date_text(day: date, style: str = DEFAULT_DATE_FORMAT) -> str:
    """A date in the organisation's style, written in Django's date format letters."""
    return dateformat.format(day, style or DEFAULT_DATE_FORMAT)


def moment_text(moment: datetime, zone: tzinfo, style: str = DEFAULT_DATE_FORMAT) -> str:
    """Date and time of day in the given time zone; the moment must carry its own zone."""
    local = moment.astimezone(zone)
    return f"{date_text(local, style)}, {local:%H:%M}"


def elapsed_text(seconds: float) -> str:
    """How long something has run: 42 s, 3 min 5 s, 2 h 10 min."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
