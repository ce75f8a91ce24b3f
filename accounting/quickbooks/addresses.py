"""Where QuickBooks Online is: production, Intuit's sandbox, or a stand-in by its base address."""

from dataclasses import dataclass

from django.conf import settings

from hub.errors import WharfError


class NotConfigured(WharfError):
    """The operators have not entered Wharf's own keys for QuickBooks."""

    code = "quickbooks_not_configured"
    status = 503


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one environment."""

    consent: str
    token: str
    revoke: str
    api: str
    pages: str


_IDENTITY = {
    "consent": "https://appcenter.intuit.com/connect/oauth2",
    "token": "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
    "revoke": "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
}
KNOWN = {
    "production": Addresses(
        **_IDENTITY,
        api="https://quickbooks.api.intuit.com",
        pages="https://app.qbo.intuit.com",
    ),
    "sandbox": Addresses(
        **_IDENTITY,
        api="https://sandbox-quickbooks.api.intuit.com",
        pages="https://app.sandbox.qbo.intuit.com",
    ),
}


def addresses() -> Addresses:
    """The configured environment."""
    name = settings.QUICKBOOKS_ENVIRONMENT
    if name in KNOWN:
        return KNOWN[name]
    base = name.rstrip("/")
    return Addresses(
        consent=f"{base}/connect/oauth2",
        token=f"{base}/oauth2/v1/tokens/bearer",
        revoke=f"{base}/v2/oauth2/tokens/revoke",
        api=base,
        pages=base,
    )


def keys() -> tuple[str, str]:
    """Wharf's client id and secret; raises NotConfigured."""
    if not settings.QUICKBOOKS_CLIENT_ID or not settings.QUICKBOOKS_CLIENT_SECRET:
        raise NotConfigured(
            "QuickBooks Online is not set up on this server. Its operator has to enter Wharf's "
            "client id and secret (QUICKBOOKS_CLIENT_ID, QUICKBOOKS_CLIENT_SECRET)."
        )
    return settings.QUICKBOOKS_CLIENT_ID, settings.QUICKBOOKS_CLIENT_SECRET
