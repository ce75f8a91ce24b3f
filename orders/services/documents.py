"""What every verb on a trade document does: lock it, check the move, swap the status."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from hub.choices import Moves
from hub.errors import Conflict, InvalidInput, NotFound
from hub.money import parse_currency
from inventory.services.locations import location_or_default
from network.domain.payload_base import clean_line, clean_note
from network.models import Contact
from orders.domain.states import (
    BILL_MOVES,
    INVOICE_MOVES,
    PURCHASE_ORDER_MOVES,
    SALES_ORDER_MOVES,
    BillStatus,
    InvoiceStatus,
    NetworkStatus,
    PurchaseOrderStatus,
    SalesOrderStatus,
    network_progress,
)
from orders.domain.stock_states import (
    CREDIT_NOTE_MOVES,
    QUOTE_MOVES,
    CreditNoteStatus,
    QuoteStatus,
)
from orders.models import (
    ApprovalRequest,
    ApprovalState,
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Quote,
    SalesOrder,
    TradeDocument,
)
from tenants.actor import current_actor
from tenants.domain.attributes import AttributeOwner
from tenants.services.activity import log_activity
from tenants.services.attributes import clean_attributes

Document = TypeVar("Document", bound=TradeDocument)

MOVES: dict[type[TradeDocument], Moves[Any]] = {
    PurchaseOrder: PURCHASE_ORDER_MOVES,
    SalesOrder: SALES_ORDER_MOVES,
    Invoice: INVOICE_MOVES,
    Bill: BILL_MOVES,
    CreditNote: CREDIT_NOTE_MOVES,
    Quote: QUOTE_MOVES,
}
STATUSES: dict[type[TradeDocument], Any] = {
    PurchaseOrder: PurchaseOrderStatus,
    SalesOrder: SalesOrderStatus,
    Invoice: InvoiceStatus,
    Bill: BillStatus,
    CreditNote: CreditNoteStatus,
    Quote: QuoteStatus,
}
NOUNS: dict[type[TradeDocument], str] = {
    PurchaseOrder: "purchase order",
    SalesOrder: "sales order",
    Invoice: "invoice",
    Bill: "bill",
    CreditNote: "credit note",
    Quote: "quote",
}
# Names in the audit report, in envelopes and in the API.
KINDS: dict[type[TradeDocument], str] = {
    PurchaseOrder: "purchase_order",
    SalesOrder: "sales_order",
    Invoice: "invoice",
    Bill: "bill",
    CreditNote: "credit_note",
    Quote: "quote",
}

# After these nobody has to approve it any more.
ENDS_APPROVAL = frozenset({"void", "decline", "withdraw", "supersede"})
# What an order is told apart by in reports, and how long each may be.
LABELS = {"job": 80, "sales_rep": 80, "channel": 40}
OWN_CHANNEL = "Wharf"


def rows_of(model: type[Document]) -> QuerySet[Document]:
    """The organisation's documents of one kind."""
    return cast("QuerySet[Document]", model._default_manager.all())


def document_or_404(model: type[Document], document_id: UUID) -> Document:
    """The only door from an id to a document; raises NotFound."""
    rows = rows_of(model)
    document = rows.select_related("contact").filter(id=document_id).first()
    if document is None:
        raise NotFound(f"This {NOUNS[model]} does not exist.")
    return document


def lock_document(model: type[Document], document_id: UUID) -> Document:
    """The document with its row locked until the transaction ends; raises NotFound."""
    rows = rows_of(model)
    document = (
        rows.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .filter(id=document_id)
        .first()
    )
    if document is None:
        raise NotFound(f"This {NOUNS[model]} does not exist.")
    return document


def move(document: TradeDocument, verb: str, **changes: Any) -> None:
    """Do `verb`'s move by compare-and-swap, writing `changes` with it.

    Raises Conflict (`move_not_allowed`) when the status does not allow it, also when somebody
    else was faster.
    """
    moves = MOVES[type(document)]
    target = moves.check_move(STATUSES[type(document)](document.status), verb)
    changed = (
        type(document)
        ._default_manager.filter(id=document.id, status__in=moves.sources(verb))
        .update(status=target, changed_at=Now(), **changes)
    )
    if changed != 1:
        raise Conflict(
            f"Somebody else changed this {NOUNS[type(document)]}. Reload the page to see it.",
            code="move_not_allowed",
        )
    document.status = target
    for field, value in changes.items():
        setattr(document, field, value)
    if verb in ENDS_APPROVAL:
        requests = ApprovalRequest.objects.filter(document=document.id, state=ApprovalState.OPEN)
        requests.update(state=ApprovalState.CLOSED)


def record(
    document: TradeDocument,
    verb: str,
    summary: str,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """A line in the audit report and on the document's timeline."""
    log_activity(
        f"{KINDS[type(document)]}.{verb}",
        summary,
        about=document,
        label=document.number,
        changes=changes,
    )


def network_news(document: TradeDocument, news: NetworkStatus, **changes: Any) -> None:
    """How far the document came at the partner; news that arrive late never set it back."""
    status = network_progress(NetworkStatus(document.network_status), news)
    set_network_status(document, status, **changes)


def set_network_status(document: TradeDocument, status: NetworkStatus, **changes: Any) -> None:
    """Set the network status as it is; for sending again and for recalls."""
    type(document)._default_manager.filter(id=document.id).update(network_status=status, **changes)
    document.network_status = status
    for field, value in changes.items():
        setattr(document, field, value)


def attributes_of(document: TradeDocument | None) -> AttributeOwner:
    """The attributes that an order has: those of purchases, or of sales."""
    is_purchase = isinstance(document, PurchaseOrder)
    return AttributeOwner.PURCHASE if is_purchase else AttributeOwner.SALE


def header_values(
    values: Mapping[str, Any], contact: Contact, document: TradeDocument | None = None
) -> dict[str, Any]:
    """The checked header of a document: cleaned texts, currency of the contact if none is given.

    `document` is what the values are for, where they hold attributes. `location` is an id and
    becomes the location; raises InvalidInput naming the field.
    """
    cleaned = dict(values)
    if "reference" in cleaned:
        cleaned["reference"] = clean_line(str(cleaned["reference"] or ""), longest=81)
        if len(cleaned["reference"]) > 80:
            raise InvalidInput(
                "At most 80 characters.", fields={"reference": ["At most 80 characters."]}
            )
    for field in ("note", "internal_note", "delivery_address"):
        if field in cleaned:
            longest = 500 if field == "delivery_address" else 4000
            text = str(cleaned[field] or "")
            if len(text) > longest:
                message = f"At most {longest:,} characters."
                raise InvalidInput(message, fields={field: [message]})
            cleaned[field] = clean_note(text)
    for field, longest in LABELS.items():
        if field in cleaned:
            cleaned[field] = _label(str(cleaned[field] or ""), field, longest)
    if "attributes" in cleaned:
        given, before = cleaned["attributes"], getattr(document, "attributes", None)
        cleaned["attributes"] = clean_attributes(attributes_of(document), given or {}, before)
    if "location" in cleaned and cleaned["location"] is not None:
        cleaned["location"] = location_or_default(cleaned["location"])
    cleaned["currency"] = parse_currency(
        str(cleaned.get("currency") or contact.currency), field="currency"
    )
    return cleaned


def _label(text: str, field: str, longest: int) -> str:
    """One line of text; a sales channel that is left empty is Wharf itself."""
    label = clean_line(text, longest=longest + 1)
    if len(label) > longest:
        message = f"At most {longest} characters."
        raise InvalidInput(message, fields={field: [message]})
    return label or (OWN_CHANNEL if field == "channel" else "")


def author() -> dict[str, Any]:
    """Who makes a document, as kept on it."""
    actor = current_actor()
    return {"created_by": actor.id, "created_by_name": actor.name[:160]}
