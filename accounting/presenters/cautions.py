"""What the accounting system will do when a document is voided or undone here (Q24)."""

from collections.abc import Sequence
from uuid import UUID

from accounting.domain.options import read_options
from accounting.domain.states import ConnectionState, Kind, Mode, SyncState
from accounting.engine.provider import provider_named
from accounting.models import SyncDocument
from tenants.panels import Caution

# A page's type → what it may be there.
KINDS = {
    "invoice": (Kind.INVOICE,),
    "bill": (Kind.BILL,),
    "creditnote": (Kind.CREDIT_NOTE, Kind.SUPPLIER_CREDIT),
}
GONE = (SyncState.REMOVED, SyncState.REMOTE_GONE, SyncState.SKIPPED)


def cautions(object_type: str, object_id: UUID, verb: str) -> Sequence[Caution]:
    """Before a synced invoice, bill or credit note is voided or undone; nothing for others."""
    if object_type not in KINDS or verb not in ("undo", "void"):
        return []
    row = (
        SyncDocument.objects.filter(local_id=object_id, kind__in=KINDS[object_type])
        .exclude(connection__state=ConnectionState.DISABLED)
        .exclude(remote_id="")
        .exclude(state__in=GONE)
        .select_related("connection")
        .first()
    )
    if row is None or row.connection.mode != Mode.BOTH_WAYS:
        return []
    connection, provider = row.connection, provider_named(row.connection.provider)
    at_once = row.kind == Kind.INVOICE and read_options(connection.options).void_on_undo
    there = f"{provider.title} keeps {row.remote_number or row.number}"
    if verb == "undo" and not at_once:
        text = (
            f"{there} and what is paid on it. Authorised again, the same one is updated there; "
            "voided, it is voided there too."
        )
        return [Caution(f"Nothing changes in {provider.title} yet", text, "info")]
    found = provider.auto_apply(connection.preferences)
    if not found:
        return []
    done = "voided" if verb == "void" else "undone (“Void on undo” is on)"
    whose = "supplier" if row.kind in (Kind.BILL, Kind.SUPPLIER_CREDIT) else "customer"
    what = "bills" if whose == "supplier" else "invoices"
    text = (
        f"When {row.number} is {done}, {provider.title} applies the payments that it frees to "
        f"other {what} of this {whose} by itself, and they come back here that way. {found.text}"
    )
    return [Caution(found.title, text)]
