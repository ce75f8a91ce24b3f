"""Every page stands behind the guard; what does not is named here, with its reason."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

OPEN = {
    "tenants:found": "for people without an organisation; asks for sign-in itself",
    "tenants:switch": "asks for sign-in itself and looks at the person's own places",
    "tenants:appearance": "a person's own choice; asks for sign-in itself",
    "tenants:join": "the token is the right",
    "tenants:mailbox": "the demo only",
    "tenants:mailbox_message": "the demo only",
    "tenants:mailbox_file": "the demo only",
    "accounting:quickbooks_webhook": "QuickBooks' signature is the right",
    "accounting:launch": "QuickBooks opens it; asks for sign-in itself and deletes nothing",
}
APPS = ("tenants", "ledger", "network", "inventory", "orders", "accounting")


def pages(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from pages(entry, entry.namespace or namespace)
        elif namespace in APPS:
            yield f"{namespace}:{entry.name}", entry


def test_every_page_is_guarded_or_named_as_open() -> None:
    """A1: nobody forgets the guard."""
    unguarded = {
        name for name, entry in pages(get_resolver()) if not hasattr(entry.callback, "tenant_guard")
    }

    assert unguarded == set(OPEN)
