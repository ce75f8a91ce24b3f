"""What a person can do to a document by a button: its words, its right, the service behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms

from orders.domain.states import NetworkStatus
from orders.forms.answers import (
    NothingForm,
    ReasonTextForm,
    SendBackForm,
)
from orders.models import (
    TradeDocument,
)
from orders.services import (
    approvals,
    documents,
    sending,
    stock_documents,
)
from orders.services.approvals import Standing
from tenants.domain.permissions import Area, Level, Special
from tenants.selectors import MembershipInForce

Answers = Mapping[str, Any]
MOVES: dict[type[Any], Any] = {**documents.MOVES, **stock_documents.MOVES}
STATUSES: dict[type[Any], Any] = {**documents.STATUSES, **stock_documents.STATUSES}


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `done` is said afterwards; `{number}` and `{contact}` stand for the document's.

    With a form or consequences it asks first: in a dialog, or on a page of its own. One that
    `rehearses` always asks on a page, which lists what it would change.
    `place`: primary (the one button), beside (next to it), or menu.
    """

    name: str
    label: str
    done: str
    run: Callable[[UUID, Answers], Any]
    move: str = ""
    when: Callable[[Any], bool] | None = None
    level: Level = Level.APPROVE
    place: str = "menu"
    icon: str = ""
    tone: str = ""
    shortcut: str = ""
    form: type[forms.Form] = NothingForm
    title: str = "{label} {number}"  # of the question
    text: str = ""
    consequences: Callable[[Any], list[str]] | None = None
    undo: str = ""
    rehearses: bool = False
    special: Special | None = None
    whom: Callable[[Standing], bool] | None = None  # beside right and state: limits of approval

    @property
    def asks(self) -> bool:
        """Whether a person is asked before it is done."""
        return bool(self.form.base_fields or self.consequences is not None or self.rehearses)

    def allowed(self, member: MembershipInForce, area: Area) -> bool:
        """Whether this person may do it to documents of the area."""
        return member.can(area, self.level) and (self.special is None or member.has(self.special))

    def offered(self, document: Any) -> bool:
        """Whether the document's state allows it now."""
        if self.move:
            status = STATUSES[type(document)](document.status)
            if self.move not in MOVES[type(document)].allowed(status):
                return False
        return self.when is None or self.when(document)


def simply(service: Callable[[UUID], Any]) -> Callable[[UUID, Answers], Any]:
    """A service that needs the id only."""
    return lambda document_id, _answers: service(document_id)


def _in_trouble(document: TradeDocument) -> bool:
    # Returned or refused documents start a new delivery through the e-mail window.
    return document.network_status == NetworkStatus.FAILED


def is_accepted(document: TradeDocument) -> bool:
    return document.network_status in (NetworkStatus.APPROVED, NetworkStatus.INVOICED)


def _is_known_to_partner(document: TradeDocument) -> bool:
    return document.version > 0 and document.network_status != NetworkStatus.NOT_SENT


def _keeps_number(document: Any) -> list[str]:
    return [f"{document.number} stays in the list as void; its number is not used again."]


def _void_consequences(document: TradeDocument) -> list[str]:
    lines = _keeps_number(document)
    if _is_known_to_partner(document):
        lines.append(f"{document.contact.name} is told over the network.")
    return lines


def resend_verb(model: type[TradeDocument]) -> Verb:
    return Verb(
        "send-again",
        "Send again",
        "{number} is being sent again.",
        lambda document_id, _answers: sending.resend_failed(model, document_id),
        when=_in_trouble,
        level=Level.EDIT,
        place="primary",
        icon="send",
    )


def authorise_verb(
    service: Callable[[UUID], Any], noun: str, when: Callable[[Any], bool] | None = None
) -> Verb:
    return Verb(
        "authorise",
        f"Authorise {noun}",
        "{number} authorised.",
        simply(service),
        move="authorise",
        place="primary",
        icon="circle-check",
        shortcut="a",
        undo="undo",
        when=when,
        whom=may_approve,
    )


def may_approve(standing: Standing) -> bool:
    return standing.may_approve


def approval_verbs(model: type[TradeDocument]) -> tuple[Verb, ...]:
    """Asking a colleague to approve, and the colleague's other answer."""
    return (
        Verb(
            "ask-approval",
            "Ask for approval",
            "A colleague is asked to approve {number}.",
            lambda document_id, answers: approvals.ask_approval(
                model, document_id, answers["text"]
            ),
            when=approvals.waits,
            level=Level.EDIT,
            place="primary",
            icon="user-question",
            form=ReasonTextForm,
            title="Ask for approval of {number}",
            text="Everybody who may approve this much is told, and it is in their inbox.",
            whom=lambda standing: standing.may_ask,
        ),
        Verb(
            "send-back",
            "Send back",
            "{number} sent back.",
            lambda document_id, answers: approvals.send_back(model, document_id, answers["text"]),
            when=approvals.waits,
            place="beside",
            icon="arrow-back-up",
            form=SendBackForm,
            title="Send {number} back",
            text="Whoever asked is told what has to change.",
            whom=lambda standing: standing.may_send_back,
        ),
        Verb(
            "withdraw-request",
            "Withdraw the request",
            "The request for {number} was taken back.",
            lambda document_id, _answers: approvals.withdraw_approval(model, document_id),
            when=approvals.waits,
            level=Level.EDIT,
            place="beside",
            icon="arrow-back-up",
            whom=lambda standing: standing.may_withdraw,
        ),
    )


def undo_verb(
    service: Callable[[UUID], Any],
    when: Callable[[Any], bool] | None = None,
    *,
    rehearses: bool = False,
) -> Verb:
    """Back to draft."""
    return Verb(
        "undo",
        "Undo: back to draft",
        "{number} is a draft again.",
        simply(service),
        move="undo",
        when=when,
        icon="arrow-back-up",
        title="Undo {number}",
        text="Its data is kept: change it, then authorise it again." if rehearses else "",
        rehearses=rehearses,
        special=Special.UNDO if rehearses else None,
    )


def void_verb(
    service: Callable[[UUID], Any],
    noun: str,
    when: Callable[[Any], bool] | None = None,
    *,
    rehearses: bool = False,
) -> Verb:
    """Out of business for good; the number stays taken."""
    return Verb(
        "void",
        f"Void {noun}",
        "{number} voided.",
        simply(service),
        move="void",
        when=when,
        icon="ban",
        tone="critical",
        text="Voiding cannot be undone.",
        consequences=_keeps_number if rehearses else _void_consequences,
        rehearses=rehearses,
        special=Special.VOID if rehearses else None,
    )
