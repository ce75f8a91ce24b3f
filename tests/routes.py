"""Every address of Wharf, read from the resolver, and which object its ids mean."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

OURS = ("tenants", "ledger", "network", "inventory", "orders", "accounting", "hub", "demo")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One address: `/purchases/<uuid:document_id>/` and what answers there."""

    pattern: str
    view: Callable[..., Any]

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.pattern)

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("/api/v1/")

    @property
    def is_ours(self) -> bool:
        return self.view.__module__.split(".")[0] in OURS

    @property
    def is_example(self) -> bool:
        """The gallery and the mailbox: they answer in the demo only."""
        return self.pattern.startswith("/_")

    def address(self, values: Mapping[str, Any]) -> str:
        """The address with each parameter filled in."""
        return PARAMETER.sub(lambda found: str(values[found.group(1)]), self.pattern)

    def thing(self) -> str:
        """What kind of object its id names; "" when it has none. KeyError for an unknown route."""
        if not self.parameters:
            return ""
        path = self.pattern.removeprefix("/api/v1").removeprefix("/")
        for start, thing in THINGS:
            if path.startswith(start):
                return thing
        raise KeyError(self.pattern)


# The first that fits counts.
THINGS = (
    ("integrations/quickbooks/history/", "sync_document"),
    ("integrations/quickbooks/exchanges/", "exchange"),
    ("integrations/quickbooks/runs/", "sync_run"),
    ("integrations/quickbooks/incoming/", "remote_change"),
    ("sync-documents/", "sync_document"),
    ("sync-runs/", "sync_run"),
    ("products/codes/", "mapping"),
    ("products/supplier-prices/", "supplier_price"),
    ("supplier-prices/", "supplier_price"),
    ("product-codes/", "mapping"),
    ("products/", "product"),
    ("settings/price-tiers/", "price_tier"),
    ("price-tiers/", "price_tier"),
    ("settings/locations/", "location"),
    ("locations/", "location"),
    ("stock/adjustments/", "adjustment"),
    ("adjustments/", "adjustment"),
    ("stock/transfers/", "transfer"),
    ("transfers/", "transfer"),
    ("stock/stocktakes/", "stocktake"),
    ("stocktakes/", "stocktake"),
    ("contacts/", "contact"),
    ("network/envelopes/", "envelope"),
    ("network/connections/", "connection"),
    ("automations/connections/", "connection"),
    ("settings/company/network/", "connection"),
    ("settings/automations/", "connection"),
    ("settings/users/invitations/", "invitation"),
    ("settings/users/", "membership"),
    ("settings/roles/", "role"),
    ("roles/", "role"),
    ("settings/api-keys/", "api_key"),
    ("settings/imports/", "import"),
    ("imports/", "import"),
    ("settings/jobs/", "job"),
    ("settings/mailing-lists/", "mailing_list"),
    ("settings/tax-rules/", "tax_rule"),
    ("settings/payment-terms/", "term"),
    ("tax-rules/", "tax_rule"),
    ("settings/accounts/", "account"),
    ("accounts/", "account"),
    ("settings/exchange-rates/", "rate"),
    ("exchange-rates/", "rate"),
    ("journals/", "journal"),
    ("settings/views/", "saved_view"),
    ("saved-views/", "saved_view"),
    ("exports/", "export"),
    ("jobs/", "job"),
    ("notifications/", "notification"),
    ("files/", "file"),
    ("purchase-orders/", "purchase"),
    ("purchases/", "purchase"),
    ("sales-orders/", "sale"),
    ("sales/", "sale"),
    ("invoices/", "invoice"),
    ("bills/", "bill"),
    ("receipts/", "receipt"),
    ("shipments/", "shipment"),
    ("invitations/", "join"),
    ("quotes/", "quote"),
    ("credit-notes/", "credit_note"),
    ("supplier-credits/", "supplier_credit"),
    ("payments/", "payment"),
    ("settlements/", "settlement"),
)


def all_routes() -> list[Route]:
    """Every route of the site, in order."""
    return list(_walk(get_resolver(), "/"))


def our_routes() -> list[Route]:
    """Routes of our own views: pages and API."""
    return [route for route in all_routes() if route.is_ours and not route.is_example]


def _walk(resolver: URLResolver, before: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        else:
            assert isinstance(entry, URLPattern)
            yield Route(path, entry.callback)


def filled(route: Route, things: Mapping[str, UUID]) -> str:
    """The route's address with the ids of `things`."""
    values: dict[str, Any] = {"token": "no-such-token", "tenant_id": things.get("tenant", "")}
    for name in route.parameters:
        if name not in values:
            values[name] = things[route.thing()]
    return route.address(values)


# What providers call: no person and no form, but a signature (tests/accounting/test_in_webhooks).
SIGNED = ("/integrations/quickbooks/webhook/",)
