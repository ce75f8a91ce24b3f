"""A partner's order awaiting our approval: lines without a product, changes, who looks after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from inventory.models import Product
from inventory.services.mapping import TheirLine, suggest
from orders.forms.review import AssignForm, Changes, MatchForm
from orders.models import PurchaseOrder, SalesOrder, TradeDocument, TradeLine
from orders.presenters.kinds import Kind
from orders.selectors import colleagues
from tenants.domain.permissions import Level
from tenants.selectors import MembershipInForce

# Suggestions are worked out for so many lines at a time; the next ones come when these are done.
MOST_SUGGESTED = 50
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line to be matched: what the partner wrote, our guesses with why, the field."""

    line: TradeLine
    suggestions: Sequence[tuple[Product, str]]
    field: Any


@dataclass(frozen=True, slots=True)
class Review:
    """What is decided here before the order is approved."""

    unmatched: Sequence[OpenLine]
    matched: Sequence[OpenLine]
    match_form: MatchForm
    match_url: str
    changes: Changes | None = None
    changes_url: str = ""
    assign_form: AssignForm | None = None
    assign_url: str = ""
    assigned_to: str = ""


def review_of(
    kind: Kind,
    document: TradeDocument,
    lines: Sequence[TradeLine],
    member: MembershipInForce,
    *,
    here: str = "",
    then: str = "",
    match_form: MatchForm | None = None,
    changes: Changes | None = None,
) -> Review | None:
    """The review of an order that waits; None where none waits or the person may not act.

    `here` is the page that shows it, `then` the page after the decision.
    """
    waits = kind.status(document).value == "awaiting_approval"
    if not (waits and isinstance(document, SalesOrder | PurchaseOrder)):
        return None
    if not member.can(kind.area, Level.EDIT):
        return None
    form = match_form or MatchForm(None, lines)
    review = Review(
        _open_lines(document, [line for line in form.items if line.product_id is None], form),
        [OpenLine(line, (), form[f"sku-{line.line_id}"]) for line in form.items if line.product_id],
        form,
        _with_next(kind.url(document, "map"), here),
    )
    if not isinstance(document, SalesOrder):
        return review
    if changes is None and member.can(kind.area, Level.APPROVE):
        changes = Changes(None, lines)
    return _of_sale(kind, document, review, changes=changes, here=here, then=then)


def _of_sale(
    kind: Kind,
    order: SalesOrder,
    review: Review,
    *,
    changes: Changes | None,
    here: str,
    then: str,
) -> Review:
    assign = AssignForm(None, colleagues())
    assign.fields["colleague"].initial = str(order.assigned_to or "")
    return Review(
        review.unmatched,
        review.matched,
        review.match_form,
        review.match_url,
        changes=changes,
        changes_url=_with_next(kind.url(order, "approve-with-changes"), then),
        assign_form=assign,
        assign_url=_with_next(kind.url(order, "assign"), here),
        assigned_to=assign.names.get(str(order.assigned_to), ""),
    )


def _with_next(url: str, then: str) -> str:
    return f"{url}?{urlencode({'next': then})}" if then else url


def _open_lines(
    document: TradeDocument, lines: Sequence[TradeLine], form: MatchForm
) -> list[OpenLine]:
    looked_at = lines[:MOST_SUGGESTED]
    found = suggest(document.contact_id, [_facts(line) for line in looked_at]) if lines else []
    guesses: dict[UUID, Sequence[tuple[Product, str]]] = {
        line.line_id: some[:MOST_SHOWN] for line, some in zip(looked_at, found, strict=True)
    }
    return [
        OpenLine(line, guesses.get(line.line_id, ()), form[f"sku-{line.line_id}"]) for line in lines
    ]


def _facts(line: TradeLine) -> TheirLine:
    return TheirLine(their_sku=line.partner_sku, barcode=line.barcode, description=line.description)
