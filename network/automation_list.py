"""How the automations stand with each partner."""

from django.urls import reverse

from hub.ui.components import EmptyState, Link, PlainBadge
from hub.ui.listing import Column, Listing, ListTab
from network.domain.states import PartnerRole
from network.listings import name_of, search_connections
from network.models import AutomationSettings, Connection
from network.services.automations import half_of

SHORT = {
    "send_invoices": "We send invoices",
    "take_in_invoices": "We take in invoices",
}


def switch_badge(on: bool) -> PlainBadge:
    """On or off, with more than a colour."""
    return (
        PlainBadge("On", "success", "circle-check") if on else PlainBadge("Off", "neutral", "ban")
    )


def automation_listing(settings: AutomationSettings) -> Listing:
    """The table of partners; both halves of each, and whether the two work together."""

    def works(row: Connection) -> PlainBadge:
        half = half_of(row, settings)
        if half.effective:
            return PlainBadge("Automatic", "success", "bolt")
        if half.ours:
            return PlainBadge("Waits for the partner", "attention", "hourglass")
        return PlainBadge("By hand", "neutral", "hand-stop")

    return Listing(
        key="automations",
        title="Automations",
        noun="partner",
        columns=(
            Column(
                "name",
                "Partner",
                value=name_of,
                primary=True,
                template="network/cells/partner.html",
            ),
            Column("role", "Type", value=lambda row: PartnerRole(row.role).label),
            Column("what", "Automation", value=lambda row: SHORT[half_of(row, settings).switch]),
            Column(
                "ours", "Our half", "status", lambda row: switch_badge(half_of(row, settings).ours)
            ),
            Column(
                "theirs",
                "Their half",
                "status",
                lambda row: switch_badge(half_of(row, settings).partners),
            ),
            Column("works", "Result", "status", works),
            Column(
                "verbs",
                "Next",
                value=lambda row: "" if half_of(row, settings).partners else "ask",
                template="network/cells/ask.html",
            ),
        ),
        tabs=(
            ListTab("all", "All"),
            ListTab("customers", "Customers", {"role": PartnerRole.CUSTOMER}),
            ListTab("suppliers", "Suppliers", {"role": PartnerRole.SUPPLIER}),
        ),
        search=search_connections,
        search_hint="Search partner",
        row_url=lambda row: reverse("network:override", args=[row.pk]),
        template="network/automations.html",
        empty=EmptyState(
            "No connected partners yet",
            "Automations work between you and the partners that you are connected with.",
            icon="affiliate",
            learn=Link("How to connect with a partner", "/help/"),
        ),
    )
