"""What an undo or a void would change, in sentences and as journals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.ui.formatting import quantity_text
from orders.presenters.kinds import AnyDocument
from orders.presenters.manner import Manner
from orders.services.consequences import Consequences, JournalEffect, consequences_of
from tenants.services.organisations import current_organisation

COUNTED = {
    "received": "received",
    "billed": "billed",
    "allocated": "promised",
    "bought": "on its way for it",
    "shipped": "shipped",
    "invoiced": "invoiced",
}


@dataclass(frozen=True, slots=True)
class JournalShown:
    """A journal to come: its caption and (account, debit, credit)."""

    caption: str
    rows: Sequence[tuple[str, Decimal | None, Decimal | None]]


@dataclass(frozen=True, slots=True)
class Effects:
    """What the page that asks shows: why it is refused, or what would change."""

    refusal: str
    lines: Sequence[str]
    journals: Sequence[JournalShown]


def effects_of(document: AnyDocument, verb: str) -> Effects:
    """What the verb would do now; nothing of it stays."""
    found = consequences_of(document, verb)
    if found.refusal:
        return Effects(found.refusal, (), ())
    manner = Manner.of(current_organisation())
    lines = [*_in_words(found), *found.partner]
    if not found.journals:
        lines.append("Nothing changes in the book.")
    return Effects("", lines, [_journal(one, manner) for one in found.journals])


def _in_words(found: Consequences) -> list[str]:
    lines = [f"{one.number}: {one.before} → {one.after}" for one in found.statuses]
    for moved in found.movements:
        way = "come to" if moved.quantity > 0 else "leave"
        many = quantity_text(abs(moved.quantity))
        lines.append(f"{many} of {moved.sku} {moved.product} {way} {moved.location}")
    for one in found.counts:
        before, after = quantity_text(one.before), quantity_text(one.after)
        name = one.sku or one.description
        lines.append(f"{name} on {one.order}: {COUNTED[one.counted]} {before} → {after}")
    return lines


def _journal(one: JournalEffect, manner: Manner) -> JournalShown:
    what = f"reverses {one.reverses}" if one.reverses else "new"
    return JournalShown(
        f"{one.event}, {manner.day(one.posted_on)}, {what}",
        [
            (side.account, side.amount, None)
            if side.amount > 0
            else (side.account, None, -side.amount)
            for side in one.lines
        ],
    )
