"""Exchange rates: base units per unit of a currency, valid from a day on."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from hub.errors import InvalidInput, NotFound
from hub.money import parse_currency
from ledger.models import ExchangeRate
from tenants.models import Organisation
from tenants.services.activity import log_activity


def save_rate(currency: str, valid_from: date, rate: Decimal, base_currency: str) -> ExchangeRate:
    """Set the rate of a currency from a day on; documents keep the rate they were made with."""
    code = parse_currency(currency, field="currency")
    if code == base_currency:
        message = f"{code} is your base currency; its rate is always 1."
        raise InvalidInput(message, fields={"currency": [message]})
    if rate <= 0:
        message = "The rate must be more than 0."
        raise InvalidInput(message, fields={"rate": [message]})
    row, _made = ExchangeRate.objects.update_or_create(
        currency=code, valid_from=valid_from, defaults={"rate": rate}
    )
    log_activity(
        "exchange_rate.saved",
        f"1 {code} is {rate.normalize():f} {base_currency} from {valid_from:%-d %b %Y}",
        about=row,
        label=code,
    )
    return row


def remove_rate(rate_id: UUID) -> None:
    """Forget a rate; documents keep theirs."""
    row = ExchangeRate.objects.filter(id=rate_id).first()
    if row is None:
        raise NotFound("This rate does not exist.")
    label = f"Rate of {row.currency} from {row.valid_from:%-d %b %Y} removed"
    row.delete()
    log_activity("exchange_rate.removed", label, label=row.currency)


def rate_on(currency: str, on: date, organisation: Organisation) -> Decimal:
    """The rate of a currency on a day; raises InvalidInput naming `rate` when there is none."""
    if currency == organisation.base_currency:
        return Decimal(1)
    row = (
        ExchangeRate.objects.filter(currency=currency, valid_from__lte=on)
        .order_by("-valid_from")
        .first()
    )
    if row is None:
        message = (
            f"There is no rate for {currency} on {on:%-d %B %Y}. Type it on the document, or add "
            "it under Settings, Currencies."
        )
        raise InvalidInput(message, fields={"rate": [message]}, code="no_rate")
    rate: Decimal = row.rate
    return rate
