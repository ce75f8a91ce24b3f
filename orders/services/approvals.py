"""Approving under limits: who may, asking those who may, sending back.

A document that waits for a colleague keeps its status; an open request row is what the inbox
shows. Limits bind people: programs act under their key's scopes, and partners under agreements.
"""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from hub.money import Money
from network.domain.payload_base import clean_note
from orders.models import (
    ApprovalRequest,
    ApprovalState,
    Bill,
    CreditNote,
    CreditSide,
    PurchaseOrder,
    SalesOrder,
    TradeDocument,
)
from orders.services.booking import fix_rate
from orders.services.documents import KINDS, MOVES, NOUNS, STATUSES, lock_document, record
from orders.services.trade_settings import trade_settings
from tenants.actor import Actor, current_actor
from tenants.domain.limits import LimitKind
from tenants.services.limits import Approver, approver, approvers
from tenants.services.notifications import notify
from tenants.services.organisations import current_organisation

Document = TypeVar("Document", bound=TradeDocument)
LIMITS: dict[type[TradeDocument], LimitKind] = {
    PurchaseOrder: LimitKind.PURCHASES,
    Bill: LimitKind.BILLS,
    SalesOrder: LimitKind.SALES,
    CreditNote: LimitKind.CREDITS,
}
FOLDERS: dict[type[TradeDocument], str] = {
    PurchaseOrder: "purchases",
    Bill: "bills",
    SalesOrder: "sales",
    CreditNote: "credit-notes",
}
ASKED, ANSWERED = "approvals.asked", "approvals.answered"
MOST_NAMES = 5


def limit_of(document: TradeDocument) -> LimitKind | None:
    """Which limit applies; None for what has none, such as a supplier's credit."""
    if isinstance(document, CreditNote) and document.side != CreditSide.SALE:
        return None
    return LIMITS.get(type(document))


def waits(document: TradeDocument) -> bool:
    """Whether somebody has yet to authorise or approve it."""
    allowed = MOVES[type(document)].allowed(STATUSES[type(document)](document.status))
    return "authorise" in allowed or "approve" in allowed


def base_total(document: TradeDocument) -> Money:
    """The total in base currency, at the document's rate or the day's; raises InvalidInput."""
    me = current_organisation()
    total = document.total * fix_rate(document, document.issued_on, me)
    return Money(total, me.base_currency).rounded()


def refusal_for(document: TradeDocument, one: Approver) -> str:
    """Why this person may not authorise the document, or "" where they may."""
    kind = limit_of(document)
    if kind is None:
        return ""
    if kind not in one.approves:
        return f"You need “Approve” on {kind.area.label.lower()} for this."
    if _is_own(document, one.user_id):
        return f"You made {document.number}; the settings say that a colleague approves it."
    limit = one.limits.get(kind)
    if limit is None:
        return ""
    total = base_total(document)
    if abs(total.amount) <= limit:
        return ""
    most = Money(limit, total.currency)
    return f"{document.number} comes to {total}, and you may approve up to {most}."


def _is_own(document: TradeDocument, user_id: UUID) -> bool:
    if not isinstance(document, PurchaseOrder | Bill) or document.created_by != user_id:
        return False
    return trade_settings().separate_approval


def check_approval(document: TradeDocument) -> None:
    """Raise Conflict (`above_limit`) when the person who acts may not authorise the document.

    The sentence names who may.
    """
    actor = current_actor()
    if limit_of(document) is None or actor.kind != "user" or actor.id is None:
        return
    one = approver(actor.id)
    refused = refusal_for(document, one) if one is not None else ""
    if refused:
        raise Conflict(f"{refused} {_who_may(document, actor)}", code="above_limit")


def _who_may(document: TradeDocument, actor: Actor) -> str:
    names = [one.name for one in _approvers(document, actor.id)]
    if not names:
        return "Nobody else may either: raise the limit of a role under Settings, Users and roles."
    others = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"Ask for approval; {', '.join(names[:MOST_NAMES])}{others} may give it."


def _approvers(document: TradeDocument, besides: UUID | None) -> list[Approver]:
    kind = limit_of(document)
    if kind is None:
        return []
    found = approvers(kind, base_total(document).amount, besides=besides)
    return [one for one in found if not _is_own(document, one.user_id)]


def was_approved(document: TradeDocument) -> None:
    """Close the request that waited for this, and tell whoever asked."""
    request = open_request(document)
    if request is not None:
        _answer(document, request, ApprovalState.APPROVED, "")


def open_request(document: TradeDocument) -> ApprovalRequest | None:
    """The request that waits for an answer; one statement."""
    rows = ApprovalRequest.objects.filter(document=document.id, state=ApprovalState.OPEN)
    return rows.first()


def ask_approval(model: type[Document], document_id: UUID, text: str = "") -> Document:
    """Ask those who may approve a document to do so; they are told, and it is in their inbox.

    Raises Conflict: nothing to approve, asked already, nobody may.
    """
    document = lock_document(model, document_id)
    kind = limit_of(document)
    if kind is None or not waits(document):
        raise Conflict(f"{document.number} does not wait for approval.", code="move_not_allowed")
    actor = current_actor()
    wanted = _approvers(document, actor.id)
    if not wanted:
        raise Conflict(_who_may(document, actor), code="nobody_may")
    request = ApprovalRequest(
        kind=KINDS[model],
        document=document.id,
        number=document.number,
        asked_by=actor.id if actor.kind == "user" else None,
        asked_by_name=actor.name[:160],
        note=clean_note(text),
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        message = f"{document.number} waits for approval already."
        raise Conflict(message, code="already_asked") from error
    record(document, "approval_asked", f"{actor.name} asks for approval. {text}".strip())
    notify(
        ASKED,
        f"{actor.name} asks you to approve {document.number}",
        body=f"{_described(document)} {request.note}".strip(),
        url=_url(document),
        about=document.id,
        only=[one.user_id for one in wanted],
    )
    return document


def _described(document: TradeDocument) -> str:
    total = Money(document.total, document.currency)
    return f"{NOUNS[type(document)].capitalize()} with {document.contact.name}, {total}."


def send_back(model: type[Document], document_id: UUID, text: str) -> Document:
    """Say no for now, with the reason; whoever asked is told and can change it. The document
    stays as it is.

    Raises Conflict when nobody asked, InvalidInput without a reason.
    """
    document = lock_document(model, document_id)
    text = clean_note(text)
    if not text:
        message = "Say what has to change."
        raise InvalidInput(message, fields={"text": [message]})
    request = _open_or_refuse(document)
    check_approval(document)
    _answer(document, request, ApprovalState.SENT_BACK, text)
    record(document, "sent_back", f"{document.number} sent back: {text}")
    return document


def withdraw_approval(model: type[Document], document_id: UUID) -> Document:
    """Take a request back. Raises Conflict when there is none."""
    document = lock_document(model, document_id)
    request = _open_or_refuse(document)
    _close(request, ApprovalState.CLOSED, "")
    record(document, "approval_withdrawn", "The request for approval was taken back")
    return document


def _open_or_refuse(document: TradeDocument) -> ApprovalRequest:
    request = open_request(document)
    if request is None:
        raise Conflict(
            f"Nobody waits for an approval of {document.number}. Reload the page to see it.",
            code="not_asked",
        )
    return request


def _answer(
    document: TradeDocument, request: ApprovalRequest, state: ApprovalState, text: str
) -> None:
    _close(request, state, text)
    actor = current_actor()
    if request.asked_by is None or request.asked_by == actor.id:
        return
    word = "approved" if state == ApprovalState.APPROVED else "sent back"
    notify(
        ANSWERED,
        f"{actor.name} {word} {document.number}",
        body=text or _described(document),
        url=_url(document),
        about=document.id,
        only=[request.asked_by],
    )


def _close(request: ApprovalRequest, state: ApprovalState, text: str) -> None:
    ApprovalRequest.objects.filter(id=request.id).update(
        state=state,
        answer=text,
        answered_at=timezone.now(),
        answered_by_name=current_actor().name[:160],
    )


def _url(document: TradeDocument) -> str:
    return f"/{FOLDERS[type(document)]}/{document.id}/"


# --- How one person stands to one document -------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may approve a document now, and the request that waits for it."""

    waits: bool = False
    refusal: str = ""
    request: ApprovalRequest | None = None
    is_mine: bool = False

    @property
    def may_approve(self) -> bool:
        """Nothing keeps this person from it."""
        return not self.refusal

    @property
    def may_ask(self) -> bool:
        """Somebody else has to approve it, and was not asked yet."""
        return self.waits and bool(self.refusal) and self.request is None

    @property
    def may_send_back(self) -> bool:
        """Somebody asked, and this person can answer."""
        return self.request is not None and not self.refusal and not self.is_mine

    @property
    def may_withdraw(self) -> bool:
        """The request is this person's own."""
        return self.request is not None and self.is_mine


def standing_of(document: TradeDocument, one: Approver) -> Standing:
    """How this person stands to the document; two statements at most."""
    if limit_of(document) is None or not waits(document):
        return Standing()
    try:
        refusal = refusal_for(document, one)
    except InvalidInput:
        # No rate for its currency yet: authorising says so.
        refusal = ""
    request = open_request(document)
    mine = request is not None and request.asked_by == one.user_id
    return Standing(True, refusal, request, mine)
