"""Settings of a store: currency and tax, and how it is paid."""

from typing import Any

from sandbox.neto.envelope import Reply
from sandbox.neto.shops import CURRENCIES, Shop
from sandbox.neto.values import Problem, decimal, flag, listed, plain, text

Body = dict[str, Any]


def get_currency_settings(shop: Shop, body: Body, reply: Reply) -> None:
    """GetCurrencySettings: the currency that orders have and do not say."""
    profile = shop.profile
    reply.content["CurrencySettings"] = {
        "DEFAULTCOUNTRY": profile["country"],
        "DEFAULTCURRENCY": profile["currency"],
        "GST_AMT": profile["tax_rate"],
    }


def update_currency_settings(shop: Shop, body: Body, reply: Reply) -> None:
    """UpdateCurrencySettings: for orders from now on. Raises Problem."""
    asked = body.get("CurrencySettings") or {}
    if not isinstance(asked, dict) or not asked:
        raise Problem("Request Error", "CurrencySettings is missing")
    # The documentation lets each of them be repeated; the first one counts.
    sent = {name: (listed(one) or [""])[0] for name, one in asked.items()}
    changes: dict[str, Any] = {}
    country = text(sent.get("DEFAULTCOUNTRY"), "DEFAULTCOUNTRY", 25).upper()
    if country and country not in CURRENCIES:
        raise Problem("Invalid Request", f"DEFAULTCOUNTRY is one of {', '.join(CURRENCIES)}")
    if country:
        changes["country"] = country
        changes["tax_code"] = "VAT" if country == "GB" else "GST"
    currency = text(sent.get("DEFAULTCURRENCY"), "DEFAULTCURRENCY", 25).upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise Problem("Invalid Request", "DEFAULTCURRENCY has three letters")
    if currency:
        changes["currency"] = currency
    rate = decimal(sent.get("GST_AMT"), "GST_AMT", shop.rate)
    if not 0 <= rate < 100:
        raise Problem("Invalid Request", "GST_AMT is a percentage")
    changes["tax_rate"] = plain(rate) if rate else "0"
    if sent.get("GST_INC_CPANEL") not in (None, ""):
        changes["tax_inclusive"] = flag(sent["GST_INC_CPANEL"])
    shop.change(**changes)


def get_payment_methods(shop: Shop, body: Body, reply: Reply) -> None:
    """GetPaymentMethods: all of them."""
    reply.content["PaymentMethods"] = {"PaymentMethod": shop.all("paymentmethod")}
