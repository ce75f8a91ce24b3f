"""Where a person is led from a reason, and where our own documents and theirs are shown."""

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from accounting.domain.states import Kind
from accounting.engine.provider import provider_named
from accounting.models import Connection, SyncDocument
from hub.ui.components import Link
from tenants.links import object_url

# Kind → the type by which the audit report knows its page.
PAGES: Mapping[str, str] = {
    Kind.CUSTOMER: "contact",
    Kind.SUPPLIER: "contact",
    Kind.PRODUCT: "product",
    Kind.ACCOUNT_ITEM: "account",
    Kind.PURCHASE_ORDER: "purchaseorder",
    Kind.QUOTE: "quote",
    Kind.BILL: "bill",
    Kind.INVOICE: "invoice",
    Kind.SUPPLIER_CREDIT: "creditnote",
    Kind.CREDIT_NOTE: "creditnote",
    Kind.JOURNAL: "journal",
    Kind.TRANSFER: "journal",
    Kind.CREDIT_ENTRY: "payment",
    Kind.PAYMENT: "payment",
    Kind.BILL_PAYMENT: "payment",
}
MAPPED = {"account": "Map accounts", "tax": "Map tax rules", "term": "Map payment terms"}


def own_url(row: SyncDocument) -> str:
    """The page of the document here; "" where it has none of its own."""
    if row.kind == Kind.COGS:
        day = row.happened_on.isoformat() if row.happened_on else ""
        return f"{reverse('accounting:cogs')}?since={day}&until={day}" if day else ""
    return object_url(PAGES.get(row.kind, ""), row.local_id)


def their_url(row: SyncDocument, connection: Connection) -> str:
    """The page of the document there."""
    if not row.remote_id or not row.entity:
        return ""
    return provider_named(connection.provider).link(connection.realm, row.entity, row.remote_id)


def fix_link(row: SyncDocument) -> Link | None:
    """The page on which the cause can be mended."""
    fix = row.fix or {}
    kind, target = str(fix.get("kind", "")), str(fix.get("id", ""))
    label = str(fix.get("label", ""))
    if kind in MAPPED:
        return Link(label or MAPPED[kind], f"{reverse('accounting:mapping')}?kind={kind}", "link")
    if kind == "document":
        return _document_link(row, target, label)
    if kind == "sale":
        return _sale_link(target, label)
    if kind == "match":
        url = reverse("accounting:history_match", args=[row.id])
        return Link(
            f"Match to {label or 'the one there'}", f"{url}?look=1&remote_id={target}", "link"
        )
    pages: Mapping[str, tuple[str, str]] = {
        "settings": ("Open the settings", "accounting:settings"),
        "reconnect": ("Reconnect", "accounting:connect"),
        "advanced": ("Open advanced settings", "accounting:advanced"),
        "lock": ("Open the book's settings", "ledger:book"),
    }
    if kind not in pages:
        return None
    words, name = pages[kind]
    return Link(label or words, reverse(name), "tool")


def _sale_link(target: str, label: str) -> Link | None:
    """The order whose goods wait."""
    try:
        url = object_url("salesorder", UUID(target))
    except ValueError:
        return None
    return Link(label or "Open the sale", url, "truck-delivery") if url else None


def _document_link(row: SyncDocument, target: str, label: str) -> Link | None:
    """The document that it is about, or the entry of the one that it waits for."""
    try:
        target_id = UUID(target)
    except ValueError:
        return None
    if target_id == row.local_id:
        url = own_url(row)
        return Link(f"Open {row.number or 'the document'}", url, "file") if url else None
    other = (
        SyncDocument.objects.filter(connection_id=row.connection_id, local_id=target_id)
        .order_by("rank")
        .first()
    )
    if other is None:
        return None
    url = reverse("accounting:history_entry", args=[other.id])
    return Link(
        f"Open the {label or Kind(other.kind).label.lower()} it waits for", url, "hourglass"
    )
