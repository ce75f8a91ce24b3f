"""The cards of the reports' page. Apps above the ledger add theirs in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from tenants.selectors import MembershipInForce

GROUPS = ("Books", "Sales and purchases", "Stock")


@dataclass(frozen=True, slots=True)
class ReportCard:
    """One report: where it is, what it answers in one sentence, and who may open it."""

    group: str
    title: str
    text: str
    url_name: str
    icon: str
    allowed: Callable[[MembershipInForce], bool]
    order: int = 100

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.url_name)


_cards: list[ReportCard] = []


def register_report(card: ReportCard) -> None:
    """Add a card; called from `AppConfig.ready`."""
    _cards.append(card)
    _cards.sort(key=lambda one: one.order)


def cards_for(membership: MembershipInForce) -> dict[str, list[ReportCard]]:
    """The cards that this person may open, by group; the book's own group is the first."""
    found: dict[str, list[ReportCard]] = {}
    names = (*GROUPS, *sorted({card.group for card in _cards} - set(GROUPS)))
    for name in names:
        cards = [card for card in _cards if card.group == name and card.allowed(membership)]
        if cards:
            found[name] = cards
    return found


def has_reports(membership: MembershipInForce) -> bool:
    """Whether there is a report that this person may open."""
    return any(card.allowed(membership) for card in _cards)
