"""Countries, currencies and time zones to choose from, in English."""

import zoneinfo
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies

from hub.money import currencies

_ENGLISH = "en_GB"


@lru_cache(maxsize=1)
def country_choices() -> tuple[tuple[str, str], ...]:
    """(code, name) of every country that uses a currency of its own or another's, by name."""
    names = {str(code): str(name) for code, name in Locale.parse(_ENGLISH).territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha() and currency_of(code)]
    return tuple(sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1]))


@lru_cache(maxsize=512)
def currency_of(country: str) -> str:
    """The currency that a country uses today; "" where none is known."""
    found = get_territory_currencies(country, date(2025, 1, 1), tender=True)
    return next((code for code in found if code in currencies()), "")


@lru_cache(maxsize=1)
def currency_choices() -> tuple[tuple[str, str], ...]:
    """(code, "GBP · British Pound") of every currency, by code."""
    return tuple(
        (c, f"{c} · {get_currency_name(c, locale=_ENGLISH)}") for c in sorted(currencies())
    )


@lru_cache(maxsize=1)
def timezone_choices() -> tuple[tuple[str, str], ...]:
    """Every time zone by its city, UTC first."""
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    )
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names))
